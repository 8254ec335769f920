"""Plays a cycle on a copy of the cluster with numbers that grow: what it proves holds for as many cycles as the numbers say."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy, deepcopy
from typing import TYPE_CHECKING, Any, Protocol, cast

from linter.planner.leap.growing import Growing, Horizon, is_same
from linter.planner.model import Revision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.rounds import Round
    from linter.planner.simulate import Simulation


class Counted(Protocol):
    """A workload of which there is no more to know than numbers, and what does not grow."""

    def counters(self) -> list[int] | None:
        """Return all numbers that change with the pods; None where there is more to know."""
        ...

    def set_counters(self, numbers: Sequence[int]) -> None:
        """Take over numbers, in the order in which `counters` returns them."""
        ...

    def shape(self) -> object:
        """Return all else that changes with the pods, to be compared."""
        ...


def most_times(
    simulation: Simulation,
    before: Sequence[Round],
    cycle: Sequence[Round],
    numbers: Sequence[int],
    differences: Sequence[int],
) -> int:
    """Return how many cycles go on as the last two did.

    Args:
        simulation: It, at the end of a cycle.
        before: The rounds of the last cycle but one.
        cycle: The rounds of the last cycle.
        numbers: The workload's numbers.
        differences: How much each of them has grown in the last cycle.
    """
    horizon = Horizon()
    twin = _twin(simulation, len(cycle), horizon)
    (only,) = twin.cluster.workloads.values()
    workload = cast("Counted", only)  # the copy of the one that asks
    pairs = list(zip(numbers, differences, strict=True))
    workload.set_counters(_grown(numbers, differences, horizon))
    shape = workload.shape()
    rounds: list[Round] = []
    try:
        while len(rounds) < len(cycle):
            _, written = twin.take_step()
            if not written:
                return 0
            rounds += written
    except TypeError:
        return 0  # something is done with a number of which it is not known what comes of it
    after = workload.counters()
    if after is None or workload.shape() != shape or not _continues(before, cycle, rounds):
        return 0
    expected = _grown([number + more for number, more in pairs], differences, horizon)
    return horizon.cycles + 1 if all(map(is_same, after, expected)) else 0


def _grown(numbers: Sequence[int], steps: Sequence[int], horizon: Horizon) -> list[int]:
    """Return numbers that grow; whoever counts with them takes them for integers."""
    pairs = zip(numbers, steps, strict=True)
    return cast("list[int]", [Growing(number, step, horizon) if step else number for number, step in pairs])


def _twin(simulation: Simulation, length: int, horizon: Horizon) -> Simulation:
    """Return a simulation that goes on from where another is, without changing that."""
    twin = copy(simulation)
    twin.number = cast("int", Growing(simulation.number, length, horizon))
    cluster = simulation.cluster
    shared = [cluster.nodes, cluster.admit, *(each.manifest for each in cluster.workloads.values())]
    twin.cluster = deepcopy(cluster, {id(simulation): twin, **{id(each): each for each in shared}})
    return twin


def _continues(before: Any, after: Any, found: Any) -> bool:
    """Tell whether what is found differs from what was, in every cycle to come, as that differs from what was before."""
    if isinstance(found, Growing):
        if type(before) is not int or type(after) is not int:
            return False
        return (found.value, found.step) == (2 * after - before, after - before)
    if isinstance(found, tuple | list):
        return len(before) == len(after) == len(found) and all(map(_continues, before, after, found))
    if isinstance(found, Mapping):
        return _continues(*([*each.items()] for each in (before, after, found)))
    if isinstance(found, Revision):
        return bool(before is after and after.key == found.key)  # the copy's revisions are copies
    return bool(before == after == found)
