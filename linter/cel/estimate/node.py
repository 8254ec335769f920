"""What the cost of a call is estimated by."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.cel.estimate.interval import MOST, UNKNOWN, Interval
from linter.cel.nodes import Const, Expr

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.cel.check.types import Type

    SizeOf = Callable[[list[str]], Interval | None]
    """Returns the size of what is at a path, whose first step is the name of a variable; None if it is not known."""


class Node(NamedTuple):
    """An argument of a call."""

    steps: list[str] | None
    """Its path; None if it is reached by none."""
    type: Type
    expr: Expr | None
    size: Interval | None
    """What is known of its size."""
    size_of: SizeOf

    def estimated_size(self) -> Interval:
        """Return its size, as far as anything is known of it."""
        found = self.size or (self.size_of(self.steps) if self.steps else None)
        return UNKNOWN if found is None else found

    def element(self) -> Node | None:
        """Return what a list holds; of a map cel-go takes the keys for that."""
        if not self.type.params:
            return None
        steps = None if self.steps is None else [*self.steps, "@items"]
        return Node(steps, self.type.params[0], None, None, self.size_of)

    def number(self, otherwise: int) -> int:
        """Return the number that it spells out, or another one if it spells none."""
        if isinstance(self.expr, Const) and self.type.name == "int":
            return min(max(0, int(self.expr.value)), MOST)
        return otherwise


class Estimate(NamedTuple):
    """What a call costs beside its arguments, and the size of its result where that is known."""

    cost: Interval
    size: Interval | None = None
