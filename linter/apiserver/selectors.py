"""Label selectors.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

from linter.apiserver.constraints import check_field
from linter.apiserver.meta import validate_labels
from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath


def validate_label_selector(
    selector: Object,
    path: FieldPath,
    errors: Errors,
    *,
    rule: str = "selector-syntax",
    any_value: bool = False,
) -> None:
    """Judge the parts of a LabelSelector.

    Args:
        selector: The selector (matchLabels, matchExpressions).
        path: Where it is.
        errors: Gets what is wrong.
        rule: The id of the page.
        any_value: Let malformed values of matchExpressions through, as an update does for a selector that had them.
    """
    if labels := selector.get("matchLabels"):
        validate_labels(labels, (*path, "matchLabels"), errors, rule=rule)
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        _validate_expression(
            expression, (*path, "matchExpressions", index), errors, rule, any_value=any_value
        )


def _validate_expression(
    expression: Object, path: FieldPath, errors: Errors, rule: str, *, any_value: bool
) -> None:
    operator = expression.get("operator") or ""
    values = expression.get("values") or ()
    if operator in {"In", "NotIn"}:
        if not values:
            message = f"The operator `{operator}` needs at least one value."
            errors.required((*path, "values"), message, rule=rule)
    elif operator in {"Exists", "DoesNotExist"}:
        if values:
            errors.forbidden((*path, "values"), f"The operator `{operator}` takes no values.", rule=rule)
    else:
        struct = "meta/v1.LabelSelectorRequirement"
        check_field(struct, "operator", operator, (*path, "operator"), errors, rule=rule)
    key = expression.get("key") or ""
    errors.faults((*path, "key"), "The label key", key, names.qualified_name(key), rule=rule)
    if not any_value:
        for number, value in enumerate(values):
            faults = names.label_value(value)
            errors.faults((*path, "values", number), "The label value", value, faults, rule=rule)


def has_malformed_value(selector: Object) -> bool:
    """Tell whether a value of matchExpressions is malformed: an update of such a selector may keep them."""
    return any(
        names.label_value(value)
        for expression in selector.get("matchExpressions") or ()
        for value in expression.get("values") or ()
    )
