"""TaintToleration: nodes keep pods off that do not tolerate their taints, or are taken less gladly.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.scheduling import tolerated
from linter.planner.scheduler.status import Status

if TYPE_CHECKING:
    from linter.planner.model import Node
    from linter.planner.scheduler.pod_info import PodInfo

_REFUSED = Status(("node(s) had untolerated taint(s)",))


def check(pod: PodInfo, node: Node) -> Status | None:
    """Tell why a node with taints keeps a pod off."""
    return None if tolerates(pod, node) else _REFUSED


def tolerates(pod: PodInfo, node: Node) -> bool:
    """Tell whether a pod tolerates all taints of a node that keep pods off."""
    return all(
        taint.get("effect") not in {"NoSchedule", "NoExecute"} or tolerated(taint, pod.tolerations)
        for taint in node.taints
    )


def score(pod: PodInfo, node: Node) -> int:
    """Count the taints for which a pod should rather go elsewhere: the fewer, the better."""
    return sum(
        taint.get("effect") == "PreferNoSchedule" and not tolerated(taint, pod.tolerations)
        for taint in node.taints
    )
