"""Parses expressions: https://github.com/google/cel-spec/blob/master/doc/langdef.md."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from linter.cel.errors import CelMissingError, SyntaxFaultError
from linter.cel.macros import expanded
from linter.cel.nodes import (
    Call,
    Comprehension,
    Const,
    Entry,
    Expr,
    Ident,
    ListExpr,
    MapExpr,
    Select,
    StructExpr,
    Uint,
)
from linter.cel.wire import decode

if TYPE_CHECKING:
    from linter.cel.wire import Fields


@lru_cache(maxsize=512)
def parse(text: str) -> Expr:
    """Parse an expression.

    Raises:
        CelMissingError: The library that parses is not installed.
        SyntaxFaultError: It is not CEL.
    """
    try:
        serialized = _environment().compile(text, disable_check=True).serialize()
    except RuntimeError as error:
        raise SyntaxFaultError(_first_fault(str(error))) from None
    whole = decode(serialized)
    (parsed,) = whole[2]  # within a google.protobuf.Any
    (expression,) = decode(parsed)[2]
    return _expr(expression)


@lru_cache(maxsize=1)
def _environment() -> Any:
    try:
        from cel_expr_python import cel
        from cel_expr_python.ext import ext_bindings, ext_optional
    except ImportError:
        raise CelMissingError from None
    return cel.NewEnv(extensions=[ext_optional.ExtOptional(), ext_bindings.ExtBindings()])


def _first_fault(report: str) -> str:
    """Return the first line of a report without its file name and code: `1:14: Syntax error: …`."""
    import re

    line = report.removeprefix("INVALID_ARGUMENT: ").partition("\n")[0]
    return re.sub(r"^ERROR: <input>:|\s*\(in container ''\)|\s*\[INVALID_ARGUMENT\]$| expecting .*", "", line)


# Below: https://github.com/google/cel-spec/blob/master/proto/cel/expr/syntax.proto, by field number.


def _expr(data: Any) -> Expr:
    fields = decode(data)
    for number, read in _KINDS.items():
        if number in fields:
            return read(decode(fields[number][0]))
    return Const(None)


def _text(fields: Fields, number: int) -> str:
    return str(fields[number][0], "utf-8") if number in fields else ""


def _const(fields: Fields) -> Expr:
    from struct import pack, unpack

    for number, values in fields.items():
        value = values[0]
        match number:
            case 1:
                return Const(None)
            case 2:
                return Const(bool(value))
            case 3:
                return Const(value - 2**64 if value >= 2**63 else value)
            case 4:
                return Const(Uint(value))
            case 5:
                return Const(unpack("<d", pack("<Q", value))[0])
            case 6:
                return Const(str(value, "utf-8"))
            case 7:
                return Const(bytes(value))
            case _:
                raise ValueError(number)
    return Const(None)


def _ident(fields: Fields) -> Expr:
    return Ident(_text(fields, 1))


def _select(fields: Fields) -> Expr:
    return Select(_expr(fields[1][0]), _text(fields, 2), bool(fields.get(3, [0])[0]))


def _call(fields: Fields) -> Expr:
    target = _expr(fields[1][0]) if 1 in fields else None
    return expanded(Call(target, _text(fields, 2), tuple(_expr(each) for each in fields.get(3, ()))))


def _list(fields: Fields) -> Expr:
    optional: set[int] = set()
    for packed in fields.get(2, ()):
        optional.update(packed if isinstance(packed, bytes) else [packed])
    return ListExpr(tuple(_expr(each) for each in fields.get(1, ())), frozenset(optional))


def _struct(fields: Fields) -> Expr:
    entries = []
    for data in fields.get(2, ()):
        entry = decode(data)
        key = _expr(entry[3][0]) if 3 in entry else Const(_text(entry, 2))
        entries.append(Entry(key, _expr(entry[4][0]), bool(entry.get(5, [0])[0])))
    name = _text(fields, 1)
    return StructExpr(name, tuple(entries)) if name else MapExpr(tuple(entries))


def _comprehension(fields: Fields) -> Expr:
    parts = [_expr(fields[number][0]) for number in (2, 4, 5, 6, 7)]
    return Comprehension(parts[0], _text(fields, 1), _text(fields, 8), _text(fields, 3), *parts[1:])


_KINDS = {3: _const, 4: _ident, 5: _select, 6: _call, 7: _list, 8: _struct, 9: _comprehension}
