"""Write kubernetes.json: what each built-in kind of the known versions of Kubernetes may hold, and since and until when.

Run it as `python schemas/generate.py` with the development dependencies installed; the same facts give the same
bytes. The facts are OpenAPI definitions, one set a version: those that the package kubernetes-validate carries or, of
a version that it does not know yet, those that a server of that version published (`make record` stores them in
tests/conformance/openapi/). What decoding needs is kept, the prose is dropped, and all versions share one file,
because they differ in few fields.

kubernetes.json holds `versions`; `kinds`, from "apps/v1 Deployment" to the name of a definition; and `definitions`,
from a name to its fields, from a field's name to its notation:

    notation = type [" list " kind] [" keys " names] [" merge " key] [" since " version] [" until " version]
    type     = "[" type "]"            a list
             | "{" type "}"            a map with free keys
             | "boolean" | "double" | "int32" | "int64" | "string" | "int-or-string"
             | "byte" | "quantity" | "time"     texts with a format; a quantity may be a number, too
             | "any"                            anything
             | the name of a definition

`list` tells how server-side apply takes a list (map or set;
atomic where nothing is said) or a struct (atomic), `keys` the fields that tell the entries of a map apart, joined by commas;
`merge` is the field by which a strategic merge patch finds the entries of a list, or `-` where it adds plain values. `since` and `until` are the first and the last version
that know the field (or kind). A field whose type changed has a list of notations.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from linter.version import NEWEST, OLDEST

VERSIONS = tuple((1, minor) for minor in range(OLDEST.minor, NEWEST.minor + 1))
TARGET = Path(__file__).with_name("kubernetes.json")
RECORDED = Path(__file__).parents[1] / "tests" / "conformance" / "openapi"

# Request and answer bodies and subresources, which no manifest can create.
NO_OBJECTS = frozenset(
    {
        "authentication.k8s.io/v1 TokenRequest",
        "autoscaling/v1 Scale",
        "policy/v1 Eviction",
        "v1 APIGroup",
        "v1 APIGroupList",
        "v1 APIResourceList",
        "v1 APIVersions",
        "v1 Status",
    }
)
NO_OBJECTS_OF_ANY_GROUP = frozenset({"DeleteOptions", "WatchEvent"})

# Definitions that decode by code of their own, or that OpenAPI describes too loosely.
SPECIAL = {
    "meta/v1.FieldsV1": "any",
    "meta/v1.MicroTime": "micro-time",
    "meta/v1.Time": "time",
    "resource.Quantity": "quantity",
    "intstr.IntOrString": "int-or-string",
    "runtime.RawExtension": "any",
}

Version = tuple[int, int]
Fields = dict[str, str]
Source = dict[str, dict[str, Any]]
"""Definitions by short name, e.g. "core/v1.PodSpec"."""


class Facts(NamedTuple):
    """What one version knows."""

    kinds: dict[str, str]
    """From "apps/v1 Deployment" to the name of a definition."""
    definitions: dict[str, Fields]
    """The fields of the definitions that kinds are built of, and their notations."""


def generate() -> str:
    """Return the text of kubernetes.json.

    Raises:
        FileNotFoundError: a version's definitions are neither in the installed kubernetes-validate nor recorded.
    """
    kinds: dict[str, dict[Version, str]] = {}
    definitions: dict[str, dict[str, dict[Version, str]]] = {}
    for version in VERSIONS:
        source = source_of(version)
        known = facts(source)
        for kind, name in known.kinds.items():
            kinds.setdefault(kind, {})[version] = name
        for name, notations in known.definitions.items():
            fields = definitions.setdefault(name, {})
            for field, notation in notations.items():
                fields.setdefault(field, {})[version] = notation
    lines = [
        '{\n"versions": ' + json.dumps([f"{major}.{minor}" for major, minor in VERSIONS]),
        '"kinds": {\n' + ",\n".join(_entry(key, _merge(kinds[key])) for key in sorted(kinds)) + "\n}",
        '"definitions": {\n'
        + ",\n".join(_entry(name, _struct(definitions[name])) for name in sorted(definitions)),
    ]
    return ",\n".join(lines) + "\n}\n}\n"


def facts(source: Source) -> Facts:
    """Reduce a version's definitions to what decoding needs."""
    kinds = _kinds(source)
    names = _reachable(source, set(kinds.values()))
    return Facts(kinds, {name: _fields(source[name]) for name in names})


def _entry(key: str, value: object) -> str:
    return f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}"


def source_of(version: Version) -> Source:
    """Read a version's definitions: the package's if it knows the version, else the recorded ones."""
    return packaged(version) or recorded(version)


def packaged(version: Version) -> Source | None:
    """Read the definitions that kubernetes-validate carries; None if it does not know the version."""
    import kubernetes_validate

    folder = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
    path = folder / f"v{version[0]}.{version[1]}.0-local-strict" / "_definitions.json"
    if not path.exists():
        return None
    definitions = json.loads(path.read_text(encoding="utf-8"))["$defs"]
    return {_short(name): definition for name, definition in definitions.items()}


