"""Limits of numbers in schemas."""

from __future__ import annotations

from linter.apiserver.customresources.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.customresources.plain import Schema
    from linter.path import FieldPath

_INT32 = 2**31
_INT64 = 2**63
_FLOAT32 = 3.4028235677973366e38
_JSON_INTEGER = 2**53
_EPSILON = 1e-9


def number_failures(value: float, schema: Schema, format_: str, path: FieldPath) -> list[Failure]:
    """Return what is wrong with a number.

    Args:
        value: The number, as the server reads it.
        schema: The schema.
        format_: Its format, where the server knows it.
        path: Where the number is.
    """
    type_ = "" if schema.get("x-kubernetes-int-or-string") else schema.get("type") or ""
    failures = []

    def add(keyword: str, wanted: Any, *, at_root: bool = False) -> None:
        failures.append(Failure(keyword, path, value, wanted, at_root))

    if not _is_in_range(value, type_, format_):
        add("range", format_ or type_, at_root=True)
    for keyword in ("multipleOf", "maximum", "minimum"):
        limit = schema.get(keyword)
        if limit is None:
            continue
        is_plain = _is_in_range(limit, type_, format_)
        if not is_plain:
            add(f"{keyword} range", limit, at_root=True)
        # The server compares whole numbers with the limit cut to a whole number.
        limit_as_read = int(limit) if is_plain and isinstance(value, int) else limit
        if keyword == "multipleOf":
            if limit_as_read <= 0 or not _is_multiple(value, limit_as_read):
                add(keyword, limit)
        elif keyword == "maximum":
            if value > limit_as_read or (value == limit_as_read and schema.get("exclusiveMaximum")):
                add("exclusiveMaximum" if schema.get("exclusiveMaximum") else keyword, limit)
        elif value < limit_as_read or (value == limit_as_read and schema.get("exclusiveMinimum")):
            add("exclusiveMinimum" if schema.get("exclusiveMinimum") else keyword, limit)
    return failures


def _is_in_range(value: float, type_: str, format_: str) -> bool:
    """Tell whether a number, or a limit for it, can be of a type and format."""
    if type_ == "integer":
        most = _INT32 if format_ == "int32" else _INT64
        return float(value).is_integer() and -most <= value < most
    return format_ != "float" or abs(value) < _FLOAT32


def _is_multiple(value: float, factor: float) -> bool:
    if isinstance(value, int) and isinstance(factor, int):
        return value % factor == 0
    quotient = 1 / factor * value if factor < 1 else value / factor
    if abs(quotient) >= _JSON_INTEGER:
        return False
    rounded = round(quotient)
    return quotient == rounded or abs(quotient - rounded) < _EPSILON * abs(rounded)
