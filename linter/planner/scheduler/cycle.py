"""The scheduling cycle: the filters find the nodes that can take a pod, and the best of them is chosen.

It is set up once for pods that are alike and goes on as they come to nodes. Nodes that do not differ are judged together, so
that many of them cost no more than a few. Source:
https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.planner.scheduler.plugins import node_affinity, volume_binding
from linter.planner.scheduler.plugins.inter_pod_affinity import AffinityFilter, AffinityScore
from linter.planner.scheduler.plugins.pod_topology_spread import SpreadFilter, SpreadScore
from linter.planner.scheduler.plugins.volume_restrictions import ClaimFilter
from linter.planner.scheduler.verdict import verdict
from linter.planner.sets import HeapSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.plugins import Marks
    from linter.planner.scheduler.pod_info import PodInfo
    from linter.planner.scheduler.status import Status
    from linter.planner.scheduler.volumes import Volumes


Move = tuple["PodInfo", "NodeInfo", int, bool]
"""Pods that came to a node, or left it: which, the node, how many, and whether they are being deleted."""


class Choice(NamedTuple):
    """A node that was chosen for a pod.

    Attributes:
        info: The node.
        by_chance: Whether others are as good.
    """

    info: NodeInfo
    by_chance: bool = False


class _Kind(NamedTuple):
    """What makes nodes alike for a pod: equal ones fit and score alike.

    Attributes:
        room: The score of what is left there.
        taints: How many taints speak against it.
        wishes: What speaks for it.
        spread: Where it stands in the spread constraints that must be met.
        affinity: And among the pods that it must or must not be near to.
        wanted_spread: Where it stands in the constraints that are only wished.
        wanted_affinity: And among the pods that it would rather be near to, or not.
    """

    room: int
    taints: int
    wishes: int
    spread: Marks
    affinity: Marks
    wanted_spread: Marks
    wanted_affinity: Marks


class Cycle:
    """The scheduling of pods that are alike.

    Attributes:
        pod: What they are.
        nodes: All nodes, sorted by name; those that pods come to are changed.
    """

    def __init__(
        self,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],
        candidates: Sequence[NodeInfo],
        volumes: Volumes,
        choosy: AbstractSet[PodInfo],
    ) -> None:
        """Set it up.

        Args:
            pod: What the pods are.
            nodes: All nodes, sorted by name.
            candidates: Those that are looked at: all, or the one that the pods are made for.
            volumes: The volumes that are known.
            choosy: The sorts of pods on the nodes that care which others are near.
        """
        self.pod = pod
        self.nodes = nodes
        self._volumes = volumes
        self._claims = ClaimFilter(pod, nodes, volumes)
        self._spread = SpreadFilter(pod, nodes)
        self._affinity = AffinityFilter(pod, nodes, choosy)
        # Where there is no choice nothing has to be rated.
        rated = nodes if pod.pinned is None else ()
        self._wanted_spread = SpreadScore(pod, rated)
        self._wanted_affinity = AffinityScore(pod, rated, choosy)
        self._kinds: dict[_Kind, HeapSet[int]] = {}
        self._kind_of: dict[int, _Kind] = {}
        for info in candidates:
            self._sort_in(info)

    def check(self, info: NodeInfo) -> Status | None:
        """Tell why a node cannot take another of the pods: the first filter that refuses says it."""
        return (
            self._check_alone(info)
            or self._spread.check(self._spread.mark(info))
            or self._affinity.check(self._affinity.mark(info))
        )

    def _check_alone(self, info: NodeInfo) -> Status | None:
        """Tell why a node cannot take another of the pods, whatever stands on other nodes of its zone or the like."""
        pod = self.pod
        status = node_affinity.check_pinned(pod, info.node) or verdict(pod, info).status
        if status is None and pod.claims:
            status = self._claims.check() or volume_binding.check(pod, info.node, self._volumes)
        return status

    def _sort_in(self, info: NodeInfo) -> None:
        """Put a node with those that are like it, unless it cannot take the pods."""
        before = self._kind_of.pop(info.index, None)
        if before is not None:
            self._kinds[before].discard(info.index)
            if not self._kinds[before]:
                del self._kinds[before]
        if self._check_alone(info) is not None:
            return
        _, room, taints, wishes = verdict(self.pod, info)
        kind = _Kind(
            room,
            taints,
            wishes,
            self._spread.mark(info),
            self._affinity.mark(info),
            self._wanted_spread.mark(info),
            self._wanted_affinity.mark(info),
        )
        self._kind_of[info.index] = kind
        if kind not in self._kinds:
            self._kinds[kind] = HeapSet()
        self._kinds[kind].add(info.index)

    def choose(self) -> Choice | None:
        """Return the best of the nodes that can take another of the pods, the first by name of several."""
        feasible = [
            (kind, members)
            for kind, members in self._kinds.items()
            if self._spread.check(kind.spread) is None and self._affinity.check(kind.affinity) is None
        ]
        if not feasible:
            return None
        scores = self._scores([kind for kind, _ in feasible], [len(members) for _, members in feasible])
        highest = max(scores)
        best = [members for (_, members), score in zip(feasible, scores, strict=True) if score == highest]
        firsts = [first for members in best if (first := members.first()) is not None]
        return Choice(self.nodes[min(firsts)], by_chance=sum(map(len, best)) > 1)

    def _scores(self, kinds: Sequence[_Kind], sizes: Sequence[int]) -> list[int]:
        """Return the score of nodes of each kind, with the weights of the default profile."""
        total = [kind.room for kind in kinds]
        if len(kinds) == 1:
            return total
        parts = (
            (_normalized([kind.taints for kind in kinds], reverse=True), 3),
            (_normalized([kind.wishes for kind in kinds]), 2),
            (self._wanted_spread.scores([kind.wanted_spread for kind in kinds], sizes), 2),
            (self._wanted_affinity.scores([kind.wanted_affinity for kind in kinds]), 2),
        )
        for scores, weight in parts:
            if scores is not None:
                total = [a + b * weight for a, b in zip(total, scores, strict=True)]
        return total

    def add(self, pod: PodInfo, info: NodeInfo, number: int, *, terminating: bool = False) -> None:
        """Let pods come to a node, or leave it where the number is negative, to see what that would change.

        Args:
            pod: Which pods.
            info: The node; is changed.
            number: How many.
            terminating: Whether they are being deleted.
        """
        info.add(pod, number, terminating=terminating)
        self.notice(pod, info, number, terminating=terminating)

    def notice(self, pod: PodInfo, info: NodeInfo, number: int, *, terminating: bool = False) -> None:
        """Take notice that pods have come to a node, or left it where the number is negative."""
        self.catch_up(((pod, info, number, terminating),))

    def catch_up(self, moves: Iterable[Move]) -> None:
        """Take notice of all that has moved, and look at each node once."""
        changed: dict[int, NodeInfo] = {}
        for_all_nodes = False
        for pod, info, number, terminating in moves:
            for_all_nodes |= self._claims.add(pod, number)
            self._affinity.add(pod, info, number)
            self._wanted_affinity.add(pod, info, number)
            if not terminating:
                # Pods are not spread against those that are going anyway.
                self._spread.add(pod, info, number)
                self._wanted_spread.add(pod, info, number)
            changed[info.index] = info
        for each in self.nodes if for_all_nodes else changed.values():
            if self.pod.pinned in {None, each.node.name}:
                self._sort_in(each)


def _normalized(scores: Sequence[int], *, reverse: bool = False) -> list[int] | None:
    """Scale scores so that the highest is 100, or 0 where fewer is better; None where they do not differ."""
    highest = max(scores)
    if min(scores) == highest:
        return None
    scaled = [100 * each // highest for each in scores]
    return [100 - each for each in scaled] if reverse else scaled
