"""Values that are a number or a percentage (maxSurge, maxUnavailable, minAvailable …), and how they are rounded.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-surge and the recorded rollouts.
"""

from __future__ import annotations

from linter.kube import names


def parse(value: object) -> tuple[int, bool]:
    """Read a value.

    Args:
        value: An integer, or text such as "25%".

    Returns:
        The number, and whether it is a percentage.

    Raises:
        ValueError: It is neither. (Text without a percent sign, such as "3", is neither.)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value, False
    if isinstance(value, str) and names.is_percent(value):
        # Beyond 64 bits it is too much in any case, and Python refuses to read thousands of digits.
        return int(value[:-1].lstrip("0")[:20] or "0"), True
    raise ValueError(f"{value!r} is neither an integer nor a percentage")


def resolve(value: object, total: int, *, round_up: bool) -> int:
    """Return the number that a value stands for.

    Args:
        value: An integer, or text such as "25%".
        total: What a percentage is taken of.
        round_up: Round a fraction up (a Deployment's maxSurge, a budget) or down (its maxUnavailable).

    Raises:
        ValueError: The value is neither.
    """
    number, percent = parse(value)
    if not percent:
        return number
    return -(-number * total // 100) if round_up else number * total // 100


def is_percent(value: object) -> bool:
    """Tell whether a value is a percentage."""
    return isinstance(value, str) and names.is_percent(value)
