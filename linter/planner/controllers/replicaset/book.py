"""What is alike for controllers whose pods belong to ReplicaSets: a Deployment's, and a ReplicaSet that stands alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.controllers.base import NO_CHANGE, PodChange
from linter.planner.errors import OperationError
from linter.planner.leap.names import NO_NAMES, NoNames
from linter.planner.model import Snapshot, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from linter.planner.controllers.base import ControllerContext
    from linter.planner.controllers.replicaset.replicaset import ReplicaSet
    from linter.planner.leap.progression import Names
    from linter.planner.model import NamedPod, Node, ObjectId, Pods
    from linter.planner.rounds import Round
    from linter.planner.simulate import Simulation


class ReplicaSetBook:
    """The part of a controller that is alike for pods of ReplicaSets.

    Attributes:
        replicasets: The ReplicaSets, oldest first.
        orphans: ReplicaSets that are gone, while pods of theirs are terminating.
        became_ready_together: How many pods the kubelet has made Ready since the controller last looked, if all at once.
    """

    id: ObjectId
    waits_for_pods_to_go = False
    target_is_node = False

    def __init__(self, context: ControllerContext) -> None:
        self.context = context
        self.replicasets: list[ReplicaSet] = []
        self.orphans: list[ReplicaSet] = []
        self.became_ready_together = 0
        self._snapshot: tuple[object, Snapshot] | None = None
        """The last one, with what it was taken of."""

    def owners(self) -> list[ReplicaSet]:
        """Return the ReplicaSets that have pods or may get some, gone ones first."""
        return [*self.orphans, *self.replicasets] if self.orphans else self.replicasets

    def _by_revision(self) -> list[ReplicaSet]:
        """Return the ReplicaSets with the one whose template came first in front."""
        if len(self.replicasets) < 2:
            return self.replicasets
        return sorted(self.replicasets, key=lambda each: int((each.revision.name or "r0")[1:]))

    # Nodes, and pods on them.

    def set_node(self, node: Node) -> bool:  # noqa: ARG002  ReplicaSets do not look at nodes
        """Do nothing: the controller takes no notice of nodes."""
        return False

    def remove_node(self, name: str) -> bool:
        """Lose the pods of a node that is gone; tell whether there were any."""
        lost = [each.remove_node(name) for each in self.owners()]
        return any(lost)

    def pods_alike(self, nodes: Collection[str | None] | None = None) -> Iterator[Pods]:
        """Yield all pods, or those on some nodes; those together that do not differ."""
        for owner in self.owners():
            for pods in owner.pods_alike(nodes):
                yield pods._replace(handle=(owner, pods.handle))

    def unscheduled_pods(self) -> list[Pods]:
        """Return those of `pods_alike` that are on no node, the oldest first."""
        return [
            pods._replace(handle=(owner, pods.handle))
            for owner in self.replicasets
            if owner.active > owner.ready
            for pods in owner.unscheduled_pods()
        ]

    def bind(self, pods: Pods, node: str, number: int) -> None:
        """Bind some of the unscheduled pods of `pods_alike` to a node."""
        owner, handle = pods.handle
        owner.bind(handle, node, number)

    def bind_all(self) -> bool:
        """Bind every unscheduled pod, in a cluster where all of them fit; tell whether there was one."""
        bound = False
        for owner in self.replicasets:
            bound |= owner.bind_all()
        return bound

    def evict(self, pods: Pods) -> None:
        """Delete one of the pods of `pods_alike`."""
        owner, handle = pods.handle
        owner.evict(handle, pods.state)

    def delete_pod(self, name: str | None, node: str | None) -> None:  # noqa: ARG002  which node is not asked here
        """Delete a pod: by name, or the first one."""
        self._act_on_pod(name, lambda owner: owner.delete_pod(name))

    def make_pod_unready(self, name: str | None, node: str | None) -> None:  # noqa: ARG002  likewise
        """Let a running pod lose readiness for good: by name, or the first one."""
        self._act_on_pod(name, lambda owner: owner.make_unready(name))

    def _act_on_pod(self, name: str | None, act: Callable[[ReplicaSet], bool]) -> None:
        if not any(act(owner) for owner in self._by_revision()):
            raise OperationError(f"there is no pod {name}" if name else "there is no such pod")

    # What the kubelet does.

    def remove_terminated(self) -> PodChange:
        """Let terminating pods be gone, but for those on dead nodes."""
        leaving = [owner for owner in self.owners() if owner.terminating]
        if not leaving:
            return NO_CHANGE
        dead = self.context.dead_nodes
        changes = [(owner, owner.remove_terminated(dead)) for owner in leaving]
        self.orphans = [owner for owner in self.orphans if owner.terminating]
        return PodChange(
            sum([number for _, number in changes]), [owner.revision for owner, number in changes if number]
        )

    def become_ready(self, limit: int | None) -> PodChange:
        """Make bound pods Ready, no more than a limit: of the lowest revision first."""
        number = 0
        revisions = []
        for owner in self.replicasets if limit is None else self._by_revision():
            waiting = owner.waiting(self.context.dead_nodes)
            if limit is not None:
                waiting = min(waiting, limit - number)
            if waiting:
                owner.become_ready(waiting, self.context.dead_nodes)
                number += waiting
                revisions.append(owner.revision)
        self.became_ready_together = number if limit is None else 0
        return PodChange(number, revisions)

    def pass_min_ready_seconds(self) -> None:
        """Let time pass until every Ready pod is available."""
        for owner in self.replicasets:
            owner.pass_min_ready_seconds()

    # Leaps.

    def counters(self) -> list[int] | None:
        """Return all numbers that change with the pods; None where listed pods differ."""
        if any(owner.known for owner in self.owners()):
            return None
        return [number for owner in self.owners() for number in owner.counters()]

    def set_counters(self, numbers: Sequence[int]) -> None:
        """Take over numbers, in the order in which `counters` returns them."""
        rest = iter(numbers)
        for owner in self.owners():
            owner.set_counters(rest)

    def shape(self) -> object:
        """Return all else that changes with the pods, to be compared."""
        return [owner.shape() for owner in self.orphans], [owner.shape() for owner in self.replicasets]

    def names(self) -> NoNames:
        """Return no names: pods have random ones."""
        return NO_NAMES

    def look_ahead(self, names: Names, before: Sequence[Round], cycle: Sequence[Round]) -> list[int] | None:  # noqa: ARG002  as the protocol has it
        """Return the numbers that the last cycle begins with."""
        return self.counters()

    def leap(
        self,
        simulation: Simulation,
        names: Names,  # noqa: ARG002  pods have none
        before: Sequence[Round],
        cycle: Sequence[Round],
        seen: list[int],
        most: int,
    ) -> int:
        """Be where as many cycles more lead to as go on as the last two did; return how many."""
        from linter.planner.leap.by_numbers import most_times

        numbers = self.counters()
        if numbers is None or len(numbers) != len(seen):
            return 0
        differences = [now - was for was, now in zip(seen, numbers, strict=True)]
        times = min(most, most_times(simulation, before, cycle, numbers, differences))
        self.set_counters([now + times * more for now, more in zip(numbers, differences, strict=True)])
        return times

    # What is reported about it.

    def snapshot(self) -> Snapshot:
        """Count the pods; the same object as the last time where nothing has happened to them since."""
        now = self.versions()
        if self._snapshot is None or self._snapshot[0] != now:
            self._snapshot = now, self._count()
        return self._snapshot[1]

    def versions(self) -> object:
        """Return what is equal as long as nothing happens to the pods."""
        return [(owner, owner.revision, owner.version) for owner in self.owners()]

    def _count(self) -> Snapshot:
        tallies = []
        ready = available = total = terminating = 0
        for owner in self.owners():
            if owner.active or owner.terminating:
                pods, are_ready, leaving = owner.active, owner.ready, owner.terminating
                tallies.append(Tally(owner.revision, are_ready, pods - are_ready, leaving))
                ready += are_ready
                available += owner.available
                total += pods
                terminating += leaving
        return Snapshot(ready, available, total, terminating, tuple(tallies))

    def named_pods(self) -> tuple[NamedPod, ...]:
        """Return nothing: pods of ReplicaSets do not differ."""
        return ()

    def ranking(self) -> tuple[tuple[str, str], ...]:
        """Return (name, why) of live pods, in the order in which a scale-down deletes them."""
        return tuple(row for owner in self.replicasets for row in owner.victims())

    def dns_names(self) -> Iterable[str]:
        """Return nothing: pods with random names have no lasting DNS names."""
        return ()
