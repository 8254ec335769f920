"""The compiled part says of objects what Python does: of their keys, nulls and types, of constraints and defaults."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.apiserver import constraints
from linter.apiserver.decode import Decoder
from linter.apiserver.pod.plain import TEMPLATE
from linter.apiserver.shapes import Entries, Fields, is_plain_in_python
from linter.kube import unknown
from linter.kube.defaults.fill import fill_zero_in_python
from linter.loading.limits import DEFAULT
from linter.loading.resource import look_through
from linter.loading.yaml.plain import read_plain
from linter.path import value_at_in_python
from linter.schemas import constrained_structs

from ..loading.yaml.test_native import exact, recorded_texts
from .pod.test_plain import as_judged, decodable_mutants

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
    assert podplan_native.has_type(value, type_) == (not faults), value
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


WRITTEN: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(-5, 70_000) | st.floats() | st.text(max_size=3) | st.just([])
)


@settings(max_examples=200)
@given(st.sampled_from(constrained_structs()), st.data())
def test_constraints_in_doubt(struct: str, data: st.DataObject) -> None:
    asked = constraints._asked(struct, DECODER.version)
    texts = st.sampled_from([text for each in asked for text in each.texts or ()] or [""])
    value = data.draw(st.dictionaries(st.sampled_from([each.field for each in asked]), WRITTEN | texts))
    assert podplan_native.in_doubt(value, asked) == constraints.in_doubt_in_python(value, asked)


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from("abc"), VALUES), st.dictionaries(st.sampled_from("bcd"), VALUES))
def test_filling_in(value: Any, defaults: Any) -> None:
    before = exact(value)
    filled = podplan_native.fill_zero(value, **defaults)
    assert exact(filled) == exact(fill_zero_in_python(value, **defaults))
    assert exact(value) == before


KEYS = st.sampled_from("abc")
LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "b"])
PLAIN_VALUES = st.recursive(LEAVES, lambda inside: st.lists(inside) | st.dictionaries(KEYS, inside))
SETS: st.SearchStrategy[Any] = st.frozensets(st.integers(0, 3) | st.sampled_from(["a", "b"])) | st.just(
    range(2)
)
SHAPES: st.SearchStrategy[Any] = st.recursive(
    st.none() | SETS | st.sampled_from([bool, str]),
    lambda inside: (
        st.builds(Fields, st.dictionaries(KEYS, inside), st.lists(KEYS).map(tuple), st.frozensets(KEYS))
        | st.builds(Entries, inside)
        | SETS.map(lambda one: Entries(Fields({"a": one, "b": None}), ("a",)))
    ),
)


@settings(max_examples=100)
@given(PLAIN_VALUES, SHAPES)
def test_shapes(value: Any, shape: Any) -> None:
    assert podplan_native.is_plain(value, shape) == is_plain_in_python(value, shape)


def test_shapes_of_templates() -> None:
    for template, version in decodable_mutants(300):
        judged = as_judged(template, version)
        assert podplan_native.is_plain(judged, TEMPLATE) == is_plain_in_python(judged, TEMPLATE)


MARKS = st.sampled_from(
    [
        "${A}",
        "$A",
        "$a",
        "ENC[AES256_GCM,data:",
        "{{ x }}",
        "{% x %}",
        "<%= x %>",
        "@A@",
        "__A__",
        "%A%",
        "#{x}",
        "25%",
    ]
)


@given(st.text(), MARKS, st.text())
def test_marks(before: str, mark: str, after: str) -> None:
    text = before + mark + after
    with mock.patch.object(unknown, "_holds_pair_natively", None):
        expected = unknown.has_mark(text)
    assert unknown.has_mark(text) == expected
    assert podplan_native.holds_pair(text, unknown._BEGINNINGS) >= expected
    assert podplan_native.holds_pair(before, "ab") == ("ab" in before)


STEPS = st.lists(st.text(max_size=1) | st.integers(-2, 3), max_size=4).map(tuple)


@settings(max_examples=100)
@given(VALUES, STEPS)
def test_paths(value: Any, path: Any) -> None:
    try:
        expected = value_at_in_python(value, path)
    except IndexError:
        with pytest.raises(IndexError):
            podplan_native.value_at(value, path)
    else:
        assert podplan_native.value_at(value, path) is expected
