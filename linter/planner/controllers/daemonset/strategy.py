"""The strategy of a DaemonSet: its numbers, resolved and described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.int_or_percent import resolve
from linter.planner.assessment import Strategy, StrategyNumber
from linter.planner.controllers.rolling import RollingNumbers, rounded

if TYPE_CHECKING:
    from linter.planner.model import Manifest


def resolve_numbers(spec: Manifest, desired: int) -> RollingNumbers:
    """Resolve maxSurge and maxUnavailable (both rounded up) of a defaulted DaemonSet spec.

    Args:
        spec: The DaemonSet's spec.
        desired: How many nodes should run a pod.
    """
    block = spec["updateStrategy"].get("rollingUpdate") or {}
    surge = resolve(block.get("maxSurge", 0), desired, round_up=True)
    unavailable = resolve(block.get("maxUnavailable", 1), desired, round_up=True)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return RollingNumbers(surge, unavailable)


def describe_strategy(spec: Manifest, nodes: int) -> Strategy:
    """Return the strategy in force.

    Args:
        spec: The DaemonSet's spec, defaults applied.
        nodes: How many nodes should run a pod.
    """
    kind = spec["updateStrategy"]["type"]
    numbers: list[StrategyNumber] = []
    if kind == "RollingUpdate":
        raw = spec["updateStrategy"]["rollingUpdate"]
        resolved = resolve_numbers(spec, nodes)
        for field, value in (("maxSurge", resolved.surge), ("maxUnavailable", resolved.unavailable)):
            written = raw.get(field, 0)
            numbers.append(StrategyNumber(field, written, value, rounded("up", written, nodes)))
    return Strategy(kind, nodes, tuple(numbers), counts="eligible nodes")
