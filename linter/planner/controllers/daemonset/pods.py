"""The pods of a DaemonSet by node. Nodes with an available pod that nobody has looked at yet are kept as ranges, not one by one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from linter.planner.model import Pod, PodState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from linter.planner.model import Revision

_NO_PODS: list[Pod] = []


class Untouched(NamedTuple):
    """Nodes next to each other that have an available pod of one revision and no other.

    Attributes:
        start: The position of the first among `PodsByNode.names`.
        stop: The position behind the last.
        revision: The revision.
    """

    start: int
    stop: int
    revision: Revision


class PodsByNode:
    """The pods of a DaemonSet by node, the oldest first.

    Attributes:
        names: The nodes that had a pod when the DaemonSet had come to be, in order.
        own: The pods by node where somebody has looked at them.
        untouched: The nodes where nobody has, in order.
    """

    def __init__(self, look: Callable[[str, Revision], None]) -> None:
        """Begin without pods.

        Args:
            look: Told of a node, and the revision of its pod, when somebody looks at it for the first time.
        """
        self.names: list[str] = []
        self.own: dict[str, list[Pod]] = {}
        self.untouched: list[Untouched] = []
        self._look = look
        self._first_sequence = 0

    def fill(self, names: list[str], revision: Revision, first_sequence: int) -> None:
        """Let an available pod be on each of some nodes; there are no pods yet.

        Args:
            names: The nodes, in order.
            revision: The revision of the pods.
            first_sequence: The first pod's number in the order of creation.
        """
        self.names, self._first_sequence = names, first_sequence
        self.untouched = [Untouched(0, len(names), revision)] if names else []

    # Nodes.

    def __len__(self) -> int:
        return len(self.own) + sum([each.stop - each.start for each in self.untouched])

    def __iter__(self) -> Iterator[str]:
        names = [name for each in self.untouched for name in self.names[each.start : each.stop]]
        return iter(sorted([*self.own, *names]))

    def __contains__(self, name: object) -> bool:
        return name in self.own or (isinstance(name, str) and self._find(name) is not None)

    def looked_at(self, nodes: Mapping[str, object]) -> Collection[str]:
        """Return those of some nodes, and of those with pods, that have no untouched pod."""
        found = dict.fromkeys(self.own)
        if len(nodes) > len(self) or not self.own.keys() <= nodes.keys():
            untouched = {name for each in self.untouched for name in self.names[each.start : each.stop]}
            found = dict.fromkeys((*(name for name in nodes if name not in untouched), *self.own))
        return found

    def outdated(self, update: Revision) -> list[str]:
        """Return the nodes with pods of another revision that are not about to go, in order."""
        names = [
            name
            for name, pods in self.own.items()
            if any(pod.revision is not update and not pod.terminating for pod in pods)
        ]
        for start, stop, revision in self.untouched:
            if revision is not update:
                names += self.names[start:stop]
        return sorted(names)

    # Pods.

    def on(self, name: str) -> list[Pod]:
        """Return the pods on a node; not to be changed."""
        pods = self.own.get(name)
        if pods is None and (position := self._find(name)) is not None:
            pods = self._touch(position)
        return pods or _NO_PODS

    def touch_every(self) -> None:
        """Look at all pods."""
        while self.untouched:
            self._touch(self.untouched[0].start)

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

    # Pods that nobody has looked at.

    def numbers(self) -> dict[Revision, int]:
        """Count the untouched pods by revision."""
        numbers: dict[Revision, int] = {}
        for start, stop, revision in self.untouched:
            numbers[revision] = numbers.get(revision, 0) + stop - start
        return numbers

    def first(self, revisions: Collection[Revision]) -> str | None:
        """Return the first node with an untouched pod of one of some revisions, or None."""
        return next((self.names[each.start] for each in self.untouched if each.revision in revisions), None)

    def ahead(self, positions: range) -> tuple[int, Revision | None]:
        """Count the positions, one after another, that have untouched pods of one revision; return it, too."""
        found = self._range_at(positions[0]) if positions else None
        if found is None:
            return 0, None
        start, stop, revision = self.untouched[found]
        number = stop - positions[0] if positions.step > 0 else positions[0] - start + 1
        return min(number, len(positions)), revision

    def renew(self, positions: range, revision: Revision) -> dict[Revision, int]:
        """Let the untouched pods at some positions be of another revision; return how many there are of each that was."""
        renewed: dict[Revision, int] = {}
        ranges: list[Untouched] = []
        for start, stop, before in self.untouched:
            first, last = max(start, positions.start), min(stop, positions.stop)
            if first >= last:
                ranges.append(Untouched(start, stop, before))
                continue
            renewed[before] = renewed.get(before, 0) + last - first
            parts = ((start, first, before), (first, last, revision), (last, stop, before))
            ranges += [Untouched(*each) for each in parts if each[0] < each[1]]
        self.untouched = ranges
        return renewed

    def _find(self, name: str) -> int | None:
        """Return the position of a node with an untouched pod, or None."""
        if not self.untouched:
            return None
        position = bisect_left(self.names, name)
        there = position < len(self.names) and self.names[position] == name
        return position if there and self._range_at(position) is not None else None

    def _range_at(self, position: int) -> int | None:
        """Return which range of untouched pods a position is in, or None."""
        found = bisect_right(self.untouched, position, key=lambda each: each.start) - 1
        return found if found >= 0 and position < self.untouched[found].stop else None

    def _touch(self, position: int) -> list[Pod]:
        """Look at an untouched pod."""
        found = self._range_at(position)
        assert found is not None  # noqa: S101  whoever asks knows that there is one
        start, stop, revision = self.untouched[found]
        parts = ((start, position), (position + 1, stop))
        self.untouched[found : found + 1] = [
            Untouched(*each, revision) for each in parts if each[0] < each[1]
        ]
        name = self.names[position]
        sequence = self._first_sequence + position
        pod = Pod(revision, name, PodState.AVAILABLE, node=name, sequence=sequence)
        pods = self.own[name] = [pod]
        self._look(name, revision)
        return pods
