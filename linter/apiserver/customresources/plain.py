"""Values and schemas as the server has them after it turned YAML into JSON."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Schema = dict[str, Any]
    """A structural schema without nulls: what is absent and what is null mean the same."""


_INT64 = 2**63


def as_json(value: Any) -> Any:
    """Return a copy of plain data with the numbers that the server reads: 4.0 and 4e0 are 4, and what exceeds 64 bits is a float."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    if isinstance(value, float) and value.is_integer() and -_INT64 <= value < _INT64:
        return int(value)
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        return float(value)
    return value


def normalized(schema: Any) -> Schema:
    """Return a schema without nulls; what may be a schema or something else (items, additionalProperties) is a schema or a truth value.

    Args:
        schema: A schema that decodes (linter.apiserver.apiextensions.shape).
    """
    if not isinstance(schema, dict):
        return {}
    result: Schema = {}
    for name, value in schema.items():
        match name:
            case _ if value is None:
                continue
            case "properties":
                result[name] = {key: normalized(each) for key, each in value.items()}
            case "allOf" | "anyOf" | "oneOf":
                result[name] = [normalized(each) for each in value]
            case "not":
                result[name] = normalized(value)
            case "items" | "additionalProperties":
                result[name] = value if isinstance(value, bool) else normalized(value)
            case "enum" | "default":
                result[name] = as_json(value)
            case _:
                result[name] = value
    return result


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are equal as Go's reflect.DeepEqual sees it: a truth value is no number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def has_rules(schema: Schema) -> bool:
    """Tell whether there is any rule in a schema."""
    if schema.get("x-kubernetes-validations"):
        return True
    children = [
        *schema.get("properties", {}).values(),
        schema.get("items"),
        schema.get("additionalProperties"),
    ]
    return any(has_rules(each) for each in children if isinstance(each, dict))
