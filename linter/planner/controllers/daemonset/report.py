"""What a plan says of a DaemonSet: why it is stuck, what may hurt, what is worth knowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.assessment import Hazard, Stuck
from linter.planner.controllers.base import describe_failing, outdated_hazard

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.planner.controllers.daemonset.controller import DaemonSetController
    from linter.planner.journal import Event


def stuck(workload: DaemonSetController) -> Stuck | None:
    """Say why a DaemonSet at rest is not what its manifest says, or None if it is."""
    desired, stored = workload.desired, workload.stored
    if stored.available == desired and (not workload.rolling or stored.updated == desired):
        return None
    from linter.planner import kubectl

    message = describe_failing(workload.snapshot(), desired)
    if len(workload.history) == 1:
        return Stuck("failing-pods", message, (kubectl.APPLY_A_TEMPLATE_THAT_WORKS,))
    limit = "wait beside old ones" if workload.surges else "are unavailable"
    return Stuck(
        "failing-pods",
        f"{message} The update goes no further while as many pods {limit} as the strategy allows.",
        (f"kubectl rollout undo {kubectl.target(workload.id)}",),
    )


def hazards(workload: DaemonSetController, *, stuck: bool) -> Iterable[Hazard]:
    """Yield what may hurt a DaemonSet.

    Args:
        workload: The DaemonSet.
        stuck: Whether the rollout cannot finish, which has been said.
    """
    if workload.deleted:
        return
    if workload.desired == 0:
        yield Hazard(
            "no-eligible-node",
            "warning",
            f"None of the {len(workload.nodes)} nodes may run a pod of this DaemonSet"
            " (nodeSelector, affinity, taints): it has no pods.",
        )
    if not stuck:
        yield from outdated_hazard(workload.outdated_nodes(), rolling=workload.rolling)


def notes(events: Sequence[Event], *, rolling: bool) -> Iterable[str]:
    """Yield what is worth knowing about what happened to a DaemonSet."""
    if rolling and any(event.action == "delete-pod" for event in events):
        yield "Which node comes next is left open by Kubernetes; here it is the first by name."
