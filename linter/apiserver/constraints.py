"""The simple checks of schemas/constraints.json: which fields must be there, which values and numbers they take, which never change.

A struct's function asks `check` for all of its struct's constraints at once, and says itself only what depends on more than
one field. The checks mirror the server's own declarative validation (tags such as +k8s:required, +k8s:minimum, +k8s:enum,
+k8s:immutable) and those of its hand-written code that could be one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from linter.kube import names
from linter.kube.suggest import quote
from linter.schemas import constraints

if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath
    from linter.schemas import Constraint, Format


def check(struct: str, value: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the fields of a struct that are judged by themselves.

    Args:
        struct: The struct, such as "policy/v1.PodDisruptionBudgetSpec".
        value: The struct's value, with defaults applied.
        path: Where it is.
        errors: Gets what is wrong, in the order of the table.
    """
    for field, constraint in constraints(struct):
        if not constraint.holds_in(errors.version):
            continue
        item = value.get(field)
        if item is None or (constraint.required and item in ("", [], {})):
            if constraint.required:
                errors.required(
                    (*path, field), f"{field} is missing.{_hint(constraint)}", rule=constraint.rule
                )
            continue
        _check_value(constraint, field, item, (*path, field), errors)


def check_immutable(struct: str, new: Object, old: Object, path: FieldPath, errors: Errors) -> None:
    """Judge that the fields of a struct which never change have not changed.

    Args:
        struct: The struct.
        new: Its value, with defaults applied.
        old: The stored one.
        path: Where it is.
        errors: Gets what is wrong.
    """
    for field, constraint in constraints(struct):
        if not constraint.immutable or not constraint.holds_in(errors.version):
            continue
        if new.get(field) != old.get(field):
            errors.invalid(
                (*path, field),
                f"{field} can't be changed: leave it as it was, or create a new object.",
                rule=constraint.rule,
            )


def _check_value(constraint: Constraint, field: str, value: Any, path: FieldPath, errors: Errors) -> None:
    rule = constraint.rule
    if constraint.enum:
        errors.not_supported(path, field, value, constraint.enum, rule=rule)
    low, high = constraint.minimum, constraint.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        errors.invalid(path, f"{field} is {quote(value)}; {_range(low, high)}.", rule=rule)
    if constraint.max_length is not None and names.byte_length(value) > constraint.max_length:
        message = (
            f"{field} has {names.byte_length(value)} bytes; at most {constraint.max_length} are allowed."
        )
        errors.too_long(path, message, rule=rule)
    if constraint.format and value:
        errors.faults(path, field, value, _format_faults(constraint.format, value), rule=rule)


def _format_faults(kind: Format, value: str) -> names.Faults:
    match kind:
        case "dns-label":
            return names.dns_label(value)
        case "dns-subdomain":
            return names.dns_subdomain(value)
        case "qualified-name":
            return names.qualified_name(value)
        case "label-value":
            return names.label_value(value)
        case "path-segment":
            return names.path_segment(value)
    assert_never(kind)


def _hint(constraint: Constraint) -> str:
    if constraint.enum:
        return f" It must be one of {', '.join(f'`{each}`' for each in constraint.enum)}."
    return ""


def _range(low: int | None, high: int | None) -> str:
    if high is None:
        return "it must not be negative" if low == 0 else f"it must be at least {low}"
    if low is None:
        return f"it must be at most {high}"
    return f"it must be between {low} and {high}"
