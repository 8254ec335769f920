"""What plain values look like: those of which the validation has surely nothing to say.

A shape says of a value that it is plain, never that it is wrong: whatever a shape does not know, the validation looks at. It is worth it
where one walk in compiled code takes the place of many questions. A shape is one of these:

- None: any value.
- A function: a value for which it returns nothing, as those of linter.kube.names do for a text without faults.
- A frozenset or a range: a text or a whole number in it.
- Fields: a struct.
- Entries: a list.
"""

from __future__ import annotations

from linter.light_typing import NamedTuple

try:
    from podplan_native import is_plain as _is_plain_natively
except ImportError:
    _is_plain_natively = None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final, TypeAlias

    Shape: TypeAlias = "Callable[[Any], object] | frozenset[str | int] | range | Fields | Entries | None"


class Fields(NamedTuple):
    """A struct that has no other fields than these."""

    shapes: dict[str, Shape]
    """By field: what it looks like."""
    required: tuple[str, ...] = ()
    """The fields that are there."""
    choice: frozenset[str] = frozenset()
    """Fields of which exactly one is there; empty: there is nothing to choose."""


class Entries(NamedTuple):
    """A list that is not empty."""

    shape: Shape
    """What each entry looks like."""
    distinct: tuple[str, ...] = ()
    """The fields that no two entries have with the same value."""


def is_plain_in_python(value: Any, shape: Shape) -> bool:
    """Tell whether a value has a shape."""
    if shape is None:
        return True
    if isinstance(shape, Fields):
        return type(value) is dict and _has_fields(value, shape)
    if isinstance(shape, Entries):
        return type(value) is list and _has_entries(value, shape)
    if isinstance(shape, (frozenset, range)):
        return type(value) in (str, int) and value in shape
    return not shape(value)


def _has_fields(value: dict[str, Any], shape: Fields) -> bool:
    return (
        all(
            name in shape.shapes and is_plain_in_python(each, shape.shapes[name])
            for name, each in value.items()
        )
        and all(name in value for name in shape.required)
        and (not shape.choice or sum(name in value for name in shape.choice) == 1)
    )


def _has_entries(value: list[Any], shape: Entries) -> bool:
    if not value or not all(is_plain_in_python(each, shape.shape) for each in value):
        return False
    for name in shape.distinct:
        found = [each[name] for each in value if name in each]
        if len({*found}) < len(found):
            return False
    return True


is_plain: Final[Callable[[Any, Shape], bool] | None] = _is_plain_natively
"""`is_plain_in_python`, compiled. None where the compiled part is not installed: asked in Python, it takes longer than what it spares."""
