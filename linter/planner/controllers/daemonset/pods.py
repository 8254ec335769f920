"""The pods of a DaemonSet by node. Nodes next to each other that are alike are kept as ranges until somebody looks at one of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from linter.planner.model import Pod, PodState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from linter.planner.model import Revision

_NO_PODS: list[Pod] = []


class AlikePod(NamedTuple):
    """The only pod of each node in a range.

    Attributes:
        revision: What it was made of.
        state: How far it is.
        sequence: When it was made: one at a position comes so much later than one at position 0 would.
        terminating: Whether it is being deleted.
    """

    revision: Revision
    state: PodState
    sequence: int
    terminating: bool = False

    @property
    def ready(self) -> bool:
        """Whether its Ready condition is true. A terminating pod keeps it."""
        return self.state >= PodState.READY

    @property
    def is_settled(self) -> bool:
        """Whether it stays as it is unless the controller does something."""
        return self.state is PodState.AVAILABLE and not self.terminating

    def at(self, position: int, name: str) -> Pod:
        """Return the one on a node."""
        node = None if self.state is PodState.UNSCHEDULED else name
        sequence = self.sequence + position
        return Pod(
            self.revision, name, self.state, terminating=self.terminating, sequence=sequence, node=node
        )


class Alike(NamedTuple):
    """Nodes next to each other that have a pod each, all alike, or none.

    Attributes:
        start: The position of the first among `PodsByNode.names`.
        stop: The position behind the last.
        pod: The pods.
    """

    start: int
    stop: int
    pod: AlikePod | None


class PodsByNode:
    """The pods of a DaemonSet by node, the oldest first.

    Attributes:
        names: The nodes that had a pod when the DaemonSet had come to be, in order.
        own: The pods by node where somebody has looked at them.
        alike: The nodes where nobody has, in order.
    """

    def __init__(self, look: Callable[[str, Pod | None, AlikePod | None], None]) -> None:
        """Begin without pods.

        Args:
            look: Told of a node that somebody looks at for the first time, with its pod, by itself and as it was in a range.
        """
        self.names: list[str] = []
        self.own: dict[str, list[Pod]] = {}
        self.alike: list[Alike] = []
        self._look = look

    def fill(self, names: list[str], pod: AlikePod) -> None:
        """Let such a pod be on each of some nodes; there are no pods yet.

        Args:
            names: The nodes, in order.
            pod: The pods.
        """
        self.names = names
        self.alike = [Alike(0, len(names), pod)] if names else []

    # Nodes.

    def __len__(self) -> int:
        return len(self.own) + sum([each.stop - each.start for each in self.alike if each.pod is not None])

    def __iter__(self) -> Iterator[str]:
        ranges = [each for each in self.alike if each.pod is not None]
        names = [name for each in ranges for name in self.names[each.start : each.stop]]
        return iter(sorted([*self.own, *names]))

    def __contains__(self, name: object) -> bool:
        return bool(isinstance(name, str) and self.on(name))

    def looked_at(self, nodes: Mapping[str, object]) -> Collection[str]:
        """Return those of some nodes, and of those with pods, that are in no range."""
        found = dict.fromkeys(self.own)
        in_ranges = sum([each.stop - each.start for each in self.alike])
        if len(nodes) > len(self.own) + in_ranges or not self.own.keys() <= nodes.keys():
            alike = {name for each in self.alike for name in self.names[each.start : each.stop]}
            found = dict.fromkeys((*(name for name in nodes if name not in alike), *self.own))
        return found

    def outdated(self, update: Revision) -> list[str]:
        """Return the nodes with pods of another revision that are not about to go, in order."""
        names = [
            name
            for name, pods in self.own.items()
            if any(pod.revision is not update and not pod.terminating for pod in pods)
        ]
        for start, stop, pod in self.alike:
            if pod is not None and pod.revision is not update and not pod.terminating:
                names += self.names[start:stop]
        return sorted(names)

    # Pods.

    def on(self, name: str) -> list[Pod]:
        """Return the pods on a node; not to be changed."""
        pods = self.own.get(name)
        if pods is None and self.alike and (position := self._find(name)) is not None:
            pods = self._touch(position)
        return pods or _NO_PODS

    def touch_every(self) -> None:
        """Look at all nodes by themselves."""
        while self.alike:
            self._touch(self.alike[0].start)

    def touch_unsettled(self) -> None:
        """Look at all nodes by themselves where the kubelet or the controller has something to do."""
        for start, stop, pod in list(self.alike):
            if pod is None or not pod.is_settled:
                for position in range(start, stop):
                    self._touch(position)

    def put(self, name: str, pods: Sequence[Pod]) -> None:
        """Let these pods be on a node, instead of those that are there."""
        self.on(name)
        if pods:
            self.own[name] = list(pods)
        else:
            self.own.pop(name, None)

    def add(self, pod: Pod) -> None:
        """Let another pod be on its node."""
        self.put(pod.key, [*self.on(pod.key), pod])

    def remove(self, pod: Pod) -> None:
        """Let a pod be gone."""
        self.put(pod.key, [each for each in self.on(pod.key) if each is not pod])

    # Ranges.

    def numbers(self) -> dict[AlikePod | None, int]:
        """Count the nodes in ranges by the pods that they have."""
        numbers: dict[AlikePod | None, int] = {}
        for start, stop, pod in self.alike:
            numbers[pod] = numbers.get(pod, 0) + stop - start
        return numbers

    def first(self, pods: Collection[AlikePod | None]) -> Alike | None:
        """Return the first range with some pods, or None."""
        return next((each for each in self.alike if each.pod in pods), None)

    def ahead(self, positions: range) -> tuple[int, Revision | None]:
        """Count the positions, one after another, that have settled pods of one revision in a range; return it, too."""
        found = self._range_at(positions[0]) if positions else None
        if found is None:
            return 0, None
        start, stop, pod = self.alike[found]
        if pod is None or not pod.is_settled:
            return 0, None
        number = stop - positions[0] if positions.step > 0 else positions[0] - start + 1
        return min(number, len(positions)), pod.revision

    def turn(
        self, positions: range, become: Callable[[AlikePod | None], AlikePod | None]
    ) -> list[tuple[range, AlikePod | None, AlikePod | None]]:
        """Let nodes in ranges be otherwise.

        Args:
            positions: The positions; those in no range are passed over.
            become: Returns what the pods become.

        Returns:
            Which positions, what was there, and what is.
        """
        turned: list[tuple[range, AlikePod | None, AlikePod | None]] = []
        ranges: list[Alike] = []
        for each in self.alike:
            start, stop, before = each
            first, last = max(start, positions.start), min(stop, positions.stop)
            if first >= last:
                parts = [each]
            else:
                after = become(before)
                turned.append((range(first, last), before, after))
                parts = [Alike(start, first, before), Alike(first, last, after), Alike(last, stop, before)]
            for part in parts:
                if part.start >= part.stop:
                    continue
                if ranges and ranges[-1].stop == part.start and ranges[-1].pod == part.pod:
                    ranges[-1] = Alike(ranges[-1].start, part.stop, part.pod)
                else:
                    ranges.append(part)
        self.alike = ranges
        return turned

    def _find(self, name: str) -> int | None:
        """Return the position of a node in a range, or None."""
        position = bisect_left(self.names, name)
        there = position < len(self.names) and self.names[position] == name
        return position if there and self._range_at(position) is not None else None

    def _range_at(self, position: int) -> int | None:
        """Return which range a position is in, or None."""
        found = bisect_right(self.alike, position, key=lambda each: each.start) - 1
        return found if found >= 0 and position < self.alike[found].stop else None

    def _touch(self, position: int) -> list[Pod]:
        """Look at a node that is in a range."""
        found = self._range_at(position)
        assert found is not None  # noqa: S101  whoever asks knows that there is one
        start, stop, alike = self.alike[found]
        parts = ((start, position), (position + 1, stop))
        self.alike[found : found + 1] = [Alike(*each, alike) for each in parts if each[0] < each[1]]
        name = self.names[position]
        pod = None if alike is None else alike.at(position, name)
        if pod is not None:
            self.own[name] = [pod]
        self._look(name, pod, alike)
        return _NO_PODS if pod is None else [pod]
