"""The compiled part walks over objects as Python does: the types of their values, their keys, their nulls."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.apiserver.decode import Decoder
from linter.loading.limits import DEFAULT
from linter.loading.resource import look_through
from linter.loading.yaml.plain import read_plain

from ..loading.yaml.test_native import exact, recorded_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.kube.structs import Fault

podplan_native = pytest.importorskip(
    "podplan_native", reason="the compiled part is not installed (make native)"
)
DECODER = Decoder()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
)


def recorded_objects() -> Iterator[dict[str, Any]]:
    for text in recorded_texts()[::11]:  # all of them take a minute, and are much alike
        read = read_plain(text, DEFAULT)
        if read is not None and isinstance(read[0], dict):
            yield read[0]


def collections_in(value: Any) -> list[Any]:
    found = [value]
    for each in found:  # grows meanwhile
        found += [one for one in (each.values() if type(each) is dict else each) if type(one) in (dict, list)]
    return found


def natively(value: Any, definition: str) -> bool:
    """Hold both to one result; tell whether there is no fault."""
    type_ = DECODER._type(definition)
    faults: list[Fault] = []
    type_.check(value, None, faults)
    assert podplan_native.fits(value, type_) == (not faults), value
    return not faults


def test_recorded_objects_and_mutants_of_them() -> None:
    chance = random.Random(1)  # noqa: S311  mutants are no secrets
    right = wrong = 0
    for value in recorded_objects():
        definition = DECODER._definition(str(value.get("apiVersion")), str(value.get("kind")))
        assert podplan_native.look_through(value) == look_through(value)
        if definition is None:
            continue
        right += natively(value, definition)
        inside = chance.choice(collections_in(value))
        other = chance.choice([None, True, 0, 2**31, 3.0, "", "1", "5m", {}, [], ["x"], {"x": 1}])
        if type(inside) is dict:
            inside[chance.choice([*inside, "name", "x"])] = other
        elif inside:
            inside[chance.randrange(len(inside))] = other
        wrong += not natively(value, definition)
    assert right > 100
    assert wrong > 100


@settings(max_examples=40)
@given(VALUES)
def test_any_values(value: Any) -> None:
    before = exact(value)
    assert podplan_native.look_through({"a": value}) == look_through({"a": value})
    for definition in ("meta/v1.ObjectMeta", "[core/v1.Container]", "{string}", "{[int32]}", "quantity"):
        if value is not None:
            natively(value, definition)
    assert exact(value) == before


def test_deep_objects() -> None:
    value: Any = {"a": None}
    for _ in range(100_000):
        value = [value]
    assert podplan_native.look_through(value) == (frozenset("a"), True)
    while isinstance(value, list):  # freed level by level
        value = value.pop()
