"""Leaps over rounds in which pods with an identity are treated one after another, in the order of ordinals or nodes.

What a controller does with such a pod depends on how the pod is and on which pods stand before it, never on how its ordinal or its node is
called, but for a few borders such as the partition. So where a cycle did with some pods what the one before had done with those before
them, and the pods ahead are exactly as these were, up to a border, the next cycles do the same with them.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from linter.planner.model import Pod, PodState
from linter.planner.records import DaemonSetRecord, StatefulSetRecord

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from linter.planner.controllers.base import ControllerContext
    from linter.planner.model import ObjectId, Revision
    from linter.planner.rounds import Round
    from linter.planner.sets import PodSet

_MARGIN = 2
"""So many cycles before a border, or a pod that is not like the others, are played."""


_Pods = tuple[tuple["Revision", "PodState", bool, bool], ...]
Local = tuple["Hashable", _Pods]
"""How a position is: what is known of it, and its pods: of what revision, how far, whether terminating, and on a dead node."""


class Walk(Protocol):
    """A workload whose pods have positions."""

    id: ObjectId
    context: ControllerContext
    waiting: PodSet
    unscheduled: dict[Pod, None]
    terminating: PodSet

    def borders(self) -> Sequence[Any]:
        """Return the keys from which on other rules hold."""
        ...

    def compared(self) -> tuple[int, ...]:
        """Return the numbers of pods that what the controller does next may depend on."""
        ...

    def is_settled(self) -> bool:
        """Tell whether nothing is left over from a round but what `place` and `pods_at` return."""
        ...

    def place(self, key: Any) -> Hashable:
        """Return what is known of a position beside its pods, to be compared."""
        ...

    def pods_at(self, key: Any) -> Sequence[Pod]:
        """Return the pods at a position, the oldest first."""
        ...

    def put_at(self, key: Any, pods: Sequence[Pod]) -> None:
        """Let these pods be at a position, instead of those that are there."""
        ...

    def wanted_node(self, pod: Pod) -> str | None:
        """Return the only node that a pod may run on, or None."""
        ...

    def withdraw(self, pod: Pod) -> None:
        """Count a pod no longer."""
        ...

    def enter(self, pod: Pod) -> None:
        """Count a pod."""
        ...

    def untouched_ahead(self, keys: Sequence[Any], positions: range) -> tuple[int, Revision | None]:
        """Count positions, one after another, that are known to be alike with an available pod each; return its revision, too.

        Not all of them need be counted; where none is, the revision is None.
        """
        ...

    def renew_between(self, keys: Sequence[Any], positions: range, revision: Revision) -> None:
        """Let the available pods at some positions, one at each, be of another revision."""
        ...

    def end_leap(self) -> None:
        """Let what is there be what the last round has shown."""
        ...


class Mark(NamedTuple):
    """What was seen at the end of a cycle.

    Attributes:
        distance: By how many positions it was further on than the one before.
        ahead: How the next positions are: what is known of each, and its pods.
        compared: What the controller compares with its limits.
    """

    distance: int
    ahead: Local
    compared: tuple[int, ...]


def mark(workload: Walk, keys: Sequence[Any], before: Sequence[Round], cycle: Sequence[Round]) -> Mark | None:
    """Look at the end of a cycle at what is ahead; None where the positions ahead are not all alike.

    Args:
        workload: The workload.
        keys: The keys of its pods, in order.
        before: The cycle before.
        cycle: The cycle.
    """
    was, now = _window(workload, keys, before), _window(workload, keys, cycle)
    if was is None or now is None or len(was) != len(now) or not workload.is_settled():
        return None
    distance = now.start - was.start
    if not distance:
        return None
    if any(a.budgets != b.budgets for a, b in zip(before, cycle, strict=True)):
        return None  # how many disruptions a budget allows does not grow as evenly as the pods do
    ahead = _ahead(workload, keys, now, distance)[: abs(distance)]
    if len(ahead) < abs(distance):
        return None
    first, *others = [_local(workload, keys[each]) for each in ahead]
    if any(each != first for each in others):
        return None
    return Mark(distance, first, workload.compared())


def leap(
    workload: Walk,
    keys: Sequence[Any],
    before: Sequence[Round],
    cycle: Sequence[Round],
    seen: Mark,
    most: int,
) -> int:
    """Let a workload be where as many cycles more lead to as go on as the last two did; return how many.

    Args:
        workload: The workload.
        keys: The keys of its pods, in order.
        before: The last cycle but one.
        cycle: The last cycle.
        seen: What was seen between them.
        most: No more than these.
    """
    if mark(workload, keys, before, cycle) != seen:
        return 0
    times = min(most, _most_times(workload, keys, cycle, seen, most))
    if times:
        _carry(workload, keys, cycle, seen, times)
    return times


def _most_times(workload: Walk, keys: Sequence[Any], cycle: Sequence[Round], seen: Mark, most: int) -> int:
    """Return how many cycles go on as the last one did."""
    window = _window(workload, keys, cycle)
    if window is None:
        return 0
    fixed, _ = seen.ahead
    left = {_local(workload, keys[each]) for each in _left_behind(window, seen.distance)}
    if len(left) > 1 or any(place != fixed for place, _ in left):
        return 0
    if any(workload.place(keys[each]) != fixed for each in window):
        return 0
    size = abs(seen.distance)
    positions = _ahead(workload, keys, window, seen.distance)[: (most + _MARGIN) * size]
    return max(0, _alike(workload, keys, positions, seen.ahead) // size - _MARGIN)


def _alike(workload: Walk, keys: Sequence[Any], positions: range, seen: Local) -> int:
    """Count the positions, one after another, that are as one was seen."""
    fixed, expected = seen
    count = 0
    while count < len(positions):
        key = keys[positions[count]]
        number, revision = workload.untouched_ahead(keys, positions[count:])
        if revision is None:
            if not _is_such(workload, key, seen):
                break
            number = 1
        elif workload.place(key) != fixed or expected != ((revision, PodState.AVAILABLE, False, False),):
            break
        count += number
    return count


def _is_such(workload: Walk, key: Any, seen: Local) -> bool:
    """Tell whether a position is as one was seen."""
    fixed, expected = seen
    dead = workload.context.dead_nodes
    pods = workload.pods_at(key)
    if len(pods) != len(expected) or workload.place(key) != fixed:
        return False
    return all(
        pod.revision is revision
        and pod.state is state
        and pod.terminating is terminating
        and (pod.node in dead) is on_dead_node
        for pod, (revision, state, terminating, on_dead_node) in zip(pods, expected, strict=True)
    )


def _carry(workload: Walk, keys: Sequence[Any], cycle: Sequence[Round], seen: Mark, times: int) -> None:
    """Let a workload be where so many cycles more bring it: no more than `_most_times` returns."""
    window = _window(workload, keys, cycle)
    assert window is not None  # noqa: S101  _most_times asked for it
    far = times * seen.distance
    target = range(window.start + far, window.stop + far)
    whole: Sequence[int] = range(min(window.start, target.start), max(window.stop, target.stop))
    _, left = _local(workload, keys[_left_behind(window, seen.distance)[0]])
    _, ahead = seen.ahead
    moved = [workload.pods_at(keys[each]) for each in window]
    # Those that go on keep their order in each of the sets that they are in.
    among = {pod: None for pods in moved for pod in pods}
    listed = [pod for some in (workload.terminating, workload.unscheduled, workload.waiting) for pod in some]
    order = dict.fromkeys([*(pod for pod in listed if pod in among), *among])
    renewed = _renewed(ahead, left)
    if renewed is not None:
        passed = range(window.stop, target.start) if far > 0 else range(target.stop, window.start)
        workload.renew_between(keys, passed, renewed)
        whole = sorted({*window, *target})
    others = [keys[each] for each in whole]
    stand = {keys[there]: pods for there, pods in zip(target, moved, strict=True)}
    for key in others:
        for pod in workload.pods_at(key):
            workload.withdraw(pod)
    for key in others:
        pods = stand.get(key)
        if pods is None:
            pods = [Pod(revision, key, state, terminating=gone) for revision, state, gone, _ in left]
            order.update(dict.fromkeys(pods))
        for pod in pods:
            pod.key = key
            if pod.state is not PodState.UNSCHEDULED:
                pod.node = workload.wanted_node(pod) or pod.node
        workload.put_at(key, pods)
    for pod in order:
        workload.enter(pod)
    workload.end_leap()


def _renewed(ahead: _Pods, left: _Pods) -> Revision | None:
    """Return the revision of the pods that are left behind if all else of them is as it was ahead."""
    match ahead, left:
        case ((_, PodState.AVAILABLE, False, False),), ((revision, PodState.AVAILABLE, False, False),):
            return revision
        case _:
            return None


def _local(workload: Walk, key: Any) -> Local:
    dead = workload.context.dead_nodes
    pods = [(pod.revision, pod.state, pod.terminating, pod.node in dead) for pod in workload.pods_at(key)]
    return workload.place(key), tuple(pods)


def _left_behind(window: range, distance: int) -> range:
    """Return the positions that a window was at one cycle ago and is not at any more."""
    if distance > 0:
        return range(window.start - distance, window.start)
    return range(window.stop, window.stop - distance)


def _window(workload: Walk, keys: Sequence[Any], rounds: Sequence[Round]) -> range | None:
    """Return the positions at which something changed in a cycle; None where they are not next to each other."""
    changed: set[Any] = set()
    for each in rounds:
        record = each.records.get(workload.id)
        if not isinstance(record, StatefulSetRecord | DaemonSetRecord):
            return None
        if isinstance(record, StatefulSetRecord) and record.claims:
            return None  # claims come and go in an order of their own
        changed.update(key for key, _ in record.changed)
    if not changed:
        return None
    first, last = bisect_left(keys, min(changed)), bisect_left(keys, max(changed))
    return range(first, last + 1) if last - first + 1 == len(changed) else None


def _ahead(workload: Walk, keys: Sequence[Any], window: range, distance: int) -> range:
    """Return the positions ahead of a window, up to the next border."""
    borders = [bisect_left(keys, each) for each in workload.borders()]
    if any(window.start < each < window.stop for each in borders):
        return range(0)
    if distance > 0:
        end = min([len(keys), *(each for each in borders if each >= window.stop)])
        return range(window.stop, end)
    end = max([0, *(each for each in borders if each <= window.start)])
    return range(window.start - 1, end - 1, -1)
