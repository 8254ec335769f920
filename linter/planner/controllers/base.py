"""What the cluster, the kubelet, operations and reports ask of every controller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from linter.planner.assessment import Hazard, Span, Strategy, Stuck
    from linter.planner.journal import Event, Journal
    from linter.planner.leap.progression import Names
    from linter.planner.model import Manifest, NamedPod, Node, ObjectId, Pods, Revision, Snapshot
    from linter.planner.records import Record
    from linter.planner.revisions import Revisions
    from linter.planner.rounds import Round
    from linter.planner.simulate import Simulation


class ControllerContext(NamedTuple):
    """What a controller finds around its workload.

    Attributes:
        revisions: Makes and names the workload's revisions.
        journal: Records everything that is done to pods.
        nodes: The cluster's nodes by name.
        dead_nodes: Names of those whose kubelet does not answer.
        moved: Told of pods that come to a node, or leave it where their number is negative. A pod that is deleted
            leaves as a running one and comes as a terminating one. None: nobody wants to know.
        enabled: Tells whether a feature gate is on.
        admit_pods: Asked before pods are created, with their revision and number; returns how many may be.
        admit_pod: Asked before a pod with a name of its own is created, with its revision and name; tells whether it may be.
        admit_object: Asked before a ReplicaSet or a claim is created, with it and what to call it in a sentence; returns
            why it may not be, or "".
        report: Told what could not be created, as the controller's event says it.
        unasked: Whether pods are created and come to nodes without anybody being asked: all are admitted, and fit.
    """

    revisions: Revisions
    journal: Journal
    nodes: Mapping[str, Node]
    dead_nodes: AbstractSet[str | None]
    moved: Callable[[Pods], None] | None
    enabled: Callable[[str], bool]
    admit_pods: Callable[[Revision, int], int]
    admit_pod: Callable[[Revision, str], bool]
    admit_object: Callable[[Manifest, str], str]
    report: Callable[[str], None]
    unasked: bool


class MadeObjects(NamedTuple):
    """Objects beside pods that a controller has made, alike but for their names.

    Attributes:
        manifest: What quotas look at of each of them.
        number: How many they are.
    """

    manifest: Manifest
    number: int


CONTROLLER_REVISION: Final = {"apiVersion": "apps/v1", "kind": "ControllerRevision"}
REPLICA_SET: Final = {"apiVersion": "apps/v1", "kind": "ReplicaSet"}
"""What quotas look at of objects that they count alone."""


class PodChange(NamedTuple):
    """What the kubelet did to pods of a workload in one step.

    Attributes:
        number: How many pods.
        revisions: What they were made of.
        names: Their names or nodes, where they have any.
    """

    number: int = 0
    revisions: Sequence[Revision] = ()
    names: str | None = None


NO_CHANGE = PodChange()


class Controller(Protocol):
    """A workload with its pods, and what its controller does with them.

    Attributes:
        id: What tells the workload from others.
        context: What the controller finds around it.
        manifest: The live object, defaults applied.
        deleted: Whether the object is gone; pods of it may still be terminating.
        waits_for_pods_to_go: Whether what comes next waits until terminating pods are gone.
        target_is_node: Whether events name pods by their node.
    """

    id: ObjectId
    context: ControllerContext
    manifest: Manifest
    deleted: bool
    waits_for_pods_to_go: bool
    target_is_node: bool

    @property
    def min_ready_seconds(self) -> int:
        """How long a pod has to be Ready before it is available."""
        ...

    @property
    def desired(self) -> int:
        """How many pods are wanted."""
        ...

    # The object.

    def load(self, items: list[Manifest]) -> None:
        """Take over revisions, pods and claims from a live state."""
        ...

    def replace(self, manifest: Manifest) -> None:
        """Take a new manifest, defaults applied."""
        ...

    def delete(self) -> None:
        """Delete the object; its pods follow."""
        ...

    def rollback_history(self) -> list[Revision]:
        """Return the revisions that `kubectl rollout undo` can go back to.

        Raises:
            OperationError: It cannot go back.
        """
        ...

    # The controller.

    def fast_forward(self) -> None:
        """Bring a workload that has just been created to where it comes to anyway, if that is known beforehand."""
        ...

    def start_recording(self) -> None:
        """Let what is there count as the state before the first round."""
        ...

    def run(self) -> None:
        """Run the controller until nothing changes any more."""
        ...

    def exceed_deadline(self) -> bool:
        """Let its deadline pass without anything happening; tell whether its kind has one."""
        ...

    # Nodes, and pods on them.

    def set_node(self, node: Node) -> bool:
        """Look at a node that joined or changed; tell whether the controller takes notice."""
        ...

    def remove_node(self, name: str) -> bool:
        """Lose the pods of a node that is gone; tell whether the controller takes notice."""
        ...

    def pods_alike(self, nodes: Collection[str | None] | None = None) -> Iterable[Pods]:
        """Yield all pods, those together that do not differ.

        Args:
            nodes: Only those on these nodes; None: wherever they are.
        """
        ...

    def unscheduled_pods(self) -> Iterable[Pods]:
        """Return those of `pods_alike` that are on no node and not terminating, the oldest first."""
        ...

    def bind(self, pods: Pods, node: str, number: int) -> None:
        """Bind some of the unscheduled pods of `pods_alike` to a node."""
        ...

    def bind_all(self) -> bool:
        """Bind every unscheduled pod, in a cluster where all of them fit; tell whether there was one."""
        ...

    def evict(self, pods: Pods) -> None:
        """Delete one of the pods of `pods_alike`."""
        ...

    def delete_pod(self, name: str | None, node: str | None) -> None:
        """Delete a pod: by name, by node, or the first one.

        Raises:
            OperationError: There is no such pod.
        """
        ...

    def make_pod_unready(self, name: str | None, node: str | None) -> None:
        """Let a running pod lose readiness for good: by name, by node, or the first one.

        Raises:
            OperationError: There is no such pod.
        """
        ...

    # What the kubelet does.

    def remove_terminated(self) -> PodChange:
        """Let terminating pods be gone, but for those on dead nodes."""
        ...

    def become_ready(self, limit: int | None) -> PodChange:
        """Make bound pods Ready, no more than a limit: of the lowest revision, ordinal or node name first."""
        ...

    def pass_min_ready_seconds(self) -> None:
        """Let time pass until every Ready pod is available."""
        ...

    # Leaps over rounds that go on as before.

    def names(self) -> Names:
        """Return the names that rounds call pods by."""
        ...

    def look_ahead(self, names: Names, before: Sequence[Round], cycle: Sequence[Round]) -> object | None:
        """Return what `leap` has to know of the end of a cycle, before it is played once more.

        Args:
            names: What `names` returned before the first of the rounds, or later.
            before: The rounds of a cycle that was played before.
            cycle: The rounds of the cycle.

        Returns:
            None if there is no more of them to come.
        """
        ...

    def leap(
        self,
        simulation: Simulation,
        names: Names,
        before: Sequence[Round],
        cycle: Sequence[Round],
        seen: Any,
        most: int,
    ) -> int:
        """Be where as many cycles more lead to as go on as the last two did.

        Args:
            simulation: The simulation, at the end of the last one.
            names: The names that `look_ahead` was given.
            before: The rounds of the last cycle but one.
            cycle: The rounds of the last cycle.
            seen: What `look_ahead` returned at its beginning.
            most: No more cycles than these.

        Returns:
            How many cycles it is further on; 0: nothing has changed.
        """
        ...

    def made_objects(self) -> Iterable[MadeObjects]:
        """Return what the controller has made beside pods, as far as quotas count it: ReplicaSets, claims, revisions."""
        ...

    # What is reported about it.

    def snapshot(self) -> Snapshot:
        """Count the pods."""
        ...

    def named_pods(self) -> Sequence[NamedPod]:
        """Return the pods that have an identity: none of ReplicaSets, whose pods do not differ."""
        ...

    def record(self, snapshot: Snapshot) -> Record:
        """Write down the workload at the end of a round; what changes in the next one counts from here.

        Args:
            snapshot: Its pods, counted.
        """
        ...

    def ranking(self) -> tuple[tuple[str, str], ...]:
        """Return (name, why) of live pods of ReplicaSets, in the order in which a scale-down deletes them."""
        ...

    def describe_strategy(self) -> Strategy:
        """Return the strategy in force."""
        ...

    def stuck(self) -> Stuck | None:
        """Say why the workload at rest is not what its manifest says, or None if it is."""
        ...

    def hazards(self, longest: Span, *, stuck: bool) -> Iterable[Hazard]:
        """Yield what may hurt workloads of this kind.

        Args:
            longest: The longest time without progress.
            stuck: Whether the rollout cannot finish, which has been said.
        """
        ...

    def notes(self, events: Sequence[Event]) -> Iterable[str]:
        """Yield what is worth knowing about what happened since `start_recording`."""
        ...

    def dns_names(self) -> Iterable[str]:
        """Yield the DNS names of pods that have lasting ones."""
        ...


# Words that several controllers use.


def describe_failing(snapshot: Snapshot, desired: int) -> str:
    """Say how many pods fail and how many are left."""
    failing = sum(tally.waiting for tally in snapshot.tallies)
    noun = "pod never becomes" if failing == 1 else "pods never become"
    left = describe_left(snapshot, desired)
    return f"{failing} {noun} Ready; {left[0].lower()}{left[1:]}"


def describe_left(snapshot: Snapshot, desired: int) -> str:
    """Say how many pods are left, as a sentence."""
    if not snapshot.available:
        return "No pod is available."
    return f"{snapshot.available} of {desired} pods stay available."


MAX_NAMES = 10
"""A sentence names no more pods than that."""


def some(names: Sequence[str]) -> str:
    """List names, of many the first few."""
    return ", ".join(names[:MAX_NAMES]) + (" …" if len(names) > MAX_NAMES else "")


def outdated_hazard(outdated: Sequence[str], *, rolling: bool) -> Iterable[Hazard]:
    """Tell of pods that keep an old template although the rollout is done."""
    if not outdated:
        return
    from linter.planner.assessment import Hazard

    why = (
        "they stand below the partition"
        if rolling
        else "the strategy is OnDelete: they change when they are deleted"
    )
    yield Hazard(
        "not-updated", "info", f"{len(outdated)} pods keep the old template ({some(outdated)}): {why}."
    )


CHANCE_NOTE = (
    "Which of several like pods go first is chance: unscheduled, waiting and cheaper ones"
    " (pod-deletion-cost) go before Ready ones."
)


def scales_down_alone(events: Sequence[Event]) -> bool:
    """Tell whether ReplicaSets lose some of their pods, and get none."""
    actions = {event.action for event in events}
    some_stay = any(event.after for event in events if event.action in {"scale-down", "delete-pods"})
    return some_stay and not actions & {"scale-up", "create-pods"}
