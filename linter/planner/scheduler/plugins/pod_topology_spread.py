"""PodTopologySpread: pods of one kind are spread evenly over zones, hosts or other parts of the cluster.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.scheduling import matches_node
from linter.kube.selectors import matches
from linter.planner.scheduler.plugins import taint_toleration
from linter.planner.scheduler.pod_info import HOSTNAME, with_label_keys
from linter.planner.scheduler.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from linter.planner.model import Node
    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.pod_info import PodInfo

_NO_LABEL = Status(("node(s) didn't match pod topology spread constraints (missing required label)",))
_TOO_MANY = Status(("node(s) didn't match pod topology spread constraints",), resolvable=True)
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


def _constraints(pod: PodInfo, action: str) -> tuple[Constraint, ...]:
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


def _has_keys(node: Node, constraints: Iterable[Constraint]) -> bool:
    return all(each.key in node.labels for each in constraints)


class SpreadFilter:
    """The constraints with whenUnsatisfiable DoNotSchedule of pods that are alike."""

    def __init__(self, pod: PodInfo, nodes: Sequence[NodeInfo]) -> None:
        self._pod = pod
        self._constraints = _constraints(pod, "DoNotSchedule")
        self._counts: list[dict[str, int]] = [{} for _ in self._constraints]
        self._own = [int(matches(each.selector, pod.labels)) for each in self._constraints]
        counters = [_counter(each, pod) for each in self._constraints]
        for info in nodes if self._constraints else ():
            if _has_keys(info.node, self._constraints):
                for constraint, counts, count in zip(self._constraints, self._counts, counters, strict=True):
                    if constraint.counts_node(pod, info.node):
                        value = info.node.labels[constraint.key]
                        counts[value] = counts.get(value, 0) + count(info)
        self._least = [self._minimum(number) for number in range(len(self._constraints))]

    def _minimum(self, number: int) -> int:
        counts = self._counts[number]
        # With fewer domains than asked for the emptiest counts as empty.
        enough = len(counts) >= self._constraints[number].min_domains
        return min(counts.values(), default=0) if enough else 0

    def check(self, info: NodeInfo) -> Status | None:
        """Tell why a node would be too full."""
        labels = info.node.labels
        for number, constraint in enumerate(self._constraints):
            value = labels.get(constraint.key)
            if value is None:
                return _NO_LABEL
            there = self._counts[number].get(value, 0)
            if there + self._own[number] - self._least[number] > constraint.max_skew:
                return _TOO_MANY
        return None

    def add(self, pod: PodInfo, info: NodeInfo, number: int) -> Iterable[tuple[str, str]] | None:
        """Count pods that come to a node or leave it.

        Returns:
            The labels (key, value) of nodes for which that makes a difference; None for all nodes.
        """
        node = info.node
        if not self._constraints or not _has_keys(node, self._constraints):
            return ()
        changed: list[tuple[str, str]] = []
        for index, constraint in enumerate(self._constraints):
            if constraint.counts_pod(self._pod, pod) and constraint.counts_node(self._pod, node):
                value = node.labels[constraint.key]
                counts = self._counts[index]
                counts[value] = counts.get(value, 0) + number
                changed.append((constraint.key, value))
        least = [self._minimum(index) for index in range(len(self._constraints))]
        if least == self._least:
            return changed
        self._least = least
        return None


def _counter(constraint: Constraint, pod: PodInfo) -> Callable[[NodeInfo], int]:
    """Return what counts the pods on a node that are spread; terminating ones are left out.

    Whether a sort of pods counts is asked once, not on each node.
    """
    asked: dict[PodInfo, bool] = {}

    def count(info: NodeInfo) -> int:
        total = 0
        for other, number in info.running.items():
            counts = asked.get(other)
            if counts is None:
                counts = asked[other] = constraint.counts_pod(pod, other)
            if counts:
                total += number
        return total

    return count


class SpreadScore:
    """How evenly pods that are alike would be spread, where the constraint is only a wish.

    Attributes:
        applies: Whether there is such a wish.
    """

    def __init__(self, pod: PodInfo, nodes: Sequence[NodeInfo]) -> None:
        self._pod = pod
        self._by_default = not pod.spec.get("topologySpreadConstraints")
        constraints = _constraints(pod, "ScheduleAnyway")
        if self._by_default and pod.selector is not None:
            constraints = tuple(
                Constraint(key, skew, 1, pod.selector, honors_affinity=True, honors_taints=False)
                for key, skew in _DEFAULTS
            )
        self._constraints = constraints
        self.applies = bool(constraints)
        self._on_node: list[list[int]] = []
        self._in_domain: list[dict[str, int]] = []
        for constraint in constraints:
            counts = list(map(_counter(constraint, pod), nodes))
            domains: dict[str, int] = {}
            for info, there in zip(nodes, counts, strict=True):
                if self._counts(constraint, info):
                    value = info.node.labels.get(constraint.key, "")
                    domains[value] = domains.get(value, 0) + there
            self._on_node.append(counts)
            self._in_domain.append(domains)

    def _counts(self, constraint: Constraint, info: NodeInfo) -> bool:
        if not self._by_default and not _has_keys(info.node, self._constraints):
            return False
        return constraint.counts_node(self._pod, info.node)

    def add(self, pod: PodInfo, info: NodeInfo, number: int) -> None:
        """Count pods that come to a node."""
        for constraint, counts, domains in zip(
            self._constraints, self._on_node, self._in_domain, strict=True
        ):
            if constraint.counts_pod(self._pod, pod):
                counts[info.index] += number
                if self._counts(constraint, info):
                    value = info.node.labels.get(constraint.key, "")
                    domains[value] = domains.get(value, 0) + number

    def scores(self, feasible: Sequence[NodeInfo]) -> list[int]:
        """Rate nodes that can take the pod, 0 to 100 each."""
        ignored = [not self._by_default and not _has_keys(info.node, self._constraints) for info in feasible]
        sums = [0.0] * len(feasible)
        for constraint, counts, domains in zip(
            self._constraints, self._on_node, self._in_domain, strict=True
        ):
            key, skew = constraint.key, constraint.max_skew - 1
            if key == HOSTNAME:
                weight = math.log(len(feasible) - sum(ignored) + 2)
                for place, info in enumerate(feasible):
                    if key in info.node.labels:
                        sums[place] += counts[info.index] * weight + skew
                continue
            values = [info.node.labels.get(key) for info in feasible]
            # A missing label is a domain like any other as far as the weight goes.
            weight = math.log(len({value or "" for value in values}) + 2)
            for place, value in enumerate(values):
                if value is not None:
                    sums[place] += domains.get(value, 0) * weight + skew
        raw = [_rounded(each) for each in sums]
        counted = [score for score, skip in zip(raw, ignored, strict=True) if not skip]
        highest, lowest = max(counted, default=0), min(counted, default=0)
        if highest == 0:
            return [0 if skip else 100 for skip in ignored]
        return [
            0 if skip else 100 * (highest + lowest - score) // highest
            for score, skip in zip(raw, ignored, strict=True)
        ]


def _rounded(value: float) -> int:
    return math.floor(value + 0.5)
