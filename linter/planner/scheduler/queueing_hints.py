"""Queueing hints: whether a change in the cluster may help a pod that some plugin has refused.

A pod that fits nowhere is not tried again, and its condition does not say anew why, before something happens that a plugin
which has refused it waits for. Source: https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/#queueinghint
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from linter.planner.scheduler.cluster_events import NodeAdded, NodeDeleted, NodeUpdated, PodAdded, PodDeleted
from linter.planner.scheduler.node_info import NodeInfo
from linter.planner.scheduler.plugins import (
    node_affinity,
    node_ports,
    node_resources_fit,
    node_unschedulable,
    taint_toleration,
)
from linter.planner.scheduler.plugins.pod_topology_spread import constraints_of, has_keys
from linter.planner.scheduler.status import Plugin

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.planner.model import Node
    from linter.planner.scheduler.cluster_events import ClusterEvent
    from linter.planner.scheduler.pod_info import AffinityTerm, PodInfo
    from linter.planner.scheduler.status import Status


def may_help(plugin: Plugin, pod: PodInfo, event: ClusterEvent) -> bool:
    """Tell whether a pod that a plugin has refused is worth another try after an event."""
    match plugin:
        case Plugin.INTER_POD_AFFINITY:
            helps = _inter_pod_affinity(pod, event)
        case Plugin.NODE_AFFINITY:
            helps = _no_longer_refused(pod, event, node_affinity.check_all)
        case Plugin.NODE_PORTS:
            helps = _node_ports(pod, event)
        case Plugin.NODE_RESOURCES_FIT:
            helps = _node_resources_fit(pod, event)
        case Plugin.NODE_UNSCHEDULABLE:
            helps = _no_longer_refused(pod, event, node_unschedulable.check)
        case Plugin.POD_TOPOLOGY_SPREAD:
            helps = _pod_topology_spread(pod, event)
        case Plugin.TAINT_TOLERATION:
            helps = _no_longer_refused(pod, event, taint_toleration.check)
        case Plugin.VOLUME_BINDING | Plugin.VOLUME_ZONE:
            helps = isinstance(event, NodeAdded) or _has_other_labels(event)
        case Plugin.VOLUME_RESTRICTIONS:
            helps = _volume_restrictions(pod, event)
        case _:
            assert_never(plugin)
    return helps


def _no_longer_refused(
    pod: PodInfo, event: ClusterEvent, check: Callable[[PodInfo, Node], Status | None]
) -> bool:
    """Tell whether a node that joined takes a pod, or one that changed does and did not before."""
    match event:
        case NodeAdded(node):
            return check(pod, node) is None
        case NodeUpdated(before, node):
            return check(pod, node) is None and check(pod, before) is not None
        case _:
            return False


def _has_other_labels(event: ClusterEvent) -> bool:
    return isinstance(event, NodeUpdated) and event.before.labels != event.node.labels


def _inter_pod_affinity(pod: PodInfo, event: ClusterEvent) -> bool:
    match event:
        case PodAdded(other):
            return bool(pod.affinity) and all(term.matches(other) for term in pod.affinity)
        case PodDeleted(other):
            return _is_hated(other, pod) or _is_hated(pod, other)
        case NodeAdded(node):
            # Whether there are pods in its domain that the pod must not be near to is not looked at.
            return bool(pod.anti_affinity) or any(term.topology_key in node.labels for term in pod.affinity)
        case NodeUpdated(before, node):
            return any(_joins(term, before, node) for term in pod.affinity) or any(
                _leaves(term, before, node) for term in pod.anti_affinity
            )
        case NodeDeleted():
            return False
        case _:
            assert_never(event)


def _is_hated(other: PodInfo, pod: PodInfo) -> bool:
    """Tell whether a pod must not be near to another one."""
    return any(term.matches(other) for term in pod.anti_affinity)


def _joins(term: AffinityTerm, before: Node, node: Node) -> bool:
    """Tell whether a node has come into a domain of a term."""
    value = node.labels.get(term.topology_key)
    return value is not None and value != before.labels.get(term.topology_key)


def _leaves(term: AffinityTerm, before: Node, node: Node) -> bool:
    """Tell whether a node has gone out of a domain of a term."""
    value = before.labels.get(term.topology_key)
    return value is not None and value != node.labels.get(term.topology_key)


def _node_ports(pod: PodInfo, event: ClusterEvent) -> bool:
    match event:
        case PodDeleted(other):
            return node_ports.conflict(pod.ports, other.ports)
        case _:
            return isinstance(event, NodeAdded)


def _node_resources_fit(pod: PodInfo, event: ClusterEvent) -> bool:
    match event:
        case PodDeleted():
            # Which resources become free, and where, is not looked at.
            return True
        case NodeAdded(node):
            return _fits_alone(pod, node)
        case NodeUpdated(before, node):
            return _fits_alone(pod, node) and _grows(pod, before, node)
        case _:
            return False


def _fits_alone(pod: PodInfo, node: Node) -> bool:
    return node_resources_fit.check(pod, NodeInfo(node, 0)) is None


def _grows(pod: PodInfo, before: Node, node: Node) -> bool:
    """Tell whether a node has more than before of something that a pod requests."""
    was, now = before.allocatable, node.allocatable
    if was is None or now is None:
        return was != now
    return any(now.get(name, 0) > was.get(name, 0) for name in ("pods", *pod.requests))


def _pod_topology_spread(pod: PodInfo, event: ClusterEvent) -> bool:
    constraints = constraints_of(pod, "DoNotSchedule")
    match event:
        case PodAdded(other) | PodDeleted(other):
            return any(each.counts_pod(pod, other) for each in constraints)
        case NodeAdded(node) | NodeDeleted(node):
            return has_keys(node, constraints)
        case NodeUpdated(before, node):
            if has_keys(before, constraints) != has_keys(node, constraints):
                return True
            moved = any(before.labels.get(each.key) != node.labels.get(each.key) for each in constraints)
            return has_keys(node, constraints) and (moved or before.taints != node.taints)
        case _:
            assert_never(event)


def _volume_restrictions(pod: PodInfo, event: ClusterEvent) -> bool:
    match event:
        case PodDeleted(other):
            return other.namespace == pod.namespace and not set(pod.claims).isdisjoint(other.claims)
        case _:
            return isinstance(event, NodeAdded)
