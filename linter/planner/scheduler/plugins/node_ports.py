"""NodePorts: a host port can be taken once on each node.

Source: https://kubernetes.io/docs/concepts/configuration/overview/#services
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.scheduler.status import Status

if TYPE_CHECKING:
    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.pod_info import PodInfo

_REFUSED = Status(("node(s) didn't have free ports for the requested pod ports",), resolvable=True)
_ANY = "0.0.0.0"  # noqa: S104  it is compared


def check(pod: PodInfo, info: NodeInfo) -> Status | None:
    """Tell why a node has no room for a pod's ports."""
    if not pod.ports or not info.ports:
        return None
    for ip, protocol, port in pod.ports:
        for (other_ip, other_protocol, other_port), number in info.ports.items():
            if (
                number > 0
                and (other_protocol, other_port) == (protocol, port)
                and (ip == other_ip or _ANY in {ip, other_ip})
            ):
                return _REFUSED
    return None
