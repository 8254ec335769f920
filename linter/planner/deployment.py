"""The Deployment controller: turns a Deployment into ReplicaSets and moves pods from the old ones to the new one.

Level-triggered like the original: a sync looks at the state and does what is to be done next, and the simulation
repeats it until it changes nothing. Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ and
the recorded rollouts.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from linter.kube.int_or_percent import resolve
from linter.planner.replicaset import ReplicaSet, snapshot_of
from linter.planner.state import Event, Journal, Manifest, Revision, Revisions, Snapshot


class Condition(NamedTuple):
    """Status and reason of a Deployment's condition."""

    status: str
    reason: str

    def __str__(self) -> str:
        return f"{self.status} {self.reason}"


AVAILABLE = Condition("True", "MinimumReplicasAvailable")
UNAVAILABLE = Condition("False", "MinimumReplicasUnavailable")
CREATED = Condition("True", "NewReplicaSetCreated")
FOUND = Condition("True", "FoundNewReplicaSet")
UPDATED = Condition("True", "ReplicaSetUpdated")
COMPLETE = Condition("True", "NewReplicaSetAvailable")
PAUSED = Condition("Unknown", "DeploymentPaused")
RESUMED = Condition("Unknown", "DeploymentResumed")
TIMED_OUT = Condition("False", "ProgressDeadlineExceeded")

_NO_DEADLINE = 2**31 - 1
"""This progressDeadlineSeconds means that there is none."""


class Status(NamedTuple):
    """A Deployment's status, as last written."""

    replicas: int = 0
    updated: int = 0
    ready: int = 0
    available: int = 0
    unavailable: int = 0
    observed_generation: int = 0
    available_condition: Condition | None = None
    progressing: Condition | None = None

    def to_dict(self) -> dict[str, int]:
        """Return what a recorded round shows as the status."""
        return {
            "replicas": self.replicas,
            "updatedReplicas": self.updated,
            "readyReplicas": self.ready,
            "availableReplicas": self.available,
            "unavailableReplicas": self.unavailable,
        }

    def conditions(self) -> dict[str, str]:
        """Return what a recorded round shows as conditions."""
        pairs = {"Available": self.available_condition, "Progressing": self.progressing}
        return {name: str(value) for name, value in pairs.items() if value is not None}


class Strategy(NamedTuple):
    """An update strategy with its numbers resolved."""

    rolling: bool
    surge: int
    unavailable: int


def resolve_strategy(spec: Manifest) -> Strategy:
    """Resolve maxSurge (rounded up) and maxUnavailable (rounded down) of a defaulted Deployment spec.

    Where both come to 0, one pod may be unavailable, or nothing would ever move.
    """
    replicas = spec["replicas"]
    strategy = spec["strategy"]
    if strategy["type"] != "RollingUpdate":
        return Strategy(rolling=False, surge=0, unavailable=0)
    numbers = strategy["rollingUpdate"]
    surge = resolve(numbers["maxSurge"], replicas, round_up=True)
    unavailable = resolve(numbers["maxUnavailable"], replicas, round_up=False)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return Strategy(rolling=True, surge=surge, unavailable=min(unavailable, replicas))


