"""What an expression may name: variables, types of objects, functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.cel.check.signatures import Overload, overloads
from linter.cel.check.types import Type, type_of
from linter.cel.syntax import RESERVED

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES = {
    **{name: Type(name) for name in ("bool", "bytes", "double", "int", "string", "uint", "null_type", "net.IP", "net.CIDR")},
    "google.protobuf.Timestamp": Type("Timestamp"),
    "google.protobuf.Duration": Type("Duration"),
    "list": Type("list", (Type("dyn"),)),
    "map": Type("map", (Type("dyn"), Type("dyn"))),
    "type": Type("type", (Type("dyn"),)),
    "optional_type": Type("optional_type", (Type("dyn"),)),
}  # fmt: skip
"""Names of types, which are values."""


class ObjectType(NamedTuple):
    """The fields of a type of objects."""

    noun: str
    """What messages call the object, such as "the schema"."""
    fields: Mapping[str, Type]
    can_be_made: bool = False
    """Whether an expression may write such an object."""


class Scope(NamedTuple):
    """What an expression may name, beside the functions that there always are."""

    variables: Mapping[str, Type]
    objects: Mapping[str, ObjectType] = {}
    """Types of objects by name. Kubernetes' others, such as quantities, have no fields; those of `Object` are not known."""
    minor: int | None = None
    """The minor version of Kubernetes whose functions there are; None: all, as for expressions that an object had before."""
    makes_patches: bool = False
    """Whether there are the types `Object…` and `JSONPatch`, and functions for patches."""
    binds: bool = False
    """Whether there is the macro `cel.bind`."""

    def functions(self, name: str) -> tuple[Overload, ...]:
        """Return the signatures of a function; none if there is no such function."""
        if name == "jsonpatch.escapeKey" and not self.makes_patches:
            return ()
        found = overloads(name)
        return found if self.minor is None else tuple(each for each in found if each.since <= self.minor)

    def ident(self, name: str) -> Type | None:
        """Return the type of what a name of the outermost scope stands for; None if it stands for nothing."""
        if name in self.variables:
            return self.variables[name]
        if name in _TYPES:
            return type_of(_TYPES[name])
        made = self.made(name)
        return None if made is None else type_of(made)

    def made(self, name: str) -> Type | None:
        """Return the type of objects that an expression may write as `name{…}`; None if there is none."""
        if self.makes_patches and (name in {"Object", "JSONPatch"} or name.startswith("Object.")):
            return Type(name)
        return Type(name) if name in self.objects and self.objects[name].can_be_made else None

    def field(self, type_: Type, name: str) -> Type | None:
        """Return the type of a field of an object; None if there is no such field."""
        if type_.name == "JSONPatch":
            return _PATCH.get(name)
        if type_.name not in self.objects:
            return None if type_.name.startswith("kubernetes.") else Type("dyn")
        fields = self.objects[type_.name].fields
        return fields.get(name) or (fields.get(f"__{name}__") if name in RESERVED else None)

    def noun(self, type_: Type) -> str:
        """Return what messages call an object of a type."""
        found = self.objects.get(type_.name)
        return type_.name if found is None else found.noun


_PATCH = {**dict.fromkeys(("op", "from", "path"), Type("string")), "value": Type("dyn")}
