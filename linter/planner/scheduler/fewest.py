"""A scheduler that asks for no more than a node that takes pods, and chooses the one with the fewest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.model import PodState
from linter.planner.scheduler.base import placed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.planner.cluster import Cluster
    from linter.planner.model import ObjectId


class FewestPods:
    """Binds each pod to the node with the fewest pods, the first by name among equals."""

    def bind_pods(self, cluster: Cluster) -> bool:
        """Bind the pods; return whether there was one, and a node for it."""
        counts = placed(cluster)
        free = sorted(node.name for node in cluster.nodes.values() if not node.unschedulable)
        bound = False
        for workload in cluster.workloads.values():
            for pods in list(workload.pods_alike()):
                if pods.state is PodState.UNSCHEDULED and not pods.terminating and free:
                    for _ in range(pods.number):
                        node = min(free, key=lambda name: (counts.get(name, 0), name))
                        workload.bind(pods, node, 1)
                        counts[node] = counts.get(node, 0) + 1
                        bound = True
        return bound

    def reasons(self, cluster: Cluster) -> Mapping[ObjectId, tuple[str, ...]]:  # noqa: ARG002  it has none
        """Return nothing."""
        return {}
