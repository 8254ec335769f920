"""Where a field is in an object, and how the API server spells that."""

from __future__ import annotations

try:
    from podplan_native import value_at as _value_at_natively
except ImportError:
    _value_at_natively = None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


FieldPath = tuple[str | int, ...]
"""The steps from the object's root: `("spec", "template", "spec", "containers", 0, "name")`. A child is `(*path, "name")`."""


class Key(str):
    """A key of a map whose keys are free (labels, limits): the API server spells it as `limits[cpu]`."""

    __slots__ = ()


def format_path(path: FieldPath) -> str:
    """Spell a path as the API server does, e.g. `spec.containers[0].resources.limits[cpu]`."""
    text = ""
    for step in path:
        if isinstance(step, (int, Key)):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def value_at_in_python(value: Any, path: FieldPath) -> Any:
    """Return what a path leads to in plain data; None where there is nothing, or something else than the path expects."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


value_at: Callable[[Any, FieldPath], Any] = _value_at_natively or value_at_in_python


def with_value_at(value: Any, path: FieldPath, new: Any) -> Any:
    """Return plain data with another value at a path; all beside the path is shared.

    Args:
        value: The data; the path must lead through mappings that are there.
        path: Names of fields.
        new: What stands there in the result.
    """
    if not path:
        return new
    name = str(path[0])
    return {**value, name: with_value_at(value[name] if len(path) > 1 else None, path[1:], new)}
