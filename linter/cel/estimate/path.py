"""The path by which an expression reaches a value: `self`, `spec`, `@items`, ….

cel-go keeps paths in slices and appends to them. Go appends in place where the array behind a slice has room, so that two paths that begin
alike may share their last step, and the later one wins. That shows in what a loop is estimated to cost, and the server refuses by it.
"""

from __future__ import annotations

from typing import NamedTuple


class Path(NamedTuple):
    """A slice of Go's: the array behind it, and how much of that is in use."""

    array: list[str]
    length: int

    @property
    def steps(self) -> list[str]:
        """The steps."""
        return self.array[: self.length]

    def append(self, step: str) -> Path:
        """Return a path with one step more."""
        if self.length < len(self.array):
            self.array[self.length] = step
            return Path(self.array, self.length + 1)
        room = max(1, 2 * len(self.array))
        array = [*self.steps, step]
        return Path(array + [""] * (room - len(array)), self.length + 1)


NO_PATH = Path([], 0)


def path_of(name: str) -> Path:
    """Return the path of a variable."""
    return Path([name], 1)
