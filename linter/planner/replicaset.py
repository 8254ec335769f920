"""The ReplicaSet controller: keeps as many pods as spec.replicas says, and picks the victims when there are too many.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/ and the recorded rollouts.
"""

from __future__ import annotations

import re
from functools import cmp_to_key
from typing import Any, NamedTuple

from linter.planner.state import Event, Journal, Manifest, PodState, Revision, Revisions, Snapshot, Tally

STATES = tuple(PodState)
UNSCHEDULED, PENDING, UNREADY, READY, AVAILABLE = STATES

_COST = re.compile(r"0|[1-9][0-9]{0,9}|-[0-9]{1,20}", re.ASCII)


class KnownPod:
    """A pod of a live state: unlike pods that the simulation makes, it differs from its siblings.

    Attributes:
        name: Its name.
        state: How far it is.
        created: Seconds since the epoch.
        ready_since: Likewise; None while it is not Ready.
        phase: Pending, Unknown or Running.
        node: Where it runs.
        cost: The annotation controller.kubernetes.io/pod-deletion-cost.
        restarts: The highest restart count of its containers.
        uid: Breaks ties.
    """

    __slots__ = ("cost", "created", "name", "node", "phase", "ready_since", "restarts", "state", "uid")

    def __init__(
        self,
        name: str,
        state: PodState,
        *,
        created: float = 0.0,
        ready_since: float | None = None,
        phase: str = "Running",
        node: str | None = None,
        cost: int = 0,
        restarts: int = 0,
        uid: str = "",
    ) -> None:
        self.name = name
        self.state = state
        self.created = created
        self.ready_since = ready_since
        self.phase = phase
        self.node = node
        self.cost = cost
        self.restarts = restarts
        self.uid = uid


class Batch:
    """Pods of one template that differ in nothing but their state, counted by it; terminating ones left out."""

    __slots__ = ("counts", "fails")

    def __init__(self, *, fails: bool) -> None:
        self.fails = fails
        self.counts = [0] * len(STATES)


