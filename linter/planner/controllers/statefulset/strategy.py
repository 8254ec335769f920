"""The update strategy of a StatefulSet: its numbers resolved, and described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.int_or_percent import resolve
from linter.planner.assessment import Strategy, StrategyNumber
from linter.planner.controllers.rolling import floor, rounded

if TYPE_CHECKING:
    from linter.planner.model import Manifest


def resolve_max_unavailable(spec: Manifest, *, enabled: bool) -> int:
    """Resolve a defaulted StatefulSet's maxUnavailable: rounded down, at least 1, and 1 while the gate is off."""
    block = spec["updateStrategy"].get("rollingUpdate") or {}
    if not enabled or block.get("maxUnavailable") is None:
        return 1
    try:
        return max(1, resolve(block["maxUnavailable"], spec["replicas"], round_up=False))
    except ValueError:  # stored by a server whose gate was off, which let anything pass
        return 1


def describe_strategy(spec: Manifest, *, honors_max_unavailable: bool) -> Strategy:
    """Return the strategy in force of a defaulted StatefulSet spec."""
    kind = spec["updateStrategy"]["type"]
    numbers: list[StrategyNumber] = []
    if kind == "RollingUpdate":
        block = spec["updateStrategy"].get("rollingUpdate") or {}
        partition = block.get("partition") or 0
        numbers.append(StrategyNumber("partition", partition, partition))
        if (raw := block.get("maxUnavailable")) is not None:
            # Where it is 1 it makes no difference.
            how = "" if raw == 1 else "ignored: MaxUnavailableStatefulSet is off"
            if honors_max_unavailable:
                how = (
                    "at least 1"
                    if floor(raw, spec["replicas"]) < 1
                    else rounded("down", raw, spec["replicas"])
                )
            number = resolve_max_unavailable(spec, enabled=honors_max_unavailable)
            numbers.append(StrategyNumber("maxUnavailable", raw, number, how))
    return Strategy(kind, spec["replicas"], tuple(numbers), spec["podManagementPolicy"])
