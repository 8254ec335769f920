"""Numbers that know how they grow from cycle to cycle, and note how long what is asked of them keeps its answer.

A cycle of rounds that is played with such numbers is played for all cycles at once: where it leaves each number grown by its own
step, the next cycle begins as this one did, and so on for as long as no comparison comes out otherwise. That is a proof by
induction, whatever the controllers compute, and needs no list of the bounds that they look at.
"""

from __future__ import annotations

UNLIMITED = 2**62


class Horizon:
    """Up to which cycle, counted from 0, every answer so far has been the same."""

    __slots__ = ("cycles",)

    def __init__(self) -> None:
        self.cycles = UNLIMITED

    def keep_sign(self, value: int, step: int) -> int:
        """Return the sign of a number that grows by a step a cycle, and note up to when it is that."""
        if value == 0:
            if step:
                self.cycles = 0
            return 0
        sign = 1 if value > 0 else -1
        if step * sign < 0:
            # The last cycle in which it is not yet 0.
            self.cycles = min(self.cycles, (abs(value) - 1) // abs(step))
        return sign


class Growing:
    """An integer that grows by the same step each cycle.

    Sums and differences are such numbers, too, or plain integers where nothing grows. Whatever else is asked
    of one raises TypeError: what comes of it is not known.
    """

    __slots__ = ("horizon", "step", "value")
    __hash__ = None  # type: ignore[assignment]  # where it is looked up depends on the cycle

    def __init__(self, value: int, step: int, horizon: Horizon) -> None:
        self.value = value
        self.step = step
        self.horizon = horizon

    def _made(self, value: int, step: int) -> Growing | int:
        return Growing(value, step, self.horizon) if step else value

    def __add__(self, other: Growing | int) -> Growing | int:
        if isinstance(other, Growing):
            return self._made(self.value + other.value, self.step + other.step)
        return self._made(self.value + other, self.step)

    __radd__ = __add__

    def __neg__(self) -> Growing | int:
        return self._made(-self.value, -self.step)

    def __sub__(self, other: Growing | int) -> Growing | int:
        return self + -other

    def __rsub__(self, other: int) -> Growing | int:
        return -self + other

    def _compared(self, other: object) -> int:
        """Return the sign of the difference to another number."""
        if isinstance(other, Growing):
            return self.horizon.keep_sign(self.value - other.value, self.step - other.step)
        if isinstance(other, int):
            return self.horizon.keep_sign(self.value - other, self.step)
        raise TypeError

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Growing | int) and self._compared(other) == 0

    def __lt__(self, other: Growing | int) -> bool:
        return self._compared(other) < 0

    def __le__(self, other: Growing | int) -> bool:
        return self._compared(other) <= 0

    def __gt__(self, other: Growing | int) -> bool:
        return self._compared(other) > 0

    def __ge__(self, other: Growing | int) -> bool:
        return self._compared(other) >= 0

    def __bool__(self) -> bool:
        return self._compared(0) != 0


def is_same(a: Growing | int, b: Growing | int) -> bool:
    """Tell whether two numbers are the same in every cycle."""
    if isinstance(a, Growing):
        return isinstance(b, Growing) and (a.value, a.step) == (b.value, b.step)
    return not isinstance(b, Growing) and a == b
