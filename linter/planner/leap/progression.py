"""Long sequences that go on alike: what repeats is kept as two cycles and a count, and read as if it all stood there.

A rollout of 100,000 pods, one by one, is 100,000 times the same but for its numbers and names. Each cycle differs from the one
before by the same amounts, so that two of them say what all others are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")


class Names(Protocol):
    """Names that follow upon each other: a StatefulSet's pods, or nodes in their order."""

    @property
    def keys(self) -> Sequence[Any]:
        """The keys of the pods, in order."""
        ...

    def distance(self, before: str, after: str) -> int | None:
        """Return how many names further on the second stands than the first; None where they are no such names."""
        ...

    def moved(self, name: str, by: int) -> str:
        """Return the name so much further on.

        Raises:
            IndexError: There is none.
        """
        ...


class NotAlikeError(ValueError):
    """Two values differ by more than numbers and names."""


def extrapolate(before: T, after: T, times: int, names: Names) -> T:
    """Return what follows, so many times further on, if each differs from the one before as these two do.

    Args:
        before: A number, a name, several names (`a, b`), or tuples and mappings of such values.
        after: What came of it once.
        times: How many times more.
        names: The names that may differ.

    Raises:
        NotAlikeError: They differ by more than numbers and names.
        IndexError: There are no names left.
    """
    return cast("T", _extrapolate(before, after, times, names))


def _extrapolate(before: Any, after: Any, times: int, names: Names) -> Any:
    if before is after or (before == after and type(before) is type(after)):
        return after
    if type(before) is not type(after):
        raise NotAlikeError
    if isinstance(after, tuple):
        if len(before) != len(after):
            raise NotAlikeError
        values = [_extrapolate(was, now, times, names) for was, now in zip(before, after, strict=True)]
        return after._make(values) if hasattr(after, "_make") else tuple(values)
    if type(after) is int:
        return after + times * (after - before)
    if isinstance(after, str):
        return _name(before, after, times, names)
    if isinstance(after, Mapping):
        if len(before) != len(after):
            raise NotAlikeError
        pairs = zip(before.items(), after.items(), strict=True)
        return dict(_extrapolate(was, now, times, names) for was, now in pairs)
    raise NotAlikeError


def _name(before: str, after: str, times: int, names: Names) -> str:
    old, new = before.split(", "), after.split(", ")
    if len(old) != len(new):
        raise NotAlikeError
    found = []
    for was, now in zip(old, new, strict=True):
        distance = names.distance(was, now)
        if distance is None:
            raise NotAlikeError
        found.append(names.moved(now, times * distance))
    return ", ".join(found)


class Stretch(Generic[T]):
    """What comes after two cycles of items, each time differing from the one before as the second does from the first.

    Attributes:
        before: The first of the two.
        cycle: The second, which the stretch follows.
        times: How many cycles the stretch has.
        names: The names that the items tell of.
    """

    __slots__ = ("before", "cycle", "names", "times")

    def __init__(self, before: Sequence[T], cycle: Sequence[T], times: int, names: Names) -> None:
        self.before = before
        self.cycle = cycle
        self.times = times
        self.names = names

    def __len__(self) -> int:
        return self.times * len(self.cycle)

    def item(self, index: int) -> T:
        """Return one of the items."""
        times, place = divmod(index, len(self.cycle))
        return extrapolate(self.before[place], self.cycle[place], times + 1, self.names)

    def items(self, start: int, stop: int) -> Iterator[T]:
        """Yield some of the items."""
        return map(self.item, range(start, stop))


class Progression(Sequence[T]):
    """Items one after another, among them stretches that are not written out."""

    def __init__(self, parts: Iterable[T | Stretch[T]]) -> None:
        self.parts: list[list[T] | Stretch[T]] = []
        for each in parts:
            if isinstance(each, Stretch):
                self.parts.append(each)
            elif self.parts and isinstance(self.parts[-1], list):
                self.parts[-1].append(each)
            else:
                self.parts.append([each])
        self._length = sum(map(len, self.parts))

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._length)
            return list(self._between(start, stop))[::step] if step > 0 else [*self][index]
        position = index + self._length if index < 0 else index
        for item in self._between(position, position + 1):
            return item
        raise IndexError(index)

    def __iter__(self) -> Iterator[T]:
        return self._between(0, self._length)

    def _between(self, start: int, stop: int) -> Iterator[T]:
        offset = 0
        for part in self.parts:
            first, last = max(0, start - offset), min(len(part), stop - offset)
            if first < last:
                yield from part.items(first, last) if isinstance(part, Stretch) else part[first:last]
            offset += len(part)

    def ends(self) -> Iterator[T]:
        """Yield all items but those of stretches that are neither in their first cycle nor in their last."""
        for part in self.parts:
            if not isinstance(part, Stretch):
                yield from part
                continue
            size = len(part.cycle)
            yield from part.items(0, size)
            if part.times > 1:
                yield from part.items(len(part) - size, len(part))

    def in_kind(self) -> Iterator[T]:
        """Yield an item for each; in stretches one that is the same but for names and numbers that grow or shrink."""
        for part in self.parts:
            if isinstance(part, Stretch):
                yield from chain.from_iterable(repeat(part.cycle, part.times))
            else:
                yield from part

    def such(self, is_such: Callable[[T], bool]) -> Iterator[T]:
        """Yield the items that something is true of, which is so or not so all along a stretch."""
        for part in self.parts:
            if not isinstance(part, Stretch):
                yield from filter(is_such, part)
            elif places := [place for place, item in enumerate(part.cycle) if is_such(item)]:
                for first in range(0, len(part), len(part.cycle)):
                    yield from (part.item(first + place) for place in places)


def parts(items: Sequence[T]) -> Iterator[T | Stretch[T]]:
    """Yield the items; those of stretches as the stretch that they are."""
    if not isinstance(items, Progression):
        yield from items
        return
    for part in items.parts:
        if isinstance(part, Stretch):
            yield part
        else:
            yield from part


def ends(items: Sequence[T]) -> Iterable[T]:
    """Return the items among which are those with the most and the least of every number, and all that occurs at all."""
    return items.ends() if isinstance(items, Progression) else items


def in_kind(items: Sequence[T]) -> Iterable[T]:
    """Return an item for each, which is the same in all but numbers that grow or shrink, and names."""
    return items.in_kind() if isinstance(items, Progression) else items


def such(items: Sequence[T], is_such: Callable[[T], bool]) -> Iterable[T]:
    """Return the items that something is true of: nothing that depends on names, or on numbers that grow or shrink."""
    return items.such(is_such) if isinstance(items, Progression) else filter(is_such, items)
