"""Checks that fields of many kinds share."""

from __future__ import annotations

import pytest

from linter.apiserver.fields import article, is_same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, {}, True),
        ([], None, True),
        ({"a": ""}, {}, True),
        ({"a": {"b": []}}, None, True),
        ({"a": False}, {}, False),
        ({"a": 0}, {"a": None}, False),
        ([1, 2], [2, 1], False),
        ([{"a": 1, "b": None}], [{"a": 1}], True),
    ],
)
def test_what_the_server_takes_for_equal(one: object, other: object, same: bool) -> None:  # noqa: FBT001  a column
    assert is_same(one, other) is same
    assert is_same(other, one) is same


@pytest.mark.parametrize(
    ("noun", "expected"),
    [("Ingress", "an"), ("StorageClass", "a"), ("APIService", "an"), ("IPAddress", "an")],
)
def test_article(noun: str, expected: str) -> None:
    assert article(noun) == expected
