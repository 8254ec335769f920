"""Watches the rounds of a simulation, and leaps over those that go on as before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.planner.leap.progression import NotAlikeError, Stretch, extrapolate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.controllers.base import Controller
    from linter.planner.leap.progression import Names
    from linter.planner.rounds import Round
    from linter.planner.simulate import Simulation

FIRST_LOOK = 24
"""Rounds after which it is looked for cycles: most plans are over by then. Without success it is looked after twice as many."""
_LONGEST_CYCLE = 8
FEWEST_TIMES = 4


class Leap(NamedTuple):
    """What was leapt over.

    Attributes:
        stretch: The rounds.
        steps: How many steps of the kubelet they take.
    """

    stretch: Stretch[Round]
    steps: int


class Leaper:
    """Looks for cycles among the rounds since something was done from outside."""

    def __init__(self) -> None:
        self.start_over()

    def start_over(self) -> None:
        """Forget the rounds: what comes has nothing to do with them."""
        self._rounds: list[Round] = []
        self._steps: list[int] = []
        """How many rounds there were after each step of the kubelet."""
        self._look_at = FIRST_LOOK
        self._names: Names | None = None
        self._suspected: tuple[int, object] | None = None
        """The length of a cycle, and what was seen at its beginning."""

    def leap(
        self, simulation: Simulation, written: Sequence[Round], most_rounds: int, most_steps: int | None
    ) -> Leap | None:
        """Look at what a step of the kubelet led to, and leap as far as everything goes on as before.

        Args:
            simulation: It, at rest.
            written: The rounds of the last step.
            most_rounds: Leap over fewer than these.
            most_steps: Leap over fewer steps than these; None: there is no limit.

        Returns:
            What was leapt over: the simulation is where these rounds lead to. None: it is where it was.
        """
        self._rounds += written
        self._steps.append(len(self._rounds))
        if len(self._rounds) < self._look_at:
            return None
        (workload,) = simulation.cluster.workloads.values()
        if self._suspected is None:
            self._look(workload)
            return None
        (length, seen), self._suspected = self._suspected, None
        self._look_at = len(self._rounds) * 2
        if self._cycle(workload) != length:
            return None
        steps = sum(each > len(self._rounds) - length for each in self._steps)
        most = most_rounds // length
        if most_steps is not None:
            most = min(most, most_steps // steps)
        before, cycle = self._last(length, 2)
        times = (
            workload.leap(simulation, self._names_of(workload), before, cycle, seen, most)
            if most >= FEWEST_TIMES
            else 0
        )
        if not times:
            return None
        stretch = Stretch(before, cycle, times, self._names_of(workload))
        self.start_over()
        return Leap(stretch, times * steps)

    def _look(self, workload: Controller) -> None:
        """Look for a cycle, and remember what is seen at its end; it is certain after one more."""
        length = self._cycle(workload)
        seen = (
            None if length is None else workload.look_ahead(self._names_of(workload), *self._last(length, 2))
        )
        if length is None or seen is None:
            self._look_at = len(self._rounds) * 2
            return
        self._suspected = length, seen
        self._look_at = len(self._rounds) + length

    def _last(self, length: int, count: int) -> list[tuple[Round, ...]]:
        """Return the last cycles, in order."""
        rounds = self._rounds
        return [tuple(rounds[len(rounds) - each * length :][:length]) for each in range(count, 0, -1)]

    def _names_of(self, workload: Controller) -> Names:
        if self._names is None:
            self._names = workload.names()
        return self._names

    def _cycle(self, workload: Controller) -> int | None:
        """Return of how many rounds the last ones are a cycle: the third differs from the second as that from the first."""
        names = self._names_of(workload)
        for length in range(1, min(_LONGEST_CYCLE, len(self._rounds) // 3) + 1):
            first, second, third = self._last(length, 3)
            try:
                if extrapolate(first, second, 1, names) == third:
                    return length
            except (NotAlikeError, IndexError):
                continue
        return None
