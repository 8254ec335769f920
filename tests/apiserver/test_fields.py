"""Checks that fields of many kinds share."""

from __future__ import annotations

import pytest

from linter.apiserver.fields import article


@pytest.mark.parametrize(
    ("noun", "expected"),
    [("Ingress", "an"), ("StorageClass", "a"), ("APIService", "an"), ("IPAddress", "an")],
)
def test_article(noun: str, expected: str) -> None:
    assert article(noun) == expected
