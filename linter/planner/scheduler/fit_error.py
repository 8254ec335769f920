"""The scheduler's sentence on a pod that it has found no node for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def sentence(number: int, reasons: Iterable[str], after: str = "") -> str:
    """Write it as the condition PodScheduled has it.

    Args:
        number: How many nodes there are.
        reasons: The reasons of all nodes, one after another.
        after: What preemption has come to.

    Returns:
        Such as "0/3 nodes are available: 3 Insufficient cpu.".
    """
    counted = sorted(f"{count} {reason}" for reason, count in Counter(reasons).items())
    text = f"0/{number} nodes are available:"
    if counted:
        text += f" {', '.join(counted)}."
    return f"{text} {after}" if after else text
