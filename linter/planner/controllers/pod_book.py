"""Pods with an identity, kept by what has to be done with them and counted: those of a StatefulSet or DaemonSet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.planner.controllers.base import NO_CHANGE, PodChange
from linter.planner.controllers.pod_counts import PodCounts
from linter.planner.controllers.shown_pods import Changes, named_pods
from linter.planner.model import Pod, Pods, PodState
from linter.planner.sets import PodSet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from linter.planner.controllers.base import ControllerContext
    from linter.planner.leap.by_position import Mark, Walk
    from linter.planner.leap.progression import Names
    from linter.planner.model import NamedPod, ObjectId, Revision, Snapshot
    from linter.planner.rounds import Round
    from linter.planner.simulate import Simulation

MAX_NAMES = 20
"""An event names no more pods than that."""


class Crowd(NamedTuple):
    """Pods that are alike, with which something has been done to all.

    Attributes:
        number: How many.
        keys: The keys of the first ones.
        revision: What they were made of.
    """

    number: int
    keys: Sequence[Any]
    revision: Revision


class PodBook:
    """The part of a controller that is alike for pods with an identity.

    What is left to the controller: where its pods are (`all_pods`, `forget`), and what follows from a change (`touch`).

    Attributes:
        name_prefix: What events and rounds call a pod begins with this, and goes on with its key.
        changes: Where something changed since a round was written down.
        counts: How many pods there are.
        pods: The keys that have pods.
        waiting: Bound pods that the kubelet can make Ready.
        unscheduled: Pods without a node; a dict for its order.
        terminating: Pods that are being deleted.
        min_ready_seconds: How long a pod has to be Ready before it is available.
    """

    id: ObjectId
    pods: Collection[Any]
    min_ready_seconds: int

    def __init__(self, context: ControllerContext, name_prefix: str) -> None:
        self.context = context
        self.name_prefix = name_prefix
        self.changes = Changes()
        self.counts = PodCounts()
        self.waiting = PodSet()
        self.unscheduled: dict[Pod, None] = {}
        self.terminating = PodSet()
        self._young: dict[Pod, None] = {}
        """Pods that are Ready, but not for minReadySeconds yet."""

    # What is left to the controller.

    def all_pods(self) -> Iterable[Pod]:
        """Return the pods, in the order in which a user would name them."""
        raise NotImplementedError

    def forget(self, pod: Pod) -> None:
        """Take a pod that is gone out of the controller's own tables."""
        raise NotImplementedError

    def touch(self, key: Any) -> None:
        """Put what changed where it belongs: the pods of an ordinal or a node."""
        raise NotImplementedError

    def touch_alike(self, keys: Sequence[Any]) -> None:
        """Do as `touch` does, where the pods of all these were alike and are alike."""
        raise NotImplementedError

    def pods_at(self, key: Any) -> Sequence[Pod]:
        """Return the pods of an ordinal or on a node, the oldest first."""
        raise NotImplementedError

    def pod_name(self, pod: Pod) -> str:
        """Return what events and rounds call a pod."""
        return f"{self.name_prefix}{pod.key}"

    # Coming and going.

    def enter(self, pod: Pod) -> None:
        """Count a pod that was created, or comes from a live state."""
        self._note_move(pod, 1, terminating=pod.terminating)
        self.counts.add(pod.revision, pod.state, 1, terminating=pod.terminating)
        self.sort_in(pod)
        self.touch(pod.key)

    def sort_in(self, pod: Pod) -> None:
        """Put a pod that has been counted where it belongs."""
        if pod.terminating:
            self.terminating.add(pod)
        elif pod.state is PodState.READY:
            self._young[pod] = None
        elif pod.state is PodState.UNSCHEDULED:
            self.unscheduled[pod] = None
        elif pod.state is PodState.PENDING and not pod.revision.fails:
            self.waiting.add(pod)

    def begin_termination(self, pod: Pod) -> None:
        """Delete a pod: it goes at the kubelet's next step, or at once where nothing runs that had to shut down."""
        self.counts.add(pod.revision, pod.state, -1)
        if pod.state is PodState.UNSCHEDULED:
            del self.unscheduled[pod]
            self._leave(pod)
            return
        self.waiting.discard(pod)
        self.counts.add(pod.revision, pod.state, 1, terminating=True)
        self._note_move(pod, -1, terminating=False)
        self._note_move(pod, 1, terminating=True)
        pod.terminating = True
        self.terminating.add(pod)
        self.touch(pod.key)

    def remove(self, pod: Pod) -> None:
        """Let a terminating pod be gone."""
        self._note_move(pod, -1, terminating=True)
        self.terminating.discard(pod)
        self._young.pop(pod, None)
        self.counts.add(pod.revision, pod.state, -1, terminating=True)
        self._leave(pod)

    def _note_move(self, pod: Pod, number: int, *, terminating: bool) -> None:
        """Tell of a pod that has come to a node, or left it."""
        if self.context.moved is not None and pod.node is not None:
            self.context.moved(self._alike(pod)._replace(number=number, terminating=terminating))

    def _leave(self, pod: Pod) -> None:
        self.counts.forget(pod.revision)
        self.forget(pod)
        self.touch(pod.key)

    def remove_node(self, name: str) -> bool:
        """Lose the pods of a node that is gone; tell whether there were any."""
        pods = [pod for pod in self.all_pods() if pod.node == name]
        for pod in pods:
            if not pod.terminating:
                self.begin_termination(pod)
            self.remove(pod)
        return bool(pods)

    # Scheduling and eviction.

    def pods_alike(self, nodes: Collection[str | None] | None = None) -> Iterator[Pods]:
        """Yield all pods, or those on some nodes, each for itself."""
        for pod in self.all_pods():
            if nodes is None or pod.node in nodes:
                yield self._alike(pod)

    def unscheduled_pods(self) -> list[Pods]:
        """Return the pods without a node, the oldest first."""
        return [self._alike(pod) for pod in self.unscheduled]

    def _alike(self, pod: Pod) -> Pods:
        return Pods(
            pod.revision,
            pod.node,
            pod.state,
            1,
            pod,
            pod.terminating,
            self.wanted_node(pod),
            self.claims_of(pod),
        )

    def bind(self, pods: Pods, node: str, number: int) -> None:  # noqa: ARG002  it is always one
        """Bind an unscheduled pod to a node."""
        pod = pods.handle
        del self.unscheduled[pod]
        self._bind(pod, node)

    def bind_all(self) -> bool:
        """Bind every unscheduled pod, in a cluster where all of them fit; tell whether there was one."""
        if not self.unscheduled:
            return False
        for pod in self.unscheduled:
            self._bind(pod, self.wanted_node(pod))
        self.unscheduled.clear()
        return True

    def _bind(self, pod: Pod, node: str | None) -> None:
        pod.state = PodState.PENDING
        pod.node = node
        self._note_move(pod, 1, terminating=False)
        if not pod.revision.fails:
            self.waiting.add(pod)
        self.bound(pod)

    def bound(self, pod: Pod) -> None:
        """Take notice that a pod is bound; controllers to which that matters overwrite this."""

    def wanted_node(self, pod: Pod) -> str | None:  # noqa: ARG002  controllers with a wish overwrite this
        """Return the only node that a pod may run on, or None."""
        return None

    def claims_of(self, pod: Pod) -> tuple[str, ...]:  # noqa: ARG002  controllers that make claims overwrite this
        """Return the claims that were made for a pod."""
        return ()

    def evict(self, pods: Pods) -> None:
        """Delete a pod."""
        self.begin_termination(pods.handle)

    # What the kubelet does.

    def remove_terminated(self) -> PodChange:
        """Let terminating pods be gone, but for those on dead nodes."""
        crowds = self.crowds_gone()
        pods = self._alive(self.terminating)
        for pod in pods:
            self.remove(pod)
        return self._changed_pods(pods, crowds)

    def become_ready(self, limit: int | None) -> PodChange:
        """Make bound pods Ready, no more than a limit: of the lowest ordinal or node name first."""
        if limit == 0:
            return NO_CHANGE
        crowds = self.crowds_ready(limit)
        if limit == 1 and self.waiting and not self.context.dead_nodes:
            pods = [self.waiting.first()]
        else:
            pods = self._alive(self.waiting)
            if limit is not None:
                pods = sorted(pods, key=_order)[:limit]
        for pod in pods:
            self._become_ready(pod)
        return self._changed_pods(pods, crowds)

    def crowds_gone(self) -> Sequence[Crowd]:
        """Let the terminating pods that are not kept by themselves be gone; controllers that have some overwrite this."""
        return ()

    def crowds_ready(self, limit: int | None) -> Sequence[Crowd]:  # noqa: ARG002  likewise
        """Make the bound pods that are not kept by themselves Ready if there is no limit; with one, keep them by themselves."""
        return ()

    def _alive(self, pods: Iterable[Pod]) -> list[Pod]:
        """Leave out pods on dead nodes."""
        dead = self.context.dead_nodes
        return [pod for pod in pods if pod.node not in dead] if dead else list(pods)

    def _become_ready(self, pod: Pod) -> None:
        self.waiting.discard(pod)
        if self.min_ready_seconds:
            self._young[pod] = None
            self._turn(pod, PodState.READY)
        else:
            self._turn(pod, PodState.AVAILABLE)

    def _turn(self, pod: Pod, state: PodState) -> None:
        """Let a pod be further on, or no longer that far."""
        self.counts.add(pod.revision, pod.state, -1, terminating=pod.terminating)
        pod.state = state
        self.counts.add(pod.revision, pod.state, 1, terminating=pod.terminating)
        self.touch(pod.key)

    def _changed_pods(self, pods: Sequence[Pod], crowds: Sequence[Crowd]) -> PodChange:
        if not pods and not crowds:
            return NO_CHANGE
        keys = sorted([*(pod.key for pod in pods), *(key for each in crowds for key in each.keys)])
        names = ", ".join([f"{self.name_prefix}{key}" for key in keys[:MAX_NAMES]])
        number = len(pods) + sum([each.number for each in crowds])
        revisions = [*(pod.revision for pod in pods), *(each.revision for each in crowds)]
        return PodChange(number, revisions, names)

    def pass_min_ready_seconds(self) -> None:
        """Make every Ready pod available."""
        young, self._young = self._young, {}
        for pod in young:
            self._turn(pod, PodState.AVAILABLE)

    def lose_readiness(self, pod: Pod) -> None:
        """Let a Ready pod lose readiness for good."""
        self._young.pop(pod, None)
        self._turn(pod, PodState.UNREADY)

    # Leaps.

    def look_ahead(self: Walk, names: Names, before: Sequence[Round], cycle: Sequence[Round]) -> Mark | None:
        """Look at the pods ahead of those that the last cycle changed."""
        from linter.planner.leap.by_position import mark

        return mark(self, names.keys, before, cycle)

    def leap(
        self: Walk,
        simulation: Simulation,  # noqa: ARG002  other kinds play on a copy of it
        names: Names,
        before: Sequence[Round],
        cycle: Sequence[Round],
        seen: Mark,
        most: int,
    ) -> int:
        """Be where as many cycles more lead to as go on as the last two did; return how many."""
        from linter.planner.leap.by_position import leap

        return leap(self, names.keys, before, cycle, seen, most)

    def withdraw(self, pod: Pod) -> None:
        """Count a pod no longer; the opposite of `enter`."""
        self.counts.add(pod.revision, pod.state, -1, terminating=pod.terminating)
        self._young.pop(pod, None)
        self.terminating.discard(pod)
        self.unscheduled.pop(pod, None)
        self.waiting.discard(pod)

    def untouched_ahead(self, keys: Sequence[Any], positions: range) -> tuple[int, Revision | None]:  # noqa: ARG002  controllers that know overwrite this
        """Count the positions, one after another, that are known to have an available pod of one revision; return it, too."""
        return 0, None

    def renew_between(self, keys: Sequence[Any], positions: range, revision: Revision) -> None:
        """Let the available pods at some positions, one at each, be of another revision."""
        self.renew([keys[each] for each in positions], revision)

    def renew(self, keys: Sequence[Any], revision: Revision) -> None:
        """Let the available pods of some keys, one of each, be of another revision."""
        pods = [pod for key in keys for pod in self.pods_at(key)]
        if not pods:
            return
        self.counts.add(pods[0].revision, PodState.AVAILABLE, -len(pods))
        self.counts.add(revision, PodState.AVAILABLE, len(pods))
        for pod in pods:
            pod.revision = revision
            pod.node = self.wanted_node(pod)
        self.touch_alike(keys)

    # Counts.

    def count(self, revision: Revision) -> int:
        """Count the pods of a revision that are not terminating."""
        return self.counts.of(revision)

    def snapshot(self) -> Snapshot:
        """Count the pods."""
        return self.counts.snapshot()

    def named_pods(self) -> Sequence[NamedPod]:
        """Return all pods with what rounds call them."""
        return named_pods(self)


def _order(pod: Pod) -> tuple[Any, int]:
    return pod.key, pod.sequence