class Deployment:
    """A Deployment with its ReplicaSets.

    Attributes:
        manifest: The live object, defaults applied.
        replicasets: Its ReplicaSets, oldest first.
        orphans: ReplicaSets that are gone, while pods of theirs are terminating.
        scalings: What changed in the ReplicaSets' sizes since the round began.
    """

    def __init__(self, manifest: Manifest, revisions: Revisions, journal: Journal) -> None:
        self._revisions = revisions
        self._journal = journal
        self.replicasets: list[ReplicaSet] = []
        self.orphans: list[ReplicaSet] = []
        self.scalings: list[tuple[Revision, int, int]] = []
        self.generation = 0
        self.stored = Status()
        self.deleted = False
        self._changed = self._only_status = False
        self._parts: tuple[ReplicaSet | None, list[ReplicaSet]] | None = None
        self._resized = True
        self.manifest: Manifest = manifest
        self.replace(manifest)

    def replace(self, manifest: Manifest) -> None:
        """Take a new spec."""
        if self.generation and manifest["spec"] == self.manifest["spec"]:
            self.manifest = manifest
            return
        self.manifest = manifest
        self.generation += 1
        spec = manifest["spec"]
        self.replicas: int = spec["replicas"]
        self.paused = bool(spec.get("paused"))
        self.min_ready_seconds: int = spec.get("minReadySeconds") or 0
        self.history_limit: int = spec["revisionHistoryLimit"]
        self.strategy = resolve_strategy(spec)
        self.has_deadline = spec["progressDeadlineSeconds"] != _NO_DEADLINE
        self.template = self._revisions.make(spec["template"], 0)
        self._parts = None
        # Whether spec.replicas may differ from what the ReplicaSets were last sized for.
        self._resized = True

    @property
    def max_pods(self) -> int:
        """How many pods there may be while the strategy adds some."""
        return self.replicas + self.strategy.surge

    @property
    def min_available(self) -> int:
        """How many pods have to be available for the condition Available."""
        return self.replicas - self.strategy.unavailable

    def run(self) -> None:
        """Run the controller and its ReplicaSets' until nothing changes any more."""
        for each in self.replicasets:
            before = each.active
            each.sync()
            if each.active != before:
                self._record("create-pods", each.revision, before, each.active)
            each.refresh_status()
        while self._sync():
            # Another look after nothing but the status was written could only find history to clean up.
            if self._only_status and not self._complete(self.stored):
                break

    def _sync(self) -> bool:
        """Do what one look at the Deployment leads to.

        Returns:
            Whether it wrote anything.
        """
        self._changed = self._only_status = False
        self._mark_paused()
        new, old = self._parts or self._split()
        if self.paused:
            self._scale(new, old)
            self._clean_up(old)
            self._store(self._computed(new))
        elif self._resized and self._is_to_scale():
            self._scale(new, old)
            self._store(self._computed(new))
        elif self.strategy.rolling:
            self._roll(new, old)
        else:
            self._recreate(new, old)
        if self._changed and not self._only_status:
            for each in self.replicasets:
                each.refresh_status()
        return self._changed

    def _is_to_scale(self) -> bool:
        """Tell whether spec.replicas has changed since the ReplicaSets were sized."""
        wanted = {None, self.replicas}
        self._resized = any(each.replicas and each.desired not in wanted for each in self.replicasets)
        return self._resized

    # Which ReplicaSet is the new one, and revision numbers.

    def _split(self) -> tuple[ReplicaSet | None, list[ReplicaSet]]:
        """Tell the new ReplicaSet from the old ones; it gets the highest revision number."""
        key = self.template.key
        new = next((each for each in self.replicasets if each.revision.key == key), None)
        old = [each for each in self.replicasets if each is not new]
        if new is not None:
            newest = max((each.revision.number for each in old), default=0) + 1
            if new.revision.number < newest:
                new.revision.number = newest
                self._changed = True
            if new.min_ready_seconds != self.min_ready_seconds:
                new.min_ready_seconds = self.min_ready_seconds
                if not self.min_ready_seconds:
                    new.pass_min_ready_seconds()
                self._changed = True
            if self.stored.progressing is None:
                self._progress(FOUND)
        self._parts = new, old
        return self._parts

    def _create(self, old: list[ReplicaSet]) -> ReplicaSet:
        number = max((each.revision.number for each in old), default=0) + 1
        revision = self._revisions.make(self.manifest["spec"]["template"], number)
        self._revisions.name(revision)
        new = ReplicaSet(
            revision,
            min_ready_seconds=self.min_ready_seconds,
            desired=self.replicas,
            max_replicas=self.max_pods,
            siblings=self.replicasets,
        )
        self.replicasets.append(new)
        self._parts = None
        self._changed = True
        self._progress(CREATED)
        self._record("create-replicaset", revision, None, None)
        if self.strategy.rolling:
            self._resize(new, max(0, min(self.max_pods - _size(old), self.replicas)))
        else:
            self._resize(new, self.replicas)
        return new

    # Sizes.

    def _resize(self, owner: ReplicaSet, size: int) -> None:
        """Set a ReplicaSet's size; its controller acts before anything else is looked at."""
        annotations = (self.replicas, self.max_pods)
        if (owner.desired, owner.max_replicas) != annotations:
            owner.desired, owner.max_replicas = annotations
            self._changed = True
        if owner.replicas == size:
            return
        before, owner.replicas = owner.replicas, size
        self._changed = True
        names = owner.sync()
        self.scalings.append((owner.revision, before, size))
        self._record(
            "scale-up" if size > before else "scale-down",
            owner.revision,
            before,
            size,
            ", ".join(names) or None,
        )

    def _record(
        self,
        action: str,
        revision: Revision,
        before: int | None,
        after: int | None,
        target: str | None = None,
    ) -> None:
        if self._journal.on:
            self._journal.events.append(Event(action, target, revision, before, after, self.snapshot()))

    def _scale(self, new: ReplicaSet | None, old: list[ReplicaSet]) -> None:
        """Follow a change of spec.replicas, or a pause, by resizing the ReplicaSets in proportion."""
        active = [each for each in self.replicasets if each.replicas]
        if len(active) <= 1:
            # With no active one the new one gets all; without a new one, the old one that was created last.
            sole = active[0] if active else new or (old[-1] if old else None)
            if sole is not None and sole.replicas != self.replicas:
                self._resize(sole, self.replicas)
            return
        if new is not None and (new.replicas == new.desired == new.status_available == self.replicas):
            for each in old:
                if each.replicas:
                    self._resize(each, 0)
            return
        if not self.strategy.rolling:
            return
        add = (self.max_pods if self.replicas else 0) - _size(active)
        # Equally large ones: the newest gets more first, the oldest loses first.
        order = list(reversed(active)) if add > 0 else active
        order.sort(key=lambda each: -each.replicas)
        sizes: list[int] = []
        added = 0
        for each in order:
            share = self._share(each, add, added)
            sizes.append(each.replicas + share)
            added += share
        if add:
            sizes[0] = max(0, sizes[0] + add - added)
        for each, size in zip(order, sizes, strict=True):
            self._resize(each, size)

    def _share(self, owner: ReplicaSet, add: int, added: int) -> int:
        if add == added:
            return 0
        if self.replicas == 0:
            fraction = -owner.replicas
        else:
            before = owner.max_replicas or self.stored.replicas
            if not before:
                fraction = 0
            else:
                # Half a pod is rounded away from zero; the value is never negative here.
                fraction = math.floor(owner.replicas * self.max_pods / before + 0.5) - owner.replicas
        return min(fraction, add - added) if add > 0 else max(fraction, add - added)

    # The two strategies.

    def _roll(self, new: ReplicaSet | None, old: list[ReplicaSet]) -> None:
        if new is None:
            new = self._create(old)
        if not self._grow(new) and not self._shrink(new, old) and self._complete(self.stored):
            self._clean_up(old)
        self._write_rollout_status(new)

    def _grow(self, new: ReplicaSet) -> bool:
        size = new.replicas
        if size == self.replicas:
            return False
        if size > self.replicas:
            self._resize(new, self.replicas)
            return True
        room = self.max_pods - _size(self.replicasets)
        if room <= 0:
            return False
        self._resize(new, size + min(room, self.replicas - size))
        return True

    def _shrink(self, new: ReplicaSet, old: list[ReplicaSet]) -> bool:
        """Scale the old ReplicaSets down as far as availability allows.

        Status counts as it was when the sync began: the ReplicaSets' controllers write theirs later.
        """
        active = [each for each in old if each.replicas]
        if not active:
            return False
        limit = _size(self.replicasets) - self.min_available - (new.replicas - new.status_available)
        if limit <= 0:
            return False
        # Pods that are not available serve nobody: they go first, whatever the strategy allows.
        done = 0
        for each in active:
            if done >= limit:
                break
            if each.replicas == each.status_available:
                continue
            broken = min(limit - done, each.replicas - each.status_available)
            if broken < 0:
                return False
            self._resize(each, each.replicas - broken)
            done += broken
        spare = sum([each.status_available for each in active]) + new.status_available - self.min_available
        removed = 0
        for each in active:
            if removed >= spare:
                break
            if each.replicas:
                number = min(each.replicas, spare - removed)
                self._resize(each, each.replicas - number)
                removed += number
        return done + removed > 0

    def _recreate(self, new: ReplicaSet | None, old: list[ReplicaSet]) -> None:
        running = [each for each in old if each.replicas]
        if running:
            for each in running:
                self._resize(each, 0)
        # Pods that are still shutting down count: nothing of the new revision starts beside them.
        elif not any(each.active or each.terminating for each in old):
            if new is None:
                new = self._create(old)
            if new.replicas != self.replicas:
                self._resize(new, self.replicas)
            if self._complete(self.stored):
                self._clean_up(old)
        self._write_rollout_status(new)

    def _clean_up(self, old: list[ReplicaSet]) -> None:
        """Delete the oldest revisions beyond revisionHistoryLimit."""
        surplus = len(old) - self.history_limit
        if surplus <= 0:
            return
        for each in sorted(old, key=lambda each: each.revision.number)[:surplus]:
            if not each.replicas and not each.status_replicas:
                if each.terminating:
                    self.orphans.append(each)
                self.replicasets.remove(each)
                self._parts = None
                self._changed = True

    # Status.

    def _complete(self, status: Status) -> bool:
        return (
            status.updated == status.replicas == status.available == self.replicas
            and status.observed_generation == self.generation
        )

    def _mark_paused(self) -> None:
        if not self.has_deadline or self.stored.progressing == TIMED_OUT:
            return
        if self.paused and self.stored.progressing != PAUSED:
            self._progress(PAUSED)
        elif not self.paused and self.stored.progressing == PAUSED:
            self._progress(RESUMED)

    def _progress(self, condition: Condition) -> None:
        if self.has_deadline and self.stored.progressing != condition:
            self.stored = self.stored._replace(progressing=condition)
            self._changed = True

    def _write_rollout_status(self, new: ReplicaSet | None) -> None:
        """Write the status and, while a rollout goes on, how it progresses."""
        before = self.stored
        status = self._computed(new)
        if not self.has_deadline:
            status = status._replace(progressing=None)
        elif not (status.replicas == status.updated and before.progressing == COMPLETE):
            if self._complete(status):
                status = status._replace(progressing=COMPLETE)
            elif before.progressing is not UPDATED and (
                status.updated > before.updated
                or status.replicas - status.updated < before.replicas - before.updated
                or status.ready > before.ready
                or status.available > before.available
            ):
                status = status._replace(progressing=UPDATED)
        self._store(status)

    def _store(self, status: Status) -> None:
        if status != self.stored:
            self.stored = status
            self._only_status = not self._changed
            self._changed = True

    def _computed(self, new: ReplicaSet | None) -> Status:
        wanted = replicas = ready = available = 0
        for each in self.replicasets:
            wanted += each.replicas
            replicas += each.status_replicas
            ready += each.status_ready
            available += each.status_available
        return Status(
            replicas,
            new.status_replicas if new else 0,
            ready,
            available,
            max(0, wanted - available),
            self.generation,
            AVAILABLE if available >= self.min_available else UNAVAILABLE,
            self.stored.progressing,
        )

    # From outside.

    def exceed_deadline(self) -> None:
        """Let progressDeadlineSeconds pass without anything happening."""
        if self.has_deadline and not self.paused and self.stored.progressing not in {None, COMPLETE}:
            self.stored = self.stored._replace(progressing=TIMED_OUT)

    def delete(self) -> None:
        """Delete the Deployment; ReplicaSets and pods follow."""
        for each in self.replicasets:
            each.terminate_all()
        self.deleted = True

    def snapshot(self) -> Snapshot:
        """Count the pods."""
        return snapshot_of(self.owners())

    def owners(self) -> list[ReplicaSet]:
        """Return the ReplicaSets that have pods or may get some, gone ones first."""
        return [*self.orphans, *self.replicasets] if self.orphans else self.replicasets

    def status(self) -> Status:
        """Return the status."""
        return self.stored


def _size(owners: list[ReplicaSet]) -> int:
    return sum([each.replicas for each in owners])
