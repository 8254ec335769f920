"""A value against a schema, as the server judges defaults and custom resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.kube.structs import is_time
from linter.kube.suggest import one_of, quote

if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath


def validate_value(value: Any, schema: Object, path: FieldPath, errors: Errors, *, rule: str) -> None:
    """Judge a value.

    Args:
        value: Plain JSON data.
        schema: The schema.
        path: Where the value is.
        errors: Gets what is wrong.
        rule: The id of the page.
    """
    if value is None and schema.get("nullable"):
        return
    type_ = schema.get("type")
    if type_ and not schema.get("x-kubernetes-int-or-string") and not _has_type(value, type_):
        errors.type_invalid(path, f"The value {quote(value)} is not of type {type_}.", rule=rule)
        return
    _validate_enum_and_format(value, schema, path, errors, rule)
    if isinstance(value, str):
        _validate_text(value, schema, path, errors, rule)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        _validate_number(value, schema, path, errors, rule)
    elif isinstance(value, list):
        _validate_size(value, schema, "Items", path, errors, rule)
        items = schema.get("items")
        for index, each in enumerate(value if isinstance(items, dict) else ()):
            validate_value(each, items or {}, (*path, index), errors, rule=rule)
    elif isinstance(value, dict):
        _validate_object(value, schema, path, errors, rule)
    _validate_junctors(value, schema, path, errors, rule)


def _has_type(value: Any, type_: str) -> bool:
    match type_:
        case "string":
            return isinstance(value, str)
        case "integer":
            return not isinstance(value, bool) and (
                isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            )
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case _:
            return True  # the type itself is refused


def _validate_enum_and_format(value: Any, schema: Object, path: FieldPath, errors: Errors, rule: str) -> None:
    enum = schema.get("enum")
    if enum and not any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in enum):
        errors.unsupported(
            path, f"The value is {quote(value)}; it must be {one_of(map(str, enum))}.", rule=rule
        )
    if isinstance(value, str) and not _has_format(value, schema.get("format") or ""):
        message = f"The value {quote(value)} does not have the format {schema['format']}."
        errors.type_invalid(path, message, rule=rule)


def _has_format(value: str, format_: str) -> bool:
    """Tell whether a text has a format; True of formats that are not looked into here."""
    from ipaddress import AddressValueError, IPv4Address, IPv6Address

    try:
        match format_.replace("-", ""):
            case "datetime":
                return is_time(value)
            case "ipv4":
                IPv4Address(value)
            case "ipv6":
                IPv6Address(value)
            case _:
                pass
    except AddressValueError:
        return False
    return True


def _validate_text(value: str, schema: Object, path: FieldPath, errors: Errors, rule: str) -> None:
    low, high = schema.get("minLength"), schema.get("maxLength")
    if high is not None and len(value) > high:
        errors.too_long(path, f"The value has more than {high} characters.", rule=rule)
    if low is not None and len(value) < low:
        errors.invalid(path, f"The value has less than {low} characters.", rule=rule)
    pattern = schema.get("pattern")
    if pattern and not _matches(value, pattern):
        message = f"The value {quote(value)} does not match the pattern {quote(pattern)}."
        errors.invalid(path, message, rule=rule)


def _matches(value: str, pattern: str) -> bool:
    """Tell whether a text matches; True where nobody can tell: RE2 is not installed, or this is not a pattern."""
    try:
        import re2
    except ImportError:
        return True
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options).search(value) is not None
    except re2.error:
        return True


def _validate_number(value: float, schema: Object, path: FieldPath, errors: Errors, rule: str) -> None:
    low, high, factor = schema.get("minimum"), schema.get("maximum"), schema.get("multipleOf")
    if low is not None and (value < low or (value == low and schema.get("exclusiveMinimum"))):
        errors.invalid(path, f"The value {value} is too small: the minimum is {low}.", rule=rule)
    if high is not None and (value > high or (value == high and schema.get("exclusiveMaximum"))):
        errors.invalid(path, f"The value {value} is too large: the maximum is {high}.", rule=rule)
    if factor and not (value / factor).is_integer():
        errors.invalid(path, f"The value {value} is not a multiple of {factor}.", rule=rule)


def _validate_size(
    value: list[Any] | Object, schema: Object, noun: str, path: FieldPath, errors: Errors, rule: str
) -> None:
    low, high = schema.get(f"min{noun}"), schema.get(f"max{noun}")
    if high is not None and len(value) > high:
        errors.too_many(path, f"The value has more than {high} {noun.lower()}.", rule=rule)
    if low is not None and len(value) < low:
        errors.invalid(path, f"The value has less than {low} {noun.lower()}.", rule=rule)


def _validate_object(value: Object, schema: Object, path: FieldPath, errors: Errors, rule: str) -> None:
    _validate_size(value, schema, "Properties", path, errors, rule)
    properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
    for name in schema.get("required") or ():
        if name not in value:
            errors.required((*path, name), f"{quote(name)} is missing.", rule=rule)
    for name, each in value.items():
        if name in properties:
            validate_value(each, properties[name] or {}, (*path, name), errors, rule=rule)
        elif isinstance(extra, dict):
            validate_value(each, extra, (*path, name), errors, rule=rule)


def _validate_junctors(value: Any, schema: Object, path: FieldPath, errors: Errors, rule: str) -> None:
    for part in schema.get("allOf") or ():
        if not _fits(value, part, errors, rule):
            errors.invalid(path, "The value does not fit all of allOf.", rule=rule)
            break
    if (parts := schema.get("anyOf")) and not any(_fits(value, part, errors, rule) for part in parts):
        errors.invalid(path, "The value fits none of anyOf.", rule=rule)
    if (parts := schema.get("oneOf")) and sum(_fits(value, part, errors, rule) for part in parts) != 1:
        errors.invalid(path, "The value must fit exactly one of oneOf.", rule=rule)
    negated = schema.get("not")
    if negated is not None and _fits(value, negated, errors, rule):
        errors.invalid(path, "The value fits what stands under not.", rule=rule)


def _fits(value: Any, schema: Object, errors: Errors, rule: str) -> bool:
    tried = type(errors)(errors.version)
    validate_value(value, schema or {}, (), tried, rule=rule)
    return not tried.errors
