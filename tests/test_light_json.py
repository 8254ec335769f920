"""`linter.light_json` reads what `json` reads, and writes what it writes."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from linter.light_json import dumps, loads, read_at


class Pair(NamedTuple):
    """What records are made of."""

    first: str
    second: tuple[int, ...]


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -12, 10**30, 1.5, -1e300, "", 'é\n"\\\u2028😀', [], {}, [1, [2, {"a": [None, "b"]}]], {"a": {"b": 1.0}, "": ""}],
)  # fmt: skip
@pytest.mark.parametrize("options", [{}, {"indent": 1}, {"ensure_ascii": False, "separators": (",", ":")}])
def test_what_json_writes(value: Any, options: dict[str, Any]) -> None:
    text = json.dumps(value, **options)
    assert loads(text) == value
    assert type(loads(text)) is type(value)
    assert read_at(f"{text[:1]}: {text}, ", 3) == value

    assert dumps(value) == json.dumps(value, separators=(",", ":"))


def test_what_is_no_plain_list_or_text() -> None:
    value = {"a": Pair("ü\ud800", (1, 2)), "b": [float("nan"), -0.0, 1e22, True]}
    assert dumps(value) == json.dumps(value, separators=(",", ":"))
    with pytest.raises(TypeError):
        dumps({1, 2})


def test_numbers_beyond_json() -> None:
    assert loads("[NaN,Infinity,-Infinity]")[1:] == [float("inf"), float("-inf")]


@pytest.mark.parametrize(
    "text", ["", " ", " 1", "1 2", "1,", "{", '{"a"}', "[1,]", "nul", '"', '"\n"', "{'a': 1}", "\ufeff1"]
)
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  which one is the scanner's
        loads(text)


def test_nothing_stands_there() -> None:
    with pytest.raises(ValueError, match="no JSON value: character 3"):
        read_at('"a": ', 3)
