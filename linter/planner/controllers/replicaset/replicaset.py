"""A ReplicaSet with its pods: its controller keeps as many as spec.replicas says.

Pods that do not differ are counted in groups, so that 100,000 of them cost no more than 3. Source: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/ and the recorded rollouts.
"""

from __future__ import annotations

from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

from linter.planner.controllers.replicaset.deletion_order import (
    deletion_cost,
    in_order,
    pods_by_node,
    why,
    youngest_first,
)
from linter.planner.controllers.replicaset.pods import (
    AVAILABLE,
    PENDING,
    READY,
    STATES,
    UNREADY,
    UNSCHEDULED,
    KnownPod,
    PodGroup,
)
from linter.planner.model import Pods, PodState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from linter.planner.model import Revision


NO_NODES: AbstractSet[str | None] = frozenset()

_NUMBERS = (
    "replicas", "terminating", "active", "pending", "ready", "available", "status_replicas", "status_ready", "status_available",
)  # fmt: skip
"""The attributes of a ReplicaSet that count pods."""


class ReplicaSet:
    """A ReplicaSet with its pods. Pods that do not differ are counted in groups; those of a live state are listed.

    Attributes:
        revision: Template and revision number.
        replicas: spec.replicas.
        min_ready_seconds: Its own copy of the field.
        desired: The annotation deployment.kubernetes.io/desired-replicas.
        max_replicas: The annotation deployment.kubernetes.io/max-replicas.
        groups: Pods by template and node, oldest first; of listed ones only those that are terminating. The template
            of a ReplicaSet that stands alone may change.
        known: Listed pods that are not terminating.
        terminating: How many pods are.
        siblings: All ReplicaSets of its owner; none for one that stands alone.
        now: The time of the live state, which the age of listed pods is measured against.
        refused: Whether it could not create all the pods that it wanted.
        version: Another number after each change of its pods.
    """

    __slots__ = (
        "_admit_pods", "_latest", "_moved", "_on_node", "active", "available", "desired", "groups", "known", "max_replicas",
        "min_ready_seconds", "now", "pending", "ready", "refused", "replicas", "revision", "siblings", "status_available",
        "status_ready", "status_replicas", "terminating", "version",
    )  # fmt: skip

    def __init__(
        self,
        revision: Revision,
        admit_pods: Callable[[Revision, int], int],
        moved: Callable[[Pods], None] | None,
        *,
        replicas: int = 0,
        min_ready_seconds: int = 0,
        desired: int | None = None,
        max_replicas: int | None = None,
        siblings: list[ReplicaSet] | None = None,
    ) -> None:
        self.revision = revision
        self.replicas = replicas
        self.min_ready_seconds = min_ready_seconds
        self.desired = desired
        self.max_replicas = max_replicas
        self.siblings = siblings if siblings is not None else []
        self._admit_pods = admit_pods
        self._moved = moved
        self.groups: list[PodGroup] = []
        self._latest: dict[str | None, PodGroup] = {}
        """The group by node that pods are added to."""
        self._on_node: dict[str | None, list[PodGroup]] = {}
        """The groups by node, oldest first."""
        self.known: list[KnownPod] = []
        self.terminating = 0
        self.now = 0.0
        self.refused = False
        self.version = 0
        # How many pods are not terminating, and of these pending, Ready and available: kept, because they are asked for often.
        self.active = self.pending = self.ready = self.available = 0
        # Status, as the controller has last written it.
        self.status_replicas = self.status_ready = self.status_available = 0

    def add(self, pod: KnownPod) -> None:
        """Take over a pod of a live state."""
        self.known.append(pod)
        self._count(pod.state, 1)
        self._note_move(self.revision, pod.node, 1)

    def _note_move(
        self, revision: Revision, node: str | None, number: int, *, terminating: bool = False
    ) -> None:
        """Tell of pods that have come to a node, or left it where the number is negative."""
        if self._moved is not None and node is not None:
            self._moved(Pods(revision, node, PENDING, number, None, terminating))

    def _count(self, state: PodState, number: int) -> None:
        """Let so many more pods be in a state."""
        self.version += 1
        self.active += number
        if state is PENDING:
            self.pending += number
        elif state >= READY:
            self.ready += number
            if state is AVAILABLE:
                self.available += number

    def _move(self, before: PodState, after: PodState, number: int) -> None:
        """Let so many pods go from one state to another."""
        self._count(before, -number)
        self._count(after, number)

    def refresh_status(self) -> None:
        """Write the status."""
        self.status_replicas = self.active
        self.status_ready = self.ready
        self.status_available = self.available

    def sync(self) -> list[str]:
        """Create or delete pods until there are spec.replicas.

        Terminating pods do not count, so replacements start while old pods are still shutting down.

        Returns:
            The names of the listed pods that were deleted.
        """
        surplus = self.active - self.replicas
        self.refused = False
        if surplus < 0:
            admitted = self._admit_pods(self.revision, -surplus)
            self.refused = admitted < -surplus
            self._group(self.revision, None).counts[UNSCHEDULED] += admitted
            self._count(UNSCHEDULED, admitted)
        elif surplus > 0:
            return self._delete(surplus)
        return []

    def _group(self, revision: Revision, node: str | None) -> PodGroup:
        """Return the group that pods of a template on a node belong to."""
        group = self._latest.get(node)
        if group is None or group.revision.key != revision.key:
            group = self._latest[node] = PodGroup(revision, node)
            self.groups.append(group)
            self._on_node.setdefault(node, []).append(group)
        return group

    def _delete(self, number: int) -> list[str]:
        names: list[str] = []
        groups = youngest_first(self.groups, self.siblings)
        for state in STATES:
            candidates = [pod for pod in self.known if pod.state is state] if self.known else []
            for pod in in_order(candidates, pods_by_node(self.siblings), self.now) if candidates else ():
                # Pods of the simulation are the youngest and so go first, unless a listed one is cheaper.
                if pod.cost >= self._template_cost():
                    number = self._delete_counted(groups, state, number)
                if not number:
                    return names
                self._drop(pod)
                names.append(pod.name)
                number -= 1
            number = self._delete_counted(groups, state, number)
            if not number:
                break
        return names

    def _delete_counted(self, groups: Iterable[Sequence[PodGroup]], state: PodState, number: int) -> int:
        """Delete counted pods in a state; return how many of that number are left to delete.

        Of pods on several nodes that are as likely to go, as many go as most likely do: from the fullest, one by one.
        """
        for alike in groups:
            there = sum([group.counts[state] for group in alike])
            if there <= number:
                for group in alike:
                    self._take_from(group, state, group.counts[state])
                number -= there
                continue
            fullest = [(-group.counts[state], order) for order, group in enumerate(alike)]
            heapify(fullest)
            for _ in range(number):
                left, order = fullest[0]
                self._take_from(alike[order], state, 1)
                heapreplace(fullest, (left + 1, order))
            return 0
        return number

    def _drop(self, pod: KnownPod) -> None:
        self.known.remove(pod)
        self._count(pod.state, -1)
        self._note_move(self.revision, pod.node, -1)
        if pod.state is not UNSCHEDULED:
            self.add_terminating(pod.node)

    def add_terminating(self, node: str | None) -> None:
        """Count a listed pod that is terminating."""
        self.version += 1
        self._group(self.revision, node).terminating += 1
        self.terminating += 1
        self._note_move(self.revision, node, 1, terminating=True)

    def _take_from(self, group: PodGroup, state: PodState, number: int) -> None:
        """Let pods of a group terminate; one that was never scheduled has no kubelet to wait for."""
        if state is UNSCHEDULED and self._moved is not None and self._latest.get(None) is group:
            # To the scheduler those that are made instead are others.
            del self._latest[None]
        group.counts[state] -= number
        self._count(state, -number)
        if state is not UNSCHEDULED:
            group.terminating += number
            self.terminating += number
            self._note_move(group.revision, group.node, -number)
            self._note_move(group.revision, group.node, number, terminating=True)

    def _template_cost(self) -> int:
        annotations = (self.revision.template.get("metadata") or {}).get("annotations") or {}
        return deletion_cost(annotations)

    def victims(self) -> list[tuple[str, str]]:
        """Return (name, why) of the listed pods in the order in which a scale-down deletes them."""
        on_node = pods_by_node(self.siblings)
        if len({on_node.get(pod.node or "") for pod in self.known}) == 1:
            on_node = {}  # it tells none from another
        return [(pod.name, why(pod, on_node)) for pod in in_order(self.known, on_node, self.now)]

    # Leaps.

    def counters(self) -> list[int]:
        """Return all numbers that change with the counted pods."""
        groups = [number for group in self.groups for number in (*group.counts, group.terminating)]
        return [*(getattr(self, name) for name in _NUMBERS), *groups]

    def set_counters(self, numbers: Iterator[int]) -> None:
        """Take over numbers, in the order in which `counters` returns them."""
        self.version += 1
        for name in _NUMBERS:
            setattr(self, name, next(numbers))
        for group in self.groups:
            group.counts = [next(numbers) for _ in STATES]
            group.terminating = next(numbers)

    def shape(self) -> object:
        """Return all else that changes with the counted pods, to be compared."""
        groups = [(group.revision.key, group.node) for group in self.groups]
        return self.revision.number, self.desired, self.max_replicas, self.refused, groups

    # Scheduling and eviction.

    def pods_alike(self, nodes: Collection[str | None] | None = None) -> Iterator[Pods]:
        """Yield all pods, or those on some nodes; those together that do not differ.

        The handle is a group, or a listed pod.
        """
        for group in self.groups if nodes is None else self._groups_on(nodes):
            for state in STATES:
                if number := group.counts[state]:
                    yield Pods(group.revision, group.node, state, number, group)
            if group.terminating:
                yield Pods(group.revision, group.node, UNREADY, group.terminating, group, terminating=True)
        for pod in self.known:
            if nodes is None or pod.node in nodes:
                # A container that runs and is not Ready may serve somebody: an eviction asks the budget first.
                started = pod.state is PENDING and pod.phase == "Running"
                yield Pods(self.revision, pod.node, UNREADY if started else pod.state, 1, pod)

    def _groups_on(self, nodes: Iterable[str | None]) -> list[PodGroup]:
        on_node = self._on_node
        return [group for node in nodes if node in on_node for group in on_node[node]]

    def unscheduled_pods(self) -> Iterator[Pods]:
        """Yield the pods without a node, the oldest first."""
        for pod in self.known:
            if pod.state is UNSCHEDULED:
                yield Pods(self.revision, None, UNSCHEDULED, 1, pod)
        for group in self._on_node.get(None, ()):
            if number := group.counts[UNSCHEDULED]:
                yield Pods(group.revision, None, UNSCHEDULED, number, group)

    def bind(self, handle: PodGroup | KnownPod, node: str, number: int) -> None:
        """Bind unscheduled pods to a node."""
        if isinstance(handle, KnownPod):
            self._move(handle.state, PENDING, 1)
            handle.state, handle.node = PENDING, node
            self._note_move(self.revision, node, 1)
            return
        self._note_move(handle.revision, node, number)
        self._move(UNSCHEDULED, PENDING, number)
        handle.counts[UNSCHEDULED] -= number
        self._group(handle.revision, node).counts[PENDING] += number

    def bind_all(self) -> bool:
        """Bind every unscheduled pod, wherever that is."""
        bound = 0
        for group in self.groups:
            counts = group.counts
            bound += counts[UNSCHEDULED]
            counts[PENDING] += counts[UNSCHEDULED]
            counts[UNSCHEDULED] = 0
        if bound:
            self._move(UNSCHEDULED, PENDING, bound)
        for pod in self.known:
            if pod.state is UNSCHEDULED:
                self._move(UNSCHEDULED, PENDING, 1)
                pod.state, pod.node = PENDING, pod.node or "?"
                bound += 1
        return bound > 0

    def evict(self, handle: PodGroup | KnownPod, state: PodState) -> None:
        """Delete one pod."""
        if isinstance(handle, KnownPod):
            self._drop(handle)
        else:
            self._take_from(handle, state, 1)

    def remove_node(self, name: str) -> bool:
        """Lose the pods of a node that is gone; tell whether there were any."""
        lost = 0
        self.version += 1
        for group in self.groups:
            if group.node == name:
                for state in STATES:
                    self._count(state, -group.counts[state])
                    lost += group.counts[state]
                    group.counts[state] = 0
                self.terminating -= group.terminating
                lost += group.terminating
                group.terminating = 0
        for pod in [pod for pod in self.known if pod.node == name]:
            self.known.remove(pod)
            self._count(pod.state, -1)
            lost += 1
        return lost > 0

    # What the kubelet does.

    def remove_terminated(self, dead: AbstractSet[str | None] = NO_NODES) -> int:
        """Let terminating pods be gone, but for those on dead nodes; return how many were."""
        gone = 0
        self.version += 1
        for group in self.groups:
            if group.node not in dead:
                gone += group.terminating
                if group.terminating:
                    self._note_move(group.revision, group.node, -group.terminating, terminating=True)
                group.terminating = 0
        self.terminating -= gone
        return gone

    def waiting(self, dead: AbstractSet[str | None] = NO_NODES) -> int:
        """Count the bound pods that the kubelet would make Ready; on dead nodes there is none."""
        if not self.pending:
            return 0
        counted = sum(
            [
                group.counts[PENDING]
                for group in self.groups
                if not group.revision.fails and group.node not in dead
            ]
        )
        if not self.known or self.revision.fails:
            return counted
        return counted + sum([pod.state is PENDING and pod.node not in dead for pod in self.known])

    def become_ready(self, number: int, dead: AbstractSet[str | None] = NO_NODES) -> None:
        """Make that many bound pods Ready that are not on dead nodes, the oldest (listed ones) first."""
        state = READY if self.min_ready_seconds else AVAILABLE
        if self.known and not self.revision.fails:
            for pod in sorted(self.known, key=lambda pod: (pod.created, pod.name)):
                if number and pod.state is PENDING and pod.node not in dead:
                    self._move(pod.state, state, 1)
                    pod.state, pod.phase, pod.ready_since = state, "Running", self.now
                    number -= 1
        for group in self.groups:
            if not group.revision.fails and group.node not in dead:
                share = min(group.counts[PENDING], number)
                group.counts[PENDING] -= share
                group.counts[state] += share
                self._move(PENDING, state, share)
                number -= share

    def pass_min_ready_seconds(self) -> None:
        """Make every Ready pod available."""
        self.version += 1
        for group in self.groups:
            group.counts[AVAILABLE] += group.counts[READY]
            group.counts[READY] = 0
        for pod in self.known:
            if pod.state is READY:
                pod.state = AVAILABLE
        self.available = self.ready

    # What a user does.

    def delete_pod(self, name: str | None) -> bool:
        """Delete one pod: the named one, or the oldest.

        Returns:
            Whether there was one.
        """
        if self.known and (name is None or any(pod.name == name for pod in self.known)):
            pod = next(
                pod for pod in sorted(self.known, key=lambda pod: pod.created) if name in {None, pod.name}
            )
            self._drop(pod)
            return True
        if name is not None:
            return False
        # Within a group the oldest pods are the furthest; the victim of an earlier unready-pod was the oldest then.
        for group in self.groups:
            for state in (UNREADY, AVAILABLE, READY, PENDING, UNSCHEDULED):
                if group.counts[state]:
                    self._take_from(group, state, 1)
                    return True
        return False

    def make_unready(self, name: str | None) -> bool:
        """Let one running pod lose readiness for good: the named one, or the oldest."""
        for pod in sorted(self.known, key=lambda pod: pod.created):
            if pod.state >= READY and name in {None, pod.name}:
                self._move(pod.state, UNREADY, 1)
                pod.state, pod.ready_since = UNREADY, None
                return True
        if name is not None:
            return False
        for state in (AVAILABLE, READY):
            for group in self.groups:
                if group.counts[state]:
                    group.counts[state] -= 1
                    group.counts[UNREADY] += 1
                    self._move(state, UNREADY, 1)
                    return True
        return False

    def terminate_all(self) -> None:
        """Delete every pod, as the garbage collector does once the owner is gone."""
        self._delete(self.active)
        self.replicas = 0
