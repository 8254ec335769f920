"""The ReplicaSet controller, for a ReplicaSet that stands alone.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/ and the recorded rollouts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.assessment import Strategy, Stuck
from linter.planner.controllers.base import CHANCE_NOTE, describe_failing, scales_down_alone
from linter.planner.controllers.replicaset.book import ReplicaSetBook
from linter.planner.controllers.replicaset.replicaset import ReplicaSet
from linter.planner.errors import OperationError
from linter.planner.model import object_id
from linter.planner.records import ReplicaSetRecord, ReplicaSetStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.planner.assessment import Hazard, Span
    from linter.planner.controllers.base import ControllerContext, MadeObjects
    from linter.planner.journal import Action, Event
    from linter.planner.model import Manifest, Revision, Snapshot


class ReplicaSetController(ReplicaSetBook):
    """A ReplicaSet that stands alone."""

    def __init__(self, manifest: Manifest, context: ControllerContext) -> None:
        super().__init__(context)
        self.id = object_id(manifest)
        self.manifest = manifest
        self.deleted = False
        revision = context.revisions.make(manifest["spec"]["template"], 1)
        self.replicaset = ReplicaSet(revision, context.admit_pods, context.moved)
        self.replicasets.append(self.replicaset)
        self.replace(manifest)

    @property
    def min_ready_seconds(self) -> int:
        """How long a pod has to be Ready before it is available."""
        return self.replicaset.min_ready_seconds

    @property
    def desired(self) -> int:
        """How many pods are wanted."""
        return 0 if self.deleted else int(self.manifest["spec"]["replicas"])

    # The object.

    def load(self, items: list[Manifest]) -> None:
        """Take over the pods of a live state."""
        from linter.planner.controllers.replicaset.load import load_pods
        from linter.planner.live_state.objects import latest_time

        self.context.revisions.name(self.replicaset.revision)
        load_pods(self.replicaset, self.manifest, items, latest_time(items))

    def replace(self, manifest: Manifest) -> None:
        """Take a new spec. A changed template touches no pod that is there."""
        self.manifest = manifest
        spec = manifest["spec"]
        self.replicaset.replicas = spec["replicas"]
        self.replicaset.min_ready_seconds = spec.get("minReadySeconds") or 0
        # Pods keep the template that they were made of, the ReplicaSet its name.
        revision = self.context.revisions.make(spec["template"], 1)
        revision.name = self.replicaset.revision.name
        self.replicaset.revision = revision

    def delete(self) -> None:
        """Delete the object; its pods follow."""
        self.replicaset.terminate_all()
        self.deleted = True

    def rollback_history(self) -> list[Revision]:
        """Refuse: kubectl knows no earlier revisions of a ReplicaSet."""
        raise OperationError("a ReplicaSet has no revisions to go back to")

    def made_objects(self) -> Iterable[MadeObjects]:
        """Return nothing: a ReplicaSet makes pods alone."""
        return ()

    # The controller.

    def fast_forward(self) -> None:
        """Do nothing: the controller takes one look, however many pods there are."""

    def start_recording(self) -> None:
        """Do nothing: a round shows no changes of a ReplicaSet."""

    def run(self) -> None:
        """Run the controller until nothing changes any more."""
        owner = self.replicaset
        self.context.revisions.name(owner.revision)
        before = owner.active
        names = owner.sync()
        after = owner.active
        if after != before:
            action: Action = "create-pods" if after > before else "delete-pods"
            self.context.journal.record(self, action, ", ".join(names) or None, owner.revision, before, after)
        owner.refresh_status()

    def exceed_deadline(self) -> bool:
        """Do nothing: a ReplicaSet has no deadline."""
        return False

    # What is reported about it.

    def record(self, snapshot: Snapshot) -> ReplicaSetRecord:
        """Write down the workload at the end of a round."""
        owner = self.replicaset
        status = ReplicaSetStatus(owner.status_replicas, owner.status_ready, owner.status_available)
        return ReplicaSetRecord(snapshot, None if self.deleted else status)

    def describe_strategy(self) -> Strategy:
        """Return the number of pods: a ReplicaSet has no strategy."""
        return Strategy("", self.manifest["spec"]["replicas"])

    def stuck(self) -> Stuck | None:
        """Say why the workload at rest is not what its manifest says, or None if it is."""
        desired = self.desired
        snapshot = self.snapshot()
        if snapshot.available == snapshot.total == desired:
            return None
        from linter.planner import kubectl

        message = describe_failing(snapshot, desired)
        if desired != snapshot.available:
            message += " The ReplicaSet keeps them and waits."
        return Stuck(
            "failing-pods",
            message,
            (
                kubectl.APPLY_A_TEMPLATE_THAT_WORKS,
                f"kubectl delete pod{kubectl.namespace_flag(self.id)} POD  # each failing one",
            ),
        )

    def hazards(self, longest: Span, *, stuck: bool) -> Iterable[Hazard]:  # noqa: ARG002  as the protocol has it
        """Return nothing: there are none of this kind alone."""
        return ()

    def notes(self, events: Sequence[Event]) -> Iterable[str]:
        """Yield what is worth knowing about what happened."""
        if not self.deleted and not {event.action for event in events} - {"operation"}:
            yield "A ReplicaSet's template touches no pod that is there: only pods created from now on have it."
        if scales_down_alone(events):
            yield CHANCE_NOTE
