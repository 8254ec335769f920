"""Types of values in expressions."""

from __future__ import annotations

from typing import NamedTuple

from linter.cel.nodes import Uint


class Type(NamedTuple):
    """A type.

    Attributes:
        name: `int`, `list`, `kubernetes.Quantity`, …; a name that begins with `<` stands for a type that is not known yet.
        params: The types within: of a list's elements; of a map's keys and values; of what an optional value may hold; of `type`.
    """

    name: str
    params: tuple[Type, ...] = ()

    @property
    def is_variable(self) -> bool:
        """Whether it stands for another type."""
        return self.name[0] == "<"


BOOL = Type("bool")
BYTES = Type("bytes")
DOUBLE = Type("double")
DURATION = Type("Duration")
DYN = Type("dyn")
ERROR = Type("error")
INT = Type("int")
NULL = Type("null_type")
STRING = Type("string")
TIMESTAMP = Type("Timestamp")
UINT = Type("uint")

SCALARS = frozenset({"bool", "bytes", "double", "int", "string", "uint"})
_SPELLED = {"Duration": "duration", "Timestamp": "timestamp", "null_type": "null"}


def list_of(element: Type) -> Type:
    """Return the type of lists of such elements."""
    return Type("list", (element,))


def map_of(key: Type, value: Type) -> Type:
    """Return the type of maps of such keys and values."""
    return Type("map", (key, value))


def optional_of(value: Type) -> Type:
    """Return the type of values that may be absent."""
    return Type("optional_type", (value,))


def type_of(value: Type) -> Type:
    """Return the type of a type as a value."""
    return Type("type", (value,))


def type_of_constant(value: object) -> Type:
    """Return the type of a literal's value.

    Raises:
        TypeError: No literal has such a value.
    """
    match value:
        case None:
            return NULL
        case bool():
            return BOOL
        case Uint():
            return UINT
        case int():
            return INT
        case float():
            return DOUBLE
        case str():
            return STRING
        case bytes():
            return BYTES
        case _:
            raise TypeError(value)


def is_dyn(type_: Type) -> bool:
    """Tell whether values of any type go for it, and it for any."""
    return type_.name in {"dyn", "error"}


def unwrapped(type_: Type) -> tuple[Type, bool]:
    """Return what an optional value may hold, and whether the type is one of those."""
    return (type_.params[0], True) if type_.name == "optional_type" else (type_, False)


def spelled(type_: Type) -> str:
    """Return a type as cel-go spells it in messages; of an object without the path that tells its schema from others."""
    if type_.is_variable:
        return "dyn"
    name = _SPELLED.get(type_.name, type_.name.partition("@")[0])
    return f"{name}({', '.join(map(spelled, type_.params))})" if type_.params else name


def described(type_: Type) -> str:
    """Return a type in plain words, with an article."""
    return _DESCRIBED.get(spelled(type_)) or f"a value of type `{spelled(type_)}`"


_DESCRIBED = {
    "bool": "true or false",
    "bytes": "bytes",
    "double": "a number",
    "dyn": "a value of unknown type",
    "int": "a whole number",
    "list(JSONPatch)": "a list of JSONPatch",
    "null": "null",
    "Object": "an Object",
    "string": "a text",
    "uint": "a whole number",
}
