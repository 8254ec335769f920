"""Kubernetes' amounts: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from linter.cel.errors import NO_OVERLOAD, EvaluationError
from linter.kube import quantities

if TYPE_CHECKING:
    from collections.abc import Callable

_BILLION = 10**9
_INT64 = 2**63


@dataclass(frozen=True)
class Quantity:
    """An amount, in billionths."""

    cel_type: ClassVar = "kubernetes.Quantity"
    nanos: int


def _quantity(text: Any) -> Quantity:
    if not isinstance(text, str):
        raise EvaluationError(NO_OVERLOAD)
    try:
        return Quantity(quantities.parse(text).nanos)
    except ValueError:
        raise EvaluationError(
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        ) from None


def _is_quantity(text: Any) -> bool:
    if not isinstance(text, str):
        raise EvaluationError(NO_OVERLOAD)
    return quantities.is_quantity(text)


def _nanos(value: Any) -> int:
    if not isinstance(value, Quantity):
        raise EvaluationError(NO_OVERLOAD)
    return value.nanos


def _as_integer(value: Any) -> int:
    whole, rest = divmod(_nanos(value), _BILLION)
    if rest or not -_INT64 <= whole < _INT64:
        raise EvaluationError("cannot convert value to integer")
    return whole


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _sum(sign: int) -> Callable[[Any, Any], Quantity]:
    def added(one: Any, other: Any) -> Quantity:
        is_whole = isinstance(other, int) and not isinstance(other, bool)
        return Quantity(_nanos(one) + sign * (other * _BILLION if is_whole else _nanos(other)))

    return added


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "quantity": _quantity,
    "isQuantity": _is_quantity,
    "sign": lambda value: _sign(_nanos(value)),
    "isInteger": lambda value: (
        _nanos(value) % _BILLION == 0 and -_INT64 <= _nanos(value) // _BILLION < _INT64
    ),
    "asInteger": _as_integer,
    "asApproximateFloat": lambda value: _nanos(value) / _BILLION,
    "add": _sum(1),
    "sub": _sum(-1),
}
