"""Evictions, as the API allows them, of the pods on nodes that are being drained.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ and the recorded scenarios.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from linter.planner.bystanders import Bystanders
from linter.planner.disruption.budgets import (
    NO_LABELS,
    Selected,
    added_labels,
    parse_budget,
    revision_labels,
    status,
)
from linter.planner.disruption.known_scales import KnownScales
from linter.planner.model import PodState
from linter.planner.rounds import Eviction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from linter.planner.cluster import Cluster
    from linter.planner.controllers.base import Controller
    from linter.planner.disruption.budgets import Budget
    from linter.planner.model import Manifest, ObjectId, Pods, Revision, Snapshot
    from linter.planner.rounds import BudgetStatus

    Owner = Controller | Bystanders
    """What pods belong to: a workload, or nothing that is simulated."""

    Counts = dict[Budget, tuple[int, int]]
    """How many healthy pods there are, and how many in all, by the budget that is about them."""

SEVERAL_BUDGETS = (
    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
)


class Blocked(NamedTuple):
    """Pods that could not be evicted.

    Attributes:
        node: Where they are.
        owner: Whose they are.
        number: How many.
        budgets: The names of the budgets over them: the one that allows no more disruptions, or several.
    """

    node: str
    owner: Owner
    number: int
    budgets: tuple[str, ...]


class Disruptions:
    """The budgets of a cluster, and the nodes that are being drained.

    Attributes:
        budgets: The PodDisruptionBudgets.
        draining: The nodes that are being drained, in the order in which that began.
        blocked: The pods that the last attempt could not evict.
        evicted: How many pods have been evicted, by node and what they belong to.
        evicted_bystanders: Those of them that no workload keeps, as live objects.
    """

    def __init__(self, objects: Iterable[Manifest] = (), *, lists_once: bool = False) -> None:
        """Read the budgets; objects of other kinds are left out.

        Args:
            objects: The objects.
            lists_once: A drain is about the pods that are on the node when it begins, as `kubectl drain` lists them: others
                that come there all the same, because they tolerate a cordoned node, may stay.
        """
        self._lists_once = lists_once
        self._listed: dict[str, Counter[ObjectId]] = {}
        """How many pods of a node the drain of it is about, where that is certain, by what they belong to."""
        self.budgets = [parse_budget(each) for each in objects if each.get("kind") == "PodDisruptionBudget"]
        self._by_pod = any(each.tells_pods_apart for each in self.budgets)
        self.draining: list[str] = []
        self.blocked: tuple[Blocked, ...] = ()
        self.evicted: Counter[tuple[str, ObjectId]] = Counter()
        self.evicted_bystanders: list[Manifest] = []
        self._over: dict[tuple[str, str, tuple[str, ...]], tuple[Budget, ...]] = {}
        self._scales = KnownScales()
        self._allowed: list[tuple[Budget, int]] | None = None
        names = Counter(each.name for each in self.budgets)
        self._names = {
            each: each.name if names[each.name] == 1 else f"{each.namespace}/{each.name}"
            for each in self.budgets
        }
        self._counted: dict[ObjectId, tuple[Snapshot, Counts]] = {}
        """What was counted of workloads, as long as nothing happens to their pods."""
        self._selected: dict[ObjectId, tuple[Counts, int, list[tuple[Budget, Selected]]]] = {}
        """The same as budgets have it, with what it was computed of."""
        self._statuses: dict[Budget, tuple[Sequence[Selected], BudgetStatus]] = {}
        """The statuses, with what they were computed of."""

    def over(
        self, namespace: str, revision: Revision, added: Mapping[str, str] = NO_LABELS
    ) -> tuple[Budget, ...]:
        """Return the budgets over pods.

        Args:
            namespace: Their namespace.
            revision: What they are made of.
            added: The labels that a controller has given them besides.
        """
        key = namespace, revision.key, tuple(added.values())
        if key not in self._over:
            self._over[key] = tuple(
                each for each in self.budgets if each.selects(namespace, revision.template, added)
            )
        return self._over[key]

    def over_pods(self, owner: Owner, pods: Pods) -> tuple[Budget, ...]:
        """Return the budgets over some pods that do not differ."""
        if isinstance(owner, Bystanders):
            namespace = pods.handle.manifest["metadata"].get("namespace") or "default"
            return self.over(namespace, pods.revision)
        by_pod = self._by_pod and owner.id.kind == "StatefulSet"
        added = added_labels(owner.id, pods) if by_pod else revision_labels(owner.id, pods.revision)
        return self.over(owner.id.namespace, pods.revision, added)

    def counted(self, workload: Controller) -> Counts:
        """Count the healthy pods of a workload, and all, that each budget is about; those that are about none are left out."""
        snapshot = workload.snapshot()
        last = self._counted.get(workload.id)
        if last is None or last[0] is not snapshot:
            last = self._counted[workload.id] = snapshot, self._count(workload)
        return last[1]

    def _count(self, workload: Controller) -> Counts:
        counts: Counts = {}
        for budgets, healthy, total in self._parts(workload):
            for budget in budgets:
                was_healthy, was_total = counts.get(budget, (0, 0))
                counts[budget] = was_healthy + healthy, was_total + total
        return counts

    def _parts(self, workload: Controller) -> Iterator[tuple[tuple[Budget, ...], int, int]]:
        """Yield pods of a workload that the same budgets are about, with how many are healthy, and how many there are."""
        namespace = workload.id.namespace
        if workload.id.kind == "StatefulSet" and self._by_pod:
            for pods in workload.pods_alike():
                healthy = pods.state >= PodState.READY and not pods.terminating
                added = added_labels(workload.id, pods)
                yield self.over(namespace, pods.revision, added), int(healthy), 1
            return
        for tally in workload.snapshot().tallies:
            total = tally.ready + tally.waiting + tally.terminating
            yield (
                self.over(namespace, tally.revision, revision_labels(workload.id, tally.revision)),
                tally.ready,
                total,
            )

    def selected(self, cluster: Cluster) -> dict[Budget, list[Selected]]:
        """Count the pods that each budget is about, workload by workload."""
        found: dict[Budget, list[Selected]] = {each: [] for each in self.budgets}
        if not found:
            return found
        for workload in cluster.workloads.values():
            for budget, selected in self._selected_of(cluster, workload):
                found[budget].append(selected)
        for pod in cluster.bystanders:
            metadata = pod.manifest["metadata"]
            for budget in self.over(metadata.get("namespace") or "default", pod.revision):
                healthy = int(pod.state >= PodState.READY and not pod.terminating)
                # A pod without a controller is wanted by nobody, and of other controllers the scale is not known.
                found[budget].append(Selected(healthy, 1, 0, has_scale=pod.owner is None))
        return found

    def _selected_of(self, cluster: Cluster, workload: Controller) -> list[tuple[Budget, Selected]]:
        counts, wanted = self.counted(workload), self._scales.of(cluster, workload)
        last = self._selected.get(workload.id)
        if last is None or last[0] is not counts or last[1] != wanted:
            has_scale = workload.id.kind != "DaemonSet"
            selected = [(budget, Selected(*count, wanted, has_scale)) for budget, count in counts.items()]
            last = self._selected[workload.id] = counts, wanted, selected
        return last[2]

    def before_update(self, cluster: Cluster, workload: Controller) -> None:
        """Look at a workload that is about to be written."""
        if self.budgets:
            self._scales.remember(cluster, workload)

    def status(self, budget: Budget, cluster: Cluster) -> BudgetStatus:
        """Return the status of a budget."""
        return self._status(budget, self.selected(cluster)[budget])

    def _status(self, budget: Budget, pods: Sequence[Selected]) -> BudgetStatus:
        """Return the status of a budget that is about these pods."""
        last = self._statuses.get(budget)
        if last is None or last[0] != pods:
            last = self._statuses[budget] = pods, status(budget, pods)
        return last[1]

    def all_statuses(self, cluster: Cluster) -> dict[Budget, BudgetStatus]:
        """Return the status of each budget."""
        return {budget: self._status(budget, pods) for budget, pods in self.selected(cluster).items()}

    def allowed(self, cluster: Cluster) -> list[tuple[Budget, int]]:
        """Return each budget with the number of disruptions that it allows.

        What the scheduler, which asks for it, has pushed out since all was at rest does not count: it is faster than the controller
        that computes a budget's status.
        """
        if self._allowed is None:
            statuses = self.all_statuses(cluster).items()
            self._allowed = [(budget, each.disruptions_allowed) for budget, each in statuses]
        return self._allowed

    def statuses(self, cluster: Cluster) -> dict[str, BudgetStatus]:
        """Return the status of each budget by name, now that all is at rest; of several of one name, by namespace and name."""
        self._allowed = None
        return {self._names[budget]: each for budget, each in self.all_statuses(cluster).items()}

    def drain(self, cluster: Cluster, node: str) -> Eviction:
        """Begin to drain a node; return what the first attempt comes to."""
        if node not in self.draining:
            self.draining.append(node)
            self._listed.pop(node, None)
            if self._lists_once:
                self._list(cluster, node)
        return self.evict(cluster)

    def uncordon(self, cluster: Cluster, node: str) -> None:
        """Let the drain of a node, if there is one, be about the pods that are there now: others may come back."""
        if node in self.draining and node not in self._listed:
            self._list(cluster, node)

    def _list(self, cluster: Cluster, node: str) -> None:
        there: Counter[ObjectId] = Counter()
        for owner, pods in pods_by_node(cluster, [node])[node]:
            there[owner.id] += 0 if pods.terminating else pods.number
        self._listed[node] = Counter({key: self.evicted[node, key] + number for key, number in there.items()})

    def _pods(self, cluster: Cluster) -> dict[str, list[tuple[Owner, Pods]]]:
        """Return the pods that are still to go, by draining node."""
        found = pods_by_node(cluster, self.draining)
        for node in found.keys() & self._listed.keys():
            found[node] = list(self._still_listed(node, found[node]))
        return found

    def _still_listed(self, node: str, found: Iterable[tuple[Owner, Pods]]) -> Iterator[tuple[Owner, Pods]]:
        """Yield the pods on a node that a drain is about: those that are going, and no more than are still to go."""
        left = Counter(self._listed[node])
        left.subtract({key: number for (of, key), number in self.evicted.items() if of == node})
        for owner, pods in found:
            number = pods.number if pods.terminating else min(pods.number, left[owner.id])
            if number > 0:
                left[owner.id] -= 0 if pods.terminating else number
                yield owner, pods._replace(number=number)

    def evict(self, cluster: Cluster) -> Eviction:
        """Ask the eviction API once for every pod on the draining nodes; a node that is empty is drained.

        DaemonSets' pods stay: they would come back at once.

        Args:
            cluster: Its pods are evicted; its journal gets an event for each workload and node.
        """
        attempt = _Attempt(cluster, self)
        found = self._pods(cluster)
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
        found = self._pods(cluster)
        left = {node: sum(pods.number for _, pods in found[node]) for node in self.draining}
        return {node: number for node, number in left.items() if number}


def pods_by_node(cluster: Cluster, nodes: Collection[str]) -> dict[str, list[tuple[Owner, Pods]]]:
    """Return the pods on nodes that a drain is about, terminating ones too: those of DaemonSets stay."""
    found: dict[str, list[tuple[Owner, Pods]]] = {node: [] for node in nodes}
    for workload in cluster.workloads.values():
        if workload.id.kind != "DaemonSet":
            for pods in workload.pods_alike(found):
                if pods.node is not None:
                    found[pods.node].append((workload, pods))
    for pods in cluster.bystanders.pods_alike(found):
        if pods.node is not None and not pods.handle.stays_with_its_node:
            found[pods.node].append((cluster.bystanders, pods))
    return found


class _Attempt:
    """One attempt on all draining nodes: what budgets allow is counted down, as the eviction API does."""

    def __init__(self, cluster: Cluster, disruptions: Disruptions) -> None:
        self.cluster = cluster
        self.disruptions = disruptions
        self.evicted = 0
        self.blocked: list[Blocked] = []
        self._statuses = disruptions.all_statuses(cluster)

    def drain(self, node: str, found: list[tuple[Owner, Pods]]) -> None:
        """Evict what may be evicted of the pods on a node."""
        found.sort(key=lambda each: int((each[1].revision.name or "r0")[1:]))
        evicted: dict[Owner, int] = {}
        for owner, pods in found:
            if not pods.terminating:
                budgets = self.disruptions.over_pods(owner, pods)
                allowed = self._allowed(budgets, pods)
                for _ in range(allowed):
                    owner.evict(pods)
                if allowed and isinstance(owner, Bystanders):
                    self.disruptions.evicted_bystanders.append(pods.handle.manifest)
                if allowed:
                    evicted[owner] = evicted.get(owner, 0) + allowed
                if left := pods.number - allowed:
                    self.blocked.append(Blocked(node, owner, left, tuple(each.name for each in budgets)))
        for owner, number in evicted.items():
            if not isinstance(owner, Bystanders):
                self.cluster.journal.record(owner, "evict-pods", node, None, None, number)
            self.disruptions.evicted[node, owner.id] += number
            self.evicted += number

    def _allowed(self, budgets: Sequence[Budget], pods: Pods) -> int:
        """Tell how many of some pods may be evicted."""
        if pods.state <= PodState.PENDING or not budgets:
            return pods.number  # a pod that has not started disrupts nobody
        if len(budgets) > 1:
            return 0
        (budget,) = budgets
        current = self._statuses[budget]
        if pods.state is PodState.UNREADY and (
            budget.always_allows_unhealthy or current.current_healthy >= current.desired_healthy > 0
        ):
            return pods.number
        allowed = min(pods.number, current.disruptions_allowed)
        healthy = current.current_healthy - (allowed if pods.state >= PodState.READY else 0)
        self._statuses[budget] = current._replace(
            disruptions_allowed=current.disruptions_allowed - allowed, current_healthy=healthy
        )
        return allowed
