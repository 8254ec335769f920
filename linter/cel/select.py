"""Fields of objects, entries of maps and items of lists."""

from __future__ import annotations

from typing import Any

from linter.cel.errors import NO_OVERLOAD, EvaluationError
from linter.cel.nodes import Uint
from linter.cel.values import NONE, Optional, is_number, used


def select(value: Any, field: str) -> Any:
    """Return a field.

    Raises:
        EvaluationError: There is none, or the value has no fields.
    """
    value = used(value)
    if isinstance(value, Optional):
        return Optional(used(value.value[field])) if value.is_present and _has(value.value, field) else NONE
    if not isinstance(value, dict):
        raise EvaluationError(NO_OVERLOAD)
    if field not in value:
        raise EvaluationError(f"no such key: {field}")
    return used(value[field])


def has_field(value: Any, field: str) -> bool:
    """Tell whether there is a field.

    Raises:
        EvaluationError: The value has no fields.
    """
    value = used(value)
    if isinstance(value, Optional):
        return value.is_present and _has(value.value, field)
    return _has(value, field)


def index(value: Any, key: Any) -> Any:
    """Return an item or entry.

    Raises:
        EvaluationError: There is none.
    """
    value, key = used(value), used(key)
    if isinstance(value, Optional):
        return index_optional(value, key)
    if isinstance(value, dict):
        if _key(key) not in value:
            raise EvaluationError(f"no such key: {key}")
        return used(value[_key(key)])
    if not isinstance(value, list):
        raise EvaluationError(NO_OVERLOAD)
    place = _place(key)
    if not 0 <= place < len(value):
        raise EvaluationError(f"index out of bounds: {place}")
    return used(value[place])


def index_optional(value: Any, key: Any) -> Optional:
    """Return an item or entry, or the optional value that there is none."""
    value, key = used(value), used(key)
    if isinstance(value, Optional):
        return index_optional(value.value, key) if value.is_present else NONE
    if isinstance(value, dict):
        return Optional(used(value[_key(key)])) if _key(key) in value else NONE
    if not isinstance(value, list):
        raise EvaluationError(NO_OVERLOAD)
    place = _place(key)
    return Optional(used(value[place])) if 0 <= place < len(value) else NONE


def _has(value: Any, field: str) -> bool:
    if not isinstance(value, dict):
        raise EvaluationError(NO_OVERLOAD)
    return field in value


def _key(key: Any) -> Any:
    if isinstance(key, (list, dict)):
        raise EvaluationError(NO_OVERLOAD)
    return key


def _place(key: Any) -> int:
    if is_number(key) and (isinstance(key, (int, Uint)) or float(key).is_integer()):
        return int(key)
    raise EvaluationError(NO_OVERLOAD)
