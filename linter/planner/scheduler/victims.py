"""The pods that others of higher priority push out of their nodes."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.bystanders import Bystanders
    from linter.planner.cluster import Cluster
    from linter.planner.controllers.base import Controller
    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.occupancy import Occupancy
    from linter.planner.scheduler.pod_info import PodInfo
    from linter.planner.scheduler.pods import PodInfos
    from linter.planner.scheduler.preemption import Victim


class Victims:
    """Deletes pods that are in the way, and remembers them until they are gone."""

    def __init__(self, pods: PodInfos, occupancy: Occupancy) -> None:
        self._pods = pods
        self._occupancy = occupancy
        self._going: defaultdict[str, Counter[PodInfo]] = defaultdict(Counter)
        """How many of each sort are on their way out, by node."""

    def forget_those_gone(self) -> None:
        """Forget the pods that are on their nodes no more."""
        for node, going in self._going.items():
            info = self._occupancy.node(node)
            for pod in going:
                going[pod] = min(going[pod], info.terminating.get(pod, 0) if info is not None else 0)

    def are_going(self, info: NodeInfo, pod: PodInfo) -> bool:
        """Tell whether pods of lower priority than that of another are on their way out of a node."""
        going = self._going.get(info.node.name, Counter())
        return any(number and other.priority < pod.priority for other, number in going.items())

    def push_out(self, cluster: Cluster, info: NodeInfo, victims: Sequence[Victim]) -> bool:
        """Push pods out of a node; return whether some were not on their way already."""
        running = [each.pod for each in victims if not each.terminating]
        for pod in running:
            self._delete(cluster, info.node.name, pod)
            self._occupancy.move(pod, info, -1)
            self._occupancy.move(pod, info, 1, terminating=True)
            self._going[info.node.name][pod] += 1
        return bool(running)

    def _delete(self, cluster: Cluster, node: str, victim: PodInfo) -> None:
        """Delete one of the pods of a sort on a node."""
        owners: tuple[Controller | Bystanders, ...] = (*cluster.workloads.values(), cluster.bystanders)
        for owner in owners:
            for pods in owner.pods_alike():
                if pods.node == node and not pods.terminating and self._pods.of(owner, pods) is victim:
                    owner.evict(pods)
                    return
