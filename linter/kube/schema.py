"""What Kubernetes knows of a field: its type, whether it must be there, how lists are merged, since and until when.

The one way to the facts of schemas/ for code that has an object or a path in hand. A type is spelled as schemas/kubernetes.json
does: `[core/v1.Container]` is a list, `{string}` a map with free keys, `core/v1.PodSpec` a struct, `int32` a scalar.
"""

from __future__ import annotations

from functools import cache

from linter.schemas import definition, kinds, nearest, notations, of_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.path import FieldPath
    from linter.schemas import Notation
    from linter.version import KubeVersion

POD_TEMPLATE = "core/v1.PodTemplateSpec"


def is_list(type_: str) -> bool:
    """Tell whether a type is a list."""
    return type_.startswith("[")


def is_map(type_: str) -> bool:
    """Tell whether a type is a map with free keys."""
    return type_.startswith("{")


def is_struct(type_: str) -> bool:
    """Tell whether a type is a struct."""
    return "." in type_ and not is_list(type_) and not is_map(type_)


def inside(type_: str) -> str:
    """Return the type of a list's entries, or of a map's values."""
    return type_[1:-1]


def type_of(api_version: str, kind: str, version: KubeVersion | None = None) -> str | None:
    """Return the type of a kind's objects; None where there is no such kind (in that version, if one is given)."""
    notation = kinds().get(f"{api_version} {kind}")
    found = notation and _of(notation, version)
    return found.type if found else None


@cache
def _kinds() -> frozenset[str]:
    return frozenset(key.partition(" ")[2] for key in kinds())


def is_kind(kind: str) -> bool:
    """Tell whether Kubernetes has a kind of that name, in whichever apiVersion."""
    return kind in _kinds()


def field_of(struct: str, name: str, version: KubeVersion | None = None) -> Notation | None:
    """Return what a field of a struct is.

    Args:
        struct: The struct, such as "core/v1.PodSpec".
        name: The field.
        version: The Kubernetes version; without one the newest that knows the field.

    Returns:
        None where there is no such field.
    """
    notation = definition(struct).get(name)
    return _of(notation, version) if notation else None


def field_at(type_: str | None, path: FieldPath, version: KubeVersion | None = None) -> Notation | None:
    """Return what the field at a path is, starting from a type; None where the path leads to no field of a struct.

    None as type stands for one that is not known.
    """
    found: Notation | None = None
    for step in path:
        if type_ is None:
            return None
        if is_list(type_) or is_map(type_):
            type_, found = inside(type_), None
        elif is_struct(type_):
            found = field_of(type_, str(step), version)
            if found is None:
                return None
            type_ = found.type
        else:
            return None
    return found


def type_at(type_: str | None, path: FieldPath, version: KubeVersion | None = None) -> str | None:
    """Return the type of the value at a path, starting from a type; None where the path leads nowhere.

    None as type stands for one that is not known.
    """
    for step in path:
        if type_ is None:
            return None
        if is_list(type_) or is_map(type_):
            type_ = inside(type_)
        elif is_struct(type_):
            field = field_of(type_, str(step), version)
            if field is None:
                return None
            type_ = field.type
        else:
            return None
    return type_


def _of(notation: str | list[str], version: KubeVersion | None) -> Notation | None:
    return notations(notation)[-1] if version is None else of_version(notation, nearest(version))
