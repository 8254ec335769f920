"""The DaemonSet controller: one pod on each node that the template's pods may run on.

Each sync first manages (creates what is missing, deletes what must not be there), and only when that left nothing to do
it goes on with the rolling update. Nodes are kept in sets by what has to be done there, so that a sync costs no more
when there are many. Source: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/ and the recorded
rollouts.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from linter.kube.int_or_percent import resolve
from linter.kube.scheduling import Eligibility, daemon_eligibility, scheduling_fields
from linter.planner.history import add_to_history, prune_daemon_history
from linter.planner.state import (
    Event,
    HeapSet,
    Journal,
    Manifest,
    Node,
    Pod,
    PodSet,
    PodState,
    Revision,
    Revisions,
    Snapshot,
    Tally,
)

NOWHERE = Eligibility(run=False, keep=False)


class Situation(IntEnum):
    """What a node looks like to the rolling update."""

    NEITHER = 0
    UNAVAILABLE = 1
    """Counts as unavailable."""
    BROKEN = 2
    """An old pod that is not available: replaced at once."""
    CANDIDATE = 3
    """An old pod that is available: replaced when the numbers allow it."""
    SURGING = 4
    """A new pod that is not available yet stands beside the old one."""
    SURGED = 5
    """The new pod is available: the old one can go."""
    LEAVING_BROKEN = 6
    """An old pod that is not available, on a node that should not run one."""
    LEAVING = 7
    """An old pod on a node that should not run one."""


class Counts(NamedTuple):
    """What one node adds to the status."""

    desired: int = 0
    current: int = 0
    misscheduled: int = 0
    updated: int = 0
    ready: int = 0
    available: int = 0

    def to_dict(self) -> dict[str, int]:
        """Return what a recorded round shows as the status."""
        return {
            "desiredNumberScheduled": self.desired,
            "currentNumberScheduled": self.current,
            "numberMisscheduled": self.misscheduled,
            "updatedNumberScheduled": self.updated,
            "numberReady": self.ready,
            "numberAvailable": self.available,
            "numberUnavailable": self.desired - self.available,
        }


class Strategy(NamedTuple):
    """The numbers of a rolling update, resolved."""

    surge: int
    unavailable: int


def resolve_strategy(spec: Manifest, desired: int) -> Strategy:
    """Resolve maxSurge and maxUnavailable (both rounded up) of a defaulted DaemonSet spec.

    Args:
        spec: The DaemonSet's spec.
        desired: How many nodes should run a pod.
    """
    block = spec["updateStrategy"].get("rollingUpdate") or {}
    surge = resolve(block.get("maxSurge", 0), desired, round_up=True)
    unavailable = resolve(block.get("maxUnavailable", 1), desired, round_up=True)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return Strategy(surge, unavailable)


class DaemonSet:
    """A DaemonSet with its nodes and pods.

    Attributes:
        manifest: The live object, defaults applied.
        nodes: The cluster's nodes by name.
        pods: Its pods by node, oldest first.
        history: Its ControllerRevisions, oldest first.
        update: The revision of the current template.
        surges: Whether an old and a new pod may stand side by side on a node.
    """

    def __init__(
        self,
        manifest: Manifest,
        revisions: Revisions,
        journal: Journal,
        nodes: dict[str, Node],
        *,
        lazy_node_updates: bool,
    ) -> None:
        self._revisions = revisions
        self._journal = journal
        self._lazy_node_updates = lazy_node_updates
        self.nodes = nodes
        self.pods: dict[str, list[Pod]] = {}
        self.history: list[Revision] = []
        self.deleted = False
        self._changed: set[str] = set()
        self.waiting = PodSet()
        self.unscheduled: dict[int, Pod] = {}
        self.terminating = PodSet()
        self._young: dict[int, Pod] = {}
        self._sequence = 0
        self._ready = 0
        self._available = 0
        self._total = 0
        self._by_revision: dict[Revision, list[int]] = {}
        self._eligible: dict[str, Eligibility] = {}
        self._situations: dict[str, Situation] = {}
        self._at: list[HeapSet[str]] = [HeapSet() for _ in Situation]
        self._counts: dict[str, Counts] = {}
        self._sums = Counts()
        self._strategy: tuple[int, Strategy] | None = None
        self._dirty: set[str] = set()
        self._node_available: set[str] = set()
        self._scheduling: object = None
        self.stored = Counts()
        self._take(manifest)

    # The spec.

    def _take(self, manifest: Manifest) -> None:
        self.manifest = manifest
        spec = manifest["spec"]
        self.min_ready_seconds: int = spec.get("minReadySeconds") or 0
        self.history_limit: int = spec["revisionHistoryLimit"]
        self.rolling: bool = spec["updateStrategy"]["type"] == "RollingUpdate"
        self._strategy = None
        # Whether pods may stand side by side is asked of the fields, not of what they come to.
        self.surges: bool = self.rolling and resolve_strategy(spec, 100).surge > 0
        revision = self._revisions.make(spec["template"], 0)
        self.update = add_to_history(self.history, revision)
        if (wanted := scheduling_fields(spec["template"]["spec"])) != self._scheduling:
            self._scheduling = wanted
            for name in self.nodes:
                self._look_at_node(name)
        for name in {*self.nodes, *self.pods}:
            self._touch(name)

    def replace(self, manifest: Manifest) -> None:
        """Take a new spec."""
        min_ready_seconds = self.min_ready_seconds
        self._take(manifest)
        if min_ready_seconds and not self.min_ready_seconds:
            self.pass_min_ready_seconds()

    def resume(self) -> None:
        """Go on from a live state whose revisions and pods have been added."""
        for name in {*self.nodes, *self.pods}:
            self._touch(name)

    def _look_at_node(self, name: str) -> None:
        node = self.nodes[name]
        self._eligible[name] = daemon_eligibility(
            self.manifest["spec"]["template"]["spec"], name, node.labels, node.taints
        )

    def _touch(self, name: str) -> None:
        """Put a node on which something changed where it belongs."""
        self._changed.add(name)
        self._dirty.add(name)
        pods = self.pods.get(name) or _NO_PODS
        run = self._eligible.get(name, NOWHERE).run
        before = self._counts.get(name, _NOTHING)
        after = self._count_node(name, pods, run=run)
        if after != before:
            self._counts[name] = after
            sums = self._sums
            self._sums = Counts(
                sums[0] + after[0] - before[0],
                sums[1] + after[1] - before[1],
                sums[2] + after[2] - before[2],
                sums[3] + after[3] - before[3],
                sums[4] + after[4] - before[4],
                sums[5] + after[5] - before[5],
            )
        was = self._situations.get(name, Situation.NEITHER)
        now = self._situation(name, pods, run=run) if self.surges else self._situation_in_place(pods, run=run)
        if was is not now:
            self._at[was].discard(name)
            self._situations[name] = now
            self._at[now].add(name)

    def _count_node(self, name: str, pods: list[Pod], *, run: bool) -> Counts:
        if not run:
            return Counts(misscheduled=1) if pods and name in self.nodes else _NOTHING
        if not pods:
            return _WANTED
        pod = pods[0]
        if len(pods) > 1:
            # Of several pods the scheduled one counts, then the oldest; a terminating one counts, too.
            pod = min(pods, key=lambda each: (each.state is PodState.UNSCHEDULED, each.sequence))
        state = pod.state
        return Counts(
            1, 1, 0, pod.revision is self.update, state >= PodState.READY, state is PodState.AVAILABLE
        )

    def _situation(self, name: str, pods: list[Pod], *, run: bool) -> Situation:
        """Look at a node where an old and a new pod may stand side by side."""
        old = new = None
        crowded = False
        for pod in pods:
            if pod.terminating:
                continue
            if pod.revision is self.update:
                crowded |= new is not None
                new = pod
            else:
                crowded |= old is not None
                old = pod
        serving = old or new
        if serving is not None and serving.state is PodState.AVAILABLE and not crowded:
            self._node_available.add(name)
        else:
            self._node_available.discard(name)
        if crowded:
            return Situation.UNAVAILABLE
        if old is None:
            return Situation.NEITHER
        if new is not None:
            return Situation.SURGED if new.available else Situation.SURGING
        if old.available:
            return Situation.CANDIDATE if run else Situation.LEAVING
        return Situation.BROKEN if run else Situation.LEAVING_BROKEN

    def _situation_in_place(self, pods: list[Pod], *, run: bool) -> Situation:
        """Look at a node whose pods may not stand side by side."""
        there = pods if len(pods) == 1 else [pod for pod in pods if not pod.terminating]
        if len(there) != 1 or there[0].terminating:
            return Situation.UNAVAILABLE if pods or run else Situation.NEITHER
        pod = there[0]
        available = pod.state is PodState.AVAILABLE
        if pod.revision is self.update:
            return Situation.NEITHER if available else Situation.UNAVAILABLE
        return Situation.CANDIDATE if available else Situation.BROKEN

    def settle(self) -> None:
        """Let every eligible node have an available pod, as it comes to be where pods become Ready."""
        for name in sorted(self.nodes):
            if self._eligible[name].run:
                self.add(Pod(self.update, name, PodState.AVAILABLE))

    # The controller.

    def run(self) -> None:
        """Run the controller until nothing changes any more."""
        while self._manage() or self._roll():
            pass
        prune_daemon_history(self.history, self.history_limit, self.update, self._by_revision)
        self.stored = self._sums

    def _manage(self) -> bool:
        """Create pods on the nodes that lack one, delete those that must not be there."""
        if not self._dirty:
            return False
        dirty, self._dirty = self._dirty, set()
        create: list[str] = []
        delete: list[Pod] = []
        for name in sorted(dirty) if len(dirty) > 1 else dirty:
            run, keep = self._eligible.get(name, NOWHERE)
            pods = self.pods.get(name) or _NO_PODS
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
        for name in create:
            self._create(name)
        for pod in delete:
            self._delete(pod)
        return bool(create or delete)

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
        desired = self._sums.desired
        if self._strategy is None or self._strategy[0] != desired:
            self._strategy = desired, resolve_strategy(self.manifest["spec"], desired)
        strategy = self._strategy[1]
        if not self.surges:
            return self._roll_in_place(strategy)
        return self._roll_surging(strategy) if strategy.surge else self._roll_without_nodes(strategy)

    def _roll_in_place(self, strategy: Strategy) -> bool:
        """Delete outdated pods; those that serve nobody regardless of maxUnavailable."""
        broken = self._at[Situation.BROKEN]
        budget = strategy.unavailable - len(self._at[Situation.UNAVAILABLE]) - len(broken)
        victims = broken.sorted() if broken else ()
        for name in victims:
            self._delete(self._outdated(name))
        return self._take_candidates(budget, create=False) or bool(victims)

    def _roll_without_nodes(self, strategy: Strategy) -> bool:
        """Roll in place although the fields ask for a surge: a percentage of no eligible node comes to no pod."""
        found: dict[Situation, list[str]] = {each: [] for each in Situation}
        for name in sorted(self.pods):
            found[self._situation_in_place(self.pods[name], run=False)].append(name)
        broken = found[Situation.BROKEN]
        budget = max(0, strategy.unavailable - len(found[Situation.UNAVAILABLE]) - len(broken))
        victims = [*broken, *found[Situation.CANDIDATE][:budget]]
        for name in victims:
            self._delete(self._outdated(name))
        return bool(victims)

    def _roll_surging(self, strategy: Strategy) -> bool:
        """Create new pods beside the old ones, and delete old ones whose successor is available."""
        at = self._at
        # Duplicates on a node count against the surge until they are sorted out.
        budget = strategy.surge - len(at[Situation.SURGING]) - len(at[Situation.UNAVAILABLE])
        spare = len(self._node_available) - self._sums.desired
        retire = [*at[Situation.SURGED].sorted(), *at[Situation.LEAVING_BROKEN].sorted()]
        retire += at[Situation.LEAVING].sorted()[: max(0, spare)]
        broken = at[Situation.BROKEN].sorted()
        for name in retire:
            self._delete(self._outdated(name))
        for name in broken:
            self._create(name)
        return self._take_candidates(budget, create=True) or bool(retire or broken)

    def _take_candidates(self, budget: int, *, create: bool) -> bool:
        """Go on with as many nodes as the numbers allow. Kubernetes leaves open which; here the first by name."""
        acted = False
        while budget > 0 and (name := self._at[Situation.CANDIDATE].first()) is not None:
            if create:
                self._create(name)
            else:
                self._delete(self._outdated(name))
            budget -= 1
            acted = True
        return acted

    def _outdated(self, name: str) -> Pod:
        return next(pod for pod in self.pods[name] if not pod.terminating and pod.revision is not self.update)

    def _create(self, name: str) -> None:
        self._sequence += 1
        pod = Pod(self.update, name, sequence=self._sequence)
        self.pods.setdefault(name, []).append(pod)
        self.unscheduled[pod.sequence] = pod
        if not pod.revision.fails:
            self.waiting.add(pod)
        self._total += 1
        self._tally(pod)[1] += 1
        self._touch(name)
        self._record("create-pod", name, pod.revision)

    def _delete(self, pod: Pod) -> None:
        self._begin_termination(pod)
        self._record("delete-pod", pod.key, pod.revision)

    def _record(self, action: str, target: str, revision: Revision) -> None:
        if self._journal.on:
            self._journal.events.append(Event(action, target, revision, None, None, self.snapshot()))

    # Pods, and the counts of them.

    def _tally(self, pod: Pod) -> list[int]:
        """Return [Ready, waiting, terminating] of the pod's revision."""
        counts = self._by_revision.get(pod.revision)
        if counts is None:
            counts = self._by_revision[pod.revision] = [0, 0, 0]
        return counts

    def pod_name(self, pod: Pod) -> str:
        """Return the name of the pod's node: the pod's own name is random."""
        return str(pod.key)

    def add(self, pod: Pod) -> None:
        """Take over a pod of a live state."""
        self._sequence += 1
        pod.sequence = self._sequence
        self.pods.setdefault(pod.key, []).append(pod)
        counts = self._tally(pod)
        if pod.terminating:
            self.terminating.add(pod)
            counts[2] += 1
        else:
            self._total += 1
            self._ready += pod.ready
            self._available += pod.available
            counts[0 if pod.ready else 1] += 1
            if pod.state is PodState.READY:
                self._young[pod.sequence] = pod
            if pod.state is PodState.UNSCHEDULED:
                self.unscheduled[pod.sequence] = pod
            if pod.state <= PodState.PENDING and not pod.revision.fails:
                self.waiting.add(pod)
        self._touch(pod.key)

    def _begin_termination(self, pod: Pod) -> None:
        counts = self._tally(pod)
        counts[0 if pod.ready else 1] -= 1
        self._total -= 1
        self._ready -= pod.ready
        self._available -= pod.available
        self.waiting.discard(pod)
        self._young.pop(pod.sequence, None)
        if pod.state is PodState.UNSCHEDULED:
            # Nothing runs, so nothing has to shut down.
            del self.unscheduled[pod.sequence]
            self._drop(pod)
            return
        pod.terminating = True
        counts[2] += 1
        self.terminating.add(pod)
        self._touch(pod.key)

    def _drop(self, pod: Pod) -> None:
        pods = self.pods[pod.key]
        pods.remove(pod)
        if not pods:
            del self.pods[pod.key]
        if not any(self._tally(pod)):
            del self._by_revision[pod.revision]
        self._touch(pod.key)

    def mark_all_changed(self) -> None:
        """Let the next `take_changed` return every pod."""
        self._changed.update(self.pods)

    def take_changed(self) -> list[tuple[str, str, list[Pod]]]:
        """Return (node, node, its pods) for the nodes where something changed since the last call, in order."""
        changed, self._changed = self._changed, set()
        return [(name, name, self.pods.get(name) or []) for name in sorted(changed)]

    # What the kubelet does.

    def schedule(self) -> bool:
        """Put every unscheduled pod on its node; return whether there was one."""
        if not self.unscheduled:
            return False
        for pod in self.unscheduled.values():
            pod.state = PodState.PENDING
            if len(self.pods[pod.key]) > 1:
                # Of several pods on a node the scheduled ones come first.
                self._touch(pod.key)
        self.unscheduled.clear()
        return True

    def become_ready(self, pod: Pod) -> None:
        """Make a waiting pod Ready."""
        self.waiting.discard(pod)
        if self.min_ready_seconds:
            pod.state = PodState.READY
            self._young[pod.sequence] = pod
        else:
            pod.state = PodState.AVAILABLE
            self._available += 1
        self._ready += 1
        counts = self._tally(pod)
        counts[0] += 1
        counts[1] -= 1
        self._touch(pod.key)

    def pass_min_ready_seconds(self) -> None:
        """Make every Ready pod available."""
        young, self._young = self._young, {}
        for pod in young.values():
            pod.state = PodState.AVAILABLE
            self._available += 1
            self._touch(pod.key)

    def remove_terminated(self, pod: Pod) -> None:
        """Let a terminating pod be gone."""
        self.terminating.discard(pod)
        self._tally(pod)[2] -= 1
        self._drop(pod)

    # What a user does.

    def lose(self, pod: Pod) -> None:
        """Delete one pod."""
        self._begin_termination(pod)

    def make_unready(self, pod: Pod) -> None:
        """Let a running pod lose readiness for good."""
        self._ready -= 1
        self._available -= pod.available
        self._young.pop(pod.sequence, None)
        pod.state = PodState.UNREADY
        counts = self._tally(pod)
        counts[0] -= 1
        counts[1] += 1
        self._touch(pod.key)

    def set_node(self, node: Node) -> bool:
        """Add a node or change its labels and taints.

        Returns:
            Whether the controller takes notice (see LAZY_DAEMON_SET_NODE_UPDATES).
        """
        name = node.name
        before = self._eligible.get(name)
        self.nodes[name] = node
        self._look_at_node(name)
        self._touch(name)
        eligible = self._eligible[name]
        if before is None:
            return eligible.run
        if not self._lazy_node_updates:
            return eligible != before
        there = bool(self.pods.get(name))
        return (eligible.run and not there) or (not eligible.keep and there) or self.stored.misscheduled > 0

    def remove_node(self, name: str) -> bool:
        """Remove a node; its pods are gone at once.

        Returns:
            Whether the controller takes notice.
        """
        del self.nodes[name]
        self._eligible.pop(name, None)
        pods = list(self.pods.get(name) or ())
        for pod in pods:
            if not pod.terminating:
                self._begin_termination(pod)
            if pod.terminating:
                self.remove_terminated(pod)
        self._touch(name)
        return bool(pods)

    def delete(self) -> None:
        """Delete the DaemonSet; its pods follow."""
        for pods in list(self.pods.values()):
            for pod in list(pods):
                if not pod.terminating:
                    self._begin_termination(pod)
        self.deleted = True

    @property
    def desired(self) -> int:
        """How many nodes should run a pod."""
        return self._sums.desired

    def outdated_pods(self) -> list[str]:
        """Name the nodes whose pod still has an old template."""
        return sorted(
            name
            for name, pods in self.pods.items()
            if any(pod.revision is not self.update and not pod.terminating for pod in pods)
        )

    def snapshot(self) -> Snapshot:
        """Count the pods."""
        tallies = tuple([Tally(revision, *counts) for revision, counts in self._by_revision.items()])
        return Snapshot(self._ready, self._available, self._total, len(self.terminating), tallies)

    def status(self) -> Counts:
        """Return the status."""
        return self.stored


_NOTHING = Counts()
_WANTED = Counts(desired=1)
_NO_PODS: list[Pod] = []
