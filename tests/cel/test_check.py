"""Types of expressions, and what is wrong with names and types in them; tests/conformance/ holds most of it."""

from __future__ import annotations

import pytest

from linter.cel.check.compile import compiled
from linter.cel.check.functions import SIGNATURES
from linter.cel.check.scope import ObjectType, Scope
from linter.cel.check.signatures import overloads
from linter.cel.check.types import DYN, INT, STRING, Type, described, list_of, map_of, spelled
from linter.cel.estimate.path import path_of

SCOPE = Scope(
    {"self": Type("object@"), "any": DYN, "names": list_of(STRING), "sizes": map_of(STRING, INT)},
    {"object@": ObjectType("the schema", {"n": INT, "s": STRING, "o": Type("object@")})},
    37,
)


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("names.map(x, x.size())", "list(int)"),
        ("sizes.transformMap(k, v, string(v))", "map(string, string)"),
        ("self.?s.optMap(x, x.size())", "optional_type(int)"),
        ("{?'a': self.?n}", "map(string, int)"),
        ("any.a.b", "dyn"),
        ("any ? 'a' : any", "dyn"),
        ("[[1], []].flatten()", "list(int)"),
        ("type(self.n)", "type(int)"),
        ("timestamp('2026-01-01T00:00:00Z') - duration('1s')", "timestamp"),
        ("null", "null"),
        ("names.sortBy(x, x.size())", "list(string)"),
        ("self.o.o", "object"),
        ("google.protobuf.Int32Value{value: 1}", "dyn"),
    ],
)
def test_types(expression: str, type_: str) -> None:
    found = compiled(expression, SCOPE)
    assert found.fault is None
    assert found.type is not None
    assert spelled(found.type) == type_


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("tru", "there is no variable `tru`"),
        ("[1].all(x, y)", "there is no variable `y`"),
        ("foo(1)", "there is no function `foo`"),
        ("self.x", "the schema has no field `x`"),
        ("cel.bind(x, 1, x)", "there is no variable `cel`"),
        ("Object{}", "there is no type `Object`"),
        ("1 == 'a'", "found no matching overload for '_==_' applied to '(int, string)'"),
        ("names.sum()", "found no matching overload for 'sum' applied to 'list(string).()'"),
        ("self.n.all(x, true)", "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)"),
        ("self.n.x", "type 'int' does not support field selection"),
        ("[?self.n]", "expected type 'optional_type(int)' but found 'int'"),
        ("names.exists(x, x)", "expected type 'bool' but found 'string'"),
        ("[1, 'a']", "expected type 'int' but found 'string'"),
        ("'%d'.format(['a'])", "error during formatting: %d does not take a value of type 'string'"),
        ("'%s %s'.format(['a'])", "index 1 out of range"),
        ("'%y'.format([1])", "could not parse formatting clause: unrecognized formatting clause 'y'"),
        ("int('x')", "type conversion error from 'string' to 'int'"),
        ("self.s.matches('[')", "`[` is not a regular expression (missing ]: [)"),
        ("names.includes('a')", "there is no function `includes`"),
    ],
)  # fmt: skip
def test_faults(expression: str, fault: str) -> None:
    assert compiled(expression, SCOPE).fault == fault


def test_functions_come_with_versions() -> None:
    old = SCOPE._replace(minor=33)
    assert compiled("semver('1.0.0')", old).fault == "there is no function `semver`"
    assert compiled("semver('1.0.0')", SCOPE).fault is None
    # What an object had before, it may keep.
    assert compiled("names.includes('a')", SCOPE._replace(minor=None)).fault is None


def test_nothing_is_said_of_what_is_nested_too_deeply() -> None:
    assert compiled(" + ".join(["1"] * 5000), SCOPE) == (None, ())


def test_all_signatures_can_be_read() -> None:
    for name in SIGNATURES:
        for overload in overloads(name):
            assert all(spelled(each) for each in (*overload.params, overload.result))


def test_types_in_words() -> None:
    assert described(list_of(Type("JSONPatch"))) == "a list of JSONPatch"
    assert described(map_of(STRING, INT)) == "a value of type `map(string, int)`"


def test_paths_share_their_end_as_slices_of_go_do() -> None:
    path = path_of("self").append("list").append("@items")
    one, other = path.append("a"), path.append("b")
    assert one.steps == other.steps == ["self", "list", "@items", "b"]
    assert other.append("c").steps[-1] == "c"
    assert one.append("d").steps[-1] == "d"
    assert other.append("c").append("e").steps == ["self", "list", "@items", "b", "c", "e"]
