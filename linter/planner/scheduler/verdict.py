"""What a node says of a pod by itself, whatever stands on other nodes: whether the pod fits there, and how well.

It is remembered at the node for all sorts of pods that ask the same, until pods come or go there: workloads are many, and what
their pods ask of a node differs little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.planner.scheduler.plugins import (
    node_affinity,
    node_ports,
    node_resources_balanced_allocation,
    node_resources_fit,
    node_unschedulable,
    taint_toleration,
)

if TYPE_CHECKING:
    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.pod_info import PodInfo
    from linter.planner.scheduler.status import Status


class Fixed(NamedTuple):
    """What a node says of pods whatever pods are there.

    Attributes:
        status: Why it cannot take one.
        taints: How many taints speak against it.
        wishes: What speaks for it.
    """

    status: Status | None
    taints: int
    wishes: int


class Verdict(NamedTuple):
    """What a node says of pods with those that are there.

    Attributes:
        status: Why it cannot take another one.
        room: The score of what is left there.
        taints: How many taints speak against it.
        wishes: What speaks for it.
    """

    status: Status | None
    room: int
    taints: int
    wishes: int


def verdict(pod: PodInfo, info: NodeInfo) -> Verdict:
    """Return what a node says of a pod by itself."""
    found = info.verdicts.get(pod.asks)
    if found is None:
        found = info.verdicts[pod.asks] = _verdict(pod, info)
    return found


def _verdict(pod: PodInfo, info: NodeInfo) -> Verdict:
    fixed = info.fixed.get(pod.asks)
    if fixed is None:
        fixed = info.fixed[pod.asks] = _fixed(pod, info)
    status = fixed.status or node_ports.check(pod, info) or node_resources_fit.check(pod, info)
    if status is not None:
        return Verdict(status, 0, 0, 0)
    room = node_resources_fit.score(pod, info) + node_resources_balanced_allocation.score(pod, info)
    return Verdict(None, room, fixed.taints, fixed.wishes)


def _fixed(pod: PodInfo, info: NodeInfo) -> Fixed:
    node = info.node
    status = (
        node_unschedulable.check(pod, node)
        or taint_toleration.check(pod, node)
        or node_affinity.check(pod, node)
    )
    return Fixed(status, taint_toleration.score(pod, node), node_affinity.score(pod, node))
