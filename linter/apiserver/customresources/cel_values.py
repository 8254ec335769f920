"""Values of a custom resource as its rules in CEL see them: each of the type that the schema gives it.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules (its table of types).
"""

from __future__ import annotations

import re
from base64 import b64decode

from linter.cel.functions.conversions import parse_timestamp
from linter.cel.values import Broken, Duration, MapList, SetList, Timestamp
from linter.kube.durations import parse_loose_duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.customresources.plain import Schema

RESERVED = frozenset(
    {
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "package", "namespace", "return", "var", "void", "while",
    }
)  # fmt: skip
_ESCAPES = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_TEXT: Schema = {"type": "string"}
IDENTITY: Schema = {
    "apiVersion": _TEXT,
    "kind": _TEXT,
    "metadata": {"type": "object", "properties": {"name": _TEXT, "generateName": _TEXT}},
}
"""What rules know of a whole object beside its properties."""


def escaped(name: str) -> str | None:
    """Return how CEL spells the name of a property; None where it can't be named."""
    if name in RESERVED:
        return f"__{name}__"
    spelled = re.sub(r"__|[.\-/]", lambda found: _ESCAPES[found[0]], name)
    return spelled if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", spelled) else None


def is_typed(schema: Schema) -> bool:
    """Tell whether the values of a schema have a type in CEL; rules can't see the others."""
    if schema.get("x-kubernetes-int-or-string"):
        return True
    match schema.get("type"):
        case "object":
            others = schema.get("additionalProperties")
            return (
                "properties" in schema
                or bool(schema.get("x-kubernetes-embedded-resource"))
                or not isinstance(others, dict)
                or is_typed(others)
            )
        case "array":
            return isinstance(schema.get("items"), dict) and is_typed(schema["items"])
        case type_:
            return bool(type_)


def cel_value(value: Any, schema: Schema, *, is_resource: bool = False) -> Any:
    """Return a value as rules see it. What is not of its type is there, but fails as soon as a rule uses it.

    Args:
        value: Plain data.
        schema: Its schema.
        is_resource: Whether it is a whole object.
    """
    if value is None:
        return (
            None
            if schema.get("nullable")
            else Broken("invalid data, got null for schema with nullable=false")
        )
    if schema.get("x-kubernetes-int-or-string"):
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        return Broken("invalid data, expected XIntOrString value to be either a string or integer")
    match schema.get("type"):
        case "object":
            return _object(
                value, schema, is_resource=is_resource or bool(schema.get("x-kubernetes-embedded-resource"))
            )
        case "array":
            return _list(value, schema)
        case "string":
            return _text(value, schema.get("format") or "")
        case "number":
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return float(value) if is_number else _broken("double", value)
        case "integer":
            return value if isinstance(value, int) and not isinstance(value, bool) else _broken("int", value)
        case "boolean":
            return value if isinstance(value, bool) else _broken("bool", value)
        case _:
            return value


def _broken(wanted: str, value: Any) -> Broken:
    names = {
        bool: "bool",
        int: "int64",
        float: "float64",
        str: "string",
        list: "[]interface {}",
        dict: "map[string]interface {}",
    }
    return Broken(f"invalid data, expected {wanted}, got {names.get(type(value), 'nil')}")


def _object(value: Any, schema: Schema, *, is_resource: bool) -> Any:
    if not isinstance(value, dict):
        return Broken("invalid data, expected a map for the provided schema with type=object")
    others = schema.get("additionalProperties")
    if "properties" in schema or is_resource:
        properties = {**schema.get("properties", {}), **(IDENTITY if is_resource else {})}
        result = {}
        for name, each in value.items():
            child, spelled = properties.get(name), escaped(name)
            if child is None or not is_typed(child) or spelled is None:
                continue
            result[spelled] = cel_value(each, child)
            if name == "namespace":
                result[name] = result[spelled]
        return result
    if isinstance(others, dict):
        return {name: cel_value(each, others) for name, each in value.items()}
    return dict(value) if schema.get("x-kubernetes-preserve-unknown-fields") or others else {}


def _list(value: Any, schema: Schema) -> Any:
    if not isinstance(value, list):
        return Broken("invalid data, expected an array for the provided schema with type=array")
    items = schema.get("items")
    values = [cel_value(each, items if isinstance(items, dict) else {}) for each in value]
    match schema.get("x-kubernetes-list-type"):
        case "set":
            return SetList(values)
        case "map":
            result = MapList(values)
            keys = schema.get("x-kubernetes-list-map-keys") or ()
            result.keys = tuple(escaped(key) or key for key in keys)
            return result
        case _:
            return values


def _text(value: Any, format_: str) -> Any:
    if not isinstance(value, str):
        return _broken("string", value)
    match format_:
        case "duration":
            nanos = parse_loose_duration(value)
            return Broken("Invalid duration") if nanos is None else Duration(nanos)
        case "date":
            time: Timestamp | None = parse_timestamp(f"{value}T00:00:00Z")
            return Broken("Invalid date formatted string") if time is None else time
        case "date-time":
            time = parse_timestamp(value)
            return Broken("Invalid date-time formatted string") if time is None else time
        case "byte":
            try:
                return b64decode(value, validate=True)
            except ValueError:
                return Broken("Invalid byte formatted string")
        case _:
            return value
