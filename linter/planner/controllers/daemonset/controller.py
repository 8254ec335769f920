"""The DaemonSet controller: one pod on each node that the template's pods may run on.

Each sync first manages (creates what is missing, deletes what must not be there), and only when that left nothing to do
it goes on with the rolling update. Source: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/ and the recorded
rollouts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.gates import LAZY_DAEMON_SET_NODE_UPDATES
from linter.planner.controllers.base import CONTROLLER_REVISION, MadeObjects
from linter.planner.controllers.daemonset import report
from linter.planner.controllers.daemonset.nodes import DaemonSetNodes, Situation
from linter.planner.controllers.daemonset.strategy import describe_strategy, resolve_numbers
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
        self._book = DaemonSetNodes(context.nodes, self.changes)
        self.pods: PodsByNode = self._book.pods
        self._numbers: tuple[int, RollingNumbers] | None = None
        self.stored = DaemonSetStatus()
        self._take(manifest)

    # The object.

    def load(self, items: list[Manifest]) -> None:
        """Take over revisions and pods from a live state."""
        from linter.planner import load_state

        by_label = {
            label: revision
            for _, label, revision in load_state.revision_history(
                self.manifest, items, self.context.revisions
            )
        }
        pods = load_state.owned_pods(self.manifest, items)
        generation = load_state.template_generation(self.manifest)
        for pod in sorted(pods, key=load_state.created):
            label = load_state.revision_label(pod)
            if label not in by_label:
                is_update = label is None or load_state.pod_template_generation(pod) == generation
                by_label[label] = load_state.guess_revision(
                    self.manifest, None if is_update else pod, len(by_label) + 1, self.context.revisions
                )
        self.history[:] = dict.fromkeys(by_label.values())
        revision = self.context.revisions.make(self.manifest["spec"]["template"], 0)
        self.update = add_to_history(self.history, revision)
        self._book.take(self.manifest["spec"]["template"], self.update, surges=self.surges)
        now = load_state.latest_time(items)
        for pod in sorted(pods, key=lambda each: (load_state.created(each), load_state.name_of(each))):
            node = load_state.target_node(pod)
            if node is not None and load_state.is_there(pod):
                revision = by_label.get(load_state.revision_label(pod), self.update)
                self._add(load_state.pod_of(pod, revision, node, self.min_ready_seconds, now))
        self._book.touch_all()

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
        self._book.take(spec["template"], self.update, surges=self.surges)

    def replace(self, manifest: Manifest) -> None:
        """Take a new spec."""
        min_ready_seconds = self.min_ready_seconds
        self._take(manifest)
        self._book.touch_all()
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
        return 0 if self.deleted else self._book.sums.desired

    def touch(self, key: str) -> None:
        """Put a node on which something changed where it belongs."""
        self._book.touch(key)

    def touch_alike(self, keys: Sequence[str]) -> None:
        """Put nodes on which something changed where they belong: those that were alike and are alike."""
        self._book.touch_alike(keys)

    # The controller.

    def fast_forward(self) -> None:
        """Let every eligible node have an available pod, as it comes to be where pods become Ready."""
        if self.update.fails:
            return
        names = sorted(self._book.eligible.names())
        self._book.fill(names, self.update, self._sequence + 1)
        self._sequence += len(names)
        self.enter_all(self.update, len(names))
        for name in names if self.context.dead_nodes else ():
            if name in self.context.dead_nodes:
                self.pods.on(name)

    def start_recording(self) -> None:
        """Let the next round show every pod."""
        self.changes.all_of(self)

    def run(self) -> None:
        """Run the controller until nothing changes any more."""
        self.stored = self._book.sums
        while self._manage() or self._roll():
            pass
        prune_daemon_history(self.history, self.history_limit, self.update, self._by_revision)
        self.stored = self._book.sums

    def _manage(self) -> bool:
        """Create pods on the nodes that lack one, delete those that must not be there."""
        if not self._book.dirty:
            return False
        create: list[str] = []
        delete: list[Pod] = []
        for name in self._book.take_dirty():
            run, keep = self._book.eligible.at(name)
            pods = self.pods.on(name)
            if not keep:
                delete += [pod for pod in pods if not pod.terminating]
            elif not pods:
                if run:
                    create.append(name)
            elif self.surges or len(pods) > 1:
                running = [pod for pod in pods if not pod.terminating]
                if not self.surges:
                    running.sort(key=lambda pod: (pod.state is PodState.UNSCHEDULED, pod.sequence))
                    delete += running[1:]
                elif not running:
                    if run:
                        create.append(name)
                elif len(running) > 1:
                    delete += self._excess(running)
        acted = bool(delete)
        for name in create:
            if self._create(name):
                acted = True
            else:
                self._book.dirty[name] = None
        for pod in delete:
            self._delete(pod)
        return acted

    def _excess(self, running: list[Pod]) -> list[Pod]:
        """Return the pods beyond one old and one new on a node, and the old one once it is not needed."""
        running.sort(key=lambda pod: (pod.state is PodState.UNSCHEDULED, pod.sequence))
        new = [pod for pod in running if pod.revision is self.update]
        old = [pod for pod in running if pod.revision is not self.update]
        surplus = new[1:] + old[1:]
        if new and old and (not old[0].ready or new[0].available):
            surplus.append(old[0])
        return surplus

    def _roll(self) -> bool:
        if not self.rolling:
            return False
        desired = self._book.sums.desired
        if self._numbers is None or self._numbers[0] != desired:
            self._numbers = desired, resolve_numbers(self.manifest["spec"], desired)
        numbers = self._numbers[1]
        if not self.surges:
            return self._roll_in_place(numbers)
        return self._roll_surging(numbers) if numbers.surge else self._roll_without_nodes(numbers)

    def _roll_in_place(self, numbers: RollingNumbers) -> bool:
        """Delete outdated pods; those that serve nobody regardless of maxUnavailable."""
        broken = self._book.names(Situation.BROKEN)
        budget = numbers.unavailable - self._book.number(Situation.UNAVAILABLE) - len(broken)
        for name in broken:
            self._delete(self._outdated(name))
        return self._take_candidates(budget, create=False) or bool(broken)

    def _roll_without_nodes(self, numbers: RollingNumbers) -> bool:
        """Roll in place although the fields ask for a surge: a percentage of no eligible node comes to no pod."""
        found: dict[Situation, list[str]] = {each: [] for each in Situation}
        for name in self.pods:
            found[self._book.situation_in_place(self.pods.on(name), run=False)].append(name)
        broken = found[Situation.BROKEN]
        budget = max(0, numbers.unavailable - len(found[Situation.UNAVAILABLE]) - len(broken))
        victims = [*broken, *found[Situation.CANDIDATE][:budget]]
        for name in victims:
            self._delete(self._outdated(name))
        return bool(victims)

    def _roll_surging(self, numbers: RollingNumbers) -> bool:
        """Create new pods beside the old ones, and delete old ones whose successor is available."""
        book = self._book
        # Duplicates on a node count against the surge until they are sorted out.
        budget = numbers.surge - book.number(Situation.SURGING) - book.number(Situation.UNAVAILABLE)
        spare = book.serving() - book.sums.desired
        retire = [*book.names(Situation.SURGED), *book.names(Situation.LEAVING_BROKEN)]
        retire += book.names(Situation.LEAVING)[: max(0, spare)]
        broken = book.names(Situation.BROKEN)
        for name in retire:
            self._delete(self._outdated(name))
        created = [name for name in broken if self._create(name)]
        return self._take_candidates(budget, create=True) or bool(retire or created)

    def _take_candidates(self, budget: int, *, create: bool) -> bool:
        """Go on with as many nodes as the numbers allow. Kubernetes leaves open which; here the first by name."""
        acted = False
        while budget > 0 and (name := self._book.first(Situation.CANDIDATE)) is not None:
            if not create:
                self._delete(self._outdated(name))
            elif not self._create(name):
                break
            budget -= 1
            acted = True
        return acted

    def _outdated(self, name: str) -> Pod:
        return next(
            pod for pod in self.pods.on(name) if not pod.terminating and pod.revision is not self.update
        )

    def outdated_nodes(self) -> list[str]:
        """Return the nodes with pods of an earlier revision, in order."""
        if not any(self.count(each) for each in self._by_revision if each is not self.update):
            return []
        return self.pods.outdated(self.update)

    def _create(self, name: str) -> bool:
        """Create a pod on a node; tell whether admission let it."""
        if not self.context.admit_pods(self.update, 1):
            return False
        pod = Pod(self.update, name)
        self._add(pod)
        self.context.journal.record(self, "create-pod", name, pod.revision)
        return True

    def _delete(self, pod: Pod) -> None:
        self.begin_termination(pod)
        self.context.journal.record(self, "delete-pod", pod.key, pod.revision)

    def exceed_deadline(self) -> bool:
        """Do nothing: a DaemonSet has no deadline."""
        return False

    # Nodes, and pods on them.

    def all_pods(self) -> Iterable[Pod]:
        """Return the pods by node, the oldest first."""
        return [pod for name in self.pods for pod in self.pods.on(name)]

    def _add(self, pod: Pod) -> None:
        self._sequence += 1
        pod.sequence = self._sequence
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
        before, eligible = self._book.eligible.look_at(name)
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
        self._book.eligible.forget(name)
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
        names = sorted(dict.fromkeys((*self.pods, *self._book.eligible.names())))
        return Listed(self.pods.names if names == self.pods.names else names)

    def borders(self) -> Sequence[str]:
        """Return nothing: the same rules hold for all nodes."""
        return ()

    def compared(self) -> tuple[int, ...]:
        """Return on how many nodes the update waits, as long as there are nodes that wait for it."""
        book = self._book
        if book.first(Situation.CANDIDATE) is None and book.first(Situation.LEAVING) is None:
            return ()
        waiting = (Situation.UNAVAILABLE, Situation.BROKEN, Situation.SURGING)
        return book.serving(), *(book.number(each) for each in waiting)

    def is_settled(self) -> bool:
        """Tell whether the controller has looked at all that changed."""
        return not self._book.dirty and self.stored == self._book.sums

    def place(self, key: str) -> Hashable:
        """Return what the controller and the kubelet make of a node."""
        return self._book.eligible.at(key), key in self.nodes, key in self.context.dead_nodes

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
        for before, number in self._book.renew(positions, revision).items():
            self.recount(before, revision, number)
        first, last = keys[positions[0]], keys[positions[-1]]
        self.renew([name for name in self.pods.own if first <= name <= last], revision)

    def put_at(self, key: str, pods: Sequence[Pod]) -> None:
        """Let these pods be on a node."""
        for pod in pods:
            if not pod.sequence:
                self._sequence += 1
                pod.sequence = self._sequence
        self.pods.put(key, pods)
        if not pods:
            self.touch(key)

    def end_leap(self) -> None:
        """Let what is there be what the last round has shown."""
        self._book.end_leap()
        self.stored = self._book.sums

    # What is reported about it.

    def record(self, snapshot: Snapshot) -> DaemonSetRecord:
        """Write down the workload at the end of a round; what changes in the next one counts from here."""
        return DaemonSetRecord(snapshot, None if self.deleted else self.stored, self.changes.take(self))

    def ranking(self) -> tuple[tuple[str, str], ...]:
        """Return nothing: nodes say which pods there are."""
        return ()

    def describe_strategy(self) -> Strategy:
        """Return the strategy in force."""
        return describe_strategy(self.manifest["spec"], self._book.sums.desired)

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
