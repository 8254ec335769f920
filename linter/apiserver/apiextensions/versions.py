"""What a version of a custom resource has beside its schema: subresources, columns, fields to select by."""

from __future__ import annotations

from linter.kube import names
from linter.kube.suggest import not_supported, one_of, quote
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

COLUMN_TYPES = ("integer", "number", "string", "boolean", "date")
COLUMN_FORMATS = ("int32", "int64", "float", "double", "byte", "date", "date-time", "password")
SELECTABLE_TYPES = ("string", "boolean", "integer")
_SELECTABLE = 8
_WARNING = 256


def validate_deprecation(version: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the warning that users of a deprecated version get."""
    warning = version.get("deprecationWarning")
    if warning is None:
        return
    at, rule = (*path, "deprecationWarning"), "definition-versions"
    if not version.get("deprecated"):
        message = "The version is not deprecated: write `deprecated: true`, or leave the warning out."
        errors.invalid(at, message, rule=rule)
    if not warning:
        errors.invalid(at, "The warning is empty: leave it out for the usual one.", rule=rule)
    elif names.byte_length(warning) > _WARNING:
        errors.invalid(at, f"The warning is longer than {_WARNING} bytes.", rule=rule)
    elif not warning.isprintable():
        errors.invalid(at, "The warning holds characters that can't be printed.", rule=rule)


def validate_subresources(subresources: Object, path: FieldPath, errors: Errors) -> None:
    """Judge where the scale subresource finds its numbers."""
    scale = subresources.get("scale")
    if scale is None:
        return
    rule = "definition-scale"
    for name, roots, is_needed in (
        ("specReplicasPath", (".spec.",), True),
        ("statusReplicasPath", (".status.",), True),
        ("labelSelectorPath", (".spec.", ".status."), False),
    ):
        at = (*path, "scale", name)
        value = scale.get(name) or ""
        if not value:
            if is_needed:
                errors.required(at, f"{name} is missing: write one such as `{roots[0]}replicas`.", rule=rule)
        elif not value.startswith(roots):
            message = f"{name} is {quote(value)}; it must begin with {one_of(roots)}."
            errors.invalid(at, message, rule=rule)


def validate_columns(columns: list[Object], path: FieldPath, errors: Errors) -> None:
    """Judge the columns that kubectl get prints."""
    rule = "printer-columns"
    for index, column in enumerate(columns):
        at: FieldPath = (*path, index)
        if not column.get("name"):
            errors.required((*at, "name"), "The column has no name.", rule=rule)
        for name, allowed in (("type", COLUMN_TYPES), ("format", COLUMN_FORMATS)):
            value = column.get(name) or ""
            if value and value not in allowed:
                errors.invalid((*at, name), not_supported(f"The {name}", value, allowed), rule=rule)
            elif not value and name == "type":
                errors.required((*at, name), f"The column has no type: write {one_of(allowed)}.", rule=rule)
        json_path = column.get("jsonPath") or ""
        # The server spells the field as it is called in Go.
        field = f"{format_path(at)}.JSONPath"
        if not json_path:
            errors.required((*at, "jsonPath"), "The column has no jsonPath.", rule=rule, field=field)
        elif not json_path.startswith("."):
            message = f"The jsonPath {quote(json_path)} does not begin with a dot: write `.spec.name`."
            errors.invalid((*at, "jsonPath"), message, rule=rule, field=field)


def validate_selectable_fields(fields: list[Object], schema: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the fields that objects can be selected by.

    Args:
        fields: The fields.
        schema: The schema of the version.
        path: Where the fields are.
        errors: Gets what is wrong.
    """
    rule = "selectable-fields"
    if len(fields) > _SELECTABLE:
        message = f"There are {len(fields)} selectable fields; at most {_SELECTABLE} are allowed."
        errors.too_many(path, message, rule=rule)
    seen: set[str] = set()
    for index, field in enumerate(fields):
        at: FieldPath = (*path, index, "jsonPath")
        json_path = field.get("jsonPath") or ""
        if not json_path:
            errors.required(at, "The field has no jsonPath.", rule=rule)
            continue
        node = schema_at(schema, json_path)
        if json_path.startswith(".metadata"):
            errors.invalid(at, "Fields of metadata can't be made selectable: leave it out.", rule=rule)
        elif node is None:
            message = (
                f"The schema has no field {quote(json_path)}: write it with a leading dot, as `.spec.name`."
            )
            errors.invalid(at, message, rule=rule)
        elif node.get("type") not in SELECTABLE_TYPES:
            message = f"The field {quote(json_path)} must be of type {one_of(SELECTABLE_TYPES)}."
            errors.invalid(at, message, rule=rule)
        if json_path in seen:
            errors.duplicate(at, f"The field {quote(json_path)} is there twice.", rule=rule)
        seen.add(json_path)


def schema_at(schema: Object, json_path: str) -> Object | None:
    """Return the schema of a field that is written with a leading dot; None where there is no such field."""
    if not json_path.startswith(".") or json_path == ".":
        return None
    node: Object = schema
    for name in json_path[1:].split("."):
        child: Any = (node.get("properties") or {}).get(name)
        if not isinstance(child, dict):
            return None
        node = child
    return node
