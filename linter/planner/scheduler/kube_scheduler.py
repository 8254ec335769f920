"""The kube-scheduler with its default profile: takes the waiting pods one after another and binds those that fit somewhere."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from linter.planner.scheduler import fit_error
from linter.planner.scheduler.occupancy import Occupancy
from linter.planner.scheduler.pods import PodInfos
from linter.planner.scheduler.preemption import preempt
from linter.planner.scheduler.volumes import Volumes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linter.planner.bystanders import Bystanders
    from linter.planner.cluster import Cluster
    from linter.planner.controllers.base import Controller
    from linter.planner.model import Manifest, ObjectId, Pods
    from linter.planner.scheduler.cycle import Cycle
    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.pod_info import PodInfo
    from linter.planner.scheduler.preemption import Victim

_NO_NODES = "no nodes available to schedule pods."
_GATED = "Scheduling is blocked due to non-empty scheduling gates"
_MAKING_ROOM = "preemption: not eligible due to a terminating pod on the nominated node."


class KubeScheduler:
    """Binds pods as the kube-scheduler does.

    Attributes:
        tossed: Whether chance has chosen among several nodes that were equally good.
    """

    def __init__(self, objects: Iterable[Manifest]) -> None:
        objects = tuple(objects)
        self.tossed = False
        self._pods = PodInfos(objects)
        self._occupancy = Occupancy(self._pods, Volumes(objects))
        self._reasons: dict[ObjectId, set[str]] = {}
        self._nominated: dict[PodInfo, Counter[str]] = {}
        """The nodes from which pods have been pushed out for others, which wait until those are gone."""

    def reasons(self, cluster: Cluster) -> Mapping[ObjectId, tuple[str, ...]]:  # noqa: ARG002  it is kept from the last time
        """Return what the scheduler says of the pods that it has found no node for, by workload."""
        return {key: tuple(sorted(texts)) for key, texts in self._reasons.items()}

    def bind_pods(self, cluster: Cluster) -> bool:
        """Bind the pods that fit somewhere; return whether something changed."""
        self._reasons = {}
        occupancy = self._occupancy
        occupancy.follow(cluster)
        waiting = [
            (self._pods.of(workload, pods), workload, pods)
            for workload in cluster.workloads.values()
            for pods in workload.unscheduled_pods()
        ]
        # Among pods of equal priority the oldest is first.
        waiting.sort(key=lambda each: -each[0].priority)
        changed = False
        for pod, workload, pods in waiting:
            cycle = occupancy.cycle(pod)
            bound = self._bind(cycle, workload, pods)
            changed |= bound > 0
            if bound < pods.number:
                changed |= self._give_up(cluster, cycle, workload, pods.number - bound)
        # What was bound or pushed out here is known.
        cluster.moves.clear()
        return changed

    def _bind(self, cycle: Cycle, workload: Controller, pods: Pods) -> int:
        """Bind as many of some pods as there is room for; return how many."""
        pod = cycle.pod
        if pod.spec.get("schedulingGates"):
            return 0
        number: Counter[str] = Counter()
        for _ in range(pods.number):
            choice = cycle.choose()
            if choice is None:
                break
            self.tossed |= choice.by_chance
            self._occupancy.place(cycle, pod, choice.info, 1)
            number[choice.info.node.name] += 1
        for name, count in number.items():
            workload.bind(pods, name, count)
        return number.total()

    def _give_up(self, cluster: Cluster, cycle: Cycle, workload: Controller, number: int) -> bool:
        """Say why pods find no node, and push others out for them; return whether some were."""
        texts = self._reasons.setdefault(workload.id, set())
        pod = cycle.pod
        if pod.spec.get("schedulingGates"):
            texts.add(_GATED)
            return False
        if not cycle.nodes:
            texts.add(_NO_NODES)
            return False
        waits = self._nominated.pop(pod, Counter())
        pushed = False
        for _ in range(number):
            statuses = [(info, status) for info in cycle.nodes if (status := cycle.check(info)) is not None]
            reasons = [reason for _, status in statuses for reason in status.reasons]
            info = self._waits_for(pod, cycle.nodes, waits)
            if info is not None:
                text = _MAKING_ROOM
            else:
                text, info, victims = preempt(cycle, statuses, partial(cluster.disruptions.allowed, cluster))
                pushed |= self._evict(cluster, cycle, info, victims) if info is not None else False
            texts.add(fit_error.sentence(len(cycle.nodes), reasons, text))
            if info is None:
                break
            # The room is kept for the pod; those of lower priority come later and find it taken.
            self._occupancy.reserve(cycle, info)
            self._nominated.setdefault(pod, Counter())[info.node.name] += 1
        return pushed

    def _waits_for(self, pod: PodInfo, nodes: Sequence[NodeInfo], waits: Counter[str]) -> NodeInfo | None:
        """Return a node on which pods are terminating to make room for a pod, if there is one."""
        for info in nodes:
            name = info.node.name
            if waits[name] and any(other.priority < pod.priority for other in info.terminating):
                waits[name] -= 1
                return info
        return None

    def _evict(self, cluster: Cluster, cycle: Cycle, info: NodeInfo, victims: Sequence[Victim]) -> bool:
        """Push pods out of a node; return whether some were not on their way already."""
        pushed = False
        for victim in victims:
            if not victim.terminating:
                self._delete(cluster, info.node.name, victim.pod)
                self._occupancy.place(cycle, victim.pod, info, -1)
                self._occupancy.place(cycle, victim.pod, info, 1, terminating=True)
                pushed = True
        return pushed

    def _delete(self, cluster: Cluster, node: str, victim: PodInfo) -> None:
        """Delete one of the pods of a sort on a node."""
        owners: tuple[Controller | Bystanders, ...] = (*cluster.workloads.values(), cluster.bystanders)
        for owner in owners:
            for pods in owner.pods_alike():
                if pods.node == node and not pods.terminating and self._pods.of(owner, pods) is victim:
                    owner.evict(pods)
                    return
