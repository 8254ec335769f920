"""The kube-scheduler with its default profile: takes the waiting pods one after another and binds those that fit somewhere."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from linter.planner.scheduler import fit_error
from linter.planner.scheduler.cluster_events import PodAdded
from linter.planner.scheduler.occupancy import Occupancy
from linter.planner.scheduler.pods import PodInfos
from linter.planner.scheduler.preemption import preempt
from linter.planner.scheduler.scheduling_queue import SchedulingQueue, Waiting, in_order
from linter.planner.scheduler.victims import Victims
from linter.planner.scheduler.volumes import Volumes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from linter.planner.cluster import Cluster
    from linter.planner.model import Manifest, ObjectId
    from linter.planner.scheduler.cycle import Cycle
    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.pod_info import PodInfo
    from linter.planner.scheduler.scheduling_queue import Line
    from linter.planner.scheduler.status import Status

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
        self._changed = False
        self._pods = PodInfos(objects)
        self._occupancy = Occupancy(self._pods, Volumes(objects))
        self._queue = SchedulingQueue()
        self._victims = Victims(self._pods, self._occupancy)

    def reasons(self, cluster: Cluster) -> Mapping[ObjectId, tuple[str, ...]]:  # noqa: ARG002  it is kept from the last time
        """Return what the scheduler says of the pods that it has found no node for, by workload."""
        return self._queue.texts()

    def bind_pods(self, cluster: Cluster) -> bool:
        """Bind the pods that fit somewhere; return whether something changed."""
        self._changed = False
        self._queue.notice(self._occupancy.follow(cluster, tell=self._queue.has_pods))
        self._victims.forget_those_gone()
        lines = self._queue.take(
            (workload, self._pods.of(workload, pods), pods)
            for workload in cluster.workloads.values()
            for pods in workload.unscheduled_pods()
        )
        bound: dict[PodInfo, None] = {}
        left: dict[tuple[int, int], list[Waiting]] = {}
        for line, index in in_order(lines):
            each = line.waiting[index]
            if each.due:
                number = each.number - self._bind(line, each)
                if number < each.number:
                    bound[line.pod] = None
                refused = self._give_up(cluster, line.pod, each, number)
                left[id(line), index] = [one._replace(since=self._queue.now()) for one in refused]
            else:
                self._reserve(line.pod, each)
                left[id(line), index] = [each]
        for line in lines:
            places = range(len(line.waiting))
            self._queue.put(line, [each for index in places for each in left[id(line), index]])
        self._queue.notice([PodAdded(pod) for pod in bound])
        # What was bound or pushed out here is known.
        cluster.moves.clear()
        return self._changed

    def _bind(self, line: Line, waiting: Waiting) -> int:
        """Bind as many pods as there is room for; return how many."""
        pod = line.pod
        if pod.spec.get("schedulingGates"):
            return 0
        cycle = self._occupancy.cycle(pod)
        number: Counter[str] = Counter()
        for _ in range(waiting.number):
            info = self._choose(cycle, waiting.nominated)
            if info is None:
                break
            self._occupancy.place(cycle, pod, info, 1)
            number[info.node.name] += 1
        for name, count in number.items():
            line.workload.bind(line.pods, name, count)
            self._changed = True
        return number.total()

    def _choose(self, cycle: Cycle, nominated: str | None) -> NodeInfo | None:
        """Return the node that a pod comes to: the one that was cleared for it, else the best."""
        info = self._occupancy.node(nominated)
        if info is not None and cycle.check(info) is None:
            return info
        choice = cycle.choose()
        if choice is None:
            return None
        self.tossed |= choice.by_chance
        return choice.info

    def _give_up(self, cluster: Cluster, pod: PodInfo, waiting: Waiting, number: int) -> Iterator[Waiting]:
        """Say why pods find no node, and push others out for them."""
        while number:
            refused = self._refuse(cluster, pod, waiting.nominated)
            # Where nothing is done for a pod, the next one that is like it is told the same.
            share = number if refused.nominated is None else 1
            refused = refused._replace(number=share)
            self._reserve(pod, refused)
            yield refused
            number -= share

    def _refuse(self, cluster: Cluster, pod: PodInfo, nominated: str | None) -> Waiting:
        """Say why one pod finds no node, and push others out for it."""
        if pod.spec.get("schedulingGates"):
            return Waiting(1, due=False, text=_GATED)
        cycle = self._occupancy.cycle(pod)
        if not cycle.nodes:
            return Waiting(1, text=_NO_NODES)
        statuses = [(info, status) for info in cycle.nodes if (status := cycle.check(info)) is not None]
        if self._waits_for_victims(pod, nominated, statuses):
            text = _MAKING_ROOM
        else:
            found = preempt(cycle, statuses, partial(cluster.disruptions.allowed, cluster))
            text, nominated = found.text, None
            if found.info is not None:
                nominated = found.info.node.name
                self.tossed |= found.by_chance
                self._changed |= self._victims.push_out(cluster, found.info, found.victims)
        reasons = [reason for _, status in statuses for reason in status.reasons]
        sentence = fit_error.sentence(len(cycle.nodes), reasons, text)
        rejectors = frozenset(status.plugin for _, status in statuses)
        return Waiting(1, due=False, text=sentence, rejectors=rejectors, nominated=nominated)

    def _waits_for_victims(
        self, pod: PodInfo, nominated: str | None, statuses: Iterable[tuple[NodeInfo, Status]]
    ) -> bool:
        """Tell whether others are still on their way out for a pod, on a node that it will fit on then."""
        return any(
            info.node.name == nominated and status.resolvable and self._victims.are_going(info, pod)
            for info, status in statuses
        )

    def _reserve(self, pod: PodInfo, waiting: Waiting) -> None:
        """Keep the room that others are pushed out from: pods of lower priority, which come later, find it taken."""
        info = self._occupancy.node(waiting.nominated)
        if info is not None:
            self._occupancy.reserve(pod, info, waiting.number)
