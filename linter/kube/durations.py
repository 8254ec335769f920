"""Durations as Go writes them (`1h30m`), and as schemas take them besides (`2 days`)."""

from __future__ import annotations

import re
from fractions import Fraction

_UNITS = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_MOST = 2**63
# Words for units: any spelling but the last must be matched in full, the last is the beginning of a word.
_WORDS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (1, ("ns", "nano")),
    (10**3, ("us", "µs", "micro")),
    (10**6, ("ms", "milli")),
    (10**9, ("s", "sec")),
    (60 * 10**9, ("m", "min")),
    (3600 * 10**9, ("h", "hr", "hour")),
    (24 * 3600 * 10**9, ("d", "day")),
    (7 * 24 * 3600 * 10**9, ("w", "wk", "week")),
)
_LOOSE_PART = re.compile(r"([0-9]+)[\t\n\f\r ]*([A-Za-zµ]+)")


def parse_duration(text: str) -> int | None:
    """Read a duration as Go's time.ParseDuration does. Return nanoseconds; None where it is malformed or exceeds 64 bits."""
    sign, rest = (-1, text[1:]) if text[:1] == "-" else (1, text.removeprefix("+"))
    if rest == "0":
        return 0
    total, end = Fraction(0), 0
    while found := _PART.match(rest, end):
        if len(found[1]) > 100:
            return None
        # What is finer than a nanosecond is cut off, part by part.
        total += int(
            Fraction(found[1].strip(".") if found[1].endswith(".") else f"0{found[1]}") * _UNITS[found[2]]
        )
        end = found.end()
    if not end or end != len(rest) or total >= _MOST + (sign < 0):
        return None
    return sign * int(total)


def parse_loose_duration(text: str) -> int | None:
    """Read a duration as schemas with `format: duration` do: in Go's spelling, or numbers with units in words, wherever they are.

    Returns:
        Nanoseconds; None where there are none. Too large a duration overflows, as it does in the server.
    """
    if (strict := parse_duration(text)) is not None:
        return strict
    total, is_found = 0, False
    for number, word in _LOOSE_PART.findall(text):
        if len(number) > 19 or int(number) >= _MOST:
            return None
        unit = word.lower()
        for nanoseconds, names in _WORDS:
            for name in names:
                if unit == name or (name == names[-1] and unit.startswith(name)):
                    is_found = True
                    total += int(number) * nanoseconds
    return (total + _MOST) % (2 * _MOST) - _MOST if is_found else None


def format_duration(nanoseconds: int) -> str:
    """Return a duration as CEL spells it: in seconds, `90s`, `1.5s`."""
    sign = "-" if nanoseconds < 0 else ""
    seconds, rest = divmod(abs(nanoseconds), 10**9)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{sign}{seconds}{fraction}s"
