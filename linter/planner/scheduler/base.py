"""What the cluster and rounds ask of every way to bind pods to nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.planner.cluster import Cluster
    from linter.planner.model import ObjectId


class Scheduler(Protocol):
    """Binds pods to nodes while the controllers come to rest.

    Attributes:
        tossed: Whether chance has chosen among several nodes that were equally good.
    """

    tossed: bool

    def bind_pods(self, cluster: Cluster) -> bool:
        """Bind the pods that fit somewhere; return whether there was one."""
        ...

    def reasons(self, cluster: Cluster) -> Mapping[ObjectId, tuple[str, ...]]:
        """Return what the scheduler says of the pods that it has found no node for, by workload."""
        ...


def unscheduled(cluster: Cluster) -> dict[ObjectId, dict[str, int]]:
    """Count pods without a node, by workload and name of the revision."""
    found: dict[ObjectId, dict[str, int]] = {}
    for key, workload in cluster.workloads.items():
        counts: dict[str, int] = {}
        for pods in workload.unscheduled_pods():
            name = pods.revision.name or ""
            counts[name] = counts.get(name, 0) + pods.number
        if counts:
            found[key] = dict(sorted(counts.items()))
    return found


def placed(cluster: Cluster) -> dict[str, int]:
    """Count pods by node, terminating ones too."""
    counts: dict[str, int] = {}
    for workload in cluster.workloads.values():
        for pods in workload.pods_alike():
            if pods.node is not None:
                counts[pods.node] = counts.get(pods.node, 0) + pods.number
    return dict(sorted(counts.items()))
