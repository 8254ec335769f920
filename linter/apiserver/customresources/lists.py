"""Lists that are sets or maps: no entry may be there twice."""

from __future__ import annotations

import json

from linter.kube.suggest import quote
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.customresources.plain import Schema
    from linter.apiserver.errors import Errors
    from linter.path import FieldPath

_RULE = "custom-resource-list"


def validate_lists(value: Any, schema: Schema, path: FieldPath, errors: Errors) -> None:
    """Judge the lists in a value.

    Args:
        value: The object, or a part of it.
        schema: Its schema.
        path: Where it is.
        errors: Gets what is wrong.
    """
    if isinstance(value, dict):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties")
        for key, each in value.items():
            if isinstance(others, dict):
                validate_lists(each, others, (*path, Key(key)), errors)
            if key in properties:
                validate_lists(each, properties[key], (*path, key), errors)
    elif isinstance(value, list):
        match schema.get("x-kubernetes-list-type"):
            case "set":
                for index in _repeated(value):
                    message = f"{quote(value[index])} is there twice, but this list is a set: leave one out."
                    errors.duplicate((*path, index), message, rule=_RULE)
            case "map":
                _validate_list_map(value, schema.get("x-kubernetes-list-map-keys") or [], path, errors)
        items = schema.get("items")
        for index, each in enumerate(value if isinstance(items, dict) else ()):
            validate_lists(each, items or {}, (*path, index), errors)


def _validate_list_map(items: list[Any], names: list[str], path: FieldPath, errors: Errors) -> None:
    for index, item in enumerate(items):
        if item is not None and not isinstance(item, dict):
            errors.invalid((*path, index), "Every entry of this list must be a map.", rule=_RULE)
            return
    keys = [{name: item[name] for name in names if name in item} if item else {} for item in items]
    for index in _repeated(keys):
        same = ", ".join(f"{name} {quote(value)}" for name, value in keys[index].items())
        message = f"Two entries have {same or 'none of the keys'}; the keys {' and '.join(names)} must tell them apart."
        errors.duplicate((*path, index), message, rule=_RULE)


def _repeated(items: list[Any]) -> list[int]:
    """Return the second place of each item that is there more than once."""
    counts: dict[str, int] = {}
    found = []
    for index, item in enumerate(items):
        text = json.dumps(item, sort_keys=True)
        counts[text] = count = counts.get(text, 0) + 1
        if count == 2:
            found.append(index)
    return found
