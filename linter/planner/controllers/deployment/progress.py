"""A Deployment's status: its counts, and the conditions that say how a rollout progresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.controllers.replicaset.replicaset import ReplicaSet
from linter.planner.records import Condition, DeploymentStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.controllers.replicaset.replicaset import ReplicaSet

AVAILABLE = Condition("True", "MinimumReplicasAvailable")
UNAVAILABLE = Condition("False", "MinimumReplicasUnavailable")
CREATED = Condition("True", "NewReplicaSetCreated")
FOUND = Condition("True", "FoundNewReplicaSet")
UPDATED = Condition("True", "ReplicaSetUpdated")
COMPLETE = Condition("True", "NewReplicaSetAvailable")
PAUSED = Condition("Unknown", "DeploymentPaused")
RESUMED = Condition("Unknown", "DeploymentResumed")
NOT_CREATED = Condition("False", "ReplicaSetCreateError")
TIMED_OUT = Condition("False", "ProgressDeadlineExceeded")
FAILED_CREATE = Condition("True", "FailedCreate")


def current_status(
    replicasets: Sequence[ReplicaSet],
    new: ReplicaSet | None,
    *,
    min_available: int,
    generation: int,
    progressing: Condition | None,
) -> DeploymentStatus:
    """Return the status that the ReplicaSets' own ones come to.

    Args:
        replicasets: All of them.
        new: The one of the current template, if it is there.
        min_available: How many pods have to be available for the condition Available.
        generation: That of the spec.
        progressing: The condition, as it is.
    """
    wanted = replicas = ready = available = 0
    for each in replicasets:
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
        generation,
        AVAILABLE if available >= min_available else UNAVAILABLE,
        progressing,
        FAILED_CREATE if any(each.refused for each in replicasets) else None,
    )


def is_complete(status: DeploymentStatus, replicas: int, generation: int) -> bool:
    """Tell whether a rollout has come to its end: every pod is of the current template, and available."""
    return (
        status.updated == status.replicas == status.available == replicas
        and status.observed_generation == generation
    )


def with_progress(status: DeploymentStatus, before: DeploymentStatus, *, complete: bool) -> DeploymentStatus:
    """Return a status with the condition Progressing that a rollout leads to.

    Args:
        status: The status to be written, with the condition as it was.
        before: The one that was written last.
        complete: Whether the rollout has come to its end.
    """
    if status.replicas == status.updated and before.progressing == COMPLETE:
        return status
    if complete:
        return status._replace(progressing=COMPLETE)
    if before.progressing != UPDATED and (
        status.updated > before.updated
        or status.replicas - status.updated < before.replicas - before.updated
        or status.ready > before.ready
        or status.available > before.available
    ):
        return status._replace(progressing=UPDATED)
    return status
