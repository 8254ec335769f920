"""What the cluster and rounds ask of every way to bind pods to nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from linter.planner.model import PodsOnNode, PodState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.planner.cluster import Cluster
    from linter.planner.controllers.base import Controller
    from linter.planner.model import ObjectId, Pods, Revision


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
        for revision, number in unscheduled_by_revision(workload).items():
            name = revision.name or ""
            counts[name] = counts.get(name, 0) + number
        if counts:
            found[key] = dict(sorted(counts.items()))
    return found


def unscheduled_by_revision(workload: Controller) -> dict[Revision, int]:
    """Count the pods of a workload without a node."""
    counts: dict[Revision, int] = {}
    for pods in workload.unscheduled_pods():
        counts[pods.revision] = counts.get(pods.revision, 0) + pods.number
    return counts


def placed(cluster: Cluster) -> dict[str, int]:
    """Count pods by node, terminating ones too."""
    counts: dict[str, int] = {}
    for workload in cluster.workloads.values():
        for pods in workload.pods_alike():
            if pods.node is not None:
                counts[pods.node] = counts.get(pods.node, 0) + pods.number
    return dict(sorted(counts.items()))


def knows_nodes(cluster: Cluster, workload: Controller) -> bool:
    """Tell whether the pods of a workload have nodes: a scheduler's, or those that a DaemonSet makes its pods for."""
    return cluster.scheduler is not None or workload.target_is_node


def pods_on_nodes(cluster: Cluster) -> dict[ObjectId, tuple[PodsOnNode, ...]]:
    """Return where the pods of each workload are that have nodes, terminating pods too."""
    return {
        key: _pods_on_nodes(workload, pinned=cluster.scheduler is None)
        for key, workload in cluster.workloads.items()
        if knows_nodes(cluster, workload)
    }


def _pods_on_nodes(workload: Controller, *, pinned: bool) -> tuple[PodsOnNode, ...]:
    counts: dict[tuple[str | None, Revision, Literal["ready", "waiting", "terminating"]], int] = {}
    for pods in workload.pods_alike():
        # Without a scheduler nothing keeps a DaemonSet's pod off the node that it is made for.
        node = pods.node or (pods.pinned if pinned else None)
        key = node, pods.revision, _state(pods)
        counts[key] = counts.get(key, 0) + pods.number
    return tuple(PodsOnNode(*key, number) for key, number in counts.items())


def _state(pods: Pods) -> Literal["ready", "waiting", "terminating"]:
    if pods.terminating:
        return "terminating"
    return "ready" if pods.state >= PodState.READY else "waiting"
