"""Label selectors, and whether a workload's selector matches the labels of its pod template.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Problem
from linter.kube import names
from linter.kube.suggest import did_you_mean, one_of, quote
from linter.path import FieldPath, format_path

from .metadata import label_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
SELECTOR: FieldPath = ("spec", "selector")


def label_selector_problems(
    selector: dict[str, Any], path: FieldPath, *, any_value: bool = False
) -> Iterator[Problem]:
    """Check the parts of a LabelSelector.

    Args:
        selector: The selector (matchLabels, matchExpressions).
        path: Where it is.
        any_value: Let malformed values of matchExpressions through, as an update does for a selector that had them.
    """
    if labels := selector.get("matchLabels"):
        here = (*path, "matchLabels")
        yield from label_problems(labels, here, format_path(here))
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        here = (*path, "matchExpressions", index)
        operator = expression.get("operator") or ""
        values = expression.get("values") or ()
        if operator in ("In", "NotIn"):
            if not values:
                yield Problem(
                    (*here, "values"), f"The operator `{operator}` needs at least one value.", "Required"
                )
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                yield Problem((*here, "values"), f"The operator `{operator}` takes no values.", "Forbidden")
        else:
            yield Problem(
                (*here, "operator"),
                f"The operator is {quote(operator)}; it must be {one_of(OPERATORS)}.{did_you_mean(operator, OPERATORS)}",
                "Invalid",
            )
        key = expression.get("key") or ""
        for fault in names.qualified_name(key):
            yield Problem((*here, "key"), f"The label key {quote(key)} {fault}.", "Invalid")
        if not any_value:
            for number, value in enumerate(values):
                for fault in names.label_value(value):
                    yield Problem(
                        (*here, "values", number), f"The label value {quote(value)} {fault}.", "Invalid"
                    )


def selector_problems(resource: Resource) -> tuple[Problem, ...]:
    """Return what is wrong inside `spec.selector` of a workload or PodDisruptionBudget. Computed once."""
    found: tuple[Problem, ...] | None = resource.memo.get(selector_problems)
    if found is None:
        selector = resource.object["spec"].get("selector") if "spec" in resource.object else None
        found = tuple(label_selector_problems(selector, SELECTOR)) if selector else ()
        resource.memo[selector_problems] = found
    return found


def pod_template_is_judged(resource: Resource) -> bool:
    """Tell whether the API server looks into the pod template.

    With a malformed selector it does not, except in a DaemonSet.
    """
    return resource.kind == "DaemonSet" or not selector_problems(resource)
