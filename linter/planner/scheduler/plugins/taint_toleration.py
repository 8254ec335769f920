"""TaintToleration: nodes keep pods off that do not tolerate their taints, or are taken less gladly.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.scheduling import tolerated
from linter.planner.scheduler.status import Plugin, Status

if TYPE_CHECKING:
    from linter.planner.model import Node
    from linter.planner.scheduler.pod_info import PodInfo

_REFUSED = Status(Plugin.TAINT_TOLERATION, ("node(s) had untolerated taint(s)",))


def check(pod: PodInfo, node: Node) -> Status | None:
    """Tell why a node with taints keeps a pod off."""
    return None if tolerates(pod, node) else _REFUSED


def tolerates(pod: PodInfo, node: Node) -> bool:
    """Tell whether a pod tolerates all taints of a node that keep pods off."""
    # On which nodes a DaemonSet has pods its controller has decided, for some of them before the node was in this condition.
    taints = node.taints if pod.pinned is not None else (*node.taints, *_condition_taints(node))
    return all(
        taint.get("effect") not in {"NoSchedule", "NoExecute"} or tolerated(taint, pod.tolerations)
        for taint in taints
    )


_CONDITION_TAINTS = {
    ("Ready", "False"): "node.kubernetes.io/not-ready",
    ("Ready", "Unknown"): "node.kubernetes.io/unreachable",
    ("MemoryPressure", "True"): "node.kubernetes.io/memory-pressure",
    ("DiskPressure", "True"): "node.kubernetes.io/disk-pressure",
    ("NetworkUnavailable", "True"): "node.kubernetes.io/network-unavailable",
    ("PIDPressure", "True"): "node.kubernetes.io/pid-pressure",
}
"""What the node lifecycle controller keeps pods off by, for each condition of a node.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-nodes-by-condition
"""


def _condition_taints(node: Node) -> list[dict[str, str]]:
    """Return the taints that a node gets for its conditions, whether or not it was listed with them."""
    keys = [_CONDITION_TAINTS.get(condition) for condition in node.conditions.items()]
    return [{"key": key, "effect": "NoSchedule"} for key in keys if key is not None]


def score(pod: PodInfo, node: Node) -> int:
    """Count the taints for which a pod should rather go elsewhere: the fewer, the better."""
    return sum(
        taint.get("effect") == "PreferNoSchedule" and not tolerated(taint, pod.tolerations)
        for taint in node.taints
    )
