"""The pods that wait for a node: which are to be tried, and what was said of those that are not tried again yet."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.planner.scheduler.cluster_events import PodDeleted
from linter.planner.scheduler.queueing_hints import may_help

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from linter.planner.controllers.base import Controller
    from linter.planner.model import ObjectId, Pods
    from linter.planner.scheduler.cluster_events import ClusterEvent
    from linter.planner.scheduler.pod_info import PodInfo
    from linter.planner.scheduler.status import Plugin


class Waiting(NamedTuple):
    """Pods that wait, and do not differ.

    Attributes:
        number: How many.
        due: Whether they are to be tried: they are new, or something has happened that may help them.
        text: What the scheduler has said of them.
        rejectors: The plugins that have refused them.
        nominated: The node on which others have been pushed out for each of them.
        since: When they came into the queue last, new or after they were tried, as a number that rises with time.
    """

    number: int
    due: bool = True
    text: str = ""
    rejectors: frozenset[Plugin] = frozenset()
    nominated: str | None = None
    since: int = 0


class Line(NamedTuple):
    """Pods without a node that their controller counts together.

    Attributes:
        workload: Whose they are.
        pod: What the scheduler asks of them.
        pods: The pods.
        waiting: The same, as far as they differ to the scheduler; the oldest first.
    """

    workload: Controller
    pod: PodInfo
    pods: Pods
    waiting: tuple[Waiting, ...]


class SchedulingQueue:
    """The pods that wait, by what their controller knows them by: pods that are made anew are others."""

    def __init__(self) -> None:
        self._lines: dict[Any, Line] = {}
        self._times = count(1)

    @property
    def has_pods(self) -> bool:
        """Whether there are any."""
        return bool(self._lines)

    def notice(self, events: Collection[ClusterEvent], most: int | None = None) -> None:
        """Let pods be tried again that may be helped by what has happened.

        Args:
            events: What has happened.
            most: Only pods of no higher priority than this; None: all.
        """
        for handle, line in self._lines.items() if events else ():
            if most is None or line.pod.priority <= most:
                tried = [
                    each._replace(due=each.due or _is_helped(line.pod, each, events)) for each in line.waiting
                ]
                self._lines[handle] = line._replace(waiting=tuple(tried))

    def take(self, found: Iterable[tuple[Controller, PodInfo, Pods]]) -> list[Line]:
        """Return the pods that are to be looked at; those that go on waiting are given back by `put`.

        Args:
            found: The pods without a node that there are now; others are forgotten. Of several that are counted together
                those that are gone were the youngest, and new ones are younger.
        """
        found = list(found)
        self._notice_cleared_nodes({pods.handle: pods.number for _, _, pods in found})
        lines, self._lines = self._lines, {}
        taken = []
        for workload, pod, pods in found:
            known = lines[pods.handle].waiting if pods.handle in lines else ()
            waiting = list(_first(known, pods.number))
            if new := pods.number - sum(each.number for each in waiting):
                waiting.append(Waiting(new, since=self.now()))
            taken.append(Line(workload, pod, pods, tuple(waiting)))
        return taken

    def _notice_cleared_nodes(self, numbers: Mapping[Any, int]) -> None:
        """Let pods be tried again where one is gone that others have been pushed out for: to them its room was taken."""
        for handle, line in list(self._lines.items()):
            left = _first(line.waiting, numbers.get(handle, 0))
            if sum(each.number for each in left if each.nominated) < sum(
                each.number for each in line.waiting if each.nominated
            ):
                self.notice([PodDeleted(line.pod)], line.pod.priority)

    def now(self) -> int:
        """Return the next of the numbers that rise with time."""
        return next(self._times)

    def put(self, line: Line, waiting: Sequence[Waiting]) -> None:
        """Let those pods of a line wait that found no node."""
        if waiting:
            self._lines[line.pods.handle] = line._replace(waiting=tuple(waiting))

    def texts(self) -> dict[ObjectId, tuple[str, ...]]:
        """Return what the scheduler has said of pods that wait, by workload."""
        texts: dict[ObjectId, set[str]] = {}
        for line in self._lines.values():
            texts.setdefault(line.workload.id, set()).update(each.text for each in line.waiting)
        return {workload: tuple(sorted(found)) for workload, found in texts.items()}


def in_order(lines: Iterable[Line]) -> list[tuple[Line, int]]:
    """Return lines and indices of their pods in the order of the queue: by priority, then by when they came into it."""
    places = [(line, index) for line in lines for index in range(len(line.waiting))]
    return sorted(places, key=lambda place: (-place[0].pod.priority, place[0].waiting[place[1]].since))


def _is_helped(pod: PodInfo, waiting: Waiting, events: Iterable[ClusterEvent]) -> bool:
    return any(may_help(plugin, pod, event) for event in events for plugin in waiting.rejectors)


def _first(line: Iterable[Waiting], number: int) -> Iterator[Waiting]:
    """Yield so many of the pods that wait, if there are."""
    for each in line:
        share = min(each.number, number)
        if share:
            yield each._replace(number=share)
        number -= share
