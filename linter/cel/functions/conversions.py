"""Conversions between types, and functions that texts are read with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from linter.cel.errors import NO_OVERLOAD, EvaluationError
from linter.cel.nodes import Uint
from linter.cel.values import Duration, Timestamp, type_name
from linter.kube.durations import format_duration, parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable

_INT64 = 2**63
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.,]([0-9]+))?(?:([Zz])|([+-])([0-9]{2}):([0-9]{2}))"
)


def _failed(value: Any, wanted: str) -> EvaluationError:
    return EvaluationError(f"type conversion error from '{type_name(value)}' to '{wanted}'")


def _int(value: Any) -> int:
    match value:
        case bool():
            raise EvaluationError(NO_OVERLOAD)
        case int():
            number = int(value)
        case float():
            if value != value or not -_INT64 < value < _INT64:  # noqa: PLR0124  not a number
                raise EvaluationError("integer overflow")
            number = int(value)
        case str():
            if not re.fullmatch("[+-]?[0-9]{1,100}", value):
                raise _failed(value, "int")
            number = int(value)
            if not -_INT64 <= number < _INT64:
                raise _failed(value, "int")
        case Timestamp():
            number = value.nanos // 10**9
        case Duration():
            number = value.nanos
        case _:
            raise EvaluationError(NO_OVERLOAD)
    if not -_INT64 <= number < _INT64:
        raise EvaluationError("integer overflow")
    return number


def _uint(value: Any) -> Uint:
    if isinstance(value, str):
        if not re.fullmatch("[+]?[0-9]{1,100}", value) or int(value) >= 2 * _INT64:
            raise _failed(value, "uint")
        return Uint(int(value))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise EvaluationError(NO_OVERLOAD)
    if value != value or not 0 <= value < 2 * _INT64:  # noqa: PLR0124  not a number
        raise EvaluationError("unsigned integer overflow")
    return Uint(int(value))


def _double(value: Any) -> float:
    if isinstance(value, str):
        if "_" in value or value != value.strip():
            raise _failed(value, "double")
        try:
            return float(value)
        except ValueError:
            raise _failed(value, "double") from None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise EvaluationError(NO_OVERLOAD)
    return float(value)


def _string(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(int(value))
        case float():
            return format_double(value)
        case bytes():
            try:
                return str(value, "utf-8")
            except UnicodeDecodeError:
                raise EvaluationError("invalid UTF-8 in bytes, cannot convert to string") from None
        case Timestamp():
            return format_timestamp(value)
        case Duration():
            return format_duration(value.nanos)
        case _:
            text = getattr(value, "cel_text", None)
            if not isinstance(text, str):
                raise EvaluationError(NO_OVERLOAD)
            return text


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise EvaluationError(NO_OVERLOAD)
    return value.encode("utf-8", "surrogatepass")


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise EvaluationError(NO_OVERLOAD)
    if value in {"1", "t", "T", "TRUE", "true", "True"}:
        return True
    if value in {"0", "f", "F", "FALSE", "false", "False"}:
        return False
    raise _failed(value, "bool")


def _timestamp(value: Any) -> Timestamp:
    if isinstance(value, Timestamp):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Timestamp(value * 10**9)
    if not isinstance(value, str):
        raise EvaluationError(NO_OVERLOAD)
    found = parse_timestamp(value)
    if found is None:
        raise _failed(value, "google.protobuf.Timestamp")
    return found


def _duration(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Duration(value)
    if not isinstance(value, str):
        raise EvaluationError(NO_OVERLOAD)
    nanos = parse_duration(value)
    if nanos is None:
        raise _failed(value, "google.protobuf.Duration")
    return Duration(nanos)


def parse_timestamp(text: str) -> Timestamp | None:
    """Read a point in time (RFC 3339); None where it is malformed."""
    from datetime import UTC, datetime

    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, month, date, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        day = datetime(year, month, date, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    offset = 0
    if found[9]:
        offset = (int(found[10]) * 3600 + int(found[11]) * 60) * (1 if found[9] == "+" else -1)
    whole = (day.toordinal() - 719163) * 86400 + day.hour * 3600 + day.minute * 60 + day.second - offset
    return Timestamp(whole * 10**9 + int((found[7] or "0").ljust(9, "0")[:9]))


def format_timestamp(value: Timestamp) -> str:
    """Return a point in time as text, in UTC."""
    from datetime import UTC, datetime, timedelta

    seconds, rest = divmod(value.nanos, 10**9)
    day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{day:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def format_double(value: float) -> str:
    """Return a double as Go's %g prints it."""
    if value != value:  # noqa: PLR0124  not a number
        return "NaN"
    if value in {float("inf"), float("-inf")}:
        return "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    exponent = int(f"{value:e}".rpartition("e")[2])
    if -5 < exponent < 21:
        return text.removesuffix(".0") if "e" not in text else f"{value:f}".rstrip("0").rstrip(".")
    digits = f"{value:.17e}" if "e" not in text else text
    mantissa, _, power = digits.partition("e")
    return (
        f"{mantissa.removesuffix('.0')}e{'-' if power.startswith('-') else '+'}{power.lstrip('+-').zfill(2)}"
    )


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "int": _int,
    "uint": _uint,
    "double": _double,
    "string": _string,
    "bytes": _bytes,
    "bool": _bool,
    "timestamp": _timestamp,
    "duration": _duration,
}
