"""NodeUnschedulable: cordoned nodes take no pods.

Source: https://kubernetes.io/docs/concepts/architecture/nodes/#manual-node-administration
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.scheduling import tolerated
from linter.planner.scheduler.status import Plugin, Status

if TYPE_CHECKING:
    from linter.planner.model import Node
    from linter.planner.scheduler.pod_info import PodInfo

_TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
_REFUSED = Status(Plugin.NODE_UNSCHEDULABLE, ("node(s) were unschedulable",))


def check(pod: PodInfo, node: Node) -> Status | None:
    """Tell why a cordoned node takes no pod that does not tolerate it."""
    if node.unschedulable and not tolerated(_TAINT, pod.tolerations):
        return _REFUSED
    return None
