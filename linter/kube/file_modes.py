"""File modes of volumes: numbers from 0 to 0777, which people think of in octal digits."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


_COMMON: Final = frozenset(
    {0o400, 0o440, 0o444, 0o500, 0o550, 0o555, 0o600, 0o640, 0o644, 0o660, 0o664, 0o666, 0o700, 0o740, 0o744, 0o750}
    | {0o755, 0o770, 0o775, 0o777}
)  # fmt: skip
"""The modes that people use."""
FIELDS: Final = frozenset({"defaultMode", "mode"})
"""What the fields are called."""


def is_file_mode(number: int) -> bool:
    """Tell whether a number is a file mode: 0 to 0777 (511 in decimal)."""
    return 0 <= number <= 0o777


def octal(digits: str) -> int | None:
    """Return the mode that three octal digits give, with a zero in front or without ("400", "0400", "0o400"); else None."""
    found = re.fullmatch(r"(?:0[oO]?)?([0-7]{3})", digits)
    return int(found[1], 8) if found else None


def meant_by(digits: str) -> int | None:
    """Return the mode that somebody means who writes these digits; None where it may be one or another.

    With a zero in front they are octal. Without, they are what gives a mode that people use: "400" is 0400, as 400 in decimal is 0620;
    "420" is 0644, as 0420 is a mode that nobody uses.
    """
    as_octal = octal(digits)
    if as_octal is not None and digits.startswith("0"):
        return as_octal
    candidates = set() if as_octal is None else {as_octal}
    if re.fullmatch("[1-9][0-9]{0,2}", digits):
        candidates.add(int(digits))
    common = candidates & _COMMON
    return common.pop() if len(common) == 1 else None


def spelled(mode: int) -> str:
    """Return how a mode is written, in YAML and in JSON, which knows no octal numbers: "0400 (256 in JSON)"."""
    return f"{in_octal(mode)} ({mode} in JSON)"


def in_octal(mode: int) -> str:
    """Return a mode as YAML takes it: "0400"."""
    return f"0{mode:03o}"
