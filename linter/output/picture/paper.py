"""Where things stand in a drawing, and how numbers and texts are written into it."""

from __future__ import annotations

from typing import NamedTuple

CHARACTER = 6.3
"""About how wide a character of the small labels is."""


class Frame(NamedTuple):
    """The columns of a drawing.

    Attributes:
        left: Where the first one begins.
        column: The width of each.
        columns: Their number.
        single: Pods are drawn one by one.
    """

    left: float
    column: float
    columns: int
    single: bool

    @property
    def right(self) -> float:
        """Where the last column ends."""
        return self.left + self.column * self.columns

    def x(self, column: float) -> float:
        """Return where a column begins."""
        return self.left + self.column * column


def number(value: float) -> str:
    """Write a coordinate, as short as it can be."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def cut(text: str, length: int) -> str:
    """Return a text on one line that is no longer than that."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"
