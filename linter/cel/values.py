"""Values that expressions handle beside those of plain Python, and how values compare.

Texts, bytes, floats, truth values, None, lists and dicts stand for themselves; int is CEL's int.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linter.cel.errors import NO_OVERLOAD, EvaluationError
from linter.cel.nodes import Uint


@dataclass(frozen=True)
class Timestamp:
    """A point in time, in nanoseconds since 1970."""

    nanos: int


@dataclass(frozen=True)
class Duration:
    """A span of time, in nanoseconds."""

    nanos: int


@dataclass(frozen=True)
class Optional:
    """A value that may be absent."""

    value: Any = None
    is_present: bool = True


NONE = Optional(is_present=False)


@dataclass(frozen=True)
class TypeValue:
    """A type as a value: what `type(x)` gives."""

    name: str


class SetList(list[Any]):
    """A list that is a set: its order does not count."""

    __slots__ = ()


class MapList(list[Any]):
    """A list whose items are told apart by their keys."""

    __slots__ = ("keys",)
    keys: tuple[str, ...]

    def key_of(self, item: Any) -> tuple[Any, ...]:
        """Return the values of an item's keys."""
        return tuple(item.get(key) for key in self.keys) if isinstance(item, dict) else ()


class Broken:
    """Stands where the data is not of the type that the schema says: an error as soon as it is used."""

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message


def used(value: Any) -> Any:
    """Return a value that is about to be used.

    Raises:
        EvaluationError: The data was not of the type that its schema says.
    """
    if isinstance(value, Broken):
        raise EvaluationError(value.message)
    return value


def is_number(value: Any) -> bool:
    """Tell whether a value is an int, uint or double."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def equal(one: Any, other: Any) -> bool:
    """Compare as `==` does: numbers by value, all else by type and value."""
    if is_number(one) and is_number(other):
        return bool(one == other)
    if isinstance(one, list) and isinstance(other, list):
        return _equal_lists(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return len(one) == len(other) and all(
            key in other and equal(used(value), used(other[key])) for key, value in one.items()
        )
    if isinstance(one, Optional) and isinstance(other, Optional):
        return one.is_present == other.is_present and equal(one.value, other.value)
    return type(one) is type(other) and bool(one == other)


def _equal_lists(one: list[Any], other: list[Any]) -> bool:
    if len(one) != len(other):
        return False
    if isinstance(one, SetList):
        return all(contains(other, each) for each in one) and all(contains(one, each) for each in other)
    if isinstance(one, MapList):
        by_key = {one.key_of(item): item for item in other}
        return len(by_key) == len(one) and all(
            one.key_of(item) in by_key and equal(item, by_key[one.key_of(item)]) for item in one
        )
    return all(equal(used(a), used(b)) for a, b in zip(one, other, strict=True))


def contains(items: list[Any], wanted: Any) -> bool:
    """Tell whether a list has an item that is equal to a value."""
    if isinstance(wanted, str):
        return wanted in items
    return any(equal(used(item), wanted) for item in items)


def compare(one: Any, other: Any) -> int:
    """Return -1, 0 or 1 as a value is less than, equal to or greater than another.

    Raises:
        EvaluationError: They have no order.
    """
    a: Any = one
    b: Any = other
    if is_number(one) and is_number(other):
        pass
    elif not isinstance(a, (str, bytes, bool, Timestamp, Duration)) or type(one) is not type(other):
        raise EvaluationError(NO_OVERLOAD)
    elif isinstance(a, (Timestamp, Duration)):
        a, b = a.nanos, b.nanos
    elif isinstance(a, str):
        a, b = a.encode("utf-8", "surrogatepass"), b.encode("utf-8", "surrogatepass")
    return int(a > b) - int(a < b)


def size_of(value: Any) -> int:
    """Return the size that counts for the cost of a call: of texts, lists and maps; 1 of all else."""
    if isinstance(value, (str, bytes, list, dict)):
        return len(value)
    size = getattr(value, "byte_length", None)
    return size if isinstance(size, int) else 1


def type_name(value: Any) -> str:
    """Return the name of a value's type as CEL spells it."""
    names: tuple[tuple[Any, str], ...] = (
        (bool, "bool"), (Uint, "uint"), (int, "int"), (float, "double"), (str, "string"), (bytes, "bytes"),
        (list, "list"), (dict, "map"), (Timestamp, "google.protobuf.Timestamp"), (Duration, "google.protobuf.Duration"),
        (Optional, "optional_type"), (TypeValue, "type"), (type(None), "null_type"),
    )  # fmt: skip
    return next((name for kind, name in names if isinstance(value, kind)), getattr(value, "cel_type", "dyn"))
