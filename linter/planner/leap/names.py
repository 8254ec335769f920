"""The names that pods with an identity follow upon each other by."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class NoNames:
    """The names of pods that have none.

    Attributes:
        keys: The keys of the pods, in order.
    """

    keys: Sequence[Any] = ()

    def distance(self, before: str, after: str) -> None:  # noqa: ARG002  as the protocol has it
        """Return None."""
        return

    def moved(self, name: str, by: int) -> str:  # noqa: ARG002  likewise
        """Raise IndexError: there are no names."""
        raise IndexError(name)


NO_NAMES = NoNames()


class Ordinals:
    """The names of a StatefulSet's pods.

    Attributes:
        keys: The ordinals.
    """

    def __init__(self, name: str, keys: range) -> None:
        self.keys = keys
        self._prefix = f"{name}-"

    def _ordinal(self, name: str) -> int | None:
        ordinal = name.removeprefix(self._prefix)
        return int(ordinal) if ordinal != name and ordinal.isdecimal() else None

    def distance(self, before: str, after: str) -> int | None:
        """Return the difference of the ordinals."""
        first, second = self._ordinal(before), self._ordinal(after)
        return None if first is None or second is None else second - first

    def moved(self, name: str, by: int) -> str:
        """Return the name of the pod that stands so much further on."""
        return f"{self._prefix}{(self._ordinal(name) or 0) + by}"


class Listed:
    """The names of nodes.

    Attributes:
        keys: The names, in order.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = keys

    def _position(self, name: str) -> int | None:
        position = bisect_left(self.keys, name)
        return position if self.keys[position : position + 1] == [name] else None

    def distance(self, before: str, after: str) -> int | None:
        """Return how many nodes lie between two."""
        first, second = self._position(before), self._position(after)
        return None if first is None or second is None else second - first

    def moved(self, name: str, by: int) -> str:
        """Return the name of the node that stands so much further on."""
        position = (self._position(name) or 0) + by
        if position < 0:
            raise IndexError(position)
        return self.keys[position]
