"""What a value does not fulfil of its schema, as errors in words that help."""

from __future__ import annotations

from linter.apiserver.errors import Error
from linter.apiserver.explain import found, name_of
from linter.kube.suggest import did_you_mean, one_of, quote
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from linter.apiserver.customresources.failure import Failure
    from linter.apiserver.errors import Reason

RULE = "custom-resource"
RULES: Final = "custom-resource-rules"
"""The page of rules in CEL."""
NO_FIELD = "<nil>"
"""What the server prints as the field of an error that has none."""

TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "integer,string": "a whole number or text",
    "number": "a number",
    "object": "a map",
    "string": "text",
}
"""The types of schemas, in words."""
LIMITS: dict[str, tuple[Reason, str]] = {
    "exclusiveMaximum": ("Invalid", "must be below {}"),
    "exclusiveMinimum": ("Invalid", "must be above {}"),
    "maximum": ("Invalid", "must be at most {}"),
    "maxItems": ("TooMany", "must have at most {} items"),
    "maxLength": ("TooLong", "must have at most {} characters"),
    "maxProperties": ("TooMany", "must have at most {} entries"),
    "minimum": ("Invalid", "must be at least {}"),
    "minItems": ("Invalid", "must have at least {} items"),
    "minLength": ("Invalid", "must have at least {} characters"),
    "minProperties": ("Invalid", "must have at least {} entries"),
    "multipleOf": ("Invalid", "must be a multiple of {}"),
    "pattern": ("Invalid", "must match the pattern `{}`"),
}
"""What a value must keep to, by keyword of the schema: the reason of the error, and its words."""
_RANGES = {
    "int32": "a whole number of 32 bits",
    "int64": "a whole number of 64 bits",
    "integer": "a whole number of 64 bits",
    "float": "a number of 32 bits",
}


def error_of(failure: Failure) -> Error:
    """Return the error for a failure."""
    path, value, wanted = failure.path, failure.value, failure.wanted
    field = NO_FIELD if failure.at_root else format_path(path)
    what = f"`{name_of(path)}`" if path else "The object"
    match failure.keyword:
        case "type":
            message = f"{what} must be {TYPES.get(wanted, wanted)}, but is {'null' if value is None else found(value)}."
            return Error("wrong-type", path, message, "TypeInvalid", field)
        case "required":
            around = path[:-1]
            message = f"{f'`{name_of(around)}`' if around else 'The object'} needs `{wanted}`."
            return Error("missing-field", path, message, "Required", field)
        case "enum":
            allowed = [str(each) for each in wanted if each is not None]
            shown = "null" if value is None else quote(value)
            hint = did_you_mean(value, allowed) if isinstance(value, str) else ""
            message = f"{what} is {shown}; it must be {one_of(allowed) if allowed else 'null'}.{hint}"
            return Error(RULE, path, message, "NotSupported", field)
        case "format":
            message = f"{what} is {quote(value)}, which does not have the format `{wanted}`."
            return Error(RULE, path, message, "TypeInvalid", field)
        case "additionalProperties":
            message = f"{what} must not have the entry {quote(value)}."
            return Error(RULE, path, message, "Invalid", field)
        case keyword if keyword in LIMITS:
            reason, text = LIMITS[keyword]
            shown = f"is {quote(value)}; it " if isinstance(value, (str, int, float)) else ""
            return Error(RULE, path, f"{what} {shown}{text.format(wanted)}.", reason, field)
        case "range":
            message = f"{what} is {quote(value)}; it must be {_RANGES[wanted]}."
            return Error(RULE, path, message, "Invalid", field)
        case keyword if keyword.endswith(" range"):
            limit = keyword.removesuffix(" range")
            message = (
                f"No value of {what} is taken: the definition limits it by `{limit}: {wanted}`, a number that its type does not have. "
                "Correct the definition."
            )
            return Error(RULE, path, message, "Invalid", field)
        case "oneOf":
            fits = f"{wanted} of the alternatives" if wanted else "none of the alternatives"
            message = (
                f"{what} must fit exactly one of the alternatives (`oneOf`) of its schema, but fits {fits}."
            )
            return Error(RULE, path, message, "Invalid", field)
        case "anyOf":
            message = f"{what} fits none of the alternatives (`anyOf`) of its schema."
            return Error(RULE, path, message, "Invalid", field)
        case "allOf":
            message = f"{what} does not fulfil all conditions (`allOf`) of its schema."
            return Error(RULE, path, message, "Invalid", field)
        case "not":
            message = f"{what} is what its schema rules out (`not`)."
            return Error(RULE, path, message, "Invalid", field)
        case keyword:
            raise KeyError(keyword)
