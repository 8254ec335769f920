"""How many pods workloads want, as the disruption controller knows it.

It computes a budget's status when one of its pods changes, not when the workload is scaled: where that makes no pod and deletes
none, because a StatefulSet waits for an earlier one or a quota is full, the status goes on with the old number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from linter.planner.cluster import Cluster
    from linter.planner.controllers.base import Controller
    from linter.planner.model import ObjectId, Snapshot


class _Pods(NamedTuple):
    """What there is to see of a workload's pods: where it is another, a pod has changed."""

    snapshot: Snapshot
    unscheduled: int
    texts: tuple[str, ...]


class KnownScales:
    """The scale of each workload when one of its pods changed last."""

    def __init__(self) -> None:
        self._known: dict[ObjectId, tuple[_Pods, int]] = {}

    def of(self, cluster: Cluster, workload: Controller) -> int:
        """Return how many pods a workload wants."""
        unscheduled = sum(pods.number for pods in workload.unscheduled_pods())
        texts = cluster.scheduler.reasons(cluster).get(workload.id, ()) if cluster.scheduler else ()
        pods = _Pods(workload.snapshot(), unscheduled, texts)
        seen, scale = self._known.get(workload.id, (None, 0))
        if seen != pods:
            scale = workload.desired
            self._known[workload.id] = pods, scale
        return scale
