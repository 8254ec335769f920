"""Sets that know their first element, so that a controller's step costs no more when there are many pods."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linter.planner.model import Pod


class _Comparable(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


K = TypeVar("K", bound=_Comparable)


class HeapSet(Generic[K]):
    """A set that knows its smallest element; every operation takes logarithmic time."""

    __slots__ = ("_heap", "_members")

    def __init__(self, members: Iterable[K] = ()) -> None:
        self._members = set(members)
        self._heap: list[K] = list(self._members)
        heapq.heapify(self._heap)

    def add(self, member: K) -> None:
        """Add an element."""
        if member not in self._members:
            self._members.add(member)
            heapq.heappush(self._heap, member)

    def discard(self, member: K) -> None:
        """Remove an element, if it is there. The heap forgets it when it comes up."""
        self._members.discard(member)

    def add_all(self, members: Iterable[K]) -> None:
        """Add many elements."""
        if self._members:
            self._members.update(members)
            self._heap = list(self._members)
        else:
            # In their own order, which is that of a heap already where they are sorted.
            self._heap = list(members)
            self._members = set(self._heap)
        heapq.heapify(self._heap)

    def discard_all(self, members: Iterable[K]) -> None:
        """Remove many elements, as far as they are there."""
        self._members.difference_update(members)
        self._heap = list(self._members)
        heapq.heapify(self._heap)

    def first(self) -> K | None:
        """Return the smallest element, or None."""
        heap, members = self._heap, self._members
        while heap and heap[0] not in members:
            heapq.heappop(heap)
        # An element that left and came back stands in the heap twice, which does no harm.
        return heap[0] if heap else None

    def __contains__(self, member: object) -> bool:
        return member in self._members

    def __len__(self) -> int:
        return len(self._members)

    def sorted(self) -> list[K]:
        """Return all elements in order."""
        return sorted(self._members) if self._members else []


class PodSet:
    """A set of pods that can tell the first by key, then by age.

    Going through it takes no longer after it has held many more: dictionaries do not shrink by themselves.
    """

    __slots__ = ("_heap", "_pods")

    def __init__(self) -> None:
        self._pods: dict[tuple[Any, int], Pod] = {}
        # Made when the first pod is asked for, which most simulations never do.
        self._heap: list[tuple[Any, int]] | None = None

    def add(self, pod: Pod) -> None:
        """Add a pod."""
        order = pod.key, pod.sequence
        self._pods[order] = pod
        if self._heap is not None:
            heapq.heappush(self._heap, order)

    def discard(self, pod: Pod) -> None:
        """Remove a pod, if it is there."""
        pods = self._pods
        if pods.pop((pod.key, pod.sequence), None) is not None and not pods:
            pods.clear()
            self._heap = None

    def first(self) -> Pod:
        """Return the first pod; there must be one."""
        if self._heap is None:
            self._heap = sorted(self._pods)
        while self._heap[0] not in self._pods:
            heapq.heappop(self._heap)
        return self._pods[self._heap[0]]

    def __len__(self) -> int:
        return len(self._pods)

    def __iter__(self) -> Iterator[Pod]:
        return iter(self._pods.values())
