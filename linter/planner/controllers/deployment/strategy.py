"""The strategy of a Deployment: its numbers resolved, and described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.int_or_percent import resolve
from linter.planner.assessment import Strategy, StrategyNumber
from linter.planner.controllers.rolling import RollingNumbers, floor, rounded

if TYPE_CHECKING:
    from linter.planner.model import Manifest


def resolve_numbers(spec: Manifest) -> RollingNumbers:
    """Resolve maxSurge (rounded up) and maxUnavailable (rounded down) of a defaulted Deployment spec.

    Where both come to 0, one pod may be unavailable, or nothing would ever move.
    """
    replicas = spec["replicas"]
    strategy = spec["strategy"]
    if strategy["type"] != "RollingUpdate":
        return RollingNumbers(surge=0, unavailable=0)
    numbers = strategy["rollingUpdate"]
    surge = resolve(numbers["maxSurge"], replicas, round_up=True)
    unavailable = resolve(numbers["maxUnavailable"], replicas, round_up=False)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return RollingNumbers(surge, min(unavailable, replicas))


def describe_strategy(spec: Manifest) -> Strategy:
    """Return the strategy in force of a defaulted Deployment spec."""
    replicas = spec["replicas"]
    if spec["strategy"]["type"] != "RollingUpdate":
        return Strategy(spec["strategy"]["type"], replicas)
    raw = spec["strategy"]["rollingUpdate"]
    surge, unavailable = resolve_numbers(spec)
    least = floor(raw["maxUnavailable"], replicas)
    how = rounded("down", raw["maxUnavailable"], replicas)
    if surge == 0 and unavailable == min(1, replicas) and not least:
        how = "both came to 0, so 1" if replicas else how
    elif least > replicas:
        how = "no more than replicas"
    return Strategy(
        "RollingUpdate",
        replicas,
        (
            StrategyNumber("maxSurge", raw["maxSurge"], surge, rounded("up", raw["maxSurge"], replicas)),
            StrategyNumber("maxUnavailable", raw["maxUnavailable"], unavailable, how),
        ),
    )
