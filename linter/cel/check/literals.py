"""What is wrong with the values that an expression spells out: durations, timestamps, patterns, formats, lists of mixed types.

Source: cel/validator.go and ext/formatting.go of cel-go, and what its optimizer computes when a program is made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from linter.cel.check.types import spelled
from linter.cel.errors import EvaluationError
from linter.cel.nodes import Call, Const, Expr, ListExpr, MapExpr, children
from linter.kube.patterns import pattern_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.cel.check.checker import Checked
    from linter.cel.check.types import Type

_PATTERNS = frozenset({"matches", "find", "findAll"})
_CLAUSE = re.compile(r"%(?:(%)|(?:\.(\d+))?(.?))", re.DOTALL)
_FORMATTED = {
    "s": frozenset(
        {"list", "map", "int", "uint", "double", "bool", "string", "Timestamp", "bytes", "Duration", "type", "null_type"}
    ),
    "d": frozenset({"int", "uint"}),
    "f": frozenset({"double", "string"}),
    "e": frozenset({"double", "string"}),
    "b": frozenset({"bool", "int", "uint"}),
    "x": frozenset({"int", "uint", "string", "bytes"}),
    "X": frozenset({"int", "uint", "string", "bytes"}),
    "o": frozenset({"int", "uint"}),
}  # fmt: skip
"""The types of values that each clause of a format takes."""


def literal_faults(checked: Checked) -> Iterator[str]:
    """Yield what is wrong, as phrases.

    Args:
        checked: An expression whose names and types are right.
    """
    yield from _faults(checked.expr, checked, in_format=False)


def _faults(expr: Expr, checked: Checked, *, in_format: bool) -> Iterator[str]:
    match expr:
        case Call():
            yield from _call_faults(expr, checked)
            in_format = in_format or expr.function == "format"
        case ListExpr() if not in_format:
            elements = enumerate(expr.elements)
            yield from _mixed(
                [_held(checked, each, is_optional=number in expr.optional) for number, each in elements]
            )
        case MapExpr() if not in_format:
            yield from _mixed([checked.types[id(each.key)] for each in expr.entries])
            yield from _mixed(
                [_held(checked, each.value, is_optional=each.is_optional) for each in expr.entries]
            )
        case _:
            pass
    for child in children(expr):
        if id(child) in checked.types:  # the `sets` of `sets.contains` is no value
            yield from _faults(child, checked, in_format=in_format)


def _held(checked: Checked, expr: Expr, *, is_optional: bool) -> Type:
    """Return the type of what a list or map holds if an element is written so."""
    type_ = checked.types[id(expr)]
    return type_.params[0] if is_optional and type_.params else type_


def _mixed(types: Sequence[Type]) -> Iterator[str]:
    other = next((each for each in types if each != types[0]), None)
    if other is not None:
        yield f"expected type '{spelled(types[0])}' but found '{spelled(other)}'"


def _call_faults(call: Call, checked: Checked) -> Iterator[str]:
    if call.function in _PATTERNS:
        for pattern in call.args if call.target is None else call.args[:1]:
            text = pattern.value if isinstance(pattern, Const) else None
            if isinstance(text, str) and (fault := pattern_fault(text)):
                yield f"`{text}` {fault}"
    elif call.function == "format":
        match call:
            case Call(Const(str() as text), _, (ListExpr(elements, _),)):
                yield from _format_faults(text, [checked.types[id(each)] for each in elements])
            case _:
                pass
    else:
        try:
            _folded(call)
        except EvaluationError as error:
            yield str(error)


def _folded(expr: Expr) -> Any:
    """Return the value of a literal, also behind conversions; None of all else.

    Raises:
        EvaluationError: A conversion fails.
    """
    from linter.cel.functions import FUNCTIONS, is_conversion

    match expr:
        case Const(value):
            return value
        case Call(None, function, (argument,)) if is_conversion(function):
            value = _folded(argument)
            return None if value is None else FUNCTIONS[function](value)
        case _:
            return None


def _format_faults(text: str, types: Sequence[Type]) -> Iterator[str]:
    count = 0
    for found in _CLAUSE.finditer(text):
        if found[1]:
            continue
        if count >= len(types):
            yield f"index {count} out of range"
            return
        wanted, type_ = _FORMATTED.get(found[3]), types[count]
        if not found[3]:
            yield "unexpected end of string"
            return
        if wanted is None:
            yield f"could not parse formatting clause: unrecognized formatting clause '{found[3]}'"
            return
        if type_.name not in wanted and type_.name != "dyn":
            yield f"error during formatting: %{found[3]} does not take a value of type '{spelled(type_)}'"
            return
        count += 1
    if len(types) > count:
        yield f"too many arguments supplied to string.format (expected {count}, got {len(types)})"
