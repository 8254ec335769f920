"""Values that may be absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from linter.cel.errors import NO_OVERLOAD, EvaluationError
from linter.cel.values import NONE, Duration, Optional

if TYPE_CHECKING:
    from collections.abc import Callable


def _optional(value: Any) -> Optional:
    if not isinstance(value, Optional):
        raise EvaluationError(NO_OVERLOAD)
    return value


def _value(value: Any) -> Any:
    if not isinstance(value, Optional):
        raise EvaluationError(NO_OVERLOAD)
    if not value.is_present:
        raise EvaluationError("optional.none() dereference")
    return value.value


def _or_value(value: Any, other: Any) -> Any:
    return value.value if _optional(value).is_present else other


def _of_non_zero(value: Any) -> Optional:
    is_zero = (
        value is None or value == Duration(0) or (not isinstance(value, (Optional, Duration)) and not value)
    )
    return NONE if is_zero else Optional(value)


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "optional.of": Optional,
    "optional.none": lambda: NONE,
    "optional.ofNonZeroValue": _of_non_zero,
    "hasValue": lambda value: _optional(value).is_present,
    "value": _value,
    "or": lambda value, other: value if _optional(value).is_present else _optional(other),
    "orValue": _or_value,
}
