"""InterPodAffinity: pods that want to be near others, or far from them.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from linter.planner.scheduler.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.planner.model import Node
    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.pod_info import AffinityTerm, PodInfo

_NO_FRIEND = Status(("node(s) didn't match pod affinity rules",))
_ENEMY = Status(("node(s) didn't match pod anti-affinity rules",), resolvable=True)
_UNWANTED = Status(("node(s) didn't satisfy existing pods anti-affinity rules",), resolvable=True)

Domain = tuple[str, str]
"""Key and value of a label: the nodes that have it are one place."""


class AffinityFilter:
    """The required affinity and anti-affinity of pods that are alike, and that of the pods which are there."""

    def __init__(self, pod: PodInfo, nodes: Sequence[NodeInfo]) -> None:
        self._pod = pod
        self._friends: Counter[Domain] = Counter()
        self._enemies: Counter[Domain] = Counter()
        self._unwanted: Counter[Domain] = Counter()
        self._unwanted_keys: set[str] = set()
        self._matches_itself = bool(pod.affinity) and all(term.matches(pod) for term in pod.affinity)
        for info in nodes:
            for other, number in info.pods():
                if pod.affinity or pod.anti_affinity or other.anti_affinity:
                    self.add(other, info, number)

    def add(self, pod: PodInfo, info: NodeInfo, number: int) -> Iterable[Domain] | None:
        """Count pods that come to a node or leave it.

        Returns:
            The labels (key, value) of nodes for which that makes a difference; None for all nodes.
        """
        mine, node = self._pod, info.node
        changed: list[Domain] = []
        had_friends = any(self._friends.values())
        if mine.affinity and all(term.matches(pod) for term in mine.affinity):
            changed += _count(self._friends, mine.affinity, node, number)
        enemies = [term for term in mine.anti_affinity if term.matches(pod)]
        changed += _count(self._enemies, enemies, node, number)
        unwanted = [term for term in pod.anti_affinity if term.matches(mine)]
        changed += _count(self._unwanted, unwanted, node, number)
        self._unwanted_keys.update(term.topology_key for term in unwanted)
        return None if any(self._friends.values()) != had_friends else changed

    def check(self, info: NodeInfo) -> Status | None:
        """Tell why a node is too near some pods, or not near enough to others."""
        labels = info.node.labels
        if self._pod.affinity and not self._has_friends(info.node):
            return _NO_FRIEND
        if self._enemies:
            for term in self._pod.anti_affinity:
                key = term.topology_key
                if key in labels and self._enemies[key, labels[key]] > 0:
                    return _ENEMY
        for key in self._unwanted_keys:
            if key in labels and self._unwanted[key, labels[key]] > 0:
                return _UNWANTED
        return None

    def _has_friends(self, node: Node) -> bool:
        terms, labels = self._pod.affinity, node.labels
        if any(term.topology_key not in labels for term in terms):
            return False
        if all(self._friends[term.topology_key, labels[term.topology_key]] > 0 for term in terms):
            return True
        # The first of pods that want to be near each other may go anywhere.
        return self._matches_itself and not any(self._friends.values())


def _count(
    counts: Counter[Domain], terms: Iterable[AffinityTerm], node: Node, number: int
) -> Iterable[Domain]:
    changed = []
    for term in terms:
        value = node.labels.get(term.topology_key)
        if value is not None:
            counts[term.topology_key, value] += number
            changed.append((term.topology_key, value))
    return changed


class AffinityScore:
    """The preferred affinity and anti-affinity of pods that are alike, and of those which are there.

    Attributes:
        applies: Whether there is any.
    """

    def __init__(self, pod: PodInfo, nodes: Sequence[NodeInfo]) -> None:
        self._pod = pod
        self._weights: Counter[Domain] = Counter()
        for info in nodes:
            for other, number in info.pods():
                if pod.preferred or other.preferred or other.affinity:
                    self.add(other, info, number)

    @property
    def applies(self) -> bool:
        """Whether some node is preferred to others."""
        return bool(self._weights)

    def add(self, pod: PodInfo, info: NodeInfo, number: int) -> None:
        """Count pods that come to a node."""
        mine = self._pod
        for terms, target, weight in (
            (mine.preferred, pod, None),
            (pod.preferred, mine, None),
            # A required affinity is a wish, too, seen from the other pod.
            (pod.affinity, mine, 1),
        ):
            for term in terms:
                value = info.node.labels.get(term.topology_key)
                if value is not None and term.matches(target):
                    self._weights[term.topology_key, value] += (weight or term.weight) * number

    def scores(self, feasible: Sequence[NodeInfo]) -> list[int]:
        """Rate nodes that can take the pod, 0 to 100 each."""
        keys = {key for key, _ in self._weights}
        raw = [
            sum(
                self._weights[key, info.node.labels[key]]
                for key in keys
                if key in info.node.labels and (key, info.node.labels[key]) in self._weights
            )
            for info in feasible
        ]
        lowest, highest = min(raw), max(raw)
        spread = highest - lowest
        return [int(100 * ((each - lowest) / spread)) if spread else 0 for each in raw]
