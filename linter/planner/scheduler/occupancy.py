"""Which pods are on which nodes, as the scheduler's cache knows it: followed change by change, not counted anew each time."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import TYPE_CHECKING

from linter.planner.scheduler.cluster_events import NodeUpdated, PodDeleted, node_events, pod_events
from linter.planner.scheduler.cycle import Cycle
from linter.planner.scheduler.node_info import NodeInfo

if TYPE_CHECKING:
    from linter.planner.bystanders import Bystanders
    from linter.planner.cluster import Cluster
    from linter.planner.controllers.base import Controller
    from linter.planner.scheduler.cluster_events import ClusterEvent, PodsByNode
    from linter.planner.scheduler.cycle import Move
    from linter.planner.scheduler.pod_info import PodInfo
    from linter.planner.scheduler.pods import PodInfos
    from linter.planner.scheduler.volumes import Volumes


class Occupancy:
    """The nodes with their pods, and the cycles of the sorts of pods that were scheduled last.

    Attributes:
        nodes: The nodes, sorted by name.
    """

    def __init__(self, pods: PodInfos, volumes: Volumes) -> None:
        self.nodes: list[NodeInfo] = []
        self._pods = pods
        self._volumes = volumes
        self._by_name: dict[str, NodeInfo] = {}
        self._version: tuple[int, int] | None = None
        self._log: list[Move] = []
        """All that has moved since the pods were counted."""
        self._cycles: dict[PodInfo, tuple[Cycle, int]] = {}
        """Cycles, with how much of the log they know."""
        self._choosy: set[PodInfo] = set()
        """The sorts of pods that care which others are near."""
        self._times = count()
        self._reserved: list[tuple[PodInfo, NodeInfo, int]] = []

    def follow(self, cluster: Cluster, *, tell: bool = True) -> list[ClusterEvent]:
        """Take in what has changed since the last time.

        Args:
            cluster: The cluster.
            tell: Whether somebody wants to know what has changed.

        Returns:
            What has changed, once for all pods that are alike.
        """
        for pod, info, number in self._reserved:
            self.move(pod, info, -number)
        self._reserved.clear()
        version = cluster.nodes_version, cluster.bystanders.version
        if version != self._version:
            self._version = version
            events = self._count(cluster, tell=tell)
        else:
            events = [*self._update_nodes(cluster), *self._take_in(cluster)]
        cluster.moves.clear()
        cluster.updated_nodes.clear()
        return events

    def _update_nodes(self, cluster: Cluster) -> list[ClusterEvent]:
        """Let nodes be as they are now; the pods on them stay."""
        events: list[ClusterEvent] = []
        for name in cluster.updated_nodes:
            info, node = self._by_name[name], cluster.nodes[name]
            if info.node != node:
                events.append(NodeUpdated(info.node, node))
                info.change(node)
        if events:
            self._cycles.clear()
            self._log.clear()
        return events

    def _take_in(self, cluster: Cluster) -> list[ClusterEvent]:
        """Let the pods come and go that have, between nodes that are known."""
        events: dict[ClusterEvent, None] = {}
        moved: dict[tuple[PodInfo, NodeInfo], None] = {}
        for key, pods in cluster.moves:
            if (info := self._by_name.get(pods.node or "")) and (workload := cluster.workloads.get(key)):
                pod = self._pods.of(workload, pods)
                self.move(pod, info, pods.number, terminating=pods.terminating)
                # One that is deleted leaves as a running pod and comes as a terminating one.
                if pods.number < 0 and pods.terminating:
                    events[PodDeleted(pod)] = None
                moved[pod, info] = None
        for pod, info in moved:
            self._note_times(pod, info)
        return list(events)

    def _count(self, cluster: Cluster, *, tell: bool) -> list[ClusterEvent]:
        """Count all pods on all nodes."""
        nodes = {name: info.node for name, info in self._by_name.items()}
        there = self._pods_by_node() if tell else {}
        names = sorted(cluster.nodes)
        self.nodes = [NodeInfo(cluster.nodes[name], index) for index, name in enumerate(names)]
        since = {name: info.since for name, info in self._by_name.items()}
        self._by_name = {info.node.name: info for info in self.nodes}
        self._cycles.clear()
        self._choosy.clear()
        self._log.clear()
        owners: tuple[Controller | Bystanders, ...] = (cluster.bystanders, *cluster.workloads.values())
        for owner in owners:
            for pods in owner.pods_alike():
                if info := self._by_name.get(pods.node or ""):
                    self.move(self._pods.of(owner, pods), info, pods.number, terminating=pods.terminating)
        for name, info in self._by_name.items():
            info.since = since.get(name, {})
            for pod in {**info.since, **info.running, **info.terminating}:
                self._note_times(pod, info)
        if not tell:
            return []
        return [*node_events(nodes, cluster.nodes), *pod_events(there, self._pods_by_node())]

    def _pods_by_node(self) -> PodsByNode:
        return {info.node.name: Counter(info.running) + Counter(info.terminating) for info in self.nodes}

    def move(self, pod: PodInfo, info: NodeInfo, number: int, *, terminating: bool = False) -> None:
        """Let pods come to a node, or leave it where the number is negative."""
        self._know(pod)
        info.add(pod, number, terminating=terminating)
        self._log.append((pod, info, number, terminating))

    def _note_times(self, pod: PodInfo, info: NodeInfo) -> None:
        """Note when pods of a sort have come to a node, as many as there are."""
        number = info.running.get(pod, 0) + info.terminating.get(pod, 0)
        times = info.since.setdefault(pod, [])
        del times[number:]
        times.extend(next(self._times) for _ in range(number - len(times)))
        if not times:
            del info.since[pod]

    def place(
        self, cycle: Cycle, pod: PodInfo, info: NodeInfo, number: int, *, terminating: bool = False
    ) -> None:
        """Let pods come to a node, or leave it, while others are being scheduled."""
        self.move(pod, info, number, terminating=terminating)
        self._note_times(pod, info)
        cycle.notice(pod, info, number, terminating=terminating)
        if cycle.pod in self._cycles:
            self._cycles[cycle.pod] = cycle, len(self._log)

    def reserve(self, pod: PodInfo, info: NodeInfo, number: int) -> None:
        """Keep the room of pods until `follow` is called: others have been pushed out for them, and are not gone yet."""
        self.move(pod, info, number)
        self._reserved.append((pod, info, number))

    def _know(self, pod: PodInfo) -> None:
        """Set up all cycles anew where a sort of pods cares which others are near, and was not there before."""
        if pod.is_choosy and pod not in self._choosy:
            self._choosy.add(pod)
            self._cycles.clear()

    def node(self, name: str | None) -> NodeInfo | None:
        """Return a node by its name, if there is one."""
        return self._by_name.get(name or "")

    def _node(self, name: str) -> list[NodeInfo]:
        return [self._by_name[name]] if name in self._by_name else []

    def cycle(self, pod: PodInfo) -> Cycle:
        """Return the scheduling of pods of a sort, up to date."""
        self._know(pod)
        cycle, position = self._cycles.pop(pod, (None, 0))
        behind = self._log[position:]
        if cycle is None or len(behind) > len(self.nodes):
            candidates = self.nodes if pod.pinned is None else self._node(pod.pinned)
            cycle = Cycle(pod, self.nodes, candidates, self._volumes, self._choosy)
        else:
            cycle.catch_up(behind)
        if pod.pinned is None:
            self._cycles[pod] = cycle, len(self._log)
        return cycle
