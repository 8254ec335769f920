"""Operators, and functions that all types have."""

from __future__ import annotations

from math import copysign, inf, nan
from typing import TYPE_CHECKING, Any, Final

from linter.cel.errors import NO_OVERLOAD, CostLimitError, EvaluationError
from linter.cel.nodes import Uint
from linter.cel.values import (
    Duration,
    MapList,
    SetList,
    Timestamp,
    TypeValue,
    compare,
    contains,
    equal,
    type_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST: Final = 16 * 1024 * 1024
"""No text or list grows beyond that: what is this large fits no request to the API server."""
_INT64 = 2**63
_DURATION = 2**63


def bounded(value: Any) -> Any:
    """Return a text or list that an expression made.

    Raises:
        CostLimitError: It is too large.
    """
    if len(value) > LONGEST:
        raise CostLimitError
    return value


def whole(value: int, like: Any) -> Any:
    """Return the result of a sum of whole numbers.

    Raises:
        EvaluationError: It does not fit into 64 bits.
    """
    if isinstance(like, Uint):
        if not 0 <= value < 2 * _INT64:
            raise EvaluationError("unsigned integer overflow")
        return Uint(value)
    if not -_INT64 <= value < _INT64:
        raise EvaluationError("integer overflow")
    return value


def _kind(value: Any) -> type | None:
    if isinstance(value, bool):
        return None
    return next((kind for kind in (Uint, int, float) if isinstance(value, kind)), None)


def _same_kind(one: Any, other: Any) -> type:
    kind = _kind(one)
    if kind is None or kind is not _kind(other):
        raise EvaluationError(NO_OVERLOAD)
    return kind


def _add(one: Any, other: Any) -> Any:
    if isinstance(one, str) and isinstance(other, str):
        return bounded(one + other)
    if isinstance(one, bytes) and isinstance(other, bytes):
        return bounded(one + other)
    if isinstance(one, list) and isinstance(other, list):
        return _concatenated(one, other)
    if isinstance(one, Timestamp) and isinstance(other, Duration):
        return Timestamp(one.nanos + other.nanos)
    if isinstance(one, Duration) and isinstance(other, Timestamp):
        return Timestamp(one.nanos + other.nanos)
    if isinstance(one, Duration) and isinstance(other, Duration):
        return _duration(one.nanos + other.nanos)
    if _same_kind(one, other) is float:
        return one + other
    return whole(one + other, one)


def _concatenated(one: list[Any], other: list[Any]) -> list[Any]:
    if isinstance(one, SetList):
        return SetList([*one, *(each for each in other if not contains(one, each))])
    if isinstance(one, MapList):
        # Items of the second replace those of the first with the same keys, in their places.
        by_key = {one.key_of(each): each for each in other}
        result = MapList([by_key.pop(one.key_of(each), each) for each in one])
        result.keys = one.keys
        result += by_key.values()
        return result
    return list(bounded([*one, *other]))


def _subtract(one: Any, other: Any) -> Any:
    if isinstance(one, Timestamp) and isinstance(other, Timestamp):
        return _duration(one.nanos - other.nanos)
    if isinstance(one, Timestamp) and isinstance(other, Duration):
        return Timestamp(one.nanos - other.nanos)
    if isinstance(one, Duration) and isinstance(other, Duration):
        return _duration(one.nanos - other.nanos)
    if _same_kind(one, other) is float:
        return one - other
    return whole(one - other, one)


def _duration(nanos: int) -> Duration:
    if not -_DURATION <= nanos < _DURATION:
        raise EvaluationError("duration overflow")
    return Duration(nanos)


def _multiply(one: Any, other: Any) -> Any:
    return one * other if _same_kind(one, other) is float else whole(one * other, one)


def _divide(one: Any, other: Any) -> Any:
    if _same_kind(one, other) is float:
        if other == 0:
            return nan if one == 0 or one != one else copysign(inf, one) * copysign(1, other)  # noqa: PLR0124  not a number
        return one / other
    if other == 0:
        raise EvaluationError("division by zero")
    quotient = abs(one) // abs(other)
    return whole(quotient if (one < 0) == (other < 0) else -quotient, one)


def _modulo(one: Any, other: Any) -> Any:
    if _same_kind(one, other) is float:
        raise EvaluationError(NO_OVERLOAD)
    if other == 0:
        raise EvaluationError("modulus by zero")
    rest = abs(one) % abs(other)
    return whole(-rest if one < 0 else rest, one)


def _negate(value: Any) -> Any:
    kind = _kind(value)
    if kind is float:
        return -value
    if kind is not int:
        raise EvaluationError(NO_OVERLOAD)
    return whole(-value, value)


def _not(value: Any) -> bool:
    if not isinstance(value, bool):
        raise EvaluationError(NO_OVERLOAD)
    return not value


def _is_in(value: Any, items: Any) -> bool:
    if isinstance(items, dict):
        return not isinstance(value, (list, dict)) and value in items
    if not isinstance(items, list):
        raise EvaluationError(NO_OVERLOAD)
    return contains(items, value)


def _size(value: Any) -> int:
    if not isinstance(value, (str, bytes, list, dict)):
        raise EvaluationError(NO_OVERLOAD)
    return len(value)


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "_==_": equal,
    "_!=_": lambda one, other: not equal(one, other),
    "_<_": lambda one, other: compare(one, other) < 0,
    "_<=_": lambda one, other: compare(one, other) <= 0,
    "_>_": lambda one, other: compare(one, other) > 0,
    "_>=_": lambda one, other: compare(one, other) >= 0,
    "_+_": _add,
    "_-_": _subtract,
    "_*_": _multiply,
    "_/_": _divide,
    "_%_": _modulo,
    "-_": _negate,
    "!_": _not,
    "@in": _is_in,
    "size": _size,
    "type": lambda value: TypeValue(type_name(value)),
    "dyn": lambda value: value,
}
