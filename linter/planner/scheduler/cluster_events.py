"""What the scheduling queue hears of: a change in the cluster after which pods that wait may fit somewhere."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linter.planner.model import Node
    from linter.planner.scheduler.pod_info import PodInfo


class PodAdded(NamedTuple):
    """A pod was bound to a node."""

    pod: PodInfo


class PodDeleted(NamedTuple):
    """A pod that had a node is gone."""

    pod: PodInfo


class NodeAdded(NamedTuple):
    """A node joined."""

    node: Node


class NodeUpdated(NamedTuple):
    """A node changed."""

    before: Node
    node: Node


class NodeDeleted(NamedTuple):
    """A node is gone."""

    node: Node


ClusterEvent = PodAdded | PodDeleted | NodeAdded | NodeUpdated | NodeDeleted

PodsByNode = dict[str, Counter["PodInfo"]]
"""How many pods of each sort are on nodes, terminating ones too."""


def node_events(before: Mapping[str, Node], nodes: Mapping[str, Node]) -> Iterator[ClusterEvent]:
    """Yield what tells nodes by name from those of before."""
    for name, node in nodes.items():
        if name not in before:
            yield NodeAdded(node)
        elif before[name] != node:
            yield NodeUpdated(before[name], node)
    yield from (NodeDeleted(node) for name, node in before.items() if name not in nodes)


def pod_events(before: PodsByNode, after: PodsByNode) -> Iterator[ClusterEvent]:
    """Yield what tells the pods on nodes from those of before; once for all that are alike."""
    for name in {**before, **after}:
        was, now = before.get(name, Counter()), after.get(name, Counter())
        for pod in {**was, **now}:
            if more := now[pod] - was[pod]:
                yield PodAdded(pod) if more > 0 else PodDeleted(pod)
