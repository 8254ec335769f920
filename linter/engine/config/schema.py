"""The JSON Schema of the configuration, and of other files of ours.

`fits` reads the few words of JSON Schema that the schemas use, which costs next to nothing. Only for a file that does not fit
is jsonschema imported, to explain it (`explain_misfit`).
"""

from __future__ import annotations

from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SCHEMA = "podplan-config.schema.json"


def schema(name: str = SCHEMA) -> dict[str, Any]:
    """Return one of our JSON Schemas."""
    import json

    import linter.schemas

    file = Path(str(linter.schemas.__file__)).with_name(name)
    result: dict[str, Any] = json.loads(file.read_bytes())
    return result


_TYPES: dict[str, type] = {"object": dict, "array": list, "string": str, "boolean": bool}


def fits(value: Any, part: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Tell whether a value fits a schema, as far as our own schema goes: it uses these words of JSON Schema and no others.

    Args:
        value: Plain data.
        part: The schema.
        root: The schema that `$ref` refers into.
    """
    if "$ref" in part:
        part = root["$defs"][part["$ref"].rpartition("/")[2]]
    if "type" in part and type(value) is not _TYPES[part["type"]]:
        return False
    if "enum" in part and value not in part["enum"]:
        return False
    if isinstance(value, str):
        return _text_fits(value, part)
    if isinstance(value, list):
        return "items" not in part or all(fits(each, part["items"], root) for each in value)
    if isinstance(value, dict):
        known = part.get("properties", {})
        other = part.get("additionalProperties", {})
        return (
            len(value) >= part.get("minProperties", 0)
            and all(key in value for key in part.get("required", ()))
            and all(
                fits(each, known[key], root)
                if key in known
                else other is not False and fits(each, other, root)
                for key, each in value.items()
            )
        )
    return True


def _text_fits(text: str, part: Mapping[str, Any]) -> bool:
    import re

    return len(text) >= part.get("minLength", 0) and (
        "pattern" not in part or re.search(part["pattern"], text) is not None
    )
