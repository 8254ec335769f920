"""Label selectors: which labels they match.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any


def matches(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Tell whether a LabelSelector (matchLabels, matchExpressions) matches the labels.

    An absent selector matches nothing, an empty one everything. An unknown operator matches nothing.
    """
    if selector is None:
        return False
    if not matches_labels(selector.get("matchLabels") or {}, labels):
        return False
    expressions = selector.get("matchExpressions")
    return not expressions or all(matches_expression(each, labels) for each in expressions)


def matches_labels(wanted: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Tell whether the labels hold every wanted pair (a Service's selector, a nodeSelector)."""
    return all(labels.get(key) == value for key, value in wanted.items())


def matches_expression(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Tell whether one requirement of matchExpressions holds. NotIn and DoesNotExist hold for a missing label."""
    return holds(
        expression.get("key", ""), expression.get("operator"), expression.get("values") or (), labels
    )


def holds(key: str, operator: str | None, values: Collection[str], labels: Mapping[str, str]) -> bool:
    """Tell whether one requirement holds, as `matches_expression` does."""
    match operator:
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return key not in labels or labels[key] not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case _:
            return False
