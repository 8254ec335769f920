from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.kube.structs import SCALARS, Fault, List, Map, Struct, is_base64, is_int64, is_time


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-01T00:00:00Z",
        "2024-01-01T00:00:00.5Z",
        "2024-02-29T23:59:59+14:00",
        "2000-02-29T00:00:00Z",
        "2024-12-31T23:59:59.123456-08:00",
    ],
)
def test_times(text: str) -> None:
    assert is_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-01-01",
        "2024-01-01t00:00:00z",
        "2024-01-01 00:00:00",
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00Z\n",
        "2024-13-01T00:00:00Z",
        "2024-04-31T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2024-01-00T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z",
    ],
)
def test_no_times(text: str) -> None:
    assert not is_time(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_as_kubernetes_prints_them(time: datetime) -> None:
    assert is_time(time.replace(microsecond=0).isoformat().replace("+00:00", "Z"))


@given(st.binary())
def test_base64(data: bytes) -> None:
    text = base64.encodebytes(data).decode()
    assert is_base64(text)
    assert is_base64(text.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    "text", ["a", "ab", "abc", "ab=c", "ab= =", "====", "a===", "ab cd", "ab_d", "abcd="]
)
def test_no_base64(text: str) -> None:
    assert not is_base64(text)


@pytest.mark.parametrize("text", ["0", "-1", "+1", "007", "9223372036854775807", "-9223372036854775808"])
def test_whole_numbers_in_text(text: str) -> None:
    assert is_int64(text)


@pytest.mark.parametrize(
    "text", ["", " 1", "1.5", "1e3", "0x1", "1_0", "٣", "9223372036854775808", "9" * 5000]
)
def test_no_whole_numbers_in_text(text: str) -> None:
    assert not is_int64(text)


def faults(notation: str, value: Any) -> list[str]:
    found: list[Fault] = []
    SCALARS[notation].check(value, None, found)
    return [fault.kind for fault in found]


@pytest.mark.parametrize(
    ("notation", "good", "bad"),
    [
        ("string", ["", "a"], [1, True, 1.5, [], {}]),
        ("boolean", [True, False], [0, 1, "true", []]),
        ("int32", [0, -(2**31), 2**31 - 1, 3.0], [2**31, 1.5, "3", True, 1e300]),
        ("int64", [2**63 - 1, -(2**63)], [2**63, "3", 0.5, False]),
        ("double", [1, 1.5, -2], ["1", True]),
        ("int-or-string", ["", "25%", 0, 2**31 - 1], [2**31, 1.5, True, [], {}]),
        ("quantity", ["1", 1, 0.5, "500m", "1Gi"], [True, [], {}]),
        ("any", [None, 1, "a", [1], {"a": 1}], []),
    ],
)
def test_scalars(notation: str, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if faults(notation, value)] == []
    assert [value for value in bad if faults(notation, value) != ["mismatch"]] == []


@pytest.mark.parametrize(
    ("notation", "value"), [("quantity", "1GB"), ("time", "now"), ("byte", "plain text")]
)
def test_malformed(notation: str, value: str) -> None:
    assert faults(notation, value) == ["malformed"]


def test_null_is_no_fault_but_an_unknown_field_stays_one() -> None:
    text = SCALARS["string"]
    struct = Struct("test", lambda: {"a": text, "list": List(text), "map": Map(text)})
    found: list[Fault] = []
    struct.check({"a": "x", "list": [None], "map": {"k": None}}, None, found)
    assert found == []
    struct.check({"a": None, "b": None, "list": None}, None, found)
    assert [(fault.kind, fault.value) for fault in found] == [("unknown", "b")]


def test_places_are_chains_from_the_value_to_the_root() -> None:
    number = SCALARS["int32"]
    struct = Struct("test", lambda: {"list": List(Map(number))})
    found: list[Fault] = []
    struct.check({"list": [{}, {"k": "x"}]}, None, found)
    assert found == [Fault("mismatch", (((None, "list"), 1), "k"), number, "x")]
