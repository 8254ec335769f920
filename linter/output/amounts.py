"""Amounts of cpu and memory that are compared are written in one unit."""

from __future__ import annotations

from decimal import Decimal

from linter.kube.quantities import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

_NANOS: Final = 10**9
_BINARY: Final = tuple(
    (suffix, Decimal(2) ** (10 * power)) for power, suffix in enumerate(("", "Ki", "Mi", "Gi", "Ti", "Pi"))
)
_DECIMAL: Final = (("m", Decimal("0.001")), ("", Decimal(1)))


def in_one_unit(amounts: Sequence[str], *, binary: bool) -> list[str]:
    """Write amounts in the largest unit in which none of them needs more than two digits behind the point.

    Args:
        amounts: Quantities as Kubernetes spells them.
        binary: In Ki, Mi, Gi … instead of m and whole ones.

    Returns:
        The same amounts, in the same order; 0 has no unit.
    """
    values = [Decimal(parse(amount).nanos) / _NANOS for amount in amounts]
    units = _BINARY if binary else _DECIMAL
    suffix, size = next(
        (
            unit
            for unit in reversed(units)
            if max(values) >= unit[1] and all(_is_short(each / unit[1]) for each in values)
        ),
        units[0],
    )
    return [f"{_plain(each / size)}{suffix}" if each else "0" for each in values]


def _is_short(value: Decimal) -> bool:
    return value * 100 == int(value * 100)


def _plain(value: Decimal) -> str:
    """Write a number without an exponent and without zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
