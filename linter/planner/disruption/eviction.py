"""Evictions, as the API allows them, of the pods on nodes that are being drained.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ and the recorded scenarios.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from linter.planner.disruption.budgets import parse_budget, status
from linter.planner.model import PodState
from linter.planner.rounds import Eviction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from linter.planner.cluster import Cluster
    from linter.planner.controllers.base import Controller
    from linter.planner.disruption.budgets import Budget
    from linter.planner.model import Manifest, Pods
    from linter.planner.rounds import BudgetStatus

SEVERAL_BUDGETS = (
    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
)


class Blocked(NamedTuple):
    """Pods that could not be evicted.

    Attributes:
        node: Where they are.
        workload: Whose they are.
        number: How many.
        budgets: The names of the budgets over them: the one that allows no more disruptions, or several.
    """

    node: str
    workload: Controller
    number: int
    budgets: tuple[str, ...]


class Disruptions:
    """The budgets of a cluster, and the nodes that are being drained.

    Attributes:
        budgets: The PodDisruptionBudgets.
        draining: The nodes that are being drained, in the order in which that began.
        blocked: The pods that the last attempt could not evict.
    """

    def __init__(self, objects: Iterable[Manifest] = ()) -> None:
        """Read the budgets; objects of other kinds are left out."""
        self.budgets = [parse_budget(each) for each in objects if each.get("kind") == "PodDisruptionBudget"]
        self.draining: list[str] = []
        self.blocked: tuple[Blocked, ...] = ()

    def statuses(self, cluster: Cluster) -> dict[str, BudgetStatus]:
        """Return the status of each budget by name; of several of one name, by namespace and name."""
        names = Counter(each.name for each in self.budgets)
        return {
            each.name if names[each.name] == 1 else f"{each.namespace}/{each.name}": status(
                each, cluster.workloads.values()
            )
            for each in self.budgets
        }

    def evict(self, cluster: Cluster) -> Eviction:
        """Ask the eviction API once for every pod on the draining nodes; a node that is empty is drained.

        DaemonSets' pods stay: they would come back at once.

        Args:
            cluster: Its pods are evicted; its journal gets an event for each workload and node.
        """
        attempt = _Attempt(cluster, self.budgets)
        found = pods_by_node(cluster, self.draining)
        for node in self.draining:
            attempt.drain(node, found[node])
        self.draining = [node for node in self.draining if found[node]]
        self.blocked = tuple(attempt.blocked)
        errors = sum(each.number for each in attempt.blocked if len(each.budgets) > 1)
        return Eviction(
            attempt.evicted,
            sum(each.number for each in attempt.blocked),
            SEVERAL_BUDGETS if errors else None,
        )

    def not_drained(self, cluster: Cluster) -> dict[str, int]:
        """Count the pods that are still on draining nodes."""
        if not self.draining:
            return {}
        found = pods_by_node(cluster, self.draining)
        left = {node: sum(pods.number for _, pods in found[node]) for node in self.draining}
        return {node: number for node, number in left.items() if number}


def pods_by_node(cluster: Cluster, nodes: Collection[str]) -> dict[str, list[tuple[Controller, Pods]]]:
    """Return the pods on nodes that a drain is about, terminating ones too: those of DaemonSets stay."""
    found: dict[str, list[tuple[Controller, Pods]]] = {node: [] for node in nodes}
    for workload in cluster.workloads.values():
        if workload.id.kind != "DaemonSet":
            for pods in workload.pods_alike():
                if pods.node in found:
                    found[pods.node].append((workload, pods))
    return found


class _Attempt:
    """One attempt on all draining nodes: what budgets allow is counted down, as the eviction API does."""

    def __init__(self, cluster: Cluster, budgets: Iterable[Budget]) -> None:
        self.cluster = cluster
        self.budgets = list(budgets)
        self.evicted = 0
        self.blocked: list[Blocked] = []
        self._statuses: dict[tuple[str, str], BudgetStatus] = {}

    def drain(self, node: str, found: list[tuple[Controller, Pods]]) -> None:
        """Evict what may be evicted of the pods on a node."""
        found.sort(key=lambda each: int((each[1].revision.name or "r0")[1:]))
        evicted: dict[Controller, int] = {}
        for workload, pods in found:
            if not pods.terminating:
                budgets = [each for each in self.budgets if each.selects(workload, pods.revision)]
                allowed = self._allowed(budgets, pods)
                for _ in range(allowed):
                    workload.evict(pods)
                if allowed:
                    evicted[workload] = evicted.get(workload, 0) + allowed
                if left := pods.number - allowed:
                    self.blocked.append(Blocked(node, workload, left, tuple(each.name for each in budgets)))
        for workload, number in evicted.items():
            self.cluster.journal.record(workload, "evict-pods", node, None, None, number)
            self.evicted += number

    def _allowed(self, budgets: list[Budget], pods: Pods) -> int:
        """Tell how many of some pods may be evicted."""
        if pods.state <= PodState.PENDING or not budgets:
            return pods.number  # a pod that has not started disrupts nobody
        if len(budgets) > 1:
            return 0
        (budget,) = budgets
        key = budget.namespace, budget.name
        if key not in self._statuses:
            self._statuses[key] = status(budget, self.cluster.workloads.values())
        current = self._statuses[key]
        if pods.state is PodState.UNREADY and (
            budget.always_allows_unhealthy or current.current_healthy >= current.desired_healthy > 0
        ):
            return pods.number
        allowed = min(pods.number, current.disruptions_allowed)
        healthy = current.current_healthy - (allowed if pods.state >= PodState.READY else 0)
        self._statuses[key] = current._replace(
            disruptions_allowed=current.disruptions_allowed - allowed, current_healthy=healthy
        )
        return allowed
