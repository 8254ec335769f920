"""Macros that the parser does not know: comprehensions with two variables, and sortBy.

Source: https://pkg.go.dev/github.com/google/cel-go/ext#TwoVarComprehensions
"""

from __future__ import annotations

from linter.cel.nodes import Call, Comprehension, Const, Expr, Ident, ListExpr, MapExpr

_ACCUMULATOR = "@result"


def expanded(call: Call) -> Expr:
    """Return the loop that a macro stands for; the call itself where it is none."""
    if call.target is None:
        return call
    match call.function, call.args:
        case "all" | "exists" | "existsOne" | "exists_one" as name, (Ident(first), Ident(second), predicate):
            return _quantifier(call.target, name, first, second, predicate)
        case "existsOne", (Ident(first), predicate):
            return _quantifier(call.target, "existsOne", first, "", predicate)
        case "transformList" | "transformMap" | "transformMapEntry" as name, (
            Ident(first),
            Ident(second),
            value,
        ):
            return _transform(call.target, name, first, second, None, value)
        case "transformList" | "transformMap" | "transformMapEntry" as name, (
            Ident(first),
            Ident(second),
            predicate,
            value,
        ):
            return _transform(call.target, name, first, second, predicate, value)
        case "sortBy", (Ident(variable), key):
            keys = _transform(call.target, "transformList", "", variable, None, key)
            return Call(call.target, "@sortByAssociatedKeys", (keys,))
        case _:
            return call


def _quantifier(target: Expr, name: str, first: str, second: str, predicate: Expr) -> Expr:
    result: Expr = Ident(_ACCUMULATOR)
    if name == "all":
        condition = Call(None, "@not_strictly_false", (result,))
        step = Call(None, "_&&_", (result, predicate))
        return Comprehension(target, first, second, _ACCUMULATOR, Const(value=True), condition, step, result)
    if name == "exists":
        condition = Call(None, "@not_strictly_false", (Call(None, "!_", (result,)),))
        step = Call(None, "_||_", (result, predicate))
        return Comprehension(target, first, second, _ACCUMULATOR, Const(value=False), condition, step, result)
    more = Call(None, "_+_", (result, Const(1)))
    counted = Call(None, "_?_:_", (predicate, more, result))
    is_one = Call(None, "_==_", (result, Const(1)))
    return Comprehension(target, first, second, _ACCUMULATOR, Const(0), Const(value=True), counted, is_one)


def _transform(target: Expr, name: str, first: str, second: str, predicate: Expr | None, value: Expr) -> Expr:
    result: Expr = Ident(_ACCUMULATOR)
    init: Expr
    if name == "transformList":
        init = ListExpr((), frozenset())
        step = Call(None, "_+_", (result, ListExpr((value,), frozenset())))
    elif name == "transformMap":
        init = MapExpr(())
        step = Call(None, "cel.@mapInsert", (result, Ident(first), value))
    else:
        init = MapExpr(())
        step = Call(None, "cel.@mapInsert", (result, value))
    if predicate is not None:
        step = Call(None, "_?_:_", (predicate, step, result))
    return Comprehension(target, first, second, _ACCUMULATOR, init, Const(value=True), step, result)
