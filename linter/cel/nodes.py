"""Expressions as trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, assert_never

if TYPE_CHECKING:
    from collections.abc import Iterator


class Const(NamedTuple):
    """A literal."""

    value: Any


class Ident(NamedTuple):
    """A name."""

    name: str


class Select(NamedTuple):
    """`operand.field`, or `has(operand.field)`."""

    operand: Expr
    field: str
    is_test: bool


class Call(NamedTuple):
    """A function or an operator; `target` is what a method is called on."""

    target: Expr | None
    function: str
    args: tuple[Expr, ...]


class ListExpr(NamedTuple):
    """`[a, ?b]`; the numbers are the places of optional elements."""

    elements: tuple[Expr, ...]
    optional: frozenset[int]


class Entry(NamedTuple):
    """An entry of a map or of a constructed object."""

    key: Expr
    value: Expr
    is_optional: bool


class MapExpr(NamedTuple):
    """`{a: b, ?c: d}`."""

    entries: tuple[Entry, ...]


class StructExpr(NamedTuple):
    """`Name{field: value}`; the keys are constants."""

    name: str
    entries: tuple[Entry, ...]


class Comprehension(NamedTuple):
    """What macros such as `all` and `map` stand for: a loop over a list or map."""

    range: Expr
    variable: str
    second: str
    """The name of the second variable; "" where there is one only."""
    accumulator: str
    init: Expr
    condition: Expr
    step: Expr
    result: Expr


Expr: TypeAlias = Const | Ident | Select | Call | ListExpr | MapExpr | StructExpr | Comprehension


class Uint(int):
    """An unsigned whole number: a type of its own in CEL."""

    __slots__ = ()


def children(expr: Expr) -> Iterator[Expr]:
    """Yield the nodes right below a node, in the order of evaluation."""
    match expr:
        case Const() | Ident():
            return
        case Select(operand, _, _):
            yield operand
        case Call(target, _, args):
            if target is not None:
                yield target
            yield from args
        case ListExpr(elements, _):
            yield from elements
        case MapExpr(entries) | StructExpr(_, entries):
            for entry in entries:
                yield entry.key
                yield entry.value
        case Comprehension():
            yield from (expr.range, expr.init, expr.condition, expr.step, expr.result)
        case _:
            assert_never(expr)


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield a node and all below it, outer ones first."""
    yield expr
    for child in children(expr):
        yield from walk(child)
