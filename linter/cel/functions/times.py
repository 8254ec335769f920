"""Parts of points in time and of spans of time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any, Final

from linter.cel.errors import NO_OVERLOAD, EvaluationError
from linter.cel.values import Duration, Timestamp

if TYPE_CHECKING:
    from collections.abc import Callable


def _zone(name: str) -> tzinfo:
    if found := re.fullmatch(r"([+-]?)([0-9]{2}):([0-9]{2})", name):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timezone(-offset if found[1] == "-" else offset)
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise EvaluationError(f"unknown time zone {name}") from None


def _day(value: Any, zone: str) -> datetime:
    if not isinstance(value, Timestamp):
        raise EvaluationError(NO_OVERLOAD)
    try:
        day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value.nanos // 1000)
    except OverflowError:
        raise EvaluationError("timestamp overflow") from None
    return day.astimezone(_zone(zone)) if zone not in {"", "UTC"} else day


def _part(of: Callable[[datetime], int]) -> Callable[..., int]:
    def part(value: Any, zone: str = "UTC") -> int:
        return of(_day(value, zone))

    return part


def _part_or_total(of: Callable[[datetime], int], unit: int) -> Callable[..., int]:
    """Return the part of a point in time; of a span of time, how many whole units it has."""

    def part(value: Any, zone: str = "UTC") -> int:
        if isinstance(value, Duration):
            return abs(value.nanos) // unit * (-1 if value.nanos < 0 else 1)
        return of(_day(value, zone))

    return part


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "getFullYear": _part(lambda day: day.year),
    "getMonth": _part(lambda day: day.month - 1),
    "getDayOfYear": _part(lambda day: day.timetuple().tm_yday - 1),
    "getDayOfMonth": _part(lambda day: day.day - 1),
    "getDate": _part(lambda day: day.day),
    "getDayOfWeek": _part(lambda day: day.isoweekday() % 7),
    "getHours": _part_or_total(lambda day: day.hour, 3600 * 10**9),
    "getMinutes": _part_or_total(lambda day: day.minute, 60 * 10**9),
    "getSeconds": _part_or_total(lambda day: day.second, 10**9),
    "getMilliseconds": _part_or_total(lambda day: day.microsecond // 1000, 10**6),
}
