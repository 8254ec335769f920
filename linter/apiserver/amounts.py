"""Numbers or percentages of pods, as strategies and budgets have them."""

from __future__ import annotations

from functools import lru_cache

from linter.kube.names import is_percent


@lru_cache(maxsize=256)
def amount_fault(value: int | str, *, at_most_all: bool = True) -> str | None:
    """Return what is wrong with a number or percentage of pods, as the end of a sentence; None where nothing is.

    Args:
        value: The value, e.g. 1 or "25%".
        at_most_all: Refuse percentages above 100%.
    """
    if isinstance(value, int):
        return "it must not be negative" if value < 0 else None
    if not is_percent(value):
        if value.isascii() and value.isdigit():
            return f"write {value[:20]} without quotes, or a percentage such as `25%`"
        return "it must be an integer or a percentage such as `25%`"
    if at_most_all and effective_amount(value) > 100:
        return "it must not be above `100%`"
    return None


@lru_cache(maxsize=256)
def effective_amount(value: int | str) -> int:
    """Return the number in a value as the API server reads it, right or wrong: text that holds no number counts as 0."""
    if isinstance(value, int):
        return value
    digits = value.removesuffix("%") if is_percent(value) else value
    sign = -1 if digits.startswith("-") else 1
    if digits.startswith(("-", "+")):
        digits = digits[1:]
    if not (digits.isascii() and digits.isdigit()):
        return 0
    digits = digits.lstrip("0")
    return sign * int(digits[:19] or "0")
