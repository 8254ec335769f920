"""Watches the rounds of a simulation, and leaps over those that go on as before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.planner.leap.progression import NotAlikeError, Stretch, extrapolate
from linter.planner.leap.rehearsal import rehearse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.controllers.base import Controller
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
        self._suspected: tuple[int, list[int]] | None = None
        """The length of a cycle, and the numbers at its beginning."""

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
        numbers = workload.counters()
        if self._suspected is None:
            length = self._cycle(workload)
            if length is None or numbers is None:
                self._look_at *= 2
                return None
            self._suspected = length, numbers
            self._look_at = len(self._rounds) + length
            return None
        length, before = self._suspected
        self._suspected = None
        self._look_at = len(self._rounds) * 2
        if numbers is None or len(before) != len(numbers) or self._cycle(workload) != length:
            return None
        cycles = self._rounds[-2 * length : -length], self._rounds[-length:]
        steps = sum(each > len(self._rounds) - length for each in self._steps)
        differences = [now - was for was, now in zip(before, numbers, strict=True)]
        times = min(rehearse(simulation, *cycles, numbers, differences), most_rounds // length)
        if most_steps is not None:
            times = min(times, most_steps // steps)
        if times < FEWEST_TIMES:
            return None
        workload.set_counters([now + times * more for now, more in zip(numbers, differences, strict=True)])
        cycles = self._rounds[-2 * length : -length], self._rounds[-length:]
        stretch = Stretch(*cycles, times, workload.names())
        self.start_over()
        return Leap(stretch, times * steps)

    def _cycle(self, workload: Controller) -> int | None:
        """Return of how many rounds the last ones are a cycle: the third differs from the second as that from the first."""
        rounds, names = self._rounds, workload.names()
        for length in range(1, _LONGEST_CYCLE + 1):
            first, second, third = (
                tuple(rounds[len(rounds) - count * length :][:length]) for count in (3, 2, 1)
            )
            try:
                if extrapolate(first, second, 1, names) == third:
                    return length
            except (NotAlikeError, IndexError):
                continue
        return None
