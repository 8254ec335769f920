"""The scheduling cycle: the filters find the nodes that can take a pod, and the best of them is chosen.

It is set up once for pods that are alike and then goes on as they come to nodes: only nodes for which that made a
difference are looked at anew. Source: https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.planner.scheduler.plugins import (
    node_affinity,
    node_ports,
    node_resources_balanced_allocation,
    node_resources_fit,
    node_unschedulable,
    taint_toleration,
    volume_binding,
)
from linter.planner.scheduler.plugins.inter_pod_affinity import AffinityFilter, AffinityScore
from linter.planner.scheduler.plugins.pod_topology_spread import SpreadFilter, SpreadScore
from linter.planner.scheduler.plugins.volume_restrictions import ClaimFilter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.pod_info import PodInfo
    from linter.planner.scheduler.status import Status
    from linter.planner.scheduler.volumes import Volumes


class Choice(NamedTuple):
    """A node that was chosen for a pod.

    Attributes:
        info: The node.
        by_chance: Whether others are as good.
    """

    info: NodeInfo
    by_chance: bool = False


class Cycle:
    """The scheduling of pods that are alike.

    Attributes:
        pod: What they are.
        nodes: All nodes, sorted by name; those that pods come to are changed.
    """

    def __init__(self, pod: PodInfo, nodes: Sequence[NodeInfo], volumes: Volumes) -> None:
        self.pod = pod
        self.nodes = nodes
        self._claims = ClaimFilter(pod, nodes, volumes)
        self._spread = SpreadFilter(pod, nodes)
        self._affinity = AffinityFilter(pod, nodes)
        self._volumes = volumes
        self._fixed: dict[int, Status | None] = {}
        self._scores: _Scores | None = None
        # A pod that is made for one node is not held against the others.
        self._candidates = (
            nodes if pod.pinned is None else [each for each in nodes if each.node.name == pod.pinned]
        )
        self._fits = {info.index: self.check(info) is None for info in self._candidates}

    def check(self, info: NodeInfo) -> Status | None:
        """Tell why a node cannot take another of the pods: the first filter that refuses says it."""
        if info.index not in self._fixed:
            self._fixed[info.index] = _check_node(self.pod, info)
        return (
            self._fixed[info.index]
            or node_ports.check(self.pod, info)
            or node_resources_fit.check(self.pod, info)
            or self._claims.check(info)
            or volume_binding.check(self.pod, info.node, self._volumes)
            or self._spread.check(info)
            or self._affinity.check(info)
        )

    def choose(self) -> Choice | None:
        """Return the best of the nodes that can take another of the pods, the first by name of several."""
        feasible = [info for info in self._candidates if self._fits[info.index]]
        if len(feasible) < 2:
            return Choice(feasible[0]) if feasible else None
        if self._scores is None:
            self._scores = _Scores(self.pod, self.nodes)
        scores = self._scores.of(feasible)
        highest = max(scores)
        return Choice(feasible[scores.index(highest)], by_chance=scores.count(highest) > 1)

    def add(self, pod: PodInfo, info: NodeInfo, number: int, *, terminating: bool = False) -> None:
        """Let pods come to a node, or leave it where the number is negative.

        Args:
            pod: Which pods.
            info: The node; is changed.
            number: How many.
            terminating: Whether they are being deleted.
        """
        info.add(pod, number, terminating=terminating)
        changed = [self._claims.add(pod, info, number), self._affinity.add(pod, info, number)]
        if not terminating:
            # Pods are not spread against those that are going anyway.
            changed.append(self._spread.add(pod, info, number))
        if self._scores is not None:
            self._scores.add(pod, info, number, terminating=terminating)
        for each in self._stale(info, changed):
            self._fits[each.index] = self.check(each) is None

    def _stale(
        self, info: NodeInfo, changed: Sequence[Iterable[tuple[str, str]] | None]
    ) -> Iterable[NodeInfo]:
        """Return the nodes that have to be looked at anew."""
        domains: set[tuple[str, str]] = set()
        for each in changed:
            if each is None:
                return self._candidates
            domains.update(each)
        if not domains:
            return (info,)
        return [
            each
            for each in self._candidates
            if each is info or any(each.node.labels.get(key) == value for key, value in domains)
        ]


def _check_node(pod: PodInfo, info: NodeInfo) -> Status | None:
    """Tell why a node cannot take a pod whatever pods are there."""
    node = info.node
    return (
        node_affinity.check_pinned(pod, node)
        or node_unschedulable.check(pod, node)
        or taint_toleration.check(pod, node)
        or node_affinity.check(pod, node)
    )


class _Scores:
    """How good nodes are for pods that are alike, with the weights of the default profile."""

    def __init__(self, pod: PodInfo, nodes: Sequence[NodeInfo]) -> None:
        self._pod = pod
        self._room = [self._rate_room(info) for info in nodes]
        self._taints = [taint_toleration.score(pod, info.node) for info in nodes]
        self._wishes = [node_affinity.score(pod, info.node) for info in nodes]
        self._has_taints = any(self._taints)
        self._has_wishes = any(self._wishes)
        self._spread = SpreadScore(pod, nodes)
        self._affinity = AffinityScore(pod, nodes)

    def _rate_room(self, info: NodeInfo) -> int:
        return node_resources_fit.score(self._pod, info) + node_resources_balanced_allocation.score(
            self._pod, info
        )

    def add(self, pod: PodInfo, info: NodeInfo, number: int, *, terminating: bool) -> None:
        """Count pods that have come to a node, or left it."""
        self._room[info.index] = self._rate_room(info)
        if not terminating:
            self._spread.add(pod, info, number)
        self._affinity.add(pod, info, number)

    def of(self, feasible: Sequence[NodeInfo]) -> list[int]:
        """Return the score of each node."""
        total = [self._room[info.index] for info in feasible]
        if self._has_taints:
            total = _sum(total, _normalized([self._taints[info.index] for info in feasible], reverse=True), 3)
        if self._has_wishes:
            total = _sum(total, _normalized([self._wishes[info.index] for info in feasible]), 2)
        if self._spread.applies:
            total = _sum(total, self._spread.scores(feasible), 2)
        if self._affinity.applies:
            total = _sum(total, self._affinity.scores(feasible), 2)
        return total


def _sum(total: Sequence[int], scores: Sequence[int], weight: int) -> list[int]:
    return [a + b * weight for a, b in zip(total, scores, strict=True)]


def _normalized(scores: Sequence[int], *, reverse: bool = False) -> list[int]:
    """Scale scores so that the highest is 100, or 0 where fewer is better."""
    highest = max(scores)
    if not highest:
        return [100 if reverse else 0] * len(scores)
    scaled = [100 * each // highest for each in scores]
    return [100 - each for each in scaled] if reverse else scaled
