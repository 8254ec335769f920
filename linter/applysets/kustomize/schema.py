"""Which lists a strategic merge patch merges, and by which keys; and which kinds lie in no namespace.

The facts are those of kustomize's own built-in schema, so that a patch does here what it does there; `openapi.path` of a
kustomization replaces them. tests/applysets/record.py writes facts.json.
"""

from __future__ import annotations

from functools import cache

from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Field(NamedTuple):
    """What is known of one field of a struct.

    Attributes:
        struct: The name of the struct that the field, its items or its values are; "" where nothing below it merges.
        keys: What its items are told apart by; () for a list of texts; None for a list that a patch replaces as a whole, and
            for what is not a list.
    """

    struct: str
    keys: tuple[str, ...] | None


class Schema(NamedTuple):
    """The structs below which something merges.

    Attributes:
        structs: By struct and field name; what stands under "*" holds for all names that are not given.
        kinds: The struct of each kind, by `apiVersion kind`.
    """

    structs: Mapping[str, Mapping[str, Field]]
    kinds: Mapping[str, str]

    def struct_of(self, api_version: str, kind: str) -> str:
        """Return the struct of a kind; "" for one that is not known."""
        return self.kinds.get(f"{api_version} {kind}", "")

    def field(self, struct: str, name: str) -> Field:
        """Return what is known of a field of a struct."""
        fields = self.structs.get(struct)
        if fields is None:
            return UNKNOWN
        return fields.get(name) or fields.get("*", UNKNOWN)


UNKNOWN = Field("", None)


@cache
def facts() -> dict[str, Any]:
    """Return what facts.json holds."""
    import json
    from importlib.resources import files

    loaded: dict[str, Any] = json.loads((files(__package__) / "facts.json").read_text(encoding="utf-8"))
    return loaded


@cache
def builtin_schema() -> Schema:
    """Return the schema that kustomize brings."""
    known = facts()
    return _schema(known["structs"], known["kinds"])


@cache
def _cluster_scoped() -> frozenset[str]:
    return frozenset(facts()["cluster_scoped"])


def is_cluster_scoped(api_version: str, kind: str) -> bool:
    """Tell whether kustomize knows that objects of a kind lie in no namespace. Of custom resources it never does."""
    return f"{api_version} {kind}" in _cluster_scoped()


def schema_of(definitions: Mapping[str, Any]) -> Schema:
    """Make a schema of the `definitions` of an OpenAPI document."""
    structs, kinds = compacted(definitions)
    return _schema(structs, kinds)


def _schema(structs: Mapping[str, Any], kinds: Mapping[str, str]) -> Schema:
    return Schema(
        {
            name: {
                field: Field(struct, None if keys is None else tuple(keys))
                for field, (struct, keys) in fields.items()
            }
            for name, fields in structs.items()
        },
        kinds,
    )


def compacted(definitions: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Return of OpenAPI definitions what matters to a merge: fields as (struct, keys) by struct and name, structs by kind."""
    structs: dict[str, dict[str, tuple[str, list[str] | None]]] = {}
    kinds: dict[str, str] = {}
    inline: list[tuple[str, Any]] = list(definitions.items())
    for name, definition in inline:  # grows meanwhile, by structs without a name of their own
        if not isinstance(definition, dict):
            continue
        fields: dict[str, tuple[str, list[str] | None]] = {}
        properties = definition.get("properties")
        parts = dict(properties) if isinstance(properties, dict) else {}
        if isinstance(definition.get("additionalProperties"), dict):
            parts["*"] = definition["additionalProperties"]
        for field, part in parts.items():
            struct, schema = _resolved(part, definitions)
            keys = _merge_keys(schema)
            if schema.get("type") == "array":
                struct, schema = _resolved(schema.get("items"), definitions)
            if not struct and ("properties" in schema or "additionalProperties" in schema):
                struct = f"{name}.{field}"
                inline.append((struct, schema))
            if struct or keys is not None:
                fields[field] = (struct, keys)
        structs[name] = fields
        for gvk in definition.get("x-kubernetes-group-version-kind") or ():
            if isinstance(gvk, dict):
                group, version = gvk.get("group"), gvk.get("version")
                kinds[f"{group}/{version} {gvk.get('kind')}" if group else f"{version} {gvk.get('kind')}"] = (
                    name
                )
    return _pruned(structs, kinds)


def _merge_keys(schema: Mapping[str, Any]) -> list[str] | None:
    strategies = str(schema.get("x-kubernetes-patch-strategy") or "").split(",")
    if schema.get("type") != "array" or "merge" not in strategies:
        return None
    if "x-kubernetes-list-map-keys" in schema:
        return [str(key) for key in schema["x-kubernetes-list-map-keys"]]
    key = schema.get("x-kubernetes-patch-merge-key")
    return [str(key)] if key else []


_REFERENCE = "#/definitions/"
_LONGEST_CHAIN = 20


def _resolved(schema: Any, definitions: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Follow the references of a schema to the definition that holds it; also return that one's name, "" where there is none."""
    name = ""
    for _ in range(_LONGEST_CHAIN):
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if not isinstance(reference, str) or not reference.startswith(_REFERENCE):
            break
        name = reference.removeprefix(_REFERENCE)
        schema = definitions.get(name)
    return (name, schema) if isinstance(schema, dict) else ("", {})


def _pruned(
    structs: dict[str, dict[str, tuple[str, list[str] | None]]], kinds: dict[str, str]
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Leave out the structs below which nothing merges."""
    kept = {name for name, fields in structs.items() if any(keys is not None for _, keys in fields.values())}
    users: dict[str, list[str]] = {}
    for name, fields in structs.items():
        for struct, _ in fields.values():
            users.setdefault(struct, []).append(name)
    waiting = list(kept)
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in kept:
                kept.add(user)
                waiting.append(user)
    return (
        {
            name: {
                field: (struct if struct in kept else "", keys)
                for field, (struct, keys) in structs[name].items()
                if struct in kept or keys is not None
            }
            for name in structs
            if name in kept
        },
        {kind: name for kind, name in kinds.items() if name in kept},
    )
