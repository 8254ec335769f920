"""What a plan says of a Deployment: why it is stuck, what may hurt it, and what is worth knowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.assessment import Hazard, Stuck
from linter.planner.controllers.base import CHANCE_NOTE, describe_failing, scales_down_alone
from linter.planner.controllers.deployment.progress import PAUSED, is_complete

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.planner.assessment import Span
    from linter.planner.controllers.deployment.controller import DeploymentController
    from linter.planner.journal import Event


def stuck(workload: DeploymentController) -> Stuck | None:
    """Say why a Deployment at rest is not what its manifest says, or None if it is."""
    desired = workload.desired
    if is_complete(workload.stored, desired, workload.generation):
        return None
    from linter.planner import kubectl

    target = kubectl.target(workload.id)
    if workload.paused:
        return Stuck(
            "paused",
            "The Deployment is paused: a changed template is not rolled out"
            f" (condition Progressing: {PAUSED}).",
            (f"kubectl rollout resume {target}",),
        )
    message = f"{describe_failing(workload.snapshot(), desired)} Nothing is rolled back."
    if workload.has_deadline:
        message = (
            f"{describe_failing(workload.snapshot(), desired)} After {workload.deadline} s without progress the cluster"
            " reports Progressing False ProgressDeadlineExceeded; nothing is rolled back."
        )
    several = len(workload.replicasets) > 1
    remedy = f"kubectl rollout undo {target}" if several else kubectl.APPLY_A_TEMPLATE_THAT_WORKS
    return Stuck("failing-pods", message, (remedy,))


def hazards(workload: DeploymentController, longest: Span) -> Iterable[Hazard]:
    """Yield what may hurt Deployments."""
    if workload.deleted or not workload.has_deadline or longest.worst <= workload.deadline:
        return
    certain = longest.best > workload.deadline
    yield Hazard(
        "deadline-too-short",
        "warning" if certain else "info",
        f"A pod {'takes' if certain else 'may take'} up to {longest.worst:g} s to become available,"
        f" longer than progressDeadlineSeconds ({workload.deadline} s): the rollout would be reported as failed.",
    )


def notes(workload: DeploymentController, events: Sequence[Event]) -> Iterable[str]:
    """Yield what is worth knowing about what happened."""
    created = any(event.action == "create-replicaset" for event in events)
    if created and len(workload.replicasets) == 1:
        name = workload.id.name
        yield (
            f"The ReplicaSet is named {name}-HASH, and its pods {name}-HASH-RANDOM:"
            " the hash is that of the template."
        )
    for before, number in workload.renumbered:
        yield f"The ReplicaSet of revision {before} is used again and becomes revision {number}."
    if scales_down_alone(events):
        yield CHANCE_NOTE
