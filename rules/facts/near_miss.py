"""What somebody may have meant who selects pods that are not there."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from linter.engine.filing import pod_labels
from linter.kube.suggest import suggest
from linter.rules.facts.manifests import ENOUGH, describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.engine.filing import Requirement
    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource


def closest_pods(inventory: Inventory, resource: Resource, conditions: tuple[Requirement, ...]) -> str:
    """Say which pods fulfil some of the conditions and what they lack, or which label is nearly right; else ""."""
    shared: Counter[int] = Counter()
    owners: dict[int, Resource] = {}
    for each in conditions:
        if each.operator == "In":
            for value in each.values:
                for owner in islice(inventory.selected({each.key: value}, resource.namespace), ENOUGH):
                    shared[id(owner)] += 1
                    owners[id(owner)] = owner
    if shared:
        best = owners[shared.most_common(1)[0][0]]
        labels = pod_labels(best) or {}
        return (
            f"{describe(best, resource)} comes closest, but its pods have {difference(conditions, labels)}."
        )
    for each in conditions:
        if each.operator != "In" or not each.values:
            continue
        carriers = islice(inventory.carrying(each.key, resource.namespace), ENOUGH)
        by_value = {(pod_labels(owner) or {})[each.key]: owner for owner in carriers}
        if near := suggest(each.values[0], by_value):
            return f"Did you mean `{each.key}: {near}`, as {describe(by_value[near], resource)} has it?"
    return ""


def other_values(inventory: Inventory, resource: Resource, conditions: tuple[Requirement, ...]) -> str:
    """Say which values the pods of the namespace have for a label of the conditions."""
    for each in conditions:
        if each.operator == "In":
            carriers = islice(inventory.carrying(each.key, resource.namespace), ENOUGH)
            if values := dict.fromkeys((pod_labels(owner) or {})[each.key] for owner in carriers):
                return f"The pods there have `{each.key}` {some_of(values)}."
    return ""


def difference(conditions: tuple[Requirement, ...], labels: dict[str, str]) -> str:
    """Say what labels have, or lack, that keeps them from fulfilling the conditions."""
    found = []
    for key, operator, values in conditions:
        has = labels.get(key)
        if operator == "In" and has not in values:
            found.append(f"no label `{key}`" if has is None else f"`{key}: {has}`")
        elif operator == "Exists" and has is None:
            found.append(f"no label `{key}`")
        elif (operator == "NotIn" and has in values) or (operator == "DoesNotExist" and has is not None):
            found.append(f"`{key}: {has}`")
    return " and ".join(found)


def some_of(values: Iterable[str]) -> str:
    """List values in a message, the first few of them."""
    found = [f"`{each}`" for each in values]
    return ", ".join(found[:3]) + (" …" if len(found) > 3 else "")
