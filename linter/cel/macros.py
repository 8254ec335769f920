"""Macros: calls that stand for loops, tests and bound names.

Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros, and the extensions of cel-go for optional values, bindings,
comprehensions with two variables and lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.cel.nodes import Call, Comprehension, Const, Expr, Ident, ListExpr, MapExpr, Select

if TYPE_CHECKING:
    from collections.abc import Callable

BOUND = "#bound"
"""The variable of a loop that `cel.bind` stands for: it goes through nothing and is there to bind a name."""
_UNUSED = "#unused"
_ACCUMULATOR = "@result"
_SORTED = "@__sortBy_input__"
_NO_NAME = "argument must be a simple name"


def expanded(call: Call) -> Expr:
    """Return what a macro stands for; the call itself where it is none.

    Raises:
        ValueError: It is a macro, but its arguments are none that it takes.
    """
    if call.target is None:
        return _presence(call)
    macro = _MACROS.get((call.function, len(call.args)))
    return call if macro is None else macro(call.target, call.function, call.args)


def _presence(call: Call) -> Expr:
    match call:
        case Call(None, "has", (Select(operand, field, False),)):
            return Select(operand, field, is_test=True)
        case Call(None, "has", (_,)):
            raise ValueError("invalid argument to has() macro")
        case _:
            return call


def _variable(expr: Expr) -> str:
    match expr:
        case Ident("@result" | "__result__"):
            raise ValueError("iteration variable overwrites accumulator variable")
        case Ident(name):
            return name
        case _:
            raise ValueError(_NO_NAME)


def _two_variables(one: Expr, other: Expr) -> tuple[str, str]:
    first, second = _variable(one), _variable(other)
    if first == second:
        raise ValueError(f"duplicate variable name: {first}")
    return first, second


def _result() -> Expr:
    return Ident(_ACCUMULATOR)


def _quantifier(target: Expr, name: str, args: tuple[Expr, ...]) -> Expr:
    *names, predicate = args
    first, second = _two_variables(names[0], names[1]) if len(names) > 1 else (_variable(names[0]), "")
    if name == "all":
        condition = Call(None, "@not_strictly_false", (_result(),))
        step = Call(None, "_&&_", (_result(), predicate))
        return Comprehension(
            target, first, second, _ACCUMULATOR, Const(value=True), condition, step, _result()
        )
    if name == "exists":
        condition = Call(None, "@not_strictly_false", (Call(None, "!_", (_result(),)),))
        step = Call(None, "_||_", (_result(), predicate))
        return Comprehension(
            target, first, second, _ACCUMULATOR, Const(value=False), condition, step, _result()
        )
    more = Call(None, "_+_", (_result(), Const(1)))
    counted = Call(None, "_?_:_", (predicate, more, _result()))
    is_one = Call(None, "_==_", (_result(), Const(1)))
    return Comprehension(target, first, second, _ACCUMULATOR, Const(0), Const(value=True), counted, is_one)


def _map(target: Expr, _: str, args: tuple[Expr, ...]) -> Expr:
    variable, *predicates, value = args
    return _listed(target, _variable(variable), "", predicates, value)


def _filter(target: Expr, _: str, args: tuple[Expr, ...]) -> Expr:
    variable, predicate = args
    return _listed(target, _variable(variable), "", [predicate], variable)


def _transform(target: Expr, name: str, args: tuple[Expr, ...]) -> Expr:
    one, other, *predicates, value = args
    first, second = _two_variables(one, other)
    if name == "transformList":
        return _listed(target, first, second, predicates, value)
    inserted = (Ident(first), value) if name == "transformMap" else (value,)
    step = Call(None, "cel.@mapInsert", (_result(), *inserted))
    return _collected(target, first, second, predicates, MapExpr(()), step)


def _listed(target: Expr, first: str, second: str, predicates: list[Expr], value: Expr) -> Expr:
    step = Call(None, "_+_", (_result(), ListExpr((value,), frozenset())))
    return _collected(target, first, second, predicates, ListExpr((), frozenset()), step)


def _collected(target: Expr, first: str, second: str, predicates: list[Expr], init: Expr, step: Expr) -> Expr:
    if predicates:
        step = Call(None, "_?_:_", (predicates[0], step, _result()))
    return Comprehension(target, first, second, _ACCUMULATOR, init, Const(value=True), step, _result())


def _bound(name: str, value: Expr, result: Expr, variable: str = _UNUSED) -> Expr:
    """Return an expression in which a name stands for a value: a loop through nothing, as cel-go has it."""
    nothing = ListExpr((), frozenset())
    return Comprehension(nothing, variable, "", name, value, Const(value=False), Ident(name), result)


def _bind(target: Expr, _: str, args: tuple[Expr, ...]) -> Expr:
    if target != Ident("cel"):
        return Call(target, "bind", args)
    variable, value, result = args
    return _bound(_variable(variable), value, result, BOUND)


def _optional_map(target: Expr, name: str, args: tuple[Expr, ...]) -> Expr:
    variable, value = args
    mapped = _bound(_variable(variable), Call(target, "value", ()), value)
    if name == "optMap":
        mapped = Call(Ident("optional"), "of", (mapped,))
    return Call(None, "_?_:_", (Call(target, "hasValue", ()), mapped, Call(Ident("optional"), "none", ())))


def _sort_by(target: Expr, _: str, args: tuple[Expr, ...]) -> Expr:
    variable, key = args
    keys = _listed(Ident(_SORTED), _variable(variable), "", [], key)
    return _bound(_SORTED, target, Call(Ident(_SORTED), "@sortByAssociatedKeys", (keys,)))


_MACROS: dict[tuple[str, int], Callable[[Expr, str, tuple[Expr, ...]], Expr]] = {
    **{
        (name, count): _quantifier
        for name in ("all", "exists", "exists_one", "existsOne")
        for count in (2, 3)
    },
    **{
        (name, count): _transform
        for name in ("transformList", "transformMap", "transformMapEntry")
        for count in (3, 4)
    },
    ("map", 2): _map,
    ("map", 3): _map,
    ("filter", 2): _filter,
    ("bind", 3): _bind,
    ("optMap", 2): _optional_map,
    ("optFlatMap", 2): _optional_map,
    ("sortBy", 2): _sort_by,
}
"""By name and number of arguments."""
