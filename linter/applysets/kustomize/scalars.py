"""What a scalar means to kustomize.

kustomize reads manifests by another library than kubectl does (go.yaml.in/yaml/v3): `yes` and `on` are texts, a date becomes a
moment, `08` is a float. It keeps the text of a scalar and its type apart, so that a value may change its type when it is written.
"""

from __future__ import annotations

import re
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final


STR: Final = "!!str"
INT: Final = "!!int"
FLOAT: Final = "!!float"
BOOL: Final = "!!bool"
NULL: Final = "!!null"
TIMESTAMP: Final = "!!timestamp"

_WORDS: Final[dict[str, tuple[str, Any]]] = {
    **dict.fromkeys(("true", "True", "TRUE"), (BOOL, True)),
    **dict.fromkeys(("false", "False", "FALSE"), (BOOL, False)),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), (NULL, None)),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), (FLOAT, float("nan"))),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), (FLOAT, float("inf"))),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), (FLOAT, float("-inf"))),
}
_SPECIAL_STARTS: Final = frozenset("+-.0123456789tTfFnN~")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INTEGER: Final = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]+)|([1-9][0-9]*|0))"
)
_DATE: Final = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:([Tt ])([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]+))?(Z|[-+][0-9]{2}:[0-9]{2})?)?"
)


@lru_cache(maxsize=8192)
def resolve(text: str) -> tuple[str, Any]:
    """Return the tag of a plain scalar, and its value. A moment comes as the text that it is written out as."""
    if text and text[0] not in _SPECIAL_STARTS:
        return STR, text
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first == ".":
        return (FLOAT, float(text)) if _FLOAT.fullmatch(text) else (STR, text)
    if first in "tTfFnN~":
        return STR, text
    if (moment := _moment(text)) is not None:
        return TIMESTAMP, moment
    digits = text.replace("_", "")
    if (integer := _integer(digits)) is not None:
        return INT, integer
    if _FLOAT.fullmatch(digits) and (number := float(digits)) not in {float("inf"), float("-inf")}:
        return FLOAT, number
    return STR, text


def _integer(digits: str) -> int | None:
    found = _INTEGER.fullmatch(digits)
    if found is None:
        return None
    sign, hexadecimal, binary, octal, old_octal, decimal = found.groups()
    for body, base in ((hexadecimal, 16), (binary, 2), (octal, 8), (old_octal, 8), (decimal, 10)):
        if body is not None:
            if len(body) > 70:
                return None
            value = int(body, base)
            break
    else:
        return None
    if sign == "-":
        value = -value
    return value if -(2**63) <= value < (2**63 if sign else 2**64) else None


def _moment(text: str) -> str | None:
    from datetime import datetime

    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, separator, hour, minute, second, fraction, zone = found.groups()
    if separator in {"T", "t"} and zone is None:
        return None
    if separator == " " and zone is not None:
        return None
    try:
        datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001  checks ranges
    except ValueError:
        return None
    fraction = (fraction or "")[:9].rstrip("0")
    moment = f"{year}-{int(month):02}-{int(day):02}T{int(hour or 0):02}:{int(minute or 0):02}:{int(second or 0):02}"
    return (
        moment
        + (f".{fraction}" if fraction else "")
        + (zone if zone not in {None, "+00:00", "-00:00"} else "Z")
    )


def json_number(value: float) -> int | float:
    """Return a number as it comes back from JSON, where 3.0 is written as 3."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return int(value)
    return value


def go_float(value: float) -> str:
    """Write a float as Go's %g does: the shortest digits, with an exponent from 1e+06 on and below 1e-04."""
    digits, _, power = repr(abs(value)).partition("e")
    whole, _, fraction = digits.partition(".")
    both = whole + fraction
    number = both.strip("0")
    if not number:
        return "0"
    exponent = len(whole) + int(power or 0) - (len(both) - len(both.lstrip("0"))) - 1
    sign = "-" if value < 0 else ""
    if exponent < -4 or exponent >= 6:
        body = number[0] + (f".{number[1:]}" if len(number) > 1 else "")
        return f"{sign}{body}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{number}"
    if len(number) <= exponent + 1:
        return sign + number + "0" * (exponent + 1 - len(number))
    return f"{sign}{number[: exponent + 1]}.{number[exponent + 1 :]}"


_OLD_WORDS: Final = frozenset(
    word
    for words in ("y yes on n no off true false null", "~")
    for each in words.split()
    for word in (each, each.capitalize(), each.upper())
)
_BASE_60: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")


def needs_quotes(text: str) -> bool:
    """Tell whether a text is written in quotes, or as a block: without, it would be read as something else."""
    return (
        "\n" in text
        or resolve(text)[0] != STR
        or text in _OLD_WORDS
        or _BASE_60.fullmatch(text) is not None
        or text[0] in "!&*|>@`\"'%#,[]{}?-: "
        or ": " in text
        or " #" in text
        or text[-1] in ": "
    )


_NOT_IN_BLOCKS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\U00010000-\U0010ffff]"
)


def refolded(text: str) -> str:
    """Return what becomes of a folded text (`>`) that kustomize writes out and reads again, which it does with all objects.

    Its YAML library folds anew with a slip: where a line is followed by one that is indented further, a line feed is added.
    """
    if "\n" not in text.strip("\n") or text[-1] == " " or " \n" in text or _NOT_IN_BLOCKS.search(text):
        return text  # one line, or not written as a block
    pieces = re.split(r"(\n+)", text)
    lines, breaks = pieces[::2], [len(piece) for piece in pieces[1::2]]
    doubles = text.lstrip("\n")[0] not in " \t"
    result = []
    for number, line in enumerate(lines):
        result.append(line)
        if number == len(breaks):
            break
        count = breaks[number]
        if line and line[0] not in " \t" and doubles:
            count += 1
        following = lines[number + 1]
        if not following:
            # The end: one line feed is clipped to one, more are kept.
            result.append("\n" * (1 if breaks[number] == 1 else count))
        elif not line or line[0] in " \t" or following[0] in " \t":
            result.append("\n" * count)
        else:
            result.append(" " if count == 1 else "\n" * (count - 1))
    return "".join(result)
