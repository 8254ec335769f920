"""The type that CEL gives to the values of a schema, and how large they may be at most.

Source: pkg/cel/common/schemas.go of k8s.io/apiserver.
"""

from __future__ import annotations

from linter.apiserver.customresources.cel_values import escaped
from linter.cel.check.declared import Declared
from linter.cel.check.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Type,
    list_of,
    map_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from linter.apiserver.request import Object

LARGEST_REQUEST: Final = 3 * 1024 * 1024
"""So many bytes a request may have."""
_NAME: Final = 253
_EMBEDDED = "x-kubernetes-embedded-resource"
_KEY = Declared(STRING, least_bytes=2)
_FORMATS: Final[dict[str, tuple[Type, int, int]]] = {
    "duration": (DURATION, 32, 3),
    "date": (TIMESTAMP, 12, 12),
    "date-time": (TIMESTAMP, 32, 21),
}
"""By format: the type, and how long the text of such a value is in JSON at most and at least."""


def declared(schema: Object, *, is_resource: bool, path: str = "") -> Declared | None:
    """Return what CEL knows of the values of a schema; None if rules can't see them.

    Args:
        schema: The schema.
        is_resource: Whether it is of a whole object, with apiVersion, kind and metadata.
        path: Where it is within the schema that is declared; it tells its type from others.
    """
    if schema.get("x-kubernetes-int-or-string"):
        most, missing = _longest(schema)
        return Declared(DYN, most, missing=missing)
    match schema.get("type"):
        case "array":
            return _array(schema, path)
        case "object":
            return _object(schema, path, is_resource=is_resource)
        case "string":
            return _text(schema)
        case "boolean":
            return Declared(BOOL, least_bytes=4)
        case "number":
            return Declared(DOUBLE)
        case "integer":
            return Declared(INT)
        case _:
            return None


def _array(schema: Object, path: str) -> Declared | None:
    items = schema.get("items")
    if not isinstance(items, dict):
        return None
    element = declared(items, is_resource=bool(items.get(_EMBEDDED)), path=f"{path}.@idx")
    if element is None:
        return None
    otherwise = (LARGEST_REQUEST - 2) // (element.least_bytes + 1)
    most, missing = _limit(schema, "maxItems", otherwise)
    return Declared(list_of(element.type), most, 2, element, missing=missing)


def _object(schema: Object, path: str, *, is_resource: bool) -> Declared | None:
    others = schema.get("additionalProperties")
    if isinstance(others, dict):
        element = declared(others, is_resource=bool(others.get(_EMBEDDED)), path=f"{path}.@elem")
        if element is None:
            return None
        otherwise = (LARGEST_REQUEST - 2) // (element.least_bytes + 6)
        most, missing = _limit(schema, "maxProperties", otherwise)
        return Declared(map_of(STRING, element.type), most, 2, element, _KEY, missing=missing)
    properties = schema.get("properties") or {}
    if is_resource:
        properties = _with_identity(properties)
    required = schema.get("required") or ()
    fields: dict[str, Declared] = {}
    least = 2
    for name, node in properties.items():
        child = node or {}
        field = declared(child, is_resource=bool(child.get(_EMBEDDED)), path=f"{path}.{name}")
        if field is None:
            continue
        if (spelled := escaped(name)) is not None:
            fields[spelled] = field
        if name in required and child.get("default") is None:
            least += len(name.encode()) + field.least_bytes + 4
    return Declared(Type(f"object@{path}"), 0, least, fields=fields)


def _text(schema: Object) -> Declared:
    format_ = schema.get("format") or ""
    if format_ == "byte":
        most, missing = _limit(schema, "maxLength", LARGEST_REQUEST - 2)
        return Declared(BYTES, most, 2, missing=missing)
    if format_ in _FORMATS:
        return Declared(*_FORMATS[format_])
    if schema.get("maxLength") is None and (enum := schema.get("enum")):
        longest = max((len(each.encode()) for each in enum if isinstance(each, str)), default=0)
        return Declared(STRING, longest, 2)
    most, missing = _longest(schema)
    return Declared(STRING, most, 2, missing=missing)


def _longest(schema: Object) -> tuple[int, str]:
    """Return how many bytes a text has at most: four for each of its characters."""
    most, missing = _limit(schema, "maxLength", LARGEST_REQUEST - 2)
    return most if missing else 4 * most, missing


def _limit(schema: Object, keyword: str, otherwise: int) -> tuple[int, str]:
    """Return a limit, or another number and the keyword that is missing."""
    limit = schema.get(keyword)
    return (otherwise, keyword) if limit is None else (max(0, int(limit)), "")


def _with_identity(properties: Object) -> Object:
    """Return properties with what is known of every object."""
    metadata = properties.get("metadata") or {}
    declared_names = metadata.get("properties") or {}
    texts = [
        properties.get("apiVersion"),
        properties.get("kind"),
        *map(declared_names.get, ("name", "generateName")),
    ]
    if metadata.get("type") == "object" and all((each or {}).get("type") == "string" for each in texts):
        return properties
    text: Object = {"type": "string"}
    named = {
        name: {
            "type": "string",
            "maxLength": min(limit, _limit(declared_names.get(name) or {}, "maxLength", limit)[0]),
        }
        for name, limit in (("name", _NAME), ("generateName", _NAME - 1))
    }
    return {
        **properties,
        "apiVersion": text,
        "kind": text,
        "metadata": {"type": "object", "properties": named},
    }
