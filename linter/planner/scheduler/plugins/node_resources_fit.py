"""NodeResourcesFit: a node has room for so many pods and their requests; the emptier one is better.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/resource-bin-packing/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.scheduler.status import Plugin, Status

if TYPE_CHECKING:
    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.pod_info import PodInfo


def check(pod: PodInfo, info: NodeInfo) -> Status | None:
    """Tell why a node has no room for a pod; one whose size nobody knows has."""
    allocatable = info.node.allocatable
    if allocatable is None:
        return None
    reasons = []
    resolvable = True
    if info.number + 1 > allocatable.get("pods", 0):
        reasons.append("Too many pods")
    requested = info.requested
    for name, amount in pod.requests.items():
        if amount > allocatable.get(name, 0) - requested.get(name, 0):
            reasons.append(f"Insufficient {name}")
            resolvable &= amount <= allocatable.get(name, 0)
    return Status(Plugin.NODE_RESOURCES_FIT, tuple(reasons), resolvable) if reasons else None


def score(pod: PodInfo, info: NodeInfo) -> int:
    """Rate a node by the share of cpu and memory that is left (LeastAllocated): 0 to 100."""
    allocatable = info.node.allocatable
    if allocatable is None:
        return 0
    total = weights = 0
    for name, wanted in (
        ("cpu", info.counted_cpu + pod.counted_cpu),
        ("memory", info.counted_memory + pod.counted_memory),
    ):
        if capacity := allocatable.get(name, 0):
            total += 0 if wanted > capacity else (capacity - wanted) * 100 // capacity
            weights += 1
    return total // weights if weights else 0
