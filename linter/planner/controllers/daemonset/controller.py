"""The DaemonSet controller: one pod on each node that the template's pods may run on.

Each sync first manages (creates what is missing, deletes what must not be there), and only when that left nothing to do
it goes on with the rolling update. Source: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/ and the recorded
rollouts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.gates import LAZY_DAEMON_SET_NODE_UPDATES
from linter.planner.controllers.base import CONTROLLER_REVISION, MadeObjects
from linter.planner.controllers.daemonset import crowd, report
from linter.planner.controllers.daemonset.nodes import DaemonSetNodes
from linter.planner.controllers.daemonset.pods import AlikePod
from linter.planner.controllers.daemonset.rows import take_rows
from linter.planner.controllers.daemonset.standing import Situation
from linter.planner.controllers.daemonset.strategy import describe_strategy, resolve_numbers
from linter.planner.controllers.daemonset.sync import manage, roll
from linter.planner.controllers.pod_book import PodBook
from linter.planner.errors import OperationError
from linter.planner.leap.names import Listed
from linter.planner.model import Pod, PodState, object_id
from linter.planner.records import DaemonSetRecord, DaemonSetStatus
from linter.planner.revisions import add_to_history, prune_daemon_history

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from linter.planner.assessment import Hazard, Span, Strategy, Stuck
    from linter.planner.controllers.base import ControllerContext
    from linter.planner.controllers.daemonset.pods import PodsByNode
    from linter.planner.controllers.pod_book import Crowd
    from linter.planner.controllers.rolling import RollingNumbers
    from linter.planner.journal import Event
    from linter.planner.model import Manifest, Node, Revision, Snapshot


class DaemonSetController(PodBook):
    """A DaemonSet with its nodes and pods.

    Attributes:
        manifest: The live object, defaults applied.
        nodes: The cluster's nodes by name.
        pods: Its pods by node.
        history: Its ControllerRevisions, oldest first.
        update: The revision of the current template.
        surges: Whether an old and a new pod may stand side by side on a node.
    """

    waits_for_pods_to_go = True
    target_is_node = True

    def __init__(self, manifest: Manifest, context: ControllerContext) -> None:
        super().__init__(context, name_prefix="")
        self.id = object_id(manifest)
        self._lazy_node_updates = context.enabled(LAZY_DAEMON_SET_NODE_UPDATES)
        self.nodes = context.nodes
        self.history: list[Revision] = []
        self.deleted = False
        self._sequence = 0
        self.book = DaemonSetNodes(context.nodes, self.changes, self.sort_in)
        self.pods: PodsByNode = self.book.pods
        self._numbers: tuple[int, RollingNumbers] | None = None
        self.stored = DaemonSetStatus()
        self._take(manifest)

    # The object.

    def load(self, items: list[Manifest]) -> None:
        """Take over revisions and pods from a live state."""
        from linter.planner.live_state.objects import created, latest_time, name_of
        from linter.planner.live_state.pods import is_there, owned_pods, pod_of, target_node
        from linter.planner.live_state.revisions import (
            add_guesses,
            pod_template_generation,
            revision_history,
            revision_label,
            template_generation,
        )

        revisions = self.context.revisions
        by_label = {
            label: revision for _, label, revision in revision_history(self.manifest, items, revisions)
        }
        pods = owned_pods(self.manifest, items)
        generation = template_generation(self.manifest)
        add_guesses(
            by_label,
            pods,
            self.manifest,
            lambda pod: revision_label(pod) is None or pod_template_generation(pod) == generation,
            revisions,
        )
        self.history[:] = dict.fromkeys(by_label.values())
        self.update = add_to_history(self.history, revisions.make(self.manifest["spec"]["template"], 0))
        self.book.take(self.manifest["spec"]["template"], self.update, surges=self.surges)
        now = latest_time(items)
        for pod in sorted(pods, key=lambda each: (created(each), name_of(each))):
            node = target_node(pod)
            if node is not None and is_there(pod):
                revision = by_label.get(revision_label(pod), self.update)
                self._add(pod_of(pod, revision, node, self.min_ready_seconds, now))
        self.book.touch_all()

    @property
    def limits(self) -> RollingNumbers:
        """MaxSurge and maxUnavailable as numbers of pods."""
        desired = self.book.sums.desired
        if self._numbers is None or self._numbers[0] != desired:
            self._numbers = desired, resolve_numbers(self.manifest["spec"], desired)
        return self._numbers[1]

    def _take(self, manifest: Manifest) -> None:
        self.manifest = manifest
        spec = manifest["spec"]
        self.min_ready_seconds: int = spec.get("minReadySeconds") or 0
        self.history_limit: int = spec["revisionHistoryLimit"]
        self.rolling: bool = spec["updateStrategy"]["type"] == "RollingUpdate"
        self._numbers = None
        # Whether pods may stand side by side is asked of the fields, not of what they come to.
        self.surges: bool = self.rolling and resolve_numbers(spec, 100).surge > 0
        revision = self.context.revisions.make(spec["template"], 0)
        self.update = add_to_history(self.history, revision)
        self.book.take(spec["template"], self.update, surges=self.surges)

    def replace(self, manifest: Manifest) -> None:
        """Take a new spec."""
        min_ready_seconds = self.min_ready_seconds
        self.pods.touch_unsettled()
        self._take(manifest)
        self.book.touch_all()
        self.changes.all_of(self)
        if min_ready_seconds and not self.min_ready_seconds:
            self.pass_min_ready_seconds()

    def delete(self) -> None:
        """Delete the DaemonSet; its pods follow."""
        for pod in self.all_pods():
            if not pod.terminating:
                self.begin_termination(pod)
        self.deleted = True

    def made_objects(self) -> Iterable[MadeObjects]:
        """Return its ControllerRevisions."""
        return (MadeObjects(CONTROLLER_REVISION, 0 if self.deleted else len(self.history)),)

    def rollback_history(self) -> list[Revision]:
        """Return the revisions that `kubectl rollout undo` can go back to."""
        return self.history

    @property
    def desired(self) -> int:
        """How many nodes should run a pod."""
        return 0 if self.deleted else self.book.sums.desired

    def touch(self, key: str) -> None:
        """Put a node on which something changed where it belongs."""
        self.book.touch(key)

    def touch_alike(self, keys: Sequence[str]) -> None:
        """Put nodes on which something changed where they belong: those that were alike and are alike."""
        self.book.touch_alike(keys)

    # The controller.

    def fast_forward(self) -> None:
        """Let every eligible node have an available pod, as it comes to be where pods become Ready."""
        if self.update.fails:
            return
        names = sorted(self.book.eligible.names())
        self.counts.add(self.update, PodState.AVAILABLE, len(names))
        self.book.fill(names, AlikePod(self.update, PodState.AVAILABLE, self.next_sequence(len(names))))
        for name in names if self.context.dead_nodes else ():
            if name in self.context.dead_nodes:
                self.pods.on(name)

    def start_recording(self) -> None:
        """Let the next round show every pod."""
        self.changes.all_of(self)

    def run(self) -> None:
        """Run the controller until nothing changes any more."""
        self.stored = self.book.sums
        while manage(self) or roll(self):
            pass
        prune_daemon_history(self.history, self.history_limit, self.update, self.counts.by_revision)
        self.stored = self.book.sums

    def outdated_nodes(self) -> list[str]:
        """Return the nodes with pods of an earlier revision, in order."""
        if not any(self.count(each) for each in self.counts.by_revision if each is not self.update):
            return []
        return self.pods.outdated(self.update)

    def create(self, name: str) -> bool:
        """Create a pod on a node; tell whether admission let it."""
        if not self.context.admit_pods(self.update, 1):
            return False
        pod = Pod(self.update, name)
        self._add(pod)
        self.context.journal.record(self, "create-pod", name, pod.revision)
        return True

    def delete_from_node(self, pod: Pod) -> None:
        """Delete a pod."""
        self.begin_termination(pod)
        self.context.journal.record(self, "delete-pod", pod.key, pod.revision)

    # The kubelet, where pods are not kept by themselves.

    def crowds_gone(self) -> Sequence[Crowd]:
        """Let the terminating pods in ranges be gone."""
        return crowd.remove_terminated(self)

    def crowds_ready(self, limit: int | None) -> Sequence[Crowd]:
        """Make the bound pods in ranges Ready; with a limit, keep them by themselves."""
        if limit is None:
            return crowd.become_ready(self)
        self.pods.touch_unsettled()
        return ()

    def bind_all(self) -> bool:
        """Bind every unscheduled pod; tell whether there was one."""
        bound = crowd.bind(self)
        return super().bind_all() or bound

    def pass_min_ready_seconds(self) -> None:
        """Make every Ready pod available."""
        super().pass_min_ready_seconds()
        crowd.pass_min_ready_seconds(self)

    def exceed_deadline(self) -> bool:
        """Do nothing: a DaemonSet has no deadline."""
        return False

    # Nodes, and pods on them.

    def all_pods(self) -> Iterable[Pod]:
        """Return the pods by node, the oldest first."""
        return [pod for name in self.pods for pod in self.pods.on(name)]

    def next_sequence(self, number: int = 1) -> int:
        """Return the next number in the order of creation, and take so many."""
        self._sequence += number
        return self._sequence - number + 1

    def _add(self, pod: Pod) -> None:
        pod.sequence = self.next_sequence()
        self.pods.add(pod)
        self.enter(pod)

    def forget(self, pod: Pod) -> None:
        """Let a pod be gone."""
        self.pods.remove(pod)

    def wanted_node(self, pod: Pod) -> str:
        """Return the node that the pod's affinity names."""
        return str(pod.key)

    def bound(self, pod: Pod) -> None:
        """Look at the node again: of several pods there the scheduled ones come first."""
        if len(self.pods.on(pod.key)) > 1:
            self.touch(pod.key)

    def set_node(self, node: Node) -> bool:
        """Look at a node that joined or changed.

        Returns:
            Whether the controller takes notice (see LAZY_DAEMON_SET_NODE_UPDATES).
        """
        name = node.name
        there = self.pods.on(name)
        before, eligible = self.book.eligible.look_at(name)
        self.touch(name)
        if before is None:
            return eligible.run
        if not self._lazy_node_updates:
            return eligible != before
        return (
            (eligible.run and not there)
            or (not eligible.keep and bool(there))
            or self.stored.misscheduled > 0
        )

    def remove_node(self, name: str) -> bool:
        """Lose the pods of a node that is gone, also those that were meant for it; tell whether there were any."""
        self.book.eligible.forget(name)
        pods = self.pods.on(name)
        for pod in pods:
            if not pod.terminating:
                self.begin_termination(pod)
            if pod.terminating:
                self.remove(pod)
        self.touch(name)
        return bool(pods)

    def delete_pod(self, name: str | None, node: str | None) -> None:
        """Delete a pod: by node, or the one on the first node."""
        self.begin_termination(self._choose_pod(name, node, running=False))

    def make_pod_unready(self, name: str | None, node: str | None) -> None:
        """Let a running pod lose readiness for good: by node, or the one on the first node."""
        self.lose_readiness(self._choose_pod(name, node, running=True))

    def _choose_pod(self, name: str | None, node: str | None, *, running: bool) -> Pod:
        wanted = node or name
        for pod in self.pods.on(wanted) if wanted else self.all_pods():
            scheduled = pod.state is not PodState.UNSCHEDULED
            if not pod.terminating and (scheduled or node is None) and (pod.ready or not running):
                return pod
        raise OperationError(f"there is no such pod: {name or node or 'none is left'}")

    # Leaps.

    def names(self) -> Listed:
        """Return the nodes that have pods or are to have some, in order."""
        names = sorted(dict.fromkeys((*self.pods, *self.book.eligible.names())))
        return Listed(self.pods.names if names == self.pods.names else names)

    def borders(self) -> Sequence[str]:
        """Return nothing: the same rules hold for all nodes."""
        return ()

    def compared(self) -> tuple[int, ...]:
        """Return on how many nodes the update waits, as long as there are nodes that wait for it."""
        book = self.book
        if book.first(Situation.CANDIDATE) is None and book.first(Situation.LEAVING) is None:
            return ()
        waiting = (Situation.UNAVAILABLE, Situation.BROKEN, Situation.SURGING)
        return book.serving(), *(book.number(each) for each in waiting)

    def is_settled(self) -> bool:
        """Tell whether the controller has looked at all that changed."""
        return not self.book.dirty and not crowd.missing(self) and self.stored == self.book.sums

    def place(self, key: str) -> Hashable:
        """Return what the controller and the kubelet make of a node."""
        return self.book.eligible.at(key), key in self.nodes, key in self.context.dead_nodes

    def pods_at(self, key: str) -> Sequence[Pod]:
        """Return the pods on a node, the oldest first."""
        return self.pods.on(key)

    def untouched_ahead(self, keys: Sequence[str], positions: range) -> tuple[int, Revision | None]:
        """Count the nodes, one after another, that have an available pod of one revision; return it, too."""
        return self.pods.ahead(positions) if keys is self.pods.names else (0, None)

    def renew_between(self, keys: Sequence[str], positions: range, revision: Revision) -> None:
        """Let the available pods on some nodes, one on each, be of another revision."""
        if keys is not self.pods.names or not positions:
            super().renew_between(keys, positions, revision)
            return
        crowd.renew(self, positions, revision)
        first, last = keys[positions[0]], keys[positions[-1]]
        self.renew([name for name in self.pods.own if first <= name <= last], revision)

    def put_at(self, key: str, pods: Sequence[Pod]) -> None:
        """Let these pods be on a node."""
        for pod in pods:
            if not pod.sequence:
                pod.sequence = self.next_sequence()
        self.pods.put(key, pods)
        if not pods:
            self.touch(key)

    def end_leap(self) -> None:
        """Let what is there be what the last round has shown."""
        self.book.end_leap()
        self.stored = self.book.sums

    # What is reported about it.

    def record(self, snapshot: Snapshot) -> DaemonSetRecord:
        """Write down the workload at the end of a round; what changes in the next one counts from here."""
        return DaemonSetRecord(snapshot, None if self.deleted else self.stored, take_rows(self))

    def ranking(self) -> tuple[tuple[str, str], ...]:
        """Return nothing: nodes say which pods there are."""
        return ()

    def describe_strategy(self) -> Strategy:
        """Return the strategy in force."""
        return describe_strategy(self.manifest["spec"], self.book.sums.desired)

    def stuck(self) -> Stuck | None:
        """Say why the workload at rest is not what its manifest says, or None if it is."""
        return report.stuck(self)

    def hazards(self, longest: Span, *, stuck: bool) -> Iterable[Hazard]:  # noqa: ARG002  as the protocol has it
        """Return what may hurt DaemonSets."""
        return report.hazards(self, stuck=stuck)

    def notes(self, events: Sequence[Event]) -> Iterable[str]:
        """Return what is worth knowing about what happened."""
        return report.notes(events, rolling=self.rolling)

    def dns_names(self) -> Iterable[str]:
        """Return nothing: pods with random names have no lasting DNS names."""
        return ()
