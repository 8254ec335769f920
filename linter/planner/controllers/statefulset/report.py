"""What a plan says of a StatefulSet: why it is stuck, what may hurt it, and what is worth knowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.assessment import Stuck
from linter.planner.controllers.base import describe_failing, some

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.planner.controllers.statefulset.controller import StatefulSetController


def stuck(workload: StatefulSetController) -> Stuck | None:
    """Say why a StatefulSet at rest is not what its manifest says, or None if it is."""
    snapshot, desired = workload.snapshot(), workload.desired
    if snapshot.available == snapshot.total == desired and not _is_outdated(workload):
        return None
    from linter.planner import kubectl

    broken = [
        workload.pod_name(pod) for pod in workload.all_pods() if not pod.available and not pod.terminating
    ]
    if (
        workload.ordinals.missing
        and not broken
        and (claims := workload.claims.names(min(workload.ordinals.missing)))
    ):
        return Stuck(
            "claim-terminating",
            f"{snapshot.available} of {desired} pods are available. The next one waits until {', '.join(claims)},"
            " which went with an earlier pod, is gone; the controller sees that only when something else makes it"
            " look again.",
            (),
        )
    several = len(workload.history) > 1
    remedy = (
        f"kubectl rollout undo {kubectl.target(workload.id)}"
        if several
        else kubectl.APPLY_A_TEMPLATE_THAT_WORKS
    )
    start = f"{describe_failing(snapshot, desired)} {some(broken)}"
    one = len(broken) == 1
    if workload.parallel and (workload.replaces_unavailable or not workload.honors_max_unavailable):
        message = f"{start} {'holds' if one else 'hold'} up the update."
        return Stuck("failing-pods", message, (remedy,))
    message = (
        f"{start} {'holds' if one else 'hold'} up everything after {'it' if one else 'them'}, and a"
        f" corrected template alone does not replace {'it' if one else 'them'}:"
        f" {'it has' if one else 'they have'} to be deleted by hand."
    )
    delete = f"kubectl delete pod{kubectl.namespace_flag(workload.id)} {' '.join(broken)}"
    return Stuck("failing-pods", message, (remedy, delete))


def _is_outdated(workload: StatefulSetController) -> bool:
    """Tell whether a pod that the strategy would replace still has an old template."""
    first = workload.ordinals.behind.first()
    return workload.rolling and first is not None and -first >= workload.start + (workload.partition or 0)


def notes(workload: StatefulSetController) -> Iterable[str]:
    """Yield what is worth knowing about what happened."""
    wanted = range(workload.start, workload.start + workload.desired)
    policy = "whenDeleted" if workload.deleted else "whenScaled"
    for names, value, verbs in (
        (workload.claims.deleted(), "Delete", ("is deleted", "are deleted")),
        (workload.claims.left_behind(wanted, workload.pods), "Retain", ("stays", "stay")),
    ):
        if names:
            ordered = sorted(names, key=lambda name: (len(name), name))
            several = len(names) > 1
            noun = "claims" if several else "claim"
            yield f"The {noun} {some(ordered)} {verbs[several]} ({policy}: {value})."
    if workload.deleted:
        yield "Deleting a StatefulSet stops its pods all at once, in no order; scale to 0 first where order matters."


def dns_names(workload: StatefulSetController) -> Iterable[str]:
    """Yield the DNS names of the wanted pods."""
    service = workload.manifest["spec"].get("serviceName")
    if workload.deleted or not service:
        return
    for ordinal in range(workload.start, workload.start + workload.replicas):
        yield f"{workload.name}-{ordinal}.{service}.{workload.id.namespace}.svc.cluster.local"
