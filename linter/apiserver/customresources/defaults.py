"""What the server does to a custom resource before it judges it: nulls go, defaults come."""

from __future__ import annotations

from copy import deepcopy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.customresources.plain import Schema


def drop_nulls(value: Any, schema: Schema | None) -> None:
    """Drop, in place, the nulls of fields that are neither nullable nor have a default. Items of lists stay.

    Args:
        value: The object, or a part of it.
        schema: Its schema; None where there is none.
    """
    if isinstance(value, dict):
        for key, each in list(value.items()):
            child = _child(schema, key)
            if each is None and child is not None and not child.get("nullable") and "default" not in child:
                del value[key]
            else:
                drop_nulls(each, child)
    elif isinstance(value, list):
        for each in value:
            drop_nulls(each, _items(schema))


def apply_schema_defaults(value: Any, schema: Schema | None) -> None:
    """Fill in, in place, what is absent, or null without being nullable, and has a default."""
    if schema is None:
        return
    if isinstance(value, dict):
        for name, child in schema.get("properties", {}).items():
            if "default" in child and (name not in value or _takes_default(value[name], child)):
                value[name] = deepcopy(child["default"])
        for key, each in list(value.items()):
            child = _child(schema, key)
            if key not in schema.get("properties", {}) and _takes_default(each, child):
                value[key] = deepcopy(child["default"]) if child and "default" in child else None
            apply_schema_defaults(value[key], child)
    elif isinstance(value, list):
        items = _items(schema)
        for index, each in enumerate(value):
            if _takes_default(each, items):
                value[index] = deepcopy(items["default"]) if items and "default" in items else None
            apply_schema_defaults(value[index], items)


def _takes_default(value: Any, schema: Schema | None) -> bool:
    return value is None and schema is not None and not schema.get("nullable")


def _child(schema: Schema | None, key: str) -> Schema | None:
    if schema is None:
        return None
    child = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
    return child if isinstance(child, dict) else None


def _items(schema: Schema | None) -> Schema | None:
    items = schema.get("items") if schema is not None else None
    return items if isinstance(items, dict) else None
