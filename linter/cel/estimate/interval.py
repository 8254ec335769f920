"""Least and greatest sizes and costs, which end at the largest number of 64 bits."""

from __future__ import annotations

from math import ceil
from typing import Final, NamedTuple

MOST: Final = 2**64 - 1


class Interval(NamedTuple):
    """A size or a cost is between these."""

    least: int
    most: int

    def add(self, other: Interval) -> Interval:
        """Return what both are together."""
        return Interval(min(self.least + other.least, MOST), min(self.most + other.most, MOST))

    def times(self, other: Interval) -> Interval:
        """Return so many of the other."""
        return Interval(min(self.least * other.least, MOST), min(self.most * other.most, MOST))

    def scaled(self, factor: float) -> Interval:
        """Return so much for each unit, rounded up."""
        return Interval(_scaled(self.least, factor), _scaled(self.most, factor))

    def union(self, other: Interval) -> Interval:
        """Return what holds both."""
        return Interval(min(self.least, other.least), max(self.most, other.most))


UNKNOWN: Final = Interval(0, MOST)
NOTHING: Final = Interval(0, 0)
ONE: Final = Interval(1, 1)


def fixed(number: int) -> Interval:
    """Return a size or cost that is known."""
    return Interval(number, number)


def total(costs: list[Interval]) -> Interval:
    """Return what costs are together."""
    result = NOTHING
    for each in costs:
        result = result.add(each)
    return result


def _scaled(number: int, factor: float) -> int:
    # As cel-go, with numbers of 53 bits.
    return min(ceil(float(number) * factor), MOST)
