"""The simple checks of schemas/constraints.json: which fields must be there, which values and numbers they take, which never change.

A struct's function asks `check` for all of its struct's constraints at once, or `check_field` where the server judges a field
only under a condition, and says itself only what depends on more than one field. The checks mirror the server's own declarative validation (tags such as +k8s:required, +k8s:minimum, +k8s:enum,
+k8s:immutable) and those of its hand-written code that could be one.
"""

from __future__ import annotations

from functools import cache

from linter.kube import names
from linter.kube.suggest import not_supported, quote
from linter.light_typing import NamedTuple, assert_never
from linter.schemas import constraints

try:
    from podplan_native import in_doubt as _in_doubt_natively
except ImportError:
    _in_doubt_natively = None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath
    from linter.schemas import Constraint, Format
    from linter.version import KubeVersion


def check(
    struct: str,
    value: Object,
    path: FieldPath,
    errors: Errors,
    *,
    but: Collection[str] = (),
    rule: str | None = None,
) -> None:
    """Judge the fields of a struct that are judged by themselves.

    Args:
        struct: The struct, such as "policy/v1.PodDisruptionBudgetSpec".
        value: The struct's value, with defaults applied.
        path: Where it is.
        errors: Gets what is wrong, in the order of the table.
        but: The fields to leave out, as whether they are judged depends on others: `check_field` judges them.
        rule: The id of the page, where it is not that of the table.
    """
    # Most fields are absent, and mostly that is all that there is to say; what is there is mostly right.
    for each in in_doubt(value, _asked(struct, errors.version)):
        field = each.field
        if field not in but:
            _check(each.constraint, field, value.get(field), (*path, field), errors, rule=rule)


def check_field(
    struct: str,
    name: str,
    value: Any,
    path: FieldPath,
    errors: Errors,
    *,
    rule: str | None = None,
    field: str | None = None,
) -> None:
    """Judge one field of a struct.

    Args:
        struct: The struct.
        name: The field.
        value: The field's value; None where it is absent.
        path: Where the field is.
        errors: Gets what is wrong.
        rule: The id of the page, where it is not that of the table.
        field: The field as the server spells it, where that differs from the path.
    """
    for each in _asked(struct, errors.version):
        if each.field == name:
            _check(each.constraint, name, value, path, errors, rule=rule, field=field)


class _Asked(NamedTuple):
    """A constraint on a field, with what can be told of it before a value is known."""

    field: str
    asks_absent: bool
    plain: type | None
    """The class of the values that are plainly right: one of the texts, or a whole number in the range; None: `_check` is to look."""
    texts: frozenset[str] | None
    """None: any text but an empty one."""
    minimum: int | None
    maximum: int | None
    constraint: Constraint

    def is_kept_by(self, found: Any) -> bool:
        """Tell whether there is plainly nothing to say of a value, or of None where there is none."""
        if found is None:
            return not self.asks_absent
        kind = type(found)
        if kind is str:
            return self.plain is str and (bool(found) if self.texts is None else found in self.texts)
        low, high = self.minimum, self.maximum
        return kind is int is self.plain and (low is None or found >= low) and (high is None or found <= high)


def in_doubt_in_python(value: Object, asked: tuple[_Asked, ...]) -> list[_Asked]:
    """Return those constraints on a struct's fields that are not plainly kept."""
    return [each for each in asked if not each.is_kept_by(value.get(each.field))]


in_doubt: Callable[[Object, tuple[_Asked, ...]], list[_Asked]] = _in_doubt_natively or in_doubt_in_python


@cache
def _asked(struct: str, version: KubeVersion) -> tuple[_Asked, ...]:
    """Return the constraints on a struct that the server of a version asks, in its order."""
    return tuple(
        _Asked(
            field,
            constraint.asks_absent,
            _plain_class(constraint),
            frozenset(filter(None, constraint.enum)) if constraint.enum else None,
            constraint.minimum,
            constraint.maximum,
            constraint,
        )
        for field, constraint in constraints(struct)
        if constraint.holds_in(version)
    )


def _plain_class(constraint: Constraint) -> type | None:
    if constraint.format or constraint.max_length is not None:
        return None
    return str if constraint.minimum is None and constraint.maximum is None else int


def _check(
    constraint: Constraint,
    name: str,
    value: Any,
    path: FieldPath,
    errors: Errors,
    *,
    rule: str | None = None,
    field: str | None = None,
) -> None:
    rule, what = rule or constraint.rule, constraint.what or name
    if constraint.required and value in (None, "", [], {}):
        message = constraint.missing or f"{what} is missing.{_hint(constraint)}"
        errors.required(path, message, rule=rule, field=field)
        return
    if value is None:
        if not constraint.even_empty:
            return
        value = ""
    if constraint.enum:
        _check_enum(constraint, what, value, path, errors, rule=rule, field=field)
    low, high = constraint.minimum, constraint.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        errors.invalid(path, f"{what} is {quote(value)}; {_range(low, high)}.", rule=rule, field=field)
    if constraint.max_length is not None and (length := names.byte_length(value)) > constraint.max_length:
        message = f"{what} has {length} bytes; at most {constraint.max_length} are allowed."
        errors.too_long(path, message, rule=rule, field=field)
    if constraint.format and (value or constraint.even_empty):
        faults = _format_faults(constraint.format, value)
        errors.faults(path, what, value, faults, rule=rule, field=field)


def _check_enum(
    constraint: Constraint,
    what: str,
    value: str | list[str],
    path: FieldPath,
    errors: Errors,
    *,
    rule: str,
    field: str | None,
) -> None:
    if isinstance(value, list):
        for index, entry in enumerate(value):
            _check_enum(constraint, what, entry, (*path, index), errors, rule=rule, field=field)
    elif value not in constraint.enum:
        message = not_supported(what, value, filter(None, constraint.enum))
        report = errors.unsupported if constraint.enum_reason == "NotSupported" else errors.invalid
        report(path, message, rule=rule, field=field)


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
