"""InterPodAffinity: pods that want to be near others, or far from them.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from linter.planner.scheduler.node_info import is_unique
from linter.planner.scheduler.status import Plugin, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.plugins import Marks
    from linter.planner.scheduler.pod_info import AffinityTerm, PodInfo

_NO_FRIEND = Status(Plugin.INTER_POD_AFFINITY, ("node(s) didn't match pod affinity rules",))
_ENEMY = Status(Plugin.INTER_POD_AFFINITY, ("node(s) didn't match pod anti-affinity rules",), resolvable=True)
_UNWANTED = Status(
    Plugin.INTER_POD_AFFINITY, ("node(s) didn't satisfy existing pods anti-affinity rules",), resolvable=True
)

Domain = tuple[str, str]
"""Key and value of a label: the nodes that have it are one place."""


class AffinityFilter:
    """The required affinity and anti-affinity of pods that are alike, and that of the pods which are there."""

    def __init__(self, pod: PodInfo, nodes: Sequence[NodeInfo], choosy: AbstractSet[PodInfo]) -> None:
        self._pod = pod
        self._friends: Counter[Domain] = Counter()
        self._enemies: Counter[Domain] = Counter()
        self._unwanted: Counter[Domain] = Counter()
        self._matches_itself = bool(pod.affinity) and all(term.matches(pod) for term in pod.affinity)
        self._theirs = {other: _matching(other.anti_affinity, pod) for other in {*choosy, pod}}
        mine = [*pod.affinity, *pod.anti_affinity]
        keys = {term.topology_key for terms in (mine, *self._theirs.values()) for term in terms}
        self._keys = {key: is_unique(key, nodes) for key in sorted(keys)}
        for info in nodes if self._keys else ():
            for other, number in info.pods():
                self.add(other, info, number)

    def add(self, pod: PodInfo, info: NodeInfo, number: int) -> None:
        """Count pods that come to a node or leave it."""
        if not self._keys:
            return
        mine, labels = self._pod, info.node.labels
        if mine.affinity and all(term.matches(pod) for term in mine.affinity):
            _count(self._friends, mine.affinity, labels, number)
        if mine.anti_affinity:
            _count(self._enemies, _matching(mine.anti_affinity, pod), labels, number)
        _count(self._unwanted, self._theirs.get(pod, ()), labels, number)

    def mark(self, info: NodeInfo) -> Marks:
        """Return the domain of a node for each label that matters, or what is there where it has one of its own."""
        if not self._keys:
            return ()
        labels = info.node.labels
        return tuple(
            [
                self._found(key, labels[key]) if alone and key in labels else labels.get(key)
                for key, alone in self._keys.items()
            ]
        )

    def _found(self, key: str, value: str) -> tuple[bool, bool, bool]:
        """Tell whether there are pods in a domain that are wanted, not wanted, and that do not want the pod."""
        domain = key, value
        return self._friends[domain] > 0, self._enemies[domain] > 0, self._unwanted[domain] > 0

    def check(self, mark: Marks) -> Status | None:
        """Tell why nodes with a mark are too near some pods, or not near enough to others."""
        if not mark:
            return None
        found = {
            key: place if place is None or alone else self._found(key, place)
            for (key, alone), place in zip(self._keys.items(), mark, strict=True)
        }
        if self._pod.affinity and not self._has_friends(found):
            return _NO_FRIEND
        for term in self._pod.anti_affinity:
            there = found[term.topology_key]
            if there is not None and there[1]:
                return _ENEMY
        if any(there is not None and there[2] for there in found.values()):
            return _UNWANTED
        return None

    def _has_friends(self, found: Mapping[str, tuple[bool, bool, bool] | None]) -> bool:
        there = [found[term.topology_key] for term in self._pod.affinity]
        if None in there:
            return False
        if all(each is not None and each[0] for each in there):
            return True
        # The first of pods that want to be near each other may go anywhere.
        return self._matches_itself and not any(self._friends.values())


def _matching(terms: Iterable[AffinityTerm], pod: PodInfo) -> list[AffinityTerm]:
    """Return the terms that mean a pod."""
    return [term for term in terms if term.matches(pod)]


def _count(
    counts: Counter[Domain], terms: Iterable[AffinityTerm], labels: Mapping[str, str], number: int
) -> None:
    for term in terms:
        value = labels.get(term.topology_key)
        if value is not None:
            counts[term.topology_key, value] += number


class AffinityScore:
    """The preferred affinity and anti-affinity of pods that are alike, and of those which are there."""

    def __init__(self, pod: PodInfo, nodes: Sequence[NodeInfo], choosy: AbstractSet[PodInfo]) -> None:
        self._pod = pod
        self._weights: Counter[Domain] = Counter()
        self._terms = {other: self._weighted(other) for other in {*choosy, pod}}
        keys = {key for weighted in self._terms.values() for key, _ in weighted}
        keys |= {term.topology_key for term in pod.preferred}
        self._keys = {key: is_unique(key, nodes) for key in sorted(keys)}
        for info in nodes if self._keys else ():
            for other, number in info.pods():
                self.add(other, info, number)

    def _weighted(self, other: PodInfo) -> list[tuple[str, int]]:
        """Return the labels for which another pod makes a difference, and how much."""
        mine = self._pod
        return [
            *((term.topology_key, term.weight) for term in _matching(mine.preferred, other)),
            *((term.topology_key, term.weight) for term in _matching(other.preferred, mine)),
            # A required affinity is a wish, too, seen from the other pod.
            *((term.topology_key, 1) for term in _matching(other.affinity, mine)),
        ]

    def add(self, pod: PodInfo, info: NodeInfo, number: int) -> None:
        """Count pods that come to a node or leave it."""
        if not self._keys:
            return
        if pod not in self._terms:
            self._terms[pod] = self._weighted(pod)
        for key, weight in self._terms[pod]:
            value = info.node.labels.get(key)
            if value is not None:
                self._weights[key, value] += weight * number

    def mark(self, info: NodeInfo) -> Marks:
        """Return the domain of a node for each label that matters, or its weight where it has one of its own."""
        if not self._keys:
            return ()
        labels = info.node.labels
        return tuple(
            [
                self._weights[key, labels[key]] if alone and key in labels else labels.get(key)
                for key, alone in self._keys.items()
            ]
        )

    def scores(self, marks: Sequence[Marks]) -> list[int] | None:
        """Rate nodes that can take the pod, 0 to 100 for each mark; None where none is preferred to others."""
        if not self._keys:
            return None
        raw = [
            sum(
                place if alone else self._weights[key, place]
                for (key, alone), place in zip(self._keys.items(), mark, strict=True)
                if place is not None
            )
            for mark in marks
        ]
        lowest, highest = min(raw), max(raw)
        spread = highest - lowest
        return [int(100 * ((each - lowest) / spread)) for each in raw] if spread else None
