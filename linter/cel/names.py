"""Names in an expression that stand for nothing: variables and functions that there are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from linter.cel.functions import FUNCTIONS, TYPES
from linter.cel.nodes import Call, Comprehension, Const, Expr, Ident, ListExpr, MapExpr, Select, StructExpr

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_OPERATORS = frozenset({"_&&_", "_||_", "_?_:_", "_[_]", "_[?_]", "_?._", "@not_strictly_false"})


def undeclared(expr: Expr, variables: Collection[str]) -> Iterator[str]:
    """Yield names that stand for nothing, functions with `()` behind them.

    Args:
        expr: The expression.
        variables: The names of values that there are.
    """
    match expr:
        case Const():
            return
        case Ident(name):
            if name not in variables and name not in TYPES:
                yield name
        case Select(operand, _, _):
            if qualified_name(expr) not in TYPES:
                yield from undeclared(operand, variables)
        case Call(target, function, args):
            is_qualified = qualified_function(expr) is not None
            for each in (*((target,) if target is not None and not is_qualified else ()), *args):
                yield from undeclared(each, variables)
            if not is_qualified and function not in FUNCTIONS and function not in _OPERATORS:
                yield f"{function}()"
        case ListExpr(elements, _):
            for each in elements:
                yield from undeclared(each, variables)
        case MapExpr(entries) | StructExpr(_, entries):
            for entry in entries:
                yield from undeclared(entry.key, variables)
                yield from undeclared(entry.value, variables)
        case Comprehension():
            yield from undeclared(expr.range, variables)
            yield from undeclared(expr.init, variables)
            inner = {*variables, expr.variable, expr.second, expr.accumulator}
            for each in (expr.condition, expr.step, expr.result):
                yield from undeclared(each, inner)
        case _:
            assert_never(expr)


def qualified_name(expr: Expr) -> str | None:
    """Return `a.b.c` of names with dots between them; None where it is something else."""
    parts: list[str] = []
    while isinstance(expr, Select) and not expr.is_test:
        parts.append(expr.field)
        expr = expr.operand
    return ".".join([expr.name, *reversed(parts)]) if isinstance(expr, Ident) else None


def qualified_function(call: Call) -> str | None:
    """Return the name of a function such as `sets.contains`, which looks like a method; None where it is none."""
    prefix = None if call.target is None else qualified_name(call.target)
    name = f"{prefix}.{call.function}"
    return name if prefix is not None and name in FUNCTIONS else None
