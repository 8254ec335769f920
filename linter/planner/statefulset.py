"""The StatefulSet controller: pods with ordinals, created, deleted and updated in order.

Pods are kept in sets by what has to be done with them, so that a sync costs no more when there are many. Source:
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/ and the recorded rollouts.
"""

from __future__ import annotations

from typing import NamedTuple

from linter.kube.int_or_percent import resolve
from linter.planner.history import add_to_history, prune_history
from linter.planner.state import (
    Claim,
    Event,
    HeapSet,
    Journal,
    Manifest,
    Pod,
    PodSet,
    PodState,
    Revision,
    Revisions,
    Snapshot,
    Tally,
)


class Status(NamedTuple):
    """A StatefulSet's status."""

    replicas: int
    current: int
    updated: int
    ready: int
    available: int

    def to_dict(self) -> dict[str, int]:
        """Return what a recorded round shows as the status."""
        return {
            "replicas": self.replicas,
            "currentReplicas": self.current,
            "updatedReplicas": self.updated,
            "readyReplicas": self.ready,
            "availableReplicas": self.available,
        }


class StatefulSet:
    """A StatefulSet with its pods and claims.

    Attributes:
        manifest: The live object, defaults applied.
        pods: Its pods by ordinal.
        claims: Its PersistentVolumeClaims by name.
        history: Its ControllerRevisions, oldest first.
        current: The revision that a lost pod below the partition returns with.
        update: The revision of the current template.
    """

    def __init__(
        self, manifest: Manifest, revisions: Revisions, journal: Journal, *, max_unavailable_enabled: bool
    ) -> None:
        self._revisions = revisions
        self._journal = journal
        self.heeds_max_unavailable = max_unavailable_enabled
        self.pods: dict[int, Pod] = {}
        self.claims: dict[str, Claim] = {}
        self.history: list[Revision] = []
        self.deleted = False
        self._changed: set[int] = set()
        self._changed_claims: set[str] = set()
        self._ready = 0
        self._available = 0
        # How many of these are terminating.
        self._ready_gone = 0
        self._available_gone = 0
        self._by_revision: dict[Revision, list[int]] = {}
        self._current_replicas = 0
        self._unsettled = HeapSet[int]()
        """Wanted ordinals whose claims may not have the owner yet that the retention policy asks for."""
        self._unsettled_condemned: set[int] = set()
        self.waiting = PodSet()
        """Pods that the kubelet can make Ready."""
        self.unscheduled: dict[int, Pod] = {}
        self.terminating = PodSet()
        self.terminating_claims: dict[str, Claim] = {}
        self._young: dict[int, Pod] = {}
        """Pods that are Ready, but not for minReadySeconds yet."""
        self._take(manifest)
        self.update = self._new_revision()
        self.current = self.update
        self._rebuild()

    # The spec.

    def _take(self, manifest: Manifest) -> None:
        self.manifest = manifest
        spec = manifest["spec"]
        self.name: str = manifest["metadata"]["name"]
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
        self.max_unavailable = resolve_max_unavailable(spec, enabled=self.heeds_max_unavailable)
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
        revision = self._revisions.make(self.manifest["spec"]["template"], 0)
        return add_to_history(self.history, revision)

    def _rebuild(self) -> None:
        """Sort the pods anew, after something that concerns all of them has changed."""
        wanted = range(self.start, self.start + self.replicas)
        self._missing = {ordinal for ordinal in wanted if ordinal not in self.pods}
        self._unhealthy = HeapSet[int](self._missing)
        self._unhealthy_top = HeapSet[int](-ordinal for ordinal in self._missing)
        self._behind = HeapSet[int]()
        self._condemned = HeapSet[int](-ordinal for ordinal in self.pods if ordinal not in wanted)
        for ordinal in self.pods:
            self._touch(ordinal)
        if self.claim_templates:
            condemned = {-each for each in self._condemned.sorted()}
            self._unsettled = HeapSet[int](ordinal for ordinal in self.pods if ordinal not in condemned)
            self._unsettled_condemned = condemned

    def _touch(self, ordinal: int) -> None:
        """Put a pod that changed where it belongs."""
        self._changed.add(ordinal)
        pod = self.pods.get(ordinal)
        if not self.start <= ordinal < self.start + self.replicas:
            (self._condemned.discard if pod is None else self._condemned.add)(-ordinal)
            return
        if pod is None:
            self._missing.add(ordinal)
        else:
            self._missing.discard(ordinal)
        if pod is None or pod.terminating or pod.state is not PodState.AVAILABLE:
            self._unhealthy.add(ordinal)
            self._unhealthy_top.add(-ordinal)
        else:
            self._unhealthy.discard(ordinal)
            self._unhealthy_top.discard(-ordinal)
        if pod is None or pod.terminating or pod.revision is self.update:
            self._behind.discard(-ordinal)
        else:
            self._behind.add(-ordinal)

    def resume(self, current_replicas: int) -> None:
        """Go on from a live state whose revisions, pods and claims have been added."""
        self._current_replicas = current_replicas
        self._rebuild()

    def settle(self) -> None:
        """Let every pod be there and available, as a set comes to be whose pods become Ready."""
        for ordinal in range(self.start, self.start + self.replicas):
            for name in self._claim_names(ordinal):
                self.add_claim(Claim(name, ordinal))
            self.add(Pod(self.update, ordinal, PodState.AVAILABLE))
            self.own_claims(ordinal)

    # The controller.

    def run(self) -> None:
        """Run the controller until nothing changes any more."""
        while self._sync():
            pass

    def _sync(self) -> bool:
        acted = self._walk()
        current = self._count(self.current)
        if (
            self.rolling
            and self.current is not self.update
            and len(self.pods) == self._ready == self._count(self.update) == self.replicas
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
        self._settle_claims(first)
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
        self._settle_claims(None)
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
        if self.heeds_max_unavailable:
            budget = self.max_unavailable - len(self._unhealthy)
            acted = False
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
                self.add_claim(Claim(name, ordinal))
                self._record("create-claim", name, None)
        pod = Pod(self._revision_of(ordinal), ordinal)
        self.pods[ordinal] = pod
        self.unscheduled[ordinal] = pod
        if not pod.revision.fails:
            self.waiting.add(pod)
        self._counts(pod)[1] += 1
        self.own_claims(ordinal)
        self._touch(ordinal)
        self._record("create-pod", f"{self.name}-{ordinal}", pod.revision)
        return True

    def _delete(self, ordinal: int) -> None:
        pod = self.pods[ordinal]
        self._begin_termination(pod)
        self._record("delete-pod", f"{self.name}-{ordinal}", pod.revision)

    def _record(self, action: str, target: str, revision: Revision | None) -> None:
        if self._journal.on:
            self._journal.events.append(Event(action, target, revision, None, None, self.snapshot()))

    # Claims.

    def _claim_names(self, ordinal: int) -> list[str]:
        return [f"{template}-{self.name}-{ordinal}" for template in self.claim_templates]

    def own_claims(self, ordinal: int) -> None:
        """Let a pod's claims go with the pod, with the set or with neither, as the retention policy says."""
        condemned = not self.start <= ordinal < self.start + self.replicas
        for name in self._claim_names(ordinal):
            if claim := self.claims.get(name):
                claim.owned_by_pod = condemned and self.delete_when_scaled
                claim.owned_by_set = self.delete_when_deleted and not claim.owned_by_pod

    def _settle_claims(self, before: int | None) -> None:
        """Own the claims of the pods that the walk gets past: those below an ordinal, or all and the condemned ones."""
        while (ordinal := self._unsettled.first()) is not None and (before is None or ordinal < before):
            self.own_claims(ordinal)
            self._unsettled.discard(ordinal)
        if before is None:
            for condemned in self._unsettled_condemned:
                self.own_claims(condemned)
            self._unsettled_condemned.clear()

    def add_claim(self, claim: Claim) -> None:
        """Add a claim."""
        self.claims[claim.name] = claim
        self._changed_claims.add(claim.name)

    def take_changed_claims(self) -> dict[str, Claim | None]:
        """Return the claims that changed since the last call by name; None for one that is gone."""
        changed, self._changed_claims = self._changed_claims, set()
        return {name: self.claims.get(name) for name in changed}

    def remove_claim(self, claim: Claim) -> None:
        """Let a claim on its way out be gone."""
        self._changed_claims.add(claim.name)
        del self.claims[claim.name]
        del self.terminating_claims[claim.name]

    def end_claim(self, claim: Claim) -> None:
        """Delete a claim; it stays while a pod uses it."""
        claim.terminating = True
        self._changed_claims.add(claim.name)
        self.terminating_claims[claim.name] = claim

    # Pods, and the counts of them.

    def _counts(self, pod: Pod) -> list[int]:
        """Return [Ready, waiting, terminating] of the pod's revision."""
        counts = self._by_revision.get(pod.revision)
        if counts is None:
            counts = self._by_revision[pod.revision] = [0, 0, 0]
        return counts

    def _count(self, revision: Revision) -> int:
        counts = self._by_revision.get(revision)
        return counts[0] + counts[1] if counts else 0

    def pod_name(self, pod: Pod) -> str:
        """Return the pod's name."""
        return f"{self.name}-{pod.key}"

    def add(self, pod: Pod) -> None:
        """Take over a pod of a live state."""
        ordinal = pod.key
        self.pods[ordinal] = pod
        counts = self._counts(pod)
        self._ready += pod.ready
        self._available += pod.available
        if pod.terminating:
            self.terminating.add(pod)
            self._ready_gone += pod.ready
            self._available_gone += pod.available
            counts[2] += 1
        else:
            counts[0 if pod.ready else 1] += 1
            if pod.state is PodState.READY:
                self._young[ordinal] = pod
            if pod.state is PodState.UNSCHEDULED:
                self.unscheduled[ordinal] = pod
            if pod.state <= PodState.PENDING and not pod.revision.fails:
                self.waiting.add(pod)
        self._touch(ordinal)

    def _begin_termination(self, pod: Pod) -> None:
        ordinal = pod.key
        counts = self._counts(pod)
        counts[0 if pod.ready else 1] -= 1
        self.waiting.discard(pod)
        if pod.state is PodState.UNSCHEDULED:
            # Nothing runs, so nothing has to shut down.
            self._vanish(pod)
            return
        pod.terminating = True
        counts[2] += 1
        self._ready_gone += pod.ready
        self._available_gone += pod.available
        self.terminating.add(pod)
        self._touch(ordinal)

    def _vanish(self, pod: Pod) -> None:
        ordinal = pod.key
        del self.pods[ordinal]
        self.unscheduled.pop(ordinal, None)
        self._young.pop(ordinal, None)
        self._ready -= pod.ready
        self._available -= pod.available
        if pod.terminating:
            self.terminating.discard(pod)
            self._ready_gone -= pod.ready
            self._available_gone -= pod.available
            self._counts(pod)[2] -= 1
        if not any(self._counts(pod)):
            del self._by_revision[pod.revision]
        self._unsettled.discard(ordinal)
        self._unsettled_condemned.discard(ordinal)
        for name in self._claim_names(ordinal) if self.claims else ():
            claim = self.claims.get(name)
            if claim and claim.owned_by_pod:
                self.end_claim(claim)
        self._touch(ordinal)

    def mark_all_changed(self) -> None:
        """Let the next `take_changed` return every pod."""
        self._changed.update(self.pods)
        self._changed_claims.update(self.claims)

    def take_changed(self) -> list[tuple[int, str, list[Pod]]]:
        """Return (ordinal, pod name, the pod or nothing) for what changed since the last call, in order."""
        changed, self._changed = self._changed, set()
        return [
            (ordinal, f"{self.name}-{ordinal}", [pod] if (pod := self.pods.get(ordinal)) else [])
            for ordinal in sorted(changed)
        ]

    # What the kubelet does.

    def schedule(self) -> bool:
        """Put every unscheduled pod on a node; return whether there was one."""
        if not self.unscheduled:
            return False
        for pod in self.unscheduled.values():
            pod.state = PodState.PENDING
        self.unscheduled.clear()
        return True

    def become_ready(self, pod: Pod) -> None:
        """Make a waiting pod Ready."""
        if self.min_ready_seconds:
            pod.state = PodState.READY
            self._young[pod.key] = pod
        else:
            pod.state = PodState.AVAILABLE
        self.waiting.discard(pod)
        self._ready += 1
        self._available += pod.available
        counts = self._counts(pod)
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
        self._vanish(pod)

    # What a user does.

    def lose(self, pod: Pod) -> None:
        """Delete one pod."""
        self._begin_termination(pod)

    def make_unready(self, pod: Pod) -> None:
        """Let a running pod lose readiness for good."""
        self._ready -= 1
        self._available -= pod.available
        pod.state = PodState.UNREADY
        self._young.pop(pod.key, None)
        counts = self._counts(pod)
        counts[0] -= 1
        counts[1] += 1
        self._touch(pod.key)

    def delete(self) -> None:
        """Delete the StatefulSet; its pods follow, all at once and in no order."""
        for pod in list(self.pods.values()):
            if not pod.terminating:
                self._begin_termination(pod)
        for claim in self.claims.values():
            if claim.owned_by_set:
                self.end_claim(claim)
        self.deleted = True

    def outdated(self) -> bool:
        """Tell whether a pod that the strategy would replace still has an old template."""
        first = self._behind.first()
        return self.rolling and first is not None and -first >= self.start + (self.partition or 0)

    def outdated_pods(self) -> list[str]:
        """Name the pods that still have an old template."""
        return [f"{self.name}-{-ordinal}" for ordinal in reversed(self._behind.sorted())]

    def broken_pods(self) -> list[str]:
        """Name the pods that are not available and not about to go."""
        pods = (self.pods[ordinal] for ordinal in sorted(self.pods))
        return [self.pod_name(pod) for pod in pods if not pod.available and not pod.terminating]

    def blocking_claims(self) -> list[str]:
        """Name the claims that had to go before the next missing pod could be created with new ones."""
        if not self._missing or self.broken_pods():
            return []
        return self._claim_names(min(self._missing))

    def snapshot(self) -> Snapshot:
        """Count the pods."""
        terminating = len(self.terminating)
        return Snapshot(
            self._ready - self._ready_gone,
            self._available - self._available_gone,
            len(self.pods) - terminating,
            terminating,
            tuple([Tally(revision, *counts) for revision, counts in self._by_revision.items()]),
        )

    def status(self) -> Status:
        """Return the status. Pods count as Ready until they are gone."""
        updated = self._count(self.update)
        return Status(len(self.pods), self._current_replicas, updated, self._ready, self._available)


def resolve_max_unavailable(spec: Manifest, *, enabled: bool) -> int:
    """Resolve a defaulted StatefulSet's maxUnavailable: rounded down, at least 1, and 1 while the gate is off."""
    block = spec["updateStrategy"].get("rollingUpdate") or {}
    if not enabled or block.get("maxUnavailable") is None:
        return 1
    try:
        return max(1, resolve(block["maxUnavailable"], spec["replicas"], round_up=False))
    except ValueError:  # stored by a server whose gate was off, which let anything pass
        return 1
