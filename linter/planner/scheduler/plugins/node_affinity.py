"""NodeAffinity: nodeSelector and node affinity, required and preferred.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.scheduling import matches_node, matches_term
from linter.planner.scheduler.status import Plugin, Status

if TYPE_CHECKING:
    from linter.planner.model import Node
    from linter.planner.scheduler.pod_info import PodInfo

_OTHER_NODE = Status(Plugin.NODE_AFFINITY, ("node(s) didn't satisfy plugin(s) [NodeAffinity]",))
_REFUSED = Status(Plugin.NODE_AFFINITY, ("node(s) didn't match Pod's node affinity/selector",))


def check_pinned(pod: PodInfo, node: Node) -> Status | None:
    """Tell why a pod that is made for one node cannot come to another: such nodes are not even looked at."""
    return _OTHER_NODE if pod.pinned is not None and pod.pinned != node.name else None


def check(pod: PodInfo, node: Node) -> Status | None:
    """Tell why a pod does not want a node."""
    return None if matches_node(pod.spec, node.name, node.labels) else _REFUSED


def check_all(pod: PodInfo, node: Node) -> Status | None:
    """Tell why a pod does not want a node, or is made for another one."""
    return check_pinned(pod, node) or check(pod, node)


def score(pod: PodInfo, node: Node) -> int:
    """Add up the weights of the preferred terms that a node meets: the more, the better."""
    return sum(
        each.get("weight", 0)
        for each in pod.preferred_nodes
        if matches_term(each.get("preference") or {}, node.name, node.labels)
    )
