"""File modes: what is meant by digits."""

from __future__ import annotations

import pytest

from linter.kube import file_modes


def test_the_range() -> None:
    assert [number for number in (-1, 0, 511, 512, 644) if file_modes.is_file_mode(number)] == [0, 511]


@pytest.mark.parametrize(
    ("digits", "mode"),
    [
        ("0400", 0o400),
        ("0o400", 0o400),
        ("0123", 0o123),
        ("400", 0o400),
        ("440", 0o440),
        ("444", 0o444),
        ("500", 0o500),
        ("640", 0o640),
        ("777", 0o777),
        ("420", 0o644),
        ("256", 0o400),
        ("511", 0o777),
        ("288", 0o440),
        ("123", None),
        ("888", None),
        ("0888", None),
        ("rw-", None),
        ("", None),
        ("1000", None),
    ],
)
def test_what_is_meant(digits: str, mode: int | None) -> None:
    assert file_modes.meant_by(digits) == mode


def test_spelled() -> None:
    assert file_modes.spelled(0o40) == "0040 (32 in JSON)"
