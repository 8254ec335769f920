"""Scalars as kubectl reads them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from linter.loading.yaml.scalars import ScalarError, as_json, as_key, plain, tagged


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("y", True),
        ("Yes", True),
        ("ON", True),
        ("yEs", "yEs"),
        ("n", False),
        ("off", False),
        ("t", "t"),
        ("0", 0),
        ("-0", 0),
        ("+5", 5),
        ("0644", 420),
        ("0o644", 420),
        ("0x1F", 31),
        ("0X1f", 31),
        ("0b101", 5),
        ("-0b11", -3),
        ("1_000", 1000),
        ("_1", "_1"),
        ("08", 8.0),
        ("0778", 778.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("1E-3", 0.001),
        ("1.5", 1.5),
        ("1:30", "1:30"),
        ("2024-01-01", "2024-01-01"),
        ("0xZZ", "0xZZ"),
        ("0b2", "0b2"),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
        ("+", "+"),
        (".", "."),
        ("..", ".."),
        ("-x", "-x"),
        ("1GB", "1GB"),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", float(2**64)),
        ("-9223372036854775809", -float(2**63)),
        ("9" * 300, 1e300),
        ("9" * 400, "9" * 400),
        ("9" * 5000, "9" * 5000),
        ("1e999", "1e999"),
        ("0x" + "f" * 17, "0x" + "f" * 17),
        ("0b" + "1" * 65, "0b" + "1" * 65),
        ("0" + "7" * 40, float("7" * 40)),
        ("0" * 5000 + "7", 7),
    ],
)
def test_plain(text: str, value: Any) -> None:
    result = plain(text)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.Inf", "+.INF", ".NaN"])
def test_infinity_and_nan_are_floats_that_json_refuses(text: str) -> None:
    value = plain(text)
    assert isinstance(value, float)
    assert not math.isfinite(value)
    with pytest.raises(ScalarError, match="quote it"):
        as_json(value)


@pytest.mark.parametrize(
    ("value", "result"),
    [(3.0, 3), (1e3, 1000), (1.5, 1.5), (1e20, 10**20), (1e21, 1e21), (True, True), (7, 7)],
)
def test_integral_floats_become_integers_in_json(value: Any, result: Any) -> None:
    assert as_json(value) == result
    assert type(as_json(value)) is type(result)


TAG = "tag:yaml.org,2002:"


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        (TAG + "str", "1", "1"),
        (TAG + "str", "", ""),
        (TAG + "int", "1", 1),
        (TAG + "float", "1", 1.0),
        (TAG + "bool", "yes", True),
        (TAG + "null", "", None),
        (TAG + "binary", "aGVsbG8=", "hello"),
        ("!custom", "1", "1"),
        (TAG + "timestamp", "2024-01-01", "2024-01-01"),
    ],
)
def test_tags(tag: str, text: str, value: Any) -> None:
    assert tagged(tag, text) == value


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (TAG + "int", "x"),
        (TAG + "int", "1.5"),
        (TAG + "null", "x"),
        (TAG + "bool", "1"),
        (TAG + "binary", "%%"),
        (TAG + "timestamp", "x"),
        (TAG + "timestamp", ""),
        (TAG + "timestamp", "2024-02-30"),
        (TAG + "timestamp", "2024-01-01T00:00:00"),
        (TAG + "timestamp", "2024-01-01 00:00:00 Z"),
        (TAG + "timestamp", "2024-01-01T25:00:00Z"),
    ],
)
def test_tags_that_do_not_fit(tag: str, text: str) -> None:
    with pytest.raises(ScalarError):
        tagged(tag, text)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("a", "a"),
        (1, "1"),
        (True, "true"),
        (False, "false"),
        (1.5, "1.5"),
        (1e3, "1000"),
        (1e6, "1e+06"),
        (1234567.8, "1.2345678e+06"),
        (0.00001, "1e-05"),
        (-0.0, "-0"),
        (1e300, ".inf"),
        (math.inf, ".inf"),
        (-math.inf, "-.inf"),
        (math.nan, ".nan"),
        (2**63 - 1, "9223372036854775807"),
        (2**63, None),
        (None, None),
        ([], None),
    ],
)
def test_keys_become_text(key: Any, text: str | None) -> None:
    assert as_key(key) == text
