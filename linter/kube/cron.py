"""The schedules of CronJobs.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax and
https://pkg.go.dev/github.com/robfig/cron/v3, whose parser the server has.
"""

from __future__ import annotations

import re

from linter.light_typing import NamedTuple


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    """Words for the numbers, in order from the lowest."""


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)
DESCRIPTORS = ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually")
_EVERY = "@every "
_ZONE = re.compile(r"(?:CRON_)?TZ=[^ ]* ")
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NANOSECONDS = {
    "ns": 1, "us": 10**3, "\u00b5s": 10**3, "\u03bcs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)")


def schedule_fault(schedule: str) -> str | None:
    """Return what is wrong with a schedule, to be put behind it ("has 4 fields …"); None where it can be read.

    Args:
        schedule: Not empty. A time zone before it (`TZ=…`) is passed over.
    """
    text = _ZONE.sub("", schedule, count=1).strip() if _ZONE.match(schedule) else schedule
    if text.startswith("@"):
        return _descriptor_fault(text)
    fields = re.findall(f"[^{_BLANKS}]+", text)
    if len(fields) != len(_FIELDS):
        wanted = ", ".join(field.name for field in _FIELDS)
        return f"has {len(fields)} fields, not 5: {wanted}"
    for field, value in zip(_FIELDS, fields, strict=True):
        # Nothing between two commas is passed over.
        for item in filter(None, value.split(",")):
            if fault := _item_fault(item, field):
                return f"has `{item}` as {field.name}: {fault}"
    return None


def _descriptor_fault(text: str) -> str | None:
    if text in DESCRIPTORS or (text.startswith(_EVERY) and is_duration(text.removeprefix(_EVERY))):
        return None
    if text.startswith(_EVERY):
        return "has no duration behind `@every` such as `1h30m`"
    return f"is not one of {', '.join(DESCRIPTORS)} and `@every 1h30m`"


def is_duration(text: str) -> bool:
    """Tell whether a text is a duration as Go reads it: `1h30m`, `-1.5s`, `0`; in 64 bits of nanoseconds."""
    bare = text[1:] if text[:1] in {"+", "-"} else text
    if bare == "0":
        return True
    total, position = 0, 0
    while part := _DURATION_PART.match(bare, position):
        number, unit = part.groups()
        whole, _, fraction = number.partition(".")
        if len(whole.lstrip("0")) > 19:
            return False
        nanoseconds = _NANOSECONDS[unit]
        # Of the fraction no more digits count than there are nanoseconds in an hour.
        total += int(whole or 0) * nanoseconds + int(fraction[:18] or 0) * nanoseconds // 10 ** len(
            fraction[:18]
        )
        position = part.end()
    return 0 < position == len(bare) and total < 2**63


def _item_fault(item: str, field: _Field) -> str | None:
    span, slash, step = item.partition("/")
    ends = span.split("-")
    first = last = None
    if ends[0] in {"*", "?"}:
        first, last = field.low, field.high  # whatever stands behind a dash is passed over
    elif len(ends) > 2:
        return "a range has one `-`"
    else:
        first, last = _number(ends[0], field), _number(ends[-1], field)
        if slash and len(ends) == 1:
            last = field.high
    if first is None or last is None:
        known = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
        return f"write numbers from {field.low} to {field.high}{known}, a range `1-5` or `*`"
    if "/" in step:
        return "a range has one `/`"
    if slash and not _is_step(step):
        return "the step behind `/` must be a number above 0"
    if first < field.low or last > field.high:
        sunday = "; Sunday is 0" if field.high == 6 and last == 7 else ""
        return f"it must be from {field.low} to {field.high}{sunday}"
    if first > last:
        return "the range must ascend"
    return None


def _number(text: str, field: _Field) -> int | None:
    if text.lower() in field.names:
        return field.low + field.names.index(text.lower())
    return int(text[:30]) if re.fullmatch(r"\+?[0-9]{1,19}", text) else _long_number(text)


def _long_number(text: str) -> int | None:
    """Read a number with more leading zeros than Python might take."""
    found = re.fullmatch(r"\+?0*([0-9]{1,19})", text)
    return int(found[1]) if found else None


def _is_step(text: str) -> bool:
    return re.fullmatch(r"\+?0*[1-9][0-9]{0,18}", text) is not None
