"""The StatefulSet controller: pods with ordinals, created, deleted and updated in order.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/ and the recorded rollouts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.gates import MAX_UNAVAILABLE_STATEFUL_SET, PARALLEL_REPLACES_UNAVAILABLE_PODS
from linter.planner.controllers.base import CONTROLLER_REVISION, MadeObjects, outdated_hazard
from linter.planner.controllers.pod_book import PodBook
from linter.planner.controllers.statefulset import report
from linter.planner.controllers.statefulset.claims import Claims
from linter.planner.controllers.statefulset.ordinals import SortedOrdinals
from linter.planner.controllers.statefulset.strategy import describe_strategy, resolve_max_unavailable
from linter.planner.controllers.statefulset.walk import walk
from linter.planner.errors import OperationError
from linter.planner.leap.names import Ordinals
from linter.planner.model import Claim, Pod, PodState, object_id
from linter.planner.records import StatefulSetRecord, StatefulSetStatus
from linter.planner.revisions import add_to_history, prune_history

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from linter.planner.assessment import Hazard, Span, Strategy, Stuck
    from linter.planner.controllers.base import ControllerContext, PodChange
    from linter.planner.journal import Event
    from linter.planner.model import Manifest, Node, Revision, Snapshot


class StatefulSetController(PodBook):
    """A StatefulSet with its pods and claims.

    Attributes:
        manifest: The live object, defaults applied.
        pods: Its pods by ordinal.
        claims: Its PersistentVolumeClaims.
        history: Its ControllerRevisions, oldest first.
        current: The revision that a lost pod below the partition returns with.
        update: The revision of the current template.
        ordinals: What has to be done with its pods.
        is_refused: Whether the API server has refused the pod that was to be created last, or a claim of it.
    """

    waits_for_pods_to_go = True
    target_is_node = False

    def __init__(self, manifest: Manifest, context: ControllerContext) -> None:
        self.id = object_id(manifest)
        super().__init__(context, f"{self.id.name}-")
        self.honors_max_unavailable = context.enabled(MAX_UNAVAILABLE_STATEFUL_SET)
        self.replaces_unavailable = context.enabled(PARALLEL_REPLACES_UNAVAILABLE_PODS)
        self.pods: dict[int, Pod] = {}
        self.claims = Claims(self.id.name)
        self.history: list[Revision] = []
        self.deleted = self.is_refused = False
        self._current_replicas = 0
        self._take(manifest)
        self.update = self._new_revision()
        self.current = self.update
        self._rebuild()

    # The object.

    def load(self, items: list[Manifest]) -> None:
        """Take over revisions, pods and claims from a live state."""
        from linter.planner.live_state.objects import latest_time
        from linter.planner.live_state.pods import is_there, ordinal, owned_pods, pod_of
        from linter.planner.live_state.revisions import add_guesses, revision_history, revision_label

        status = self.manifest.get("status") or {}
        revisions = self.context.revisions
        pods = owned_pods(self.manifest, items)
        by_label: dict[str | None, Revision] = {
            name: revision for name, _, revision in revision_history(self.manifest, items, revisions)
        }
        labels_of_current = {status.get("updateRevision"), None}
        add_guesses(
            by_label, pods, self.manifest, lambda pod: revision_label(pod) in labels_of_current, revisions
        )
        self.history[:] = dict.fromkeys(by_label.values())
        self.update = self._new_revision()
        self.current = by_label.get(status.get("currentRevision"), self.update)
        now = latest_time(items)
        for pod in pods:
            number = ordinal(pod)
            if number is not None and is_there(pod):
                revision = by_label.get(revision_label(pod), self.update)
                self._add(pod_of(pod, revision, number, self.min_ready_seconds, now))
        self.claims.load(items, self.manifest, self.pods)
        self._current_replicas = status.get("currentReplicas") or 0
        self._rebuild()

    def _take(self, manifest: Manifest) -> None:
        self.manifest = manifest
        spec = manifest["spec"]
        self.name = self.id.name
        self.replicas: int = spec["replicas"]
        self.start: int = (spec.get("ordinals") or {}).get("start") or 0
        self.parallel: bool = spec["podManagementPolicy"] == "Parallel"
        self.min_ready_seconds: int = spec.get("minReadySeconds") or 0
        self.history_limit: int = spec["revisionHistoryLimit"]
        strategy = spec["updateStrategy"]
        self.rolling: bool = strategy["type"] == "RollingUpdate"
        block = strategy.get("rollingUpdate")
        # None where the type was written without the block; revisions are then chosen otherwise.
        self.partition: int | None = (block.get("partition") or 0) if block is not None else None
        self.max_unavailable = resolve_max_unavailable(spec, enabled=self.honors_max_unavailable)
        self.claims.take(spec, self.wanted)

    def replace(self, manifest: Manifest) -> None:
        """Take a new spec."""
        min_ready_seconds = self.min_ready_seconds
        self._take(manifest)
        if min_ready_seconds and not self.min_ready_seconds:
            self.pass_min_ready_seconds()
        self.update = self._new_revision()
        if self.current not in self.history:
            self.current = self.update
        self._rebuild()

    def _new_revision(self) -> Revision:
        revision = self.context.revisions.make(self.manifest["spec"]["template"], 0)
        return add_to_history(self.history, revision)

    def _rebuild(self) -> None:
        """Sort the pods anew, after something that concerns all of them has changed."""
        self.ordinals = SortedOrdinals(self.wanted, self.pods, self.update)
        if self.claims.templates:
            there = [ordinal for ordinal in self.pods if ordinal in self.wanted]
            self.claims.own_later(there, self.pods.keys() - there)

    def touch(self, key: int) -> None:
        """Put a pod that changed where it belongs."""
        self.changes.keys.add(key)
        self.ordinals.look_at(key, self.pods.get(key))

    def touch_alike(self, keys: Sequence[int]) -> None:
        """Put pods that changed where they belong, all of which are wanted, available, and of the new revision."""
        self.changes.keys.update(keys)
        self.ordinals.are_updated(keys)

    def delete(self) -> None:
        """Delete the StatefulSet; its pods follow, all at once and in no order."""
        for pod in list(self.pods.values()):
            if not pod.terminating:
                self.begin_termination(pod)
        self.claims.lose_set()
        self.deleted = True

    def rollback_history(self) -> list[Revision]:
        """Return the revisions that `kubectl rollout undo` can go back to."""
        return self.history

    @property
    def wanted(self) -> range:
        """The ordinals that are to have a pod."""
        return range(self.start, self.start + self.replicas)

    @property
    def desired(self) -> int:
        """How many pods are wanted."""
        return 0 if self.deleted else self.replicas

    # The controller.

    def fast_forward(self) -> None:
        """Let every pod be there and available, as a set comes to be whose pods become Ready."""
        if self.update.fails:
            return
        wanted = self.wanted
        self.pods = {ordinal: Pod(self.update, ordinal, PodState.AVAILABLE) for ordinal in wanted}
        self.counts.add(self.update, PodState.AVAILABLE, len(wanted))
        self.touch_alike(wanted)
        for ordinal in wanted if self.claims.templates else ():
            self.claims.make_all(ordinal)

    def start_recording(self) -> None:
        """Let the next round show every pod and claim."""
        self.changes.all_of(self)
        self.claims.show_all()

    def run(self) -> None:
        """Run the controller until nothing changes any more."""
        while self._sync():
            pass

    def _sync(self) -> bool:
        acted = walk(self)
        current = self.count(self.current)
        if (
            self.rolling
            and self.current is not self.update
            and len(self.pods)
            == self.counts.ready + self.counts.ready_leaving
            == self.count(self.update)
            == self.replicas
        ):
            self.current = self.update
            current = self.replicas
            acted = True
        self._current_replicas = current
        prune_history(
            self.history, self.history_limit, lambda: {self.current, self.update, *self.counts.by_revision}
        )
        return acted

    def _revision_of(self, ordinal: int) -> Revision:
        """Return the revision that a missing pod is made of."""
        if not self.rolling:
            return self.update
        below = self._current_replicas if self.partition is None else self.partition
        return self.current if ordinal < self.start + below else self.update

    def create(self, ordinal: int) -> bool:
        """Create a pod with the claims that it has none of; tell whether the API server and its old claims let it."""
        names = self.claims.names(ordinal)
        # A claim on its way out must be gone before the pod can have a new one.
        if any(name in self.claims.terminating for name in names):
            return False
        missing = zip(self.claims.templates, names, strict=True)
        if faults := [fault for each in missing if (fault := self._create_claim(*each, ordinal))]:
            reasons = faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]"
            self.context.report(f"Create {self._described(ordinal)} failed error: {reasons}")
            self.is_refused = True
            return False
        revision = self._revision_of(ordinal)
        pod = Pod(revision, ordinal)
        if not self.context.admit_pod(revision, self.pod_name(pod)):
            self.is_refused = True
            return False
        self.pods[ordinal] = pod
        self.claims.own(ordinal)
        self.enter(pod)
        self.context.journal.record(self, "create-pod", self.pod_name(pod), revision)
        return True

    def _described(self, ordinal: int) -> str:
        """Return what events call a pod."""
        return f"Pod {self.name}-{ordinal} in StatefulSet {self.name}"

    def _create_claim(self, template: str, name: str, ordinal: int) -> str:
        """Create a claim of a pod, unless it is there; return why it is refused: no pod then, but the pod's other claims."""
        if name in self.claims.by_name:
            return ""
        if reason := self.context.admit_object(self.claims.made_of(template), f"claim {name}"):
            refused = f'persistentvolumeclaims "{name}" is forbidden: {reason}'
            self.context.report(f"Create Claim {name} for {self._described(ordinal)} failed error: {refused}")
            return f"failed to create PVC {name}: {refused}"
        self.claims.add(Claim(name, ordinal))
        self.context.journal.record(self, "create-claim", name)
        return ""

    def delete_ordinal(self, ordinal: int) -> None:
        """Delete the pod of an ordinal."""
        pod = self.pods[ordinal]
        self.begin_termination(pod)
        self.context.journal.record(self, "delete-pod", self.pod_name(pod), pod.revision)

    def exceed_deadline(self) -> bool:
        """Do nothing: a StatefulSet has no deadline."""
        return False

    def made_objects(self) -> Iterable[MadeObjects]:
        """Return its ControllerRevisions, and its claims, which stay when it goes unless its retention policy says otherwise."""
        revisions = MadeObjects(CONTROLLER_REVISION, 0 if self.deleted else len(self.history))
        claims = self.claims.counted().items()
        return (revisions, *(MadeObjects(self.claims.made_of(name), number) for name, number in claims))

    # Pods.

    def claims_of(self, pod: Pod) -> tuple[str, ...]:
        """Return the claims that were made for a pod."""
        return tuple(self.claims.names(pod.key)) if self.claims.templates else ()

    def all_pods(self) -> Iterable[Pod]:
        """Return the pods by ordinal."""
        return [self.pods[ordinal] for ordinal in sorted(self.pods)]

    def _add(self, pod: Pod) -> None:
        """Take over a pod that is there already."""
        self.pods[pod.key] = pod
        self.enter(pod)

    def forget(self, pod: Pod) -> None:
        """Let a pod be gone, and the claims that belong to it go."""
        ordinal = pod.key
        del self.pods[ordinal]
        self.claims.lose_pod(ordinal)

    def set_node(self, node: Node) -> bool:  # noqa: ARG002  StatefulSets do not look at nodes
        """Do nothing: the controller takes no notice of nodes."""
        return False

    def remove_terminated(self) -> PodChange:
        """Let terminating pods be gone, and terminating claims that no pod used when the step began."""
        unused = self.claims.unused(self.pods)
        change = super().remove_terminated()
        self.claims.remove(unused)
        return change

    def delete_pod(self, name: str | None, node: str | None) -> None:
        """Delete a pod: by name, or the one with the lowest ordinal."""
        self.begin_termination(self._choose_pod(name, node, running=False))

    def make_pod_unready(self, name: str | None, node: str | None) -> None:
        """Let a running pod lose readiness for good: by name, or the one with the lowest ordinal."""
        self.lose_readiness(self._choose_pod(name, node, running=True))

    def _choose_pod(self, name: str | None, node: str | None, *, running: bool) -> Pod:
        for pod in self.all_pods():
            scheduled = pod.state is not PodState.UNSCHEDULED
            if (
                name in {None, self.pod_name(pod)}
                and not pod.terminating
                and (scheduled or node is None)
                and (pod.ready or not running)
            ):
                return pod
        raise OperationError(f"there is no such pod: {name or node or 'none is left'}")

    # Leaps.

    def names(self) -> Ordinals:
        """Return the names of the pods that are there or wanted."""
        there = [self.start, self.start + self.replicas - 1, *self.pods]
        return Ordinals(self.name, range(min(there), max(there) + 1))

    def borders(self) -> list[int]:
        """Return the ordinals from which on pods are wanted, are updated, and are not wanted any more."""
        return [self.start, self.start + (self.partition or 0), self.start + self.replicas]

    def compared(self) -> tuple[int, ...]:
        """Return how many pods the update waits for, as long as there are pods that wait for it."""
        return (len(self.ordinals.unhealthy),) if self.ordinals.behind else ()

    def is_settled(self) -> bool:
        """Tell whether all claims have the owner that they are to have."""
        return self.claims.are_owned()

    def place(self, key: int) -> Hashable:
        """Return what its claims are like."""
        return self.claims.state_at(key)

    def pods_at(self, key: int) -> Sequence[Pod]:
        """Return the pod of an ordinal, if there is one."""
        pod = self.pods.get(key)
        return () if pod is None else (pod,)

    def put_at(self, key: int, pods: Sequence[Pod]) -> None:
        """Let a pod be there, or none."""
        if pods:
            (self.pods[key],) = pods
        else:
            self.pods.pop(key, None)
            self.touch(key)

    def end_leap(self) -> None:
        """Let what is there be what the last round has shown."""
        self.changes.clear()
        self._current_replicas = self.count(self.current)

    # What is reported about it.

    def record(self, snapshot: Snapshot) -> StatefulSetRecord:
        """Write down the workload at the end of a round; what changes in the next one counts from here."""
        rows = self.changes.take(self)
        status = None if self.deleted else self.status()
        return StatefulSetRecord(snapshot, status, rows, self.claims.changes())

    def status(self) -> StatefulSetStatus:
        """Return the status. Pods count as Ready until they are gone."""
        return StatefulSetStatus(
            len(self.pods),
            self._current_replicas,
            self.count(self.update),
            self.counts.ready + self.counts.ready_leaving,
            self.counts.available + self.counts.available_leaving,
        )

    def ranking(self) -> tuple[tuple[str, str], ...]:
        """Return nothing: a scale-down deletes the highest ordinals."""
        return ()

    def describe_strategy(self) -> Strategy:
        """Return the strategy in force."""
        return describe_strategy(self.manifest["spec"], honors_max_unavailable=self.honors_max_unavailable)

    def stuck(self) -> Stuck | None:
        """Say why the workload at rest is not what its manifest says, or None if it is."""
        return report.stuck(self)

    def hazards(self, longest: Span, *, stuck: bool) -> Iterable[Hazard]:  # noqa: ARG002  as the protocol has it
        """Yield what may hurt StatefulSets."""
        if not self.deleted and not stuck:
            outdated = [f"{self.name}-{-ordinal}" for ordinal in reversed(self.ordinals.behind.sorted())]
            yield from outdated_hazard(outdated, rolling=self.rolling)

    def notes(self, events: Sequence[Event]) -> Iterable[str]:  # noqa: ARG002  as the protocol has it
        """Yield what is worth knowing about what happened."""
        return report.notes(self)

    def dns_names(self) -> Iterable[str]:
        """Yield the DNS names of the wanted pods."""
        return report.dns_names(self)
