"""What is known of a field: for hovers and completion."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.schema import field_of, inside, is_list, is_map, is_struct, type_at, type_of
from linter.schemas import constraints, definition, enum_of, kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.lsp.cursor import Cursor
    from linter.version import KubeVersion

_SCALARS = {
    "string": "text",
    "boolean": "true or false",
    "int-or-string": "number or text",
    "quantity": "quantity, such as 500m or 1Gi",
}


class Field(NamedTuple):
    """A field of a struct."""

    name: str
    type: str
    required: bool
    immutable: bool
    """Whether an update must not change it, whatever the object."""
    enum: tuple[str, ...]
    """The values that it takes; none where there is no fixed set."""
    default: Any
    """What the API server fills in for an object as it is; None where it fills in nothing."""


def struct_at(cursor: Cursor, version: KubeVersion) -> str | None:
    """Return the struct that the cursor's mapping is; None for a map with free keys and where nothing is known."""
    root = type_of(cursor.api_version, cursor.kind, version)
    type_ = type_at(root, cursor.parent, version)
    return type_ if type_ is not None and is_struct(type_) else None


def fields_at(cursor: Cursor, version: KubeVersion, default: Any = None) -> Iterator[Field]:
    """Yield the fields of the mapping that the cursor is in.

    Args:
        cursor: The cursor.
        version: The Kubernetes version.
        default: The same mapping with defaults applied, where it is known.
    """
    struct = struct_at(cursor, version)
    if struct is None:
        return
    for name in definition(struct):
        notation = field_of(struct, name, version)
        if notation is None or (name == "status" and not cursor.parent):
            continue  # not of this version; or what controllers write
        held = [each for field, each in constraints(struct) if field == name and each.holds_in(version)]
        required = any(each.required for each in held)
        immutable = any(each.immutable is not None for each in held)
        value = default.get(name) if isinstance(default, dict) else None
        yield Field(name, notation.type, required, immutable, enum_of(struct, name, version), value)


@cache
def _meanings() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("fields.toml").read_text("utf-8"))


def meaning_of(struct: str, name: str) -> str | None:
    """Return what a field of a struct is for, in a sentence or two; None where nobody has written it down."""
    return _meanings().get(struct, {}).get(name)


def rules_about(kind: str, name: str) -> list[str]:
    """Return the rules for objects of a kind that find nothing where no field of this name, or one of a few others, is written."""
    from linter.engine.registry import all_rules

    return [
        rule.id
        for rule in all_rules().values()
        if rule.needs and name in rule.needs and rule.kinds is not None and kind in rule.kinds
    ]


def values_of(field: Field) -> tuple[str, ...]:
    """Return the values that a field takes, as they are written."""
    return field.enum or (("true", "false") if field.type == "boolean" else ())


def spelled_type(type_: str) -> str:
    """Return a type in words: `[core/v1.Container]` is "list of Container"."""
    if is_list(type_):
        return f"list of {spelled_type(inside(type_))}"
    if is_map(type_):
        return f"map to {spelled_type(inside(type_))}"
    return type_.rpartition(".")[2] if is_struct(type_) else _SCALARS.get(type_, type_)


def opens_block(type_: str) -> bool:
    """Tell whether a field's value is written on the lines below its key."""
    return is_list(type_) or is_map(type_) or is_struct(type_)


def kind_names() -> dict[str, tuple[str, ...]]:
    """Return the apiVersions of each built-in kind, the newest first."""
    found: dict[str, list[str]] = {}
    for key in kinds():
        api_version, _, kind = key.partition(" ")
        found.setdefault(kind, []).append(api_version)
    return {kind: tuple(sorted(versions, key=_maturity)) for kind, versions in sorted(found.items())}


def _maturity(api_version: str) -> tuple[bool, bool, str]:
    return ("alpha" in api_version, "beta" in api_version, api_version)
