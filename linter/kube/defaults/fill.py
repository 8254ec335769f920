"""Filling in what an object lacks. Everything here shares what it does not change with its input."""

from __future__ import annotations

try:
    from podplan_native import fill_zero as _fill_zero_natively
except ImportError:
    _fill_zero_natively = None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Object = dict[str, Any]


def with_spec(obj: Object, default: Callable[[Object], Object]) -> Object:
    """Return an object with defaults in its spec."""
    return {**obj, "spec": default(obj.get("spec") or {})}


def with_template_labels(obj: Object) -> Object:
    """Return an object that gets the labels of its pod template where it has none of its own."""
    metadata = obj.get("metadata") or {}
    labels = (obj["spec"]["template"].get("metadata") or {}).get("labels")
    if not labels or metadata.get("labels"):
        return obj
    return {**obj, "metadata": {**metadata, "labels": labels}}


def fill(obj: Object, **defaults: Any) -> Object:
    """Return the object with the fields that it lacks."""
    return {**defaults, **obj}


def fill_zero_in_python(obj: Object, **defaults: Any) -> Object:
    """Return a copy with the fields that the object lacks or holds as zero value (plain fields of a Go struct)."""
    result = dict(obj)
    for name, value in defaults.items():
        if not result.get(name):
            result[name] = value
    return result


fill_zero: Callable[..., Object] = _fill_zero_natively or fill_zero_in_python
