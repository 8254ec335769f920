"""The Deployment controller: turns a Deployment into ReplicaSets and moves pods from the old ones to the new one.

Level-triggered like the original: a sync looks at the state and does what is to be done next, and the simulation
repeats it until it changes nothing. Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ and
the recorded rollouts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.controllers.base import REPLICA_SET, MadeObjects
from linter.planner.controllers.deployment import report
from linter.planner.controllers.deployment.progress import (
    COMPLETE,
    CREATED,
    FOUND,
    NOT_CREATED,
    PAUSED,
    RESUMED,
    TIMED_OUT,
    current_status,
    is_complete,
    with_progress,
)
from linter.planner.controllers.deployment.rolling import grow, shrink
from linter.planner.controllers.deployment.scaling import in_proportion, size_of
from linter.planner.controllers.deployment.strategy import describe_strategy, resolve_numbers
from linter.planner.controllers.replicaset.book import ReplicaSetBook
from linter.planner.controllers.replicaset.replicaset import ReplicaSet
from linter.planner.errors import OperationError
from linter.planner.model import object_id
from linter.planner.records import Condition, DeploymentRecord, DeploymentStatus, ReplicaSetRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.planner.assessment import Hazard, Span, Strategy, Stuck
    from linter.planner.controllers.base import ControllerContext
    from linter.planner.journal import Action, Event
    from linter.planner.model import Manifest, Revision, Snapshot


_NO_DEADLINE = 2**31 - 1
"""This progressDeadlineSeconds means that there is none."""


class DeploymentController(ReplicaSetBook):
    """A Deployment with its ReplicaSets.

    Attributes:
        manifest: The live object, defaults applied.
        stored: The status, as the controller has last written it.
        generation: How often the spec has changed.
        max_pods: How many pods there may be while the strategy adds some.
        min_available: How many pods have to be available for the condition Available.
        renumbered: The revision numbers that changed, before and after.
    """

    def __init__(self, manifest: Manifest, context: ControllerContext) -> None:
        super().__init__(context)
        self.id = object_id(manifest)
        self.generation = 0
        self.stored = DeploymentStatus()
        self.deleted = False
        self._changed = self._only_status = False
        self._is_resumed = False
        """Whether this sync has written that the Deployment is no longer paused."""
        self._parts: tuple[ReplicaSet | None, list[ReplicaSet]] | None = None
        self._resized = True
        self._scalings: list[tuple[Revision, int, int]] = []
        """What changed in the ReplicaSets' sizes since the round began."""
        self._numbers: dict[str, int] = {}
        """The revision numbers of the ReplicaSets, as the last round had them."""
        self.renumbered: list[tuple[int, int]] = []
        self._settled: object = None
        """What `versions` returned when there was nothing left to do."""
        self._record: DeploymentRecord | None = None
        """The last one, as long as no look at the Deployment has been taken since."""
        self.manifest: Manifest = manifest
        self.replace(manifest)

    # The object.

    def load(self, items: list[Manifest]) -> None:
        """Take over ReplicaSets, their pods and the status from a live state."""
        from linter.planner.controllers.replicaset.load import load_pods
        from linter.planner.live_state import replicasets as live
        from linter.planner.live_state.objects import generation, latest_time

        now = latest_time(items)
        owned = live.owned_replicasets(self.manifest, items)
        for item in owned:
            sizes = live.replicaset_sizes(item)
            self.replicasets.append(
                ReplicaSet(
                    live.replicaset_revision(item, self.context.revisions),
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
            load_pods(owner, item, items, now)
            owner.refresh_status()
        self.generation = generation(self.manifest)
        self.stored = live.deployment_status(self.manifest)

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
        self._parts = self._settled = None
        # Whether spec.replicas may differ from what the ReplicaSets were last sized for.
        self._resized = True

    def delete(self) -> None:
        """Delete the Deployment; ReplicaSets and pods follow."""
        for each in self.replicasets:
            each.terminate_all()
        self._record = None
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
        self.renumbered.clear()
        self._numbers = {
            each.revision.name: each.revision.number for each in self.replicasets if each.revision.name
        }

    def run(self) -> None:
        """Run the controller and its ReplicaSets' until nothing changes any more."""
        if self._settled is not None and self._settled == self.versions():
            self.became_ready_together = 0
            return
        self._record = None
        for each in self.replicasets:
            before = each.active
            each.sync()
            if each.active != before:
                self.context.journal.record(self, "create-pods", None, each.revision, before, each.active)
            each.refresh_status()
        while self._sync():
            # Another look after nothing but the status was written could only find history to clean up.
            if self._only_status and not self._is_complete(self.stored):
                break
        self.became_ready_together = 0
        # What admission has refused is tried again: pods, or the new ReplicaSet.
        is_created = any(each.revision.key == self.template.key for each in self.replicasets)
        is_refused = any(each.refused for each in self.replicasets)
        self._settled = self.versions() if is_created and not is_refused else None

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
            self._store(self._current_status(new))
        elif self._resized and self._is_to_scale():
            # The status is of the ReplicaSets as this look has found them.
            status = self._current_status(new)
            self._scale(new, old)
            self._store(status._replace(progressing=self.stored.progressing))
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

    def _create(self, old: list[ReplicaSet]) -> ReplicaSet | None:
        """Create the new ReplicaSet, unless the API server refuses it: the sync ends then, and is tried again."""
        if self.context.admit_object(REPLICA_SET, "ReplicaSet"):
            self._progress(NOT_CREATED)
            return None
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
        if not self._is_resumed:
            # Otherwise the object has just been written, and this sync's copy of it is refused.
            self._progress(CREATED)
        self.context.journal.record(self, "create-replicaset", None, revision)
        if self.rolling:
            self.resize(new, max(0, min(self.max_pods - size_of(old), self.replicas)))
        else:
            self.resize(new, self.replicas)
        return new

    # Sizes.

    def resize(self, owner: ReplicaSet, size: int) -> None:
        """Set a ReplicaSet's size; its controller acts before anything else is looked at."""
        annotations = (self.replicas, self.max_pods)
        if (owner.desired, owner.max_replicas) != annotations:
            owner.desired, owner.max_replicas = annotations
            self._changed = True
        if owner.replicas == size:
            return
        before = owner.replicas
        self._changed = True
        names = self._sync_in_two(owner, size) if self.became_ready_together > 1 else []
        owner.replicas = size
        names += owner.sync()
        self._scalings.append((owner.revision, before, size))
        action: Action = "scale-up" if size > before else "scale-down"
        self.context.journal.record(self, action, ", ".join(names) or None, owner.revision, before, size)

    def _sync_in_two(self, owner: ReplicaSet, size: int) -> list[str]:
        """Let one pod go, of several that are too many; return the names of listed ones.

        Readiness comes pod by pod: what the first one allows has been done when the controller looks again and sees the others.
        From where the next pods go depends on that.
        """
        if owner.replicas - size < 2:
            return []
        owner.replicas -= 1
        return owner.sync()

    def _scale(self, new: ReplicaSet | None, old: list[ReplicaSet]) -> None:
        """Follow a change of spec.replicas, or a pause, by resizing the ReplicaSets in proportion."""
        active = [each for each in self.replicasets if each.replicas]
        if len(active) <= 1:
            # With no active one the new one gets all; without a new one, the old one that was created last.
            sole = active[0] if active else new or (old[-1] if old else None)
            if sole is not None and sole.replicas != self.replicas:
                self.resize(sole, self.replicas)
            return
        if new is not None and (new.replicas == new.desired == new.status_available == self.replicas):
            for each in old:
                if each.replicas:
                    self.resize(each, 0)
            return
        if self.rolling:
            for each, size in in_proportion(active, self.replicas, self.max_pods, self.stored.replicas):
                self.resize(each, size)

    # The two strategies.

    def _roll(self, new: ReplicaSet | None, old: list[ReplicaSet]) -> None:
        new = new or self._create(old)
        if new is None:
            return
        if not grow(self, new) and not shrink(self, new, old) and self._is_complete(self.stored):
            self._clean_up(old)
        self._write_rollout_status(new)

    def _recreate(self, new: ReplicaSet | None, old: list[ReplicaSet]) -> None:
        running = [each for each in old if each.replicas]
        if running:
            for each in running:
                self.resize(each, 0)
        # Pods that are still shutting down count: nothing of the new revision starts beside them.
        elif not any(each.active or each.terminating for each in old):
            new = new or self._create(old)
            if new is None:
                return
            if new.replicas != self.replicas:
                self.resize(new, self.replicas)
            if self._is_complete(self.stored):
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

    def _is_complete(self, status: DeploymentStatus) -> bool:
        return is_complete(status, self.replicas, self.generation)

    def _current_status(self, new: ReplicaSet | None) -> DeploymentStatus:
        return current_status(
            self.replicasets,
            new,
            min_available=self.min_available,
            generation=self.generation,
            progressing=self.stored.progressing,
        )

    def _mark_paused(self) -> None:
        self._is_resumed = False
        if not self.has_deadline or self.stored.progressing == TIMED_OUT:
            return
        if self.paused and self.stored.progressing != PAUSED:
            self._progress(PAUSED)
        elif not self.paused and self.stored.progressing == PAUSED:
            self._progress(RESUMED)
            self._is_resumed = True

    def _progress(self, condition: Condition) -> None:
        if self.has_deadline and self.stored.progressing != condition:
            self.stored = self.stored._replace(progressing=condition)
            self._changed = True

    def _write_rollout_status(self, new: ReplicaSet | None) -> None:
        """Write the status and, while a rollout goes on, how it progresses."""
        status = self._current_status(new)
        if self.has_deadline:
            status = with_progress(status, self.stored, complete=self._is_complete(status))
        else:
            status = status._replace(progressing=None)
        self._store(status)

    def _store(self, status: DeploymentStatus) -> None:
        if status != self.stored:
            self.stored = status
            self._only_status = not self._changed
            self._changed = True

    def exceed_deadline(self) -> bool:
        """Let progressDeadlineSeconds pass without anything happening."""
        # A sync that ends because its ReplicaSet is refused does not look at the clock.
        kept = {None, COMPLETE, NOT_CREATED}
        if self.has_deadline and not self.paused and self.stored.progressing not in kept:
            self.stored = self.stored._replace(progressing=TIMED_OUT)
            self._settled = self._record = None
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
        self._settled = self._record = None
        super().set_counters(counted)

    def shape(self) -> object:
        """Return all else that changes with the pods, to be compared."""
        stored = self.stored
        conditions = stored.available_condition, stored.progressing, stored.replica_failure
        return stored.observed_generation, conditions, self._resized, super().shape()

    def made_objects(self) -> Iterable[MadeObjects]:
        """Return its ReplicaSets."""
        return (MadeObjects(REPLICA_SET, 0 if self.deleted else len(self.replicasets)),)

    # What is reported about it.

    def record(self, snapshot: Snapshot) -> DeploymentRecord:
        """Write down the workload at the end of a round; sizes that change in the next one count from here."""
        last = self._record
        if last is None or last.snapshot is not snapshot:
            last = self._write_down(snapshot)
            self._record = last._replace(scalings=())
        return last

    def _write_down(self, snapshot: Snapshot) -> DeploymentRecord:
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
                self.renumbered.append((before, number))
                self._numbers[name] = number
        return DeploymentRecord(snapshot, self.stored, tuple(rows), scalings)

    def describe_strategy(self) -> Strategy:
        """Return the strategy in force."""
        return describe_strategy(self.manifest["spec"])

    def stuck(self) -> Stuck | None:
        """Say why the workload at rest is not what its manifest says, or None if it is."""
        return report.stuck(self)

    def hazards(self, longest: Span, *, stuck: bool) -> Iterable[Hazard]:  # noqa: ARG002  a stuck one waits, too
        """Yield what may hurt Deployments."""
        return report.hazards(self, longest)

    def notes(self, events: Sequence[Event]) -> Iterable[str]:
        """Yield what is worth knowing about what happened."""
        return report.notes(self, events)
