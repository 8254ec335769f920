"""Amounts that are compared are written in one unit."""

from __future__ import annotations

import pytest

from linter.output.amounts import in_one_unit


@pytest.mark.parametrize(
    ("amounts", "binary", "written"),
    [
        (["2500m", "5", "3"], False, ["2.5", "5", "3"]),
        (["100m", "750m", "0"], False, ["100m", "750m", "0"]),
        (["750m", "1250m", "750m"], False, ["0.75", "1.25", "0.75"]),
        (["1001m", "2", "2"], False, ["1001m", "2000m", "2000m"]),
        (["768Mi", "1280Mi", "768Mi"], True, ["0.75Gi", "1.25Gi", "0.75Gi"]),
        (["2Gi", "2560Mi", "2Gi"], True, ["2Gi", "2.5Gi", "2Gi"]),
        (["100Mi", "1Gi", "0"], True, ["100Mi", "1024Mi", "0"]),
        (["1000", "2000", "1"], True, ["1000", "2000", "1"]),
        (["0", "0", "0"], False, ["0", "0", "0"]),
    ],
)
def test_one_unit_for_all(amounts: list[str], binary: bool, written: list[str]) -> None:  # noqa: FBT001  a parameter of the test
    assert in_one_unit(amounts, binary=binary) == written
