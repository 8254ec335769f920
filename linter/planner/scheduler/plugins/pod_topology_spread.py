"""PodTopologySpread: pods of one kind are spread evenly over zones, hosts or other parts of the cluster.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.scheduling import matches_node
from linter.kube.selectors import matches
from linter.planner.scheduler.node_info import is_unique
from linter.planner.scheduler.plugins import taint_toleration
from linter.planner.scheduler.pod_info import HOSTNAME, with_label_keys
from linter.planner.scheduler.status import Plugin, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linter.planner.model import Node
    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.plugins import Marks
    from linter.planner.scheduler.pod_info import PodInfo

_NO_LABEL = Status(
    Plugin.POD_TOPOLOGY_SPREAD,
    ("node(s) didn't match pod topology spread constraints (missing required label)",),
)
_TOO_MANY = Status(
    Plugin.POD_TOPOLOGY_SPREAD, ("node(s) didn't match pod topology spread constraints",), resolvable=True
)
_DEFAULTS = (
    (HOSTNAME, 3),
    ("topology.kubernetes.io/zone", 5),
)
"""How pods of a controller or Service are spread that say nothing about it; where there is no such node, it does not matter."""


class Constraint(NamedTuple):
    """A spread constraint of a pod, with its defaults."""

    key: str
    max_skew: int
    min_domains: int
    selector: Mapping[str, Any] | None
    honors_affinity: bool
    honors_taints: bool

    def counts_node(self, pod: PodInfo, node: Node) -> bool:
        """Tell whether a node is one of those over which pods are spread, as the node inclusion policies say."""
        if self.honors_affinity and not matches_node(pod.spec, node.name, node.labels):
            return False
        return not self.honors_taints or taint_toleration.tolerates(pod, node)

    def counts_pod(self, pod: PodInfo, other: PodInfo) -> bool:
        """Tell whether another pod is one of those that are spread."""
        return other.namespace == pod.namespace and matches(self.selector, other.labels)


def constraints_of(pod: PodInfo, action: str) -> tuple[Constraint, ...]:
    """Return the spread constraints of a pod with a value of whenUnsatisfiable."""
    written = pod.spec.get("topologySpreadConstraints") or ()
    return tuple(
        Constraint(
            each.get("topologyKey") or "",
            each.get("maxSkew") or 1,
            each.get("minDomains") or 1,
            with_label_keys(each.get("labelSelector"), each.get("matchLabelKeys"), pod.labels),
            each.get("nodeAffinityPolicy", "Honor") == "Honor",
            each.get("nodeTaintsPolicy", "Ignore") == "Honor",
        )
        for each in written
        if each.get("whenUnsatisfiable", "DoNotSchedule") == action
    )


def has_keys(node: Node, constraints: Iterable[Constraint]) -> bool:
    """Tell whether a node has the labels of all constraints: others are not counted."""
    return all(each.key in node.labels for each in constraints)


class _PodCounter:
    """Counts the pods that a constraint means; whether it means pods of a sort is looked at once."""

    def __init__(self, pod: PodInfo, constraint: Constraint) -> None:
        self._pod = pod
        self._constraint = constraint
        self._known: dict[PodInfo, bool] = {}

    def counts(self, other: PodInfo) -> bool:
        """Tell whether another pod is one of those that are spread."""
        found = self._known.get(other)
        if found is None:
            found = self._known[other] = self._constraint.counts_pod(self._pod, other)
        return found

    def count(self, info: NodeInfo) -> int:
        """Count the pods on a node; terminating ones are left out."""
        known, total = self._known, 0
        for other, number in info.running.items():
            counts = known.get(other)
            if self.counts(other) if counts is None else counts:
                total += number
        return total


class SpreadFilter:
    """The constraints with whenUnsatisfiable DoNotSchedule of pods that are alike."""

    def __init__(self, pod: PodInfo, nodes: Sequence[NodeInfo]) -> None:
        self._pod = pod
        self._constraints = constraints_of(pod, "DoNotSchedule")
        self._counters = [_PodCounter(pod, each) for each in self._constraints]
        self._counts: list[dict[str, int]] = [{} for _ in self._constraints]
        self._own = [int(matches(each.selector, pod.labels)) for each in self._constraints]
        self._alone = [is_unique(each.key, nodes) for each in self._constraints]
        for info in nodes if self._constraints else ():
            if has_keys(info.node, self._constraints):
                for constraint, counter, counts in zip(
                    self._constraints, self._counters, self._counts, strict=True
                ):
                    if constraint.counts_node(pod, info.node):
                        value = info.node.labels[constraint.key]
                        counts[value] = counts.get(value, 0) + counter.count(info)
        self._least = [self._minimum(number) for number in range(len(self._constraints))]

    def _minimum(self, number: int) -> int:
        counts = self._counts[number]
        # With fewer domains than asked for the emptiest counts as empty.
        enough = len(counts) >= self._constraints[number].min_domains
        return min(counts.values(), default=0) if enough else 0

    def mark(self, info: NodeInfo) -> Marks:
        """Return the domain of a node in each constraint, or how full it is where it has one of its own."""
        if not self._constraints:
            return ()
        labels = info.node.labels
        return tuple(
            [
                self._counts[number].get(labels[each.key], 0)
                if self._alone[number] and each.key in labels
                else labels.get(each.key)
                for number, each in enumerate(self._constraints)
            ]
        )

    def check(self, mark: Marks) -> Status | None:
        """Tell why nodes with a mark would be too full."""
        for number, place in enumerate(mark):
            if place is None:
                return _NO_LABEL
            there = place if self._alone[number] else self._counts[number].get(place, 0)
            if there + self._own[number] - self._least[number] > self._constraints[number].max_skew:
                return _TOO_MANY
        return None

    def add(self, pod: PodInfo, info: NodeInfo, number: int) -> None:
        """Count pods that come to a node or leave it."""
        node = info.node
        if not self._constraints or not has_keys(node, self._constraints):
            return
        for index, constraint in enumerate(self._constraints):
            if self._counters[index].counts(pod) and constraint.counts_node(self._pod, node):
                value = node.labels[constraint.key]
                counts = self._counts[index]
                counts[value] = counts.get(value, 0) + number
                self._least[index] = self._minimum(index)


class SpreadScore:
    """How evenly pods that are alike would be spread, where the constraint is only a wish."""

    def __init__(self, pod: PodInfo, nodes: Sequence[NodeInfo]) -> None:
        self._pod = pod
        self._by_default = not pod.spec.get("topologySpreadConstraints")
        constraints = constraints_of(pod, "ScheduleAnyway")
        if self._by_default and pod.selector is not None:
            constraints = tuple(
                Constraint(key, skew, 1, pod.selector, honors_affinity=True, honors_taints=False)
                for key, skew in _DEFAULTS
            )
        self._constraints = constraints
        self._counters = [_PodCounter(pod, each) for each in constraints]
        self._in_domain: list[dict[str, int]] = [{} for _ in constraints]
        for index, counter in enumerate(self._counters):
            if constraints[index].key != HOSTNAME:
                for info in nodes:
                    if number := counter.count(info):
                        self._count(index, info, number)

    def _count(self, index: int, info: NodeInfo, number: int) -> None:
        constraint, labels = self._constraints[index], info.node.labels
        counted = self._by_default or has_keys(info.node, self._constraints)
        if counted and constraint.counts_node(self._pod, info.node):
            domains, value = self._in_domain[index], labels.get(constraint.key, "")
            domains[value] = domains.get(value, 0) + number

    def mark(self, info: NodeInfo) -> Marks:
        """Return the domain of a node in each constraint; for hosts, how many pods are there."""
        if not self._constraints:
            return ()
        labels = info.node.labels
        return tuple(
            [
                labels.get(each.key)
                if each.key != HOSTNAME
                else (counter.count(info) if HOSTNAME in labels else None)
                for each, counter in zip(self._constraints, self._counters, strict=True)
            ]
        )

    def add(self, pod: PodInfo, info: NodeInfo, number: int) -> None:
        """Count pods that come to a node or leave it."""
        for index, counter in enumerate(self._counters):
            if self._constraints[index].key != HOSTNAME and counter.counts(pod):
                self._count(index, info, number)

    def scores(self, marks: Sequence[Marks], sizes: Sequence[int]) -> list[int] | None:
        """Rate nodes that can take the pod, 0 to 100 for each mark; None where nothing is wished.

        Args:
            marks: What tells the nodes apart.
            sizes: How many nodes have each of the marks.
        """
        if not self._constraints:
            return None
        ignored = [not self._by_default and None in mark for mark in marks]
        sums = [0.0] * len(marks)
        for index, constraint in enumerate(self._constraints):
            places = [mark[index] for mark in marks]
            skew = constraint.max_skew - 1
            if constraint.key == HOSTNAME:
                number = sum([size for size, skip in zip(sizes, ignored, strict=True) if not skip])
                weight = math.log(number + 2)
                there = places
            else:
                # A missing label is a domain like any other as far as the weight goes.
                weight = math.log(len({place or "" for place in places}) + 2)
                domains = self._in_domain[index]
                there = [None if place is None else domains.get(place, 0) for place in places]
            sums = [
                total if count is None else total + (count * weight + skew)
                for total, count in zip(sums, there, strict=True)
            ]
        raw = [math.floor(each + 0.5) for each in sums]
        counted = [score for score, skip in zip(raw, ignored, strict=True) if not skip]
        highest, lowest = max(counted, default=0), min(counted, default=0)
        if highest == 0:
            return [0 if skip else 100 for skip in ignored]
        return [
            0 if skip else 100 * (highest + lowest - score) // highest
            for score, skip in zip(raw, ignored, strict=True)
        ]
