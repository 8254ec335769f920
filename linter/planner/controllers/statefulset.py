"""The StatefulSet controller: pods with ordinals, created, deleted and updated in order.

Pods are kept in sets by what has to be done with them, so that a sync costs no more when there are many. Source:
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/ and the recorded rollouts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.gates import MAX_UNAVAILABLE_STATEFUL_SET, PARALLEL_REPLACES_UNAVAILABLE_PODS
from linter.kube.int_or_percent import resolve
from linter.planner.assessment import Strategy, StrategyNumber, Stuck
from linter.planner.controllers.base import describe_failing, outdated_hazard, some
from linter.planner.controllers.pod_book import PodBook, pod_state
from linter.planner.controllers.rolling import floor, rounded
from linter.planner.errors import OperationError
from linter.planner.leap.names import Ordinals
from linter.planner.model import Claim, Pod, PodState, object_id
from linter.planner.records import StatefulSetRecord, StatefulSetStatus
from linter.planner.revisions import add_to_history, prune_history
from linter.planner.sets import HeapSet

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from linter.planner.assessment import Hazard, Span
    from linter.planner.controllers.base import ControllerContext, PodChange
    from linter.planner.journal import Event
    from linter.planner.model import Manifest, Node, Revision, Snapshot
    from linter.planner.records import PodRow


class StatefulSetController(PodBook):
    """A StatefulSet with its pods and claims.

    Attributes:
        manifest: The live object, defaults applied.
        pods: Its pods by ordinal.
        claims: Its PersistentVolumeClaims by name.
        history: Its ControllerRevisions, oldest first.
        current: The revision that a lost pod below the partition returns with.
        update: The revision of the current template.
    """

    waits_for_pods_to_go = True
    target_is_node = False

    def __init__(self, manifest: Manifest, context: ControllerContext) -> None:
        super().__init__(context)
        self.id = object_id(manifest)
        self.honors_max_unavailable = context.enabled(MAX_UNAVAILABLE_STATEFUL_SET)
        self.replaces_unavailable = context.enabled(PARALLEL_REPLACES_UNAVAILABLE_PODS)
        self.pods: dict[int, Pod] = {}
        self.claims: dict[str, Claim] = {}
        self.terminating_claims: dict[str, Claim] = {}
        self.history: list[Revision] = []
        self.deleted = False
        self._changed: set[int] = set()
        self._changed_claims: set[str] = set()
        self._seen_claims: set[str] = set()
        """The claims that some round has shown."""
        self._current_replicas = 0
        self._unowned = HeapSet[int]()
        """Wanted ordinals whose claims may not have the owner yet that the retention policy asks for."""
        self._unowned_condemned: set[int] = set()
        self._take(manifest)
        self.update = self._new_revision()
        self.current = self.update
        self._rebuild()

    # The object.

    def load(self, items: list[Manifest]) -> None:
        """Take over revisions, pods and claims from a live state."""
        from linter.planner import load_state

        status = self.manifest.get("status") or {}
        pods = load_state.owned_pods(self.manifest, items)
        by_name = {
            name: revision
            for name, _, revision in load_state.revision_history(self.manifest, items, self.context.revisions)
        }
        for pod in sorted(pods, key=load_state.created):
            label = load_state.revision_label(pod)
            if label not in by_name:
                is_update = label == status.get("updateRevision") or label is None
                by_name[str(label)] = load_state.guess_revision(
                    self.manifest, None if is_update else pod, len(by_name) + 1, self.context.revisions
                )
        self.history[:] = dict.fromkeys(by_name.values())
        self.update = self._new_revision()
        self.current = by_name.get(str(status.get("currentRevision")), self.update)
        now = load_state.latest_time(items)
        for pod in pods:
            ordinal = load_state.ordinal(pod)
            if ordinal is not None and load_state.is_there(pod):
                revision = by_name.get(str(load_state.revision_label(pod)), self.update)
                self._add(load_state.pod_of(pod, revision, ordinal, self.min_ready_seconds, now))
        self._load_claims(items)
        self._current_replicas = status.get("currentReplicas") or 0
        self._rebuild()

    def _load_claims(self, items: list[Manifest]) -> None:
        from linter.planner import load_state

        # A list without claims says nothing about them; the pods could not run without theirs.
        for ordinal in self.pods:
            for name in self._claim_names(ordinal):
                self._add_claim(Claim(name, ordinal))
        for ordinal in self.pods:
            self._own_claims(ordinal)
        prefixes = {f"{template}-{self.name}-" for template in self.claim_templates}
        for claim, terminating in load_state.claims(self.manifest, items, prefixes):
            self._add_claim(claim)
            if terminating:
                self._end_claim(claim)

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
        self.claim_templates: list[str] = [
            claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates") or ()
        ]
        retention = spec["persistentVolumeClaimRetentionPolicy"]
        self.delete_when_scaled: bool = retention["whenScaled"] == "Delete"
        self.delete_when_deleted: bool = retention["whenDeleted"] == "Delete"

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
        wanted = range(self.start, self.start + self.replicas)
        self._missing = {*wanted} - self.pods.keys()
        unhealthy = [
            ordinal
            for ordinal, pod in self.pods.items()
            if (pod.terminating or pod.state is not PodState.AVAILABLE) and ordinal in wanted
        ]
        unhealthy += self._missing
        self._unhealthy = HeapSet[int](unhealthy)
        self._unhealthy_top = HeapSet[int](-ordinal for ordinal in unhealthy)
        self._behind = HeapSet[int](
            -ordinal
            for ordinal, pod in self.pods.items()
            if pod.revision is not self.update and not pod.terminating and ordinal in wanted
        )
        self._condemned = HeapSet[int](-ordinal for ordinal in self.pods if ordinal not in wanted)
        if self.claim_templates:
            condemned = {-each for each in self._condemned.sorted()}
            self._unowned = HeapSet[int](ordinal for ordinal in self.pods if ordinal not in condemned)
            self._unowned_condemned = condemned

    def touch(self, key: int) -> None:
        """Put a pod that changed where it belongs."""
        self._changed.add(key)
        pod = self.pods.get(key)
        if not self.start <= key < self.start + self.replicas:
            (self._condemned.discard if pod is None else self._condemned.add)(-key)
            return
        if pod is None:
            self._missing.add(key)
        else:
            self._missing.discard(key)
        if pod is None or pod.terminating or pod.state is not PodState.AVAILABLE:
            self._unhealthy.add(key)
            self._unhealthy_top.add(-key)
        else:
            self._unhealthy.discard(key)
            self._unhealthy_top.discard(-key)
        if pod is None or pod.terminating or pod.revision is self.update:
            self._behind.discard(-key)
        else:
            self._behind.add(-key)

    def touch_alike(self, keys: Sequence[int]) -> None:
        """Put pods that changed where they belong, all of which are wanted, available, and of the new revision."""
        self._changed.update(keys)
        self._missing.difference_update(keys)
        self._unhealthy.discard_all(keys)
        negative = [-key for key in keys]
        self._unhealthy_top.discard_all(negative)
        self._behind.discard_all(negative)

    def delete(self) -> None:
        """Delete the StatefulSet; its pods follow, all at once and in no order."""
        for pod in list(self.pods.values()):
            if not pod.terminating:
                self.begin_termination(pod)
        for claim in self.claims.values():
            if claim.owned_by_set:
                self._end_claim(claim)
        self.deleted = True

    def rollback_history(self) -> list[Revision]:
        """Return the revisions that `kubectl rollout undo` can go back to."""
        return self.history

    @property
    def desired(self) -> int:
        """How many pods are wanted."""
        return 0 if self.deleted else self.replicas

    # The controller.

    def fast_forward(self) -> None:
        """Let every pod be there and available, as a set comes to be whose pods become Ready."""
        if self.update.fails:
            return
        wanted = range(self.start, self.start + self.replicas)
        self.pods = {ordinal: Pod(self.update, ordinal, PodState.AVAILABLE) for ordinal in wanted}
        self.enter_all(list(self.pods.values()), wanted)
        for ordinal in wanted if self.claim_templates else ():
            for name in self._claim_names(ordinal):
                self._add_claim(Claim(name, ordinal))
            self._own_claims(ordinal)

    def start_recording(self) -> None:
        """Let the next round show every pod and claim."""
        self._changed.update(self.pods)
        self._changed_claims.update(self.claims)

    def run(self) -> None:
        """Run the controller until nothing changes any more."""
        while self._sync():
            pass

    def _sync(self) -> bool:
        acted = self._walk()
        current = self.count(self.current)
        if (
            self.rolling
            and self.current is not self.update
            and len(self.pods)
            == self._ready + self._ready_leaving
            == self.count(self.update)
            == self.replicas
        ):
            self.current = self.update
            current = self.replicas
            acted = True
        self._current_replicas = current
        prune_history(
            self.history, self.history_limit, lambda: {self.current, self.update, *self._by_revision}
        )
        return acted

    def _walk(self) -> bool:
        return self._walk_parallel() if self.parallel else self._walk_in_order()

    def _walk_in_order(self) -> bool:
        """Do the one thing that is next: nothing may happen while a pod before it is not available."""
        first = self._unhealthy.first()
        self._own_claims_before(first)
        if first is not None:
            return first not in self.pods and self._create(first)
        top = self._condemned.first()
        if top is not None:
            pod = self.pods[-top]
            if pod.terminating or not (pod.available or self._is_first_unhealthy(-top)):
                return False
            self._delete(-top)
            return True
        return self._update()

    def _is_first_unhealthy(self, ordinal: int) -> bool:
        return all(
            pod.available and not pod.terminating
            for each in self._condemned.sorted()
            if (pod := self.pods[-each]) and -each < ordinal
        )

    def _walk_parallel(self) -> bool:
        acted = False
        for ordinal in sorted(self._missing) if self._missing else ():
            acted |= self._create(ordinal)
        self._own_claims_before(None)
        if self._condemned:
            for ordinal in self._condemned.sorted():
                if not self.pods[-ordinal].terminating:
                    self._delete(-ordinal)
                    acted = True
        return self._update() or acted

    def _update(self) -> bool:
        """Replace outdated pods, the highest ordinal first."""
        if not self.rolling:
            return False
        lowest = self.start + (self.partition or 0)
        if self.honors_max_unavailable:
            acted = self.parallel and self.replaces_unavailable and self._replace_unavailable(lowest)
            budget = self.max_unavailable - len(self._unhealthy)
            while budget > 0 and (target := self._behind.first()) is not None and -target >= lowest:
                self._delete(-target)
                budget -= 1
                acted = True
            return acted
        target = self._behind.first()
        if target is None or -target < lowest:
            return False
        # A pod that is not available and stands above it has to recover first.
        blocking = self._unhealthy_top.first()
        if blocking is not None and blocking < target:
            return False
        self._delete(-target)
        return True

    def _replace_unavailable(self, lowest: int) -> bool:
        """Replace outdated pods that are unavailable anyway, whatever maxUnavailable says."""
        if not self._behind:
            return False
        targets = [-each for each in self._unhealthy_top.sorted() if each in self._behind and -each >= lowest]
        for target in targets:
            self._delete(target)
        return bool(targets)

    def _revision_of(self, ordinal: int) -> Revision:
        """Return the revision that a missing pod is made of."""
        if not self.rolling:
            return self.update
        below = self._current_replicas if self.partition is None else self.partition
        return self.current if ordinal < self.start + below else self.update

    def _create(self, ordinal: int) -> bool:
        names = self._claim_names(ordinal)
        # A claim on its way out must be gone before the pod can have a new one.
        if any(name in self.terminating_claims for name in names):
            return False
        for name in names:
            if name not in self.claims:
                self._add_claim(Claim(name, ordinal))
                self.context.journal.record(self, "create-claim", name)
        revision = self._revision_of(ordinal)
        if not self.context.admit_pods(revision, 1):
            return False
        pod = self.pods[ordinal] = Pod(revision, ordinal)
        self._own_claims(ordinal)
        self.enter(pod)
        self.context.journal.record(self, "create-pod", self.pod_name(pod), revision)
        return True

    def _delete(self, ordinal: int) -> None:
        pod = self.pods[ordinal]
        self.begin_termination(pod)
        self.context.journal.record(self, "delete-pod", self.pod_name(pod), pod.revision)

    def exceed_deadline(self) -> bool:
        """Do nothing: a StatefulSet has no deadline."""
        return False

    # Claims.

    def claims_of(self, pod: Pod) -> tuple[str, ...]:
        """Return the claims that were made for a pod."""
        return tuple(self._claim_names(pod.key)) if self.claim_templates else ()

    def _claim_names(self, ordinal: int) -> list[str]:
        return [f"{template}-{self.name}-{ordinal}" for template in self.claim_templates]

    def _own_claims(self, ordinal: int) -> None:
        """Let a pod's claims go with the pod, with the set or with neither, as the retention policy says."""
        condemned = not self.start <= ordinal < self.start + self.replicas
        for name in self._claim_names(ordinal):
            if claim := self.claims.get(name):
                claim.owned_by_pod = condemned and self.delete_when_scaled
                claim.owned_by_set = self.delete_when_deleted and not claim.owned_by_pod

    def _own_claims_before(self, before: int | None) -> None:
        """Own the claims of the pods that the walk gets past: those below an ordinal, or all and the condemned ones."""
        while (ordinal := self._unowned.first()) is not None and (before is None or ordinal < before):
            self._own_claims(ordinal)
            self._unowned.discard(ordinal)
        if before is None:
            for condemned in self._unowned_condemned:
                self._own_claims(condemned)
            self._unowned_condemned.clear()

    def _add_claim(self, claim: Claim) -> None:
        self.claims[claim.name] = claim
        self._changed_claims.add(claim.name)

    def _end_claim(self, claim: Claim) -> None:
        """Delete a claim; it stays while a pod uses it."""
        claim.terminating = True
        self._changed_claims.add(claim.name)
        self.terminating_claims[claim.name] = claim

    # Pods.

    def all_pods(self) -> Iterable[Pod]:
        """Return the pods by ordinal."""
        return [self.pods[ordinal] for ordinal in sorted(self.pods)]

    def pod_name(self, pod: Pod) -> str:
        """Return the pod's name."""
        return f"{self.name}-{pod.key}"

    def _add(self, pod: Pod) -> None:
        """Take over a pod that is there already."""
        self.pods[pod.key] = pod
        self.enter(pod)

    def forget(self, pod: Pod) -> None:
        """Let a pod be gone, and the claims that belong to it go."""
        ordinal = pod.key
        del self.pods[ordinal]
        self._unowned.discard(ordinal)
        self._unowned_condemned.discard(ordinal)
        for name in self._claim_names(ordinal) if self.claims else ():
            claim = self.claims.get(name)
            if claim and claim.owned_by_pod:
                self._end_claim(claim)

    def set_node(self, node: Node) -> bool:  # noqa: ARG002  StatefulSets do not look at nodes
        """Do nothing: the controller takes no notice of nodes."""
        return False

    def remove_terminated(self) -> PodChange:
        """Let terminating pods be gone, and terminating claims that no pod used when the step began."""
        unused = [claim for claim in self.terminating_claims.values() if claim.ordinal not in self.pods]
        change = super().remove_terminated()
        for claim in unused:
            self._changed_claims.add(claim.name)
            del self.claims[claim.name]
            del self.terminating_claims[claim.name]
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
        return (len(self._unhealthy),) if self._behind else ()

    def is_settled(self) -> bool:
        """Tell whether all claims have the owner that they are to have."""
        return not self._unowned and not self._unowned_condemned

    def place(self, key: int) -> Hashable:
        """Return what its claims are like."""
        if not self.claim_templates:
            return ()
        claims = [self.claims.get(name) for name in self._claim_names(key)]
        return tuple(
            [
                None if claim is None else (claim.owned_by_pod, claim.owned_by_set, claim.terminating)
                for claim in claims
            ]
        )

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
        self._changed.clear()
        self._current_replicas = self.count(self.current)

    # What is reported about it.

    def _outdated(self) -> bool:
        """Tell whether a pod that the strategy would replace still has an old template."""
        first = self._behind.first()
        return self.rolling and first is not None and -first >= self.start + (self.partition or 0)

    def _broken_pods(self) -> list[str]:
        """Name the pods that are not available and not about to go."""
        return [self.pod_name(pod) for pod in self.all_pods() if not pod.available and not pod.terminating]

    def record(self, snapshot: Snapshot) -> StatefulSetRecord:
        """Write down the workload at the end of a round; what changes in the next one counts from here."""
        changed, self._changed = self._changed, set()
        rows: list[tuple[int, tuple[PodRow, ...]]] = []
        for ordinal in sorted(changed):
            pod = self.pods.get(ordinal)
            if pod is None:
                rows.append((ordinal, ()))
                continue
            self.context.revisions.name(pod.revision)
            rows.append((ordinal, ((f"{self.name}-{ordinal}", pod.revision.name, pod_state(pod)),)))
        claims, self._changed_claims = self._changed_claims, set()
        self._seen_claims |= claims
        return StatefulSetRecord(
            snapshot,
            None if self.deleted else self.status(),
            tuple(rows),
            {name: self._claim_text(name) for name in claims},
        )

    def _claim_text(self, name: str) -> str | None:
        claim = self.claims.get(name)
        if claim is None:
            return None
        return f"{name} (terminating)" if claim.terminating else name

    def status(self) -> StatefulSetStatus:
        """Return the status. Pods count as Ready until they are gone."""
        return StatefulSetStatus(
            len(self.pods),
            self._current_replicas,
            self.count(self.update),
            self._ready + self._ready_leaving,
            self._available + self._available_leaving,
        )

    def ranking(self) -> tuple[tuple[str, str], ...]:
        """Return nothing: a scale-down deletes the highest ordinals."""
        return ()

    def describe_strategy(self) -> Strategy:
        """Return the strategy in force."""
        spec = self.manifest["spec"]
        kind = spec["updateStrategy"]["type"]
        numbers: list[StrategyNumber] = []
        if self.rolling:
            block = spec["updateStrategy"].get("rollingUpdate") or {}
            partition = self.partition or 0
            numbers.append(StrategyNumber("partition", partition, partition))
            if (raw := block.get("maxUnavailable")) is not None:
                how = "ignored: MaxUnavailableStatefulSet is off"
                if self.honors_max_unavailable:
                    how = (
                        "at least 1"
                        if floor(raw, spec["replicas"]) < 1
                        else rounded("down", raw, spec["replicas"])
                    )
                numbers.append(StrategyNumber("maxUnavailable", raw, self.max_unavailable, how))
        return Strategy(kind, spec["replicas"], tuple(numbers), spec["podManagementPolicy"])

    def stuck(self) -> Stuck | None:
        """Say why the workload at rest is not what its manifest says, or None if it is."""
        snapshot, desired = self.snapshot(), self.desired
        if snapshot.available == snapshot.total == desired and not self._outdated():
            return None
        from linter.planner import kubectl

        broken = self._broken_pods()
        if self._missing and not broken and (claims := self._claim_names(min(self._missing))):
            return Stuck(
                "claim-terminating",
                f"{snapshot.available} of {desired} pods are available. The next one waits until {', '.join(claims)},"
                " which went with an earlier pod, is gone; the controller sees that only when something else makes it"
                " look again.",
                (),
            )
        several = len(self.history) > 1
        remedy = (
            f"kubectl rollout undo {kubectl.target(self.id)}"
            if several
            else kubectl.APPLY_A_TEMPLATE_THAT_WORKS
        )
        start = f"{describe_failing(snapshot, desired)} {some(broken)}"
        one = len(broken) == 1
        if self.parallel and (self.replaces_unavailable or not self.honors_max_unavailable):
            message = f"{start} {'holds' if one else 'hold'} up the update."
            return Stuck("failing-pods", message, (remedy,))
        message = (
            f"{start} {'holds' if one else 'hold'} up everything after {'it' if one else 'them'}, and a"
            f" corrected template alone does not replace {'it' if one else 'them'}:"
            f" {'it has' if one else 'they have'} to be deleted by hand."
        )
        delete = f"kubectl delete pod{kubectl.namespace_flag(self.id)} {' '.join(broken)}"
        return Stuck("failing-pods", message, (remedy, delete))

    def hazards(self, longest: Span, *, stuck: bool) -> Iterable[Hazard]:  # noqa: ARG002  as the protocol has it
        """Yield what may hurt StatefulSets."""
        if not self.deleted and not stuck:
            outdated = [f"{self.name}-{-ordinal}" for ordinal in reversed(self._behind.sorted())]
            yield from outdated_hazard(outdated, rolling=self.rolling)

    def notes(self, events: Sequence[Event]) -> Iterable[str]:  # noqa: ARG002  as the protocol has it
        """Yield what is worth knowing about what happened."""
        gone = self._seen_claims - {name for name, claim in self.claims.items() if not claim.terminating}
        wanted = range(self.start, self.start + self.desired)
        left = {
            name
            for name, claim in self.claims.items()
            if claim.ordinal not in wanted and claim.ordinal not in self.pods and not claim.terminating
        }
        policy = "whenDeleted" if self.deleted else "whenScaled"
        for names, value, verbs in (
            (gone, "Delete", ("is deleted", "are deleted")),
            (left, "Retain", ("stays", "stay")),
        ):
            if names:
                ordered = sorted(names, key=lambda name: (len(name), name))
                several = len(names) > 1
                noun = "claims" if several else "claim"
                yield f"The {noun} {some(ordered)} {verbs[several]} ({policy}: {value})."
        if self.deleted:
            yield "Deleting a StatefulSet stops its pods all at once, in no order; scale to 0 first where order matters."

    def dns_names(self) -> Iterable[str]:
        """Yield the DNS names of the wanted pods."""
        service = self.manifest["spec"].get("serviceName")
        if self.deleted or not service:
            return
        for ordinal in range(self.start, self.start + self.replicas):
            yield f"{self.name}-{ordinal}.{service}.{self.id.namespace}.svc.cluster.local"


def resolve_max_unavailable(spec: Manifest, *, enabled: bool) -> int:
    """Resolve a defaulted StatefulSet's maxUnavailable: rounded down, at least 1, and 1 while the gate is off."""
    block = spec["updateStrategy"].get("rollingUpdate") or {}
    if not enabled or block.get("maxUnavailable") is None:
        return 1
    try:
        return max(1, resolve(block["maxUnavailable"], spec["replicas"], round_up=False))
    except ValueError:  # stored by a server whose gate was off, which let anything pass
        return 1
