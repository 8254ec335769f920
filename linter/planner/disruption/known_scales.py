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
        self._outdated: dict[ObjectId, tuple[_Pods, int]] = {}
        """The pods when a workload was written last, and its scale until then."""

    def of(self, cluster: Cluster, workload: Controller) -> int:
        """Return how many pods a workload wants."""
        if workload.id in self._outdated:
            pods, scale = self._outdated[workload.id]
            if pods == _look_at(cluster, workload):
                return scale
            del self._outdated[workload.id]
        return workload.desired

    def remember(self, cluster: Cluster, workload: Controller) -> None:
        """Remember the scale of a workload that is about to be written."""
        self._outdated[workload.id] = _look_at(cluster, workload), self.of(cluster, workload)


def _look_at(cluster: Cluster, workload: Controller) -> _Pods:
    unscheduled = sum(pods.number for pods in workload.unscheduled_pods())
    texts = cluster.scheduler.reasons(cluster).get(workload.id, ()) if cluster.scheduler else ()
    return _Pods(workload.snapshot(), unscheduled, texts)
