"""NodePorts: a host port can be taken once on each node.

Source: https://kubernetes.io/docs/concepts/configuration/overview/#services
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.scheduler.status import Plugin, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.pod_info import PodInfo, Port

_REFUSED = Status(
    Plugin.NODE_PORTS, ("node(s) didn't have free ports for the requested pod ports",), resolvable=True
)
_ANY = "0.0.0.0"  # noqa: S104  it is compared


def check(pod: PodInfo, info: NodeInfo) -> Status | None:
    """Tell why a node has no room for a pod's ports."""
    if not pod.ports or not info.ports:
        return None
    taken = [port for port, number in info.ports.items() if number > 0]
    return _REFUSED if conflict(pod.ports, taken) else None


def conflict(ports: Iterable[Port], others: Collection[Port]) -> bool:
    """Tell whether some host ports and others cannot be taken on the same node."""
    return any(
        (protocol, port) == (other_protocol, other_port) and (ip == other_ip or _ANY in {ip, other_ip})
        for ip, protocol, port in ports
        for other_ip, other_protocol, other_port in others
    )
