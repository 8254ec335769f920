"""What becomes of nulls: the decoder leaves a field that is null as if it were absent."""

from __future__ import annotations

from linter.kube.schema import field_of, inside, is_list, is_map, is_struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_ZERO_VALUES: dict[str, Any] = {
    "boolean": False,
    "byte": "",
    "double": 0,
    "int-or-string": 0,
    "int32": 0,
    "int64": 0,
    "quantity": "0",
    "string": "",
}
"""What a null is in a list or map, where it can't be absent. Of a list, a map or a struct it is an empty one."""


def drop_nulls(value: Any, type_: str | None) -> Any:
    """Return a value as Go decodes it: null fields are absent, a null in a list or map is the type's zero value.

    Args:
        value: Any decoded value.
        type_: Its type as in linter.kube.schema; None where it is unknown, as in a custom resource.

    Returns:
        The value itself where it holds no null, else a copy of what changed.
    """
    return _without_nulls(value, type_) if _holds_null(value) else value


def _holds_null(value: Any) -> bool:
    # Nearly every manifest holds none: this look is all that most of them cost.
    stack = [value]
    while stack:
        item = stack.pop()
        if item is None:
            return True
        if type(item) is dict:
            stack.extend(item.values())
        elif type(item) is list:
            stack.extend(item)
    return False


def _without_nulls(value: Any, type_: str | None) -> Any:
    if type_ == "any":
        return value  # raw JSON, in which a null is a null
    if isinstance(value, dict):
        return _map_without_nulls(value, type_)
    if isinstance(value, list):
        item_type = _item_type(type_)
        items = [_zero(item_type) if item is None else _without_nulls(item, item_type) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value


def _item_type(type_: str | None) -> str | None:
    if type_ == "byte":
        return "int32"  # bytes may be a list of numbers
    return inside(type_) if type_ and is_list(type_) else None


def _map_without_nulls(value: dict[str, Any], type_: str | None) -> dict[str, Any]:
    changed: dict[str, Any] | None = None
    value_type = inside(type_) if type_ and is_map(type_) else None
    for key, item in value.items():
        if item is None:
            changed = dict(value) if changed is None else changed
            if value_type is None:
                del changed[key]
            else:
                changed[key] = _zero(value_type)
        elif isinstance(item, (dict, list)):
            clean = _without_nulls(item, value_type or _field_type(type_, key))
            if clean is not item:
                changed = dict(value) if changed is None else changed
                changed[key] = clean
    return value if changed is None else changed


def _field_type(type_: str | None, name: str) -> str | None:
    field = field_of(type_, name) if type_ and is_struct(type_) else None
    return field.type if field else None


def _zero(type_: str | None) -> Any:
    if type_ is not None and is_list(type_):
        return []
    return _ZERO_VALUES.get(type_ or "", {})
