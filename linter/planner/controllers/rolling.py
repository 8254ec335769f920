"""The numbers of a rolling update: maxSurge and maxUnavailable, resolved and described."""

from __future__ import annotations

from typing import NamedTuple

from linter.kube.int_or_percent import resolve


class RollingNumbers(NamedTuple):
    """How many pods may be added to, and be missing from, those that are wanted."""

    surge: int
    unavailable: int


def floor(value: int | str, total: int) -> int:
    """Resolve a number or percentage, rounded down."""
    return resolve(value, total, round_up=False)


def rounded(direction: str, value: int | str, total: int) -> str:
    """Say how a percentage was rounded, if it was."""
    exact = resolve(value, total, round_up=True) == resolve(value, total, round_up=False)
    return "" if exact else f"rounded {direction}"
