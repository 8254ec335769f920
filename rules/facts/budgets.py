"""PodDisruptionBudgets and how many pods they stand for."""

from __future__ import annotations

from itertools import islice

from linter.kube.kinds import is_builtin
from linter.light_typing import NamedTuple
from linter.rules.facts.autoscalers import least_replicas, scalers
from linter.rules.facts.manifests import ENOUGH, dig, distinct, number
from linter.rules.facts.memo import once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource

SCALED = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"})


class Pods(NamedTuple):
    """The pods that a budget is about."""

    least: int
    """How many there are at least, with all autoscalers at their minimum."""
    owners: list[Resource]
    autoscalers: list[Resource]


def pods_of(inventory: Inventory, budget: Resource) -> Pods | None:
    """Count the pods that a budget selects; None where the run does not tell (no owner, DaemonSets, custom scalers)."""
    found = distinct(inventory.matched(dig(budget.manifest, "spec", "selector"), budget.namespace))
    # The pods of what a controller made are counted at the controller.
    owners = [each for each in found if not each.is_controlled] or found
    if not owners or len(owners) >= ENOUGH:
        return None
    count = 0
    autoscalers: list[Resource] = []
    for owner in owners:
        scaled_by = scalers(inventory, owner)
        least = [_least(each, scaled_by) for each in inventory.definitions(owner)]
        if any(each is None for each in least):
            return None
        count += max(each for each in least if each is not None)
        autoscalers += scaled_by
    return Pods(count, owners, autoscalers)


def _least(owner: Resource, autoscalers: Sequence[Resource]) -> int | None:
    if owner.kind == "Pod":
        return 1
    if owner.kind not in SCALED and is_builtin(owner.api_version):
        return None  # a DaemonSet has as many as there are nodes, a Job comes to an end
    if autoscalers:
        limits = [least_replicas(each) for each in autoscalers]
        return (
            None if any(each is None for each in limits) else max(each for each in limits if each is not None)
        )
    if dig(owner.manifest, "spec", "replicas") is None and owner.kind in SCALED:
        return 1
    # A custom workload (Argo's Rollout) that says how many pods it wants calls them replicas; its default only it knows.
    return number(owner.manifest, "spec", "replicas")


def first_budget_over(inventory: Inventory, owner: Resource) -> Resource | None:
    """Return the first budget that selects an owner's pods."""
    return _by_owner(inventory).get(id(owner))


@once
def _by_owner(inventory: Inventory) -> dict[int, Resource]:
    budgets: dict[int, Resource] = {}
    for budget in inventory.of_kind("PodDisruptionBudget"):
        selector = dig(budget.manifest, "spec", "selector")
        for owner in islice(inventory.matched(selector, budget.namespace), ENOUGH):
            budgets.setdefault(id(owner), budget)
    return budgets
