"""The Deployment controller: turns a Deployment into ReplicaSets and moves pods from the old ones to the new one.

Level-triggered like the original: a sync looks at the state and does what is to be done next, and the simulation
repeats it until it changes nothing. Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ and
the recorded rollouts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from linter.kube.int_or_percent import resolve
from linter.planner.assessment import Hazard, Strategy, StrategyNumber, Stuck
from linter.planner.controllers.base import CHANCE_NOTE, describe_failing, scales_down_alone
from linter.planner.controllers.replicaset.book import ReplicaSetBook
from linter.planner.controllers.replicaset.replicaset import ReplicaSet
from linter.planner.controllers.rolling import RollingNumbers, floor, rounded
from linter.planner.errors import OperationError
from linter.planner.model import object_id
from linter.planner.records import Condition, DeploymentRecord, DeploymentStatus, ReplicaSetRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.planner.assessment import Span
    from linter.planner.controllers.base import ControllerContext
    from linter.planner.journal import Action, Event
    from linter.planner.model import Manifest, Revision, Snapshot

AVAILABLE = Condition("True", "MinimumReplicasAvailable")
UNAVAILABLE = Condition("False", "MinimumReplicasUnavailable")
CREATED = Condition("True", "NewReplicaSetCreated")
FOUND = Condition("True", "FoundNewReplicaSet")
UPDATED = Condition("True", "ReplicaSetUpdated")
COMPLETE = Condition("True", "NewReplicaSetAvailable")
PAUSED = Condition("Unknown", "DeploymentPaused")
RESUMED = Condition("Unknown", "DeploymentResumed")
TIMED_OUT = Condition("False", "ProgressDeadlineExceeded")
FAILED_CREATE = Condition("True", "FailedCreate")

_NO_DEADLINE = 2**31 - 1
"""This progressDeadlineSeconds means that there is none."""


def resolve_numbers(spec: Manifest) -> RollingNumbers:
    """Resolve maxSurge (rounded up) and maxUnavailable (rounded down) of a defaulted Deployment spec.

    Where both come to 0, one pod may be unavailable, or nothing would ever move.
    """
    replicas = spec["replicas"]
    strategy = spec["strategy"]
    if strategy["type"] != "RollingUpdate":
        return RollingNumbers(surge=0, unavailable=0)
    numbers = strategy["rollingUpdate"]
    surge = resolve(numbers["maxSurge"], replicas, round_up=True)
    unavailable = resolve(numbers["maxUnavailable"], replicas, round_up=False)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return RollingNumbers(surge, min(unavailable, replicas))


class DeploymentController(ReplicaSetBook):
    """A Deployment with its ReplicaSets.

    Attributes:
        manifest: The live object, defaults applied.
        stored: The status, as the controller has last written it.
        generation: How often the spec has changed.
        max_pods: How many pods there may be while the strategy adds some.
        min_available: How many pods have to be available for the condition Available.
    """

    def __init__(self, manifest: Manifest, context: ControllerContext) -> None:
        super().__init__(context)
        self.id = object_id(manifest)
        self.generation = 0
        self.stored = DeploymentStatus()
        self.deleted = False
        self._changed = self._only_status = False
        self._parts: tuple[ReplicaSet | None, list[ReplicaSet]] | None = None
        self._resized = True
        self._scalings: list[tuple[Revision, int, int]] = []
        """What changed in the ReplicaSets' sizes since the round began."""
        self._numbers: dict[str, int] = {}
        """The revision numbers of the ReplicaSets, as the last round had them."""
        self._renumbered: list[tuple[int, int]] = []
        self.manifest: Manifest = manifest
        self.replace(manifest)

    # The object.

    def load(self, items: list[Manifest]) -> None:
        """Take over ReplicaSets, their pods and the status from a live state."""
        from linter.planner import load_state

        now = load_state.latest_time(items)
        owned = load_state.owned_replicasets(self.manifest, items)
        for item in owned:
            sizes = load_state.replicaset_sizes(item)
            self.replicasets.append(
                ReplicaSet(
                    load_state.replicaset_revision(item, self.context.revisions),
                    self.context.admit_pods,
                    self.context.moved,
                    replicas=sizes.replicas,
                    min_ready_seconds=sizes.min_ready_seconds,
                    desired=sizes.desired,
                    max_replicas=sizes.max_replicas,
                    siblings=self.replicasets,
                )
            )
        for owner, item in zip(self.replicasets, owned, strict=True):
            load_state.load_replicaset_pods(owner, item, items, now)
            owner.refresh_status()
        self.generation = load_state.generation(self.manifest)
        self.stored = load_state.deployment_status(self.manifest)

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
        self.rolling: bool = spec["strategy"]["type"] == "RollingUpdate"
        self.numbers = surge, unavailable = resolve_numbers(spec)
        self.max_pods = self.replicas + surge
        self.min_available = self.replicas - unavailable
        self.deadline: int = spec["progressDeadlineSeconds"]
        self.has_deadline = self.deadline != _NO_DEADLINE
        self.template = self.context.revisions.make(spec["template"], 0)
        self._parts = None
        # Whether spec.replicas may differ from what the ReplicaSets were last sized for.
        self._resized = True

    def delete(self) -> None:
        """Delete the Deployment; ReplicaSets and pods follow."""
        for each in self.replicasets:
            each.terminate_all()
        self.deleted = True

    def rollback_history(self) -> list[Revision]:
        """Return the revisions that `kubectl rollout undo` can go back to."""
        if self.paused:
            raise OperationError("a paused Deployment cannot be rolled back: resume it first")
        return [each.revision for each in self.replicasets]

    @property
    def desired(self) -> int:
        """How many pods are wanted."""
        return 0 if self.deleted else self.replicas

    # The controller.

    def fast_forward(self) -> None:
        """Do nothing: a look at the Deployment costs the same, however many pods there are."""

    def start_recording(self) -> None:
        """Let what is there count as the state before the first round."""
        self._scalings.clear()
        self._renumbered.clear()
        self._numbers = {
            each.revision.name: each.revision.number for each in self.replicasets if each.revision.name
        }

    def run(self) -> None:
        """Run the controller and its ReplicaSets' until nothing changes any more."""
        for each in self.replicasets:
            before = each.active
            each.sync()
            if each.active != before:
                self.context.journal.record(self, "create-pods", None, each.revision, before, each.active)
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
        elif self.rolling:
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
        revision = self.context.revisions.make(self.manifest["spec"]["template"], number)
        self.context.revisions.name(revision)
        new = ReplicaSet(
            revision,
            self.context.admit_pods,
            self.context.moved,
            min_ready_seconds=self.min_ready_seconds,
            desired=self.replicas,
            max_replicas=self.max_pods,
            siblings=self.replicasets,
        )
        self.replicasets.append(new)
        self._parts = None
        self._changed = True
        self._progress(CREATED)
        self.context.journal.record(self, "create-replicaset", None, revision)
        if self.rolling:
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
        self._scalings.append((owner.revision, before, size))
        action: Action = "scale-up" if size > before else "scale-down"
        self.context.journal.record(self, action, ", ".join(names) or None, owner.revision, before, size)

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
        if not self.rolling:
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

    def _complete(self, status: DeploymentStatus) -> bool:
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
            elif before.progressing != UPDATED and (
                status.updated > before.updated
                or status.replicas - status.updated < before.replicas - before.updated
                or status.ready > before.ready
                or status.available > before.available
            ):
                status = status._replace(progressing=UPDATED)
        self._store(status)

    def _store(self, status: DeploymentStatus) -> None:
        if status != self.stored:
            self.stored = status
            self._only_status = not self._changed
            self._changed = True

    def _computed(self, new: ReplicaSet | None) -> DeploymentStatus:
        wanted = replicas = ready = available = 0
        for each in self.replicasets:
            wanted += each.replicas
            replicas += each.status_replicas
            ready += each.status_ready
            available += each.status_available
        return DeploymentStatus(
            replicas,
            new.status_replicas if new else 0,
            ready,
            available,
            max(0, wanted - available),
            self.generation,
            AVAILABLE if available >= self.min_available else UNAVAILABLE,
            self.stored.progressing,
            FAILED_CREATE if any(each.refused for each in self.replicasets) else None,
        )

    def exceed_deadline(self) -> bool:
        """Let progressDeadlineSeconds pass without anything happening."""
        if self.has_deadline and not self.paused and self.stored.progressing not in {None, COMPLETE}:
            self.stored = self.stored._replace(progressing=TIMED_OUT)
        return True

    # Leaps.

    def counters(self) -> list[int] | None:
        """Return all numbers that change with the pods; None where listed pods differ."""
        counted = super().counters()
        stored = self.stored
        counts = stored.replicas, stored.updated, stored.ready, stored.available, stored.unavailable
        return None if counted is None else [*counts, *counted]

    def set_counters(self, numbers: Sequence[int]) -> None:
        """Take over numbers, in the order in which `counters` returns them."""
        replicas, updated, ready, available, unavailable, *counted = numbers
        self.stored = self.stored._replace(
            replicas=replicas, updated=updated, ready=ready, available=available, unavailable=unavailable
        )
        super().set_counters(counted)

    def shape(self) -> object:
        """Return all else that changes with the pods, to be compared."""
        stored = self.stored
        conditions = stored.available_condition, stored.progressing, stored.replica_failure
        return stored.observed_generation, conditions, self._resized, super().shape()

    # What is reported about it.

    def record(self, snapshot: Snapshot) -> DeploymentRecord:
        """Write down the workload at the end of a round; sizes that change in the next one count from here."""
        scalings = tuple([(revision.name or "", before, after) for revision, before, after in self._scalings])
        self._scalings.clear()
        if self.deleted:
            return DeploymentRecord(snapshot, None, (), scalings)
        rows = [
            ReplicaSetRow(each.revision.name or "", each.revision.number, each.replicas)
            for each in self.replicasets
        ]
        for name, number, _ in rows:
            before = self._numbers.setdefault(name, number)
            if before != number:
                self._renumbered.append((before, number))
                self._numbers[name] = number
        return DeploymentRecord(snapshot, self.stored, tuple(rows), scalings)

    def describe_strategy(self) -> Strategy:
        """Return the strategy in force."""
        spec, replicas = self.manifest["spec"], self.replicas
        if not self.rolling:
            return Strategy(spec["strategy"]["type"], replicas)
        raw = spec["strategy"]["rollingUpdate"]
        surge, unavailable = self.numbers
        least = floor(raw["maxUnavailable"], replicas)
        how = rounded("down", raw["maxUnavailable"], replicas)
        if surge == 0 and unavailable == min(1, replicas) and not least:
            how = "both came to 0, so 1" if replicas else how
        elif least > replicas:
            how = "no more than replicas"
        return Strategy(
            "RollingUpdate",
            replicas,
            (
                StrategyNumber("maxSurge", raw["maxSurge"], surge, rounded("up", raw["maxSurge"], replicas)),
                StrategyNumber("maxUnavailable", raw["maxUnavailable"], unavailable, how),
            ),
        )

    def stuck(self) -> Stuck | None:
        """Say why the workload at rest is not what its manifest says, or None if it is."""
        stored, desired = self.stored, self.desired
        if stored.updated == stored.replicas == stored.available == desired:
            return None
        from linter.planner import kubectl

        target = kubectl.target(self.id)
        if self.paused:
            return Stuck(
                "paused",
                "The Deployment is paused: a changed template is not rolled out"
                f" (condition Progressing: {PAUSED}).",
                (f"kubectl rollout resume {target}",),
            )
        message = f"{describe_failing(self.snapshot(), desired)} Nothing is rolled back."
        if self.has_deadline:
            message = (
                f"{describe_failing(self.snapshot(), desired)} After {self.deadline} s without progress the cluster"
                " reports Progressing False ProgressDeadlineExceeded; nothing is rolled back."
            )
        several = len(self.replicasets) > 1
        remedy = f"kubectl rollout undo {target}" if several else kubectl.APPLY_A_TEMPLATE_THAT_WORKS
        return Stuck("failing-pods", message, (remedy,))

    def hazards(self, longest: Span, *, stuck: bool) -> Iterable[Hazard]:  # noqa: ARG002  a stuck one waits, too
        """Yield what may hurt Deployments."""
        if self.deleted or not self.has_deadline or longest.worst <= self.deadline:
            return
        certain = longest.best > self.deadline
        yield Hazard(
            "deadline-too-short",
            "warning" if certain else "info",
            f"A pod {'takes' if certain else 'may take'} up to {longest.worst:g} s to become available,"
            f" longer than progressDeadlineSeconds ({self.deadline} s): the rollout would be reported as failed.",
        )

    def notes(self, events: Sequence[Event]) -> Iterable[str]:
        """Yield what is worth knowing about what happened."""
        created = any(event.action == "create-replicaset" for event in events)
        if created and len(self.replicasets) == 1:
            name = self.id.name
            yield (
                f"The ReplicaSet is named {name}-HASH, and its pods {name}-HASH-RANDOM:"
                " the hash is that of the template."
            )
        for before, number in self._renumbered:
            yield f"The ReplicaSet of revision {before} is used again and becomes revision {number}."
        if scales_down_alone(events):
            yield CHANCE_NOTE


def _size(owners: list[ReplicaSet]) -> int:
    return sum([each.replicas for each in owners])