def recorded(version: Version) -> Source:
    """Read the definitions that a server published; OpenAPI 3 wraps a reference that has a default into `allOf`."""
    path = RECORDED / f"{version[0]}.{version[1]}.json"
    definitions = json.loads(path.read_text(encoding="utf-8"))
    return {_short(name): _unwrapped(definition) for name, definition in definitions.items()}


def _unwrapped(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_unwrapped(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    match schema.get("allOf"):
        case [{"$ref": _} as reference]:
            return reference
    return {key: _unwrapped(value) for key, value in schema.items()}


def _short(name: str) -> str:
    """Shorten io.k8s.api.core.v1.PodSpec to core/v1.PodSpec, …pkg.api.resource.Quantity to resource.Quantity."""
    *_, group, version, kind = name.split(".")
    is_version = version[0] == "v" and version[1:2].isdigit()
    return f"{group}/{version}.{kind}" if is_version else f"{version}.{kind}"


def _kinds(source: Source) -> dict[str, str]:
    kinds = {}
    for name, definition in source.items():
        for each in definition.get("x-kubernetes-group-version-kind", ()):
            api_version = f"{each['group']}/{each['version']}" if each["group"] else each["version"]
            kind = f"{api_version} {each['kind']}"
            if not (kind in NO_OBJECTS or each["kind"] in NO_OBJECTS_OF_ANY_GROUP or _is_list(definition)):
                kinds[kind] = name
    return kinds


def _is_list(definition: dict[str, Any]) -> bool:
    """Tell whether it is a list of objects: what reads manifests takes their items one by one."""
    return {"items", "metadata"}.issubset(definition["properties"])


def _reachable(source: Source, names: set[str]) -> set[str]:
    """Return the structs that the named definitions are built of, themselves included."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for schema in source[name].get("properties", {}).values():
            while "$ref" not in schema and isinstance(inner := schema.get("items") or _values(schema), dict):
                schema = inner  # noqa: PLW2901  a list's items or a map's values: what is inside counts
            if "$ref" in schema and _referred(target := _target(schema)) == target:
                waiting.append(target)
    return found


def _values(schema: dict[str, Any]) -> object:
    return schema.get("additionalProperties")


def _target(schema: dict[str, Any]) -> str:
    return _short(schema["$ref"].rpartition("/")[2])


def _fields(definition: dict[str, Any]) -> Fields:
    return {
        field: _notation(schema) + _list_kind(schema)
        for field, schema in definition.get("properties", {}).items()
    }


def _list_kind(schema: dict[str, Any]) -> str:
    """Return how apply and patches take a list or struct, as the end of its notation."""
    kind = schema.get("x-kubernetes-list-type", schema.get("x-kubernetes-map-type"))
    is_list = "items" in schema
    usual = "atomic" if is_list else "granular"
    text = f" list {kind}" if kind and kind != usual else ""
    if keys := schema.get("x-kubernetes-list-map-keys"):
        text += f" keys {','.join(keys)}"
    if "merge" in schema.get("x-kubernetes-patch-strategy", "").split(",") and is_list:
        text += f" merge {schema.get('x-kubernetes-patch-merge-key', '-')}"
    return text


def _notation(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _referred(_target(schema))
    kinds = schema.get("type", "any")
    kind = kinds if isinstance(kinds, str) else next(each for each in kinds if each != "null")
    if kind == "array":
        return f"[{_notation(schema['items'])}]"
    if kind == "object":
        values = _values(schema)
        return f"{{{_notation(values)}}}" if isinstance(values, dict) else "any"
    if kind == "integer":
        return str(schema["format"])
    if kind == "number":
        return "double"
    if kind == "string" and schema.get("format") == "byte":
        return "byte"
    return kind


def _referred(name: str) -> str:
    # JSON, JSONSchemaPropsOrBool and their like of apiextensions hold what their own code makes of it.
    if name.startswith("apiextensions/v1.JSON") and name != "apiextensions/v1.JSONSchemaProps":
        return "any"
    return SPECIAL.get(name, name)


def _struct(fields: dict[str, dict[Version, str]]) -> dict[str, str | list[str]]:
    return {field: _merge(fields[field]) for field in sorted(fields)}


def _merge(notations: dict[Version, str]) -> str | list[str]:
    """Join what the versions say of one field: a single notation where they agree."""
    runs: list[tuple[str, list[Version]]] = []
    for version in VERSIONS:
        notation = notations.get(version)
        if notation is None:
            continue
        follows = runs and runs[-1][1][-1] == (version[0], version[1] - 1)
        if follows and runs[-1][0] == notation:
            runs[-1][1].append(version)
        else:
            runs.append((notation, [version]))
    texts = [_range(notation, run) for notation, run in runs]
    return texts[0] if len(texts) == 1 else texts


def _range(notation: str, run: list[Version]) -> str:
    since = "" if run[0] == VERSIONS[0] else f" since {run[0][0]}.{run[0][1]}"
    until = "" if run[-1] == VERSIONS[-1] else f" until {run[-1][0]}.{run[-1][1]}"
    return notation + since + until


def main() -> int:
    """Write the file, and say how large it is."""
    text = generate()
    TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET.name}: {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
