"""Which budgets and policies of the run select a workload's pods."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from linter.kube.selectors import matches

from ..rollout._related import field  # noqa: TID252  the folder beside this one
from ._pods import pod_labels

if TYPE_CHECKING:
    from linter.engine.inventory import Inventory
    from linter.engine.rule import Context
    from linter.loading.resource import Resource

Index = dict[tuple[str, tuple[str, str] | None], list[dict[str, Any]]]
_INDEXES: WeakKeyDictionary[Inventory, dict[str, Index]] = WeakKeyDictionary()


def selected_by(resource: Resource, kind: str, selector: str, context: Context) -> bool:
    """Tell whether an object of a kind selects the pods of a workload.

    Args:
        resource: The workload.
        kind: PodDisruptionBudget or NetworkPolicy.
        selector: The field of its spec that holds the label selector.
        context: Holds the inventory.
    """
    index = _index(context.inventory, kind, selector)
    labels = pod_labels(resource)
    for key in (None, *labels.items()):
        for each in index.get((resource.namespace, key), ()):
            if matches(each, labels):
                return True
    return False


def _index(inventory: Inventory, kind: str, selector: str) -> Index:
    """Return the selectors of a kind by namespace and one of the pairs they ask for; None for those without pairs."""
    indexes = _INDEXES.setdefault(inventory, {})
    if kind not in indexes:
        index: Index = defaultdict(list)
        for each in inventory.of_kind(kind):
            value = field(each.manifest, "spec", selector)
            if not isinstance(value, dict) or not _is_selector(value):
                continue
            pair = min(value["matchLabels"].items()) if value.get("matchLabels") else None
            index[each.namespace, pair].append(value)
        indexes[kind] = index
    return indexes[kind]


def _is_selector(value: dict[str, Any]) -> bool:
    """Tell whether a selector that nobody has decoded yet has the right types."""
    pairs, expressions = value.get("matchLabels") or {}, value.get("matchExpressions") or []
    return (
        isinstance(pairs, dict)
        and all(isinstance(each, str) for each in pairs.values())
        and isinstance(expressions, list)
        and all(
            isinstance(each, dict)
            and isinstance(each.get("key") or "", str)
            and isinstance(each.get("values") or [], list)
            for each in expressions
        )
    )