class ReplicaSet:
    """A ReplicaSet with its pods. Pods that do not differ are counted by state; those of a live state are listed.

    Attributes:
        revision: Template and revision number.
        replicas: spec.replicas.
        min_ready_seconds: Its own copy of the field.
        desired: The annotation deployment.kubernetes.io/desired-replicas.
        max_replicas: The annotation deployment.kubernetes.io/max-replicas.
        batches: Pods that are not terminating, listed ones left out. There is more than one batch only where the
            template of a ReplicaSet that stands alone has changed.
        known: Listed pods that are not terminating.
        terminating: Pods that are.
        siblings: All ReplicaSets of its owner; none for one that stands alone.
        now: The time of the live state, which the age of listed pods is measured against.
    """

    __slots__ = (
        "active", "available", "batches", "desired", "known", "max_replicas", "min_ready_seconds", "now", "ready",
        "replicas", "revision", "siblings", "status_available", "status_ready", "status_replicas", "terminating",
    )  # fmt: skip

    def __init__(
        self,
        revision: Revision,
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
        self.batches: list[Batch] = []
        self.known: list[KnownPod] = []
        self.terminating = 0
        self.now = 0.0
        # How many pods are not terminating, and of these Ready and available: kept, because they are asked for often.
        self.active = self.ready = self.available = 0
        # Status, as the controller has last written it.
        self.status_replicas = self.status_ready = self.status_available = 0

    def add(self, pod: KnownPod) -> None:
        """Take over a pod of a live state."""
        self.known.append(pod)
        self._count(pod.state, 1)

    def _count(self, state: PodState, number: int) -> None:
        """Let so many more pods be in a state."""
        self.active += number
        if state >= READY:
            self.ready += number
            if state is AVAILABLE:
                self.available += number

    def _move(self, before: PodState, after: PodState, number: int) -> None:
        """Let so many pods go from one state to another."""
        self._count(before, -number)
        self._count(after, number)

    def tally(self) -> Tally:
        """Return the pods, counted as a recorded round has them."""
        return Tally(self.revision, self.ready, self.active - self.ready, self.terminating)

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
        if surplus < 0:
            self._newest().counts[UNSCHEDULED] -= surplus
            self.active -= surplus
        elif surplus > 0:
            return self._delete(surplus)
        return []

    def _newest(self) -> Batch:
        if not self.batches or self.batches[-1].fails is not self.revision.fails:
            self.batches.append(Batch(fails=self.revision.fails))
        return self.batches[-1]

    def _delete(self, number: int) -> list[str]:
        names: list[str] = []
        for state in STATES:
            candidates = [pod for pod in self.known if pod.state is state] if self.known else []
            for pod in self._in_order(candidates) if candidates else ():
                # Pods of the simulation are the youngest and so go first, unless a listed one is cheaper.
                if pod.cost >= self._template_cost():
                    number -= self._delete_counted(state, number)
                if number <= 0:
                    return names
                self._drop(pod)
                names.append(pod.name)
                number -= 1
            number -= self._delete_counted(state, number)
            if number <= 0:
                break
        return names

    def _drop(self, pod: KnownPod) -> None:
        self.known.remove(pod)
        self._count(pod.state, -1)
        self.terminating += pod.state is not UNSCHEDULED

    def _delete_counted(self, state: PodState, number: int) -> int:
        taken = 0
        for batch in reversed(self.batches):
            if there := batch.counts[state]:
                share = min(there, number - taken)
                self._take_from(batch, state, share)
                taken += share
        return taken

    def _take_from(self, batch: Batch, state: PodState, number: int) -> None:
        """Let pods of a batch terminate; one that was never scheduled has no kubelet to wait for."""
        batch.counts[state] -= number
        self._count(state, -number)
        if state is not UNSCHEDULED:
            self.terminating += number

    def _template_cost(self) -> int:
        annotations = (self.revision.template.get("metadata") or {}).get("annotations") or {}
        return deletion_cost(annotations)

    def victims(self) -> list[tuple[str, str]]:
        """Return (name, why) of the listed pods in the order in which a scale-down deletes them."""
        on_node = self._pods_by_node()
        if len({on_node.get(pod.node or "") for pod in self.known}) == 1:
            on_node = {}  # it tells none from another
        return [(pod.name, self._why(pod, on_node)) for pod in self._in_order(self.known)]

    def _why(self, pod: KnownPod, on_node: dict[str, int]) -> str:
        """Say what makes a pod go early or late, in the order of the ranking."""
        beside = on_node.get(pod.node or "", 0)
        reasons = (
            ("on no node", pod.node is None),
            (pod.phase, pod.node is not None and pod.phase != "Running"),
            ("not Ready", pod.phase == "Running" and pod.state < READY),
            (f"cost {pod.cost}", pod.cost != 0),
            (f"one of {beside} on {pod.node}", beside > 1),
            (f"{pod.restarts} restarts", pod.restarts > 0),
        )
        return ", ".join(text for text, holds in reasons if holds)

    def _pods_by_node(self) -> dict[str, int]:
        """Count pods that share a node, over all ReplicaSets of one owner; one that stands alone has no siblings."""
        on_node: dict[str, int] = {}
        for owner in self.siblings:
            for pod in owner.known:
                if pod.node:
                    on_node[pod.node] = on_node.get(pod.node, 0) + 1
        return on_node

    def _in_order(self, pods: list[KnownPod]) -> list[KnownPod]:
        """Sort pods by the ranking of the controller: first deleted first."""
        on_node = self._pods_by_node()

        def compare(a: KnownPod, b: KnownPod) -> int:
            phases = {"Pending": 0, "Unknown": 1}
            for left, right in (
                (a.node is not None, b.node is not None),
                (phases.get(a.phase, 2), phases.get(b.phase, 2)),
                (a.state >= READY, b.state >= READY),
                (a.cost, b.cost),
                (-on_node.get(a.node or "", 0), -on_node.get(b.node or "", 0)),
            ):
                if left != right:
                    return -1 if left < right else 1
            if a.ready_since is not None and b.ready_since is not None and a.ready_since != b.ready_since:
                return _by_age(self.now - a.ready_since, self.now - b.ready_since, a.uid, b.uid)
            if a.restarts != b.restarts:
                return -1 if a.restarts > b.restarts else 1
            if a.created != b.created:
                return _by_age(self.now - a.created, self.now - b.created, a.uid, b.uid)
            return 0

        return sorted(pods, key=cmp_to_key(compare))

    # What the kubelet does.

    def schedule(self) -> bool:
        """Put every unscheduled pod on a node."""
        waiting = 0
        for batch in self.batches:
            counts = batch.counts
            waiting += counts[UNSCHEDULED]
            counts[PENDING] += counts[UNSCHEDULED]
            counts[UNSCHEDULED] = 0
        for pod in self.known:
            if pod.state is UNSCHEDULED:
                pod.state, pod.node = PENDING, pod.node or "?"
                waiting += 1
        return waiting > 0

    def waiting(self) -> int:
        """Count the pods that the kubelet would make Ready."""
        counted = sum(
            [batch.counts[UNSCHEDULED] + batch.counts[PENDING] for batch in self.batches if not batch.fails]
        )
        if not self.known or self.revision.fails:
            return counted
        return counted + sum([pod.state <= PENDING for pod in self.known])

    def become_ready(self, number: int) -> None:
        """Make that many scheduled pods Ready, the oldest (listed ones) first."""
        state = READY if self.min_ready_seconds else AVAILABLE
        if self.known and not self.revision.fails:
            for pod in sorted(self.known, key=lambda pod: (pod.created, pod.name)):
                if number and pod.state <= PENDING:
                    self._move(pod.state, state, 1)
                    pod.state, pod.phase, pod.ready_since = state, "Running", self.now
                    number -= 1
        for batch in self.batches:
            if not batch.fails:
                share = min(batch.counts[PENDING], number)
                batch.counts[PENDING] -= share
                batch.counts[state] += share
                self._move(PENDING, state, share)
                number -= share

    def pass_min_ready_seconds(self) -> None:
        """Make every Ready pod available."""
        for batch in self.batches:
            batch.counts[AVAILABLE] += batch.counts[READY]
            batch.counts[READY] = 0
        for pod in self.known:
            if pod.state is READY:
                pod.state = AVAILABLE
        self.available = self.ready

    # What a user does.

    def lose(self, name: str | None) -> bool:
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
        # Within a batch the oldest pods are the furthest; the victim of an earlier unready-pod was the oldest then.
        for batch in self.batches:
            for state in (UNREADY, AVAILABLE, READY, PENDING, UNSCHEDULED):
                if batch.counts[state]:
                    self._take_from(batch, state, 1)
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
            for batch in self.batches:
                if batch.counts[state]:
                    batch.counts[state] -= 1
                    batch.counts[UNREADY] += 1
                    self._move(state, UNREADY, 1)
                    return True
        return False

    def terminate_all(self) -> None:
        """Delete every pod, as the garbage collector does once the owner is gone."""
        self._delete(self.active)
        self.replicas = 0


def _by_age(a: float, b: float, a_uid: str, b_uid: str) -> int:
    """Compare by the logarithm of the age, so that among pods of about the same age chance decides: here the UID."""
    left, right = _magnitude(a), _magnitude(b)
    if left != right:
        return -1 if left < right else 1
    return (a_uid > b_uid) - (a_uid < b_uid)


def _magnitude(seconds: float) -> int:
    return int(seconds * 1e9).bit_length() if seconds > 0 else 0


def deletion_cost(annotations: dict[str, Any]) -> int:
    """Return the annotation controller.kubernetes.io/pod-deletion-cost, 0 where it is missing or no valid one.

    A plus sign or leading zeros make it invalid, and so does what does not fit 32 bits.
    """
    text = str(annotations.get("controller.kubernetes.io/pod-deletion-cost", ""))
    if not _COST.fullmatch(text) or not -(2**31) <= int(text) < 2**31:
        return 0
    return int(text)


class Status(NamedTuple):
    """A ReplicaSet's status."""

    replicas: int
    ready: int
    available: int

    def to_dict(self) -> dict[str, int]:
        """Return what a recorded round shows as the status."""
        return {
            "replicas": self.replicas,
            "readyReplicas": self.ready,
            "availableReplicas": self.available,
        }


class ReplicaSetWorkload:
    """A ReplicaSet that stands alone."""

    def __init__(self, manifest: Manifest, revisions: Revisions, journal: Journal) -> None:
        self.manifest = manifest
        self._revisions = revisions
        self._journal = journal
        spec = manifest["spec"]
        self.replicaset = ReplicaSet(revisions.make(spec["template"], 1))
        self.deleted = False
        self.replace(manifest)

    @property
    def replicasets(self) -> list[ReplicaSet]:
        """The ReplicaSets whose pods the kubelet looks after."""
        return [self.replicaset]

    def owners(self) -> list[ReplicaSet]:
        """Return the ReplicaSets that have pods."""
        return [self.replicaset]

    @property
    def min_ready_seconds(self) -> int:
        """How long a pod has to be Ready before it is available."""
        return self.replicaset.min_ready_seconds

    def replace(self, manifest: Manifest) -> None:
        """Take a new spec. A changed template touches no pod that is there."""
        self.manifest = manifest
        spec = manifest["spec"]
        self.replicaset.replicas = spec["replicas"]
        self.replicaset.min_ready_seconds = spec.get("minReadySeconds") or 0
        # Pods keep the template that they were made of, the ReplicaSet its name.
        revision = self._revisions.make(spec["template"], 1)
        revision.name = self.replicaset.revision.name
        self.replicaset.revision = revision

    def run(self) -> None:
        """Run the controller until nothing changes any more."""
        self._revisions.name(self.replicaset.revision)
        owner = self.replicaset
        before = owner.active
        names = owner.sync()
        after = owner.active
        if after != before and self._journal.on:
            action = "create-pods" if after > before else "delete-pods"
            target = ", ".join(names) or None
            self._journal.events.append(Event(action, target, owner.revision, before, after, self.snapshot()))
        owner.refresh_status()

    def delete(self) -> None:
        """Delete the object; its pods follow."""
        self.replicaset.terminate_all()
        self.deleted = True

    def snapshot(self) -> Snapshot:
        """Count the pods."""
        return snapshot_of([self.replicaset])

    def status(self) -> Status:
        """Return the status."""
        owner = self.replicaset
        return Status(owner.status_replicas, owner.status_ready, owner.status_available)


def snapshot_of(owners: list[ReplicaSet]) -> Snapshot:
    """Count the pods of some ReplicaSets."""
    tallies = []
    ready = available = total = terminating = 0
    for owner in owners:
        if owner.active or owner.terminating:
            tallies.append(owner.tally())
            ready += owner.ready
            available += owner.available
            total += owner.active
            terminating += owner.terminating
    return Snapshot(ready, available, total, terminating, tuple(tallies))
