"""What a scalar of YAML means to kubectl and the API server.

They read YAML by a library of their own lineage: YAML 1.1 with quirks (`yes` and `y` are booleans, `0644` is octal, `1e3`
is a number, `1:30` is text), and turn the result into JSON, in which `3.0` is the integer 3. Held against the recorded cases
YJ-03 … YJ-14.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final


WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
"""The plain scalars that are no text and no numbers in digits."""
_NUMBER_STARTS: Final = frozenset("+-.0123456789")
_WORD_STARTS: Final = frozenset("yYnNtTfFoO~.+-")
_IN_NUMBERS: Final = frozenset("0123456789abcdefABCDEFxXoO._+-")
SPECIAL_STARTS: Final = _NUMBER_STARTS | _WORD_STARTS
"""What a plain scalar begins with that may not be text."""
# Compiled when first needed: most numbers are plain digits.
_FLOAT: Final = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_DOT_FLOAT: Final = r"\.[0-9]+(?:[eE][-+]?[0-9]+)?"
_INTEGER: Final = (
    r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)|-0b-?[01]+|0b[-+][01]+"
)

_TAG = "tag:yaml.org,2002:"
MERGE_TAG: Final = _TAG + "merge"
"""Before `<<` it says what `<<` without quotes means anyway: merge the value into this mapping."""
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    _TAG + "bool": (bool,),
    _TAG + "int": (int,),
    _TAG + "float": (float, int),
    _TAG + "null": (type(None),),
}


class ScalarError(ValueError):
    """A scalar that the tag before it does not allow, or that JSON cannot hold."""


def plain(text: str) -> Any:
    """Return the value of a plain (unquoted) scalar: str, int, float, bool or None. Infinity and NaN come as float."""
    if not text:
        return None
    first = text[0]
    if first in _WORD_STARTS and text in WORDS:
        return WORDS[text]
    if first in _NUMBER_STARTS:
        return _number(text)
    if first == "n" and text == "null":
        return None
    return text


def _number(text: str) -> Any:
    if text[0] in "123456789" and len(text) < 19 and text.isascii() and text.isdecimal():
        return int(text)
    if not _IN_NUMBERS.issuperset(text):
        return text  # `128Mi`, `25%`, `10.0.0.0/8`
    if text[0] == ".":
        return float(text) if re.fullmatch(_DOT_FLOAT, text) else text
    digits = text.replace("_", "")
    value = _integer(digits) if re.fullmatch(_INTEGER, digits) else None
    if value is not None:
        return value
    # Beyond 64 bits the reader tries a float; what is beyond that, too, stays text.
    if re.fullmatch(_FLOAT, digits) and (number := float(digits)) not in {float("inf"), float("-inf")}:
        return number
    return text


def _integer(digits: str) -> int | None:
    """Return a whole number; None beyond 64 bits."""
    negative = digits.startswith("-")
    body = digits.lstrip("+-")
    prefix = body[:2].lower()
    if prefix in {"0x", "0o", "0b"}:
        value = int(body, 0)
    elif len(body) > 1 and body[0] == "0":
        value = int(body, 8)
    elif len(body) > 20:
        return None  # Python refuses to read thousands of digits
    else:
        value = int(body)
    value = -value if negative else value
    return value if -(2**63) <= value < 2**64 else None


def tagged(tag: str, text: str) -> Any:
    """Return the value of a scalar with an explicit tag.

    Raises:
        ScalarError: The text is not a value of that type.
    """
    if tag in {_TAG + "str", "!"}:
        return text
    if tag == _TAG + "binary":
        return _binary(text)
    if tag == _TAG + "timestamp" and not _is_timestamp(text):
        raise ScalarError(f"`{text}` is not a timestamp, as the tag !!timestamp says.")
    if tag not in _TYPES:
        return text  # local and unknown tags are ignored
    value = plain(text)
    if type(value) not in _TYPES[tag]:
        raise ScalarError(
            f"`{text}` is not of type {tag.removeprefix(_TAG)}, as the tag !!{tag.removeprefix(_TAG)} says."
        )
    return float(value) if tag == _TAG + "float" else value


def _binary(text: str) -> str:
    import base64

    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except ValueError:
        raise ScalarError("The text behind !!binary is not base64.") from None


def json_integer(text: str) -> int | float:
    """Return an integer of a JSON text: beyond 64 bits the API server reads it as a float.

    Raises:
        ScalarError: It is beyond a float, too.
    """
    value = int(text) if len(text) <= 20 else None
    if value is not None and -(2**63) <= value < 2**64:
        return value
    return as_json(float(text))  # type: ignore[no-any-return]


def as_json(value: Any) -> Any:
    """Return the number as JSON holds it: an integral float becomes an integer.

    Raises:
        ScalarError: Infinity and NaN, which JSON cannot hold.
    """
    if type(value) is float:
        if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124  NaN is the one that differs
            raise ScalarError(
                "JSON, and so Kubernetes, knows no infinity and no NaN; quote it if it is meant as text."
            )
        if value == int(value) and abs(value) < 1e21:
            return int(value)
    return value


def as_key(value: Any) -> str | None:
    """Return the text that a mapping key becomes in JSON; None where a key of that type is refused."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value < 2**63 else None  # the reader takes no unsigned number as a key
    if isinstance(value, float):
        return _float_key(value)
    return None


def _float_key(value: float) -> str:
    """Return a key that is a float as text: in single precision, with an exponent from a million on."""
    import math
    import struct
    from decimal import Decimal

    def single(number: float) -> float:
        try:
            return float(struct.unpack("f", struct.pack("f", number))[0])
        except OverflowError:
            return math.copysign(math.inf, number)

    nearest = single(value)
    if math.isnan(nearest):
        return ".nan"
    if math.isinf(nearest):
        return ".inf" if nearest > 0 else "-.inf"
    shortest = next(text for digits in range(17) if single(float(text := f"{nearest:.{digits}e}")) == nearest)
    mantissa, _, exponent = shortest.partition("e")
    return shortest if not -4 <= int(exponent) < 6 else f"{Decimal(mantissa + 'e' + exponent):f}"


def _is_timestamp(text: str) -> bool:
    import datetime as dt

    time = r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.[0-9]+)?"
    found = re.fullmatch(
        rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}})(?:[Tt]{time}(?:Z|[-+][0-9]{{2}}:[0-9]{{2}})| {time})?",
        text,
    )
    if found is None:
        return False
    year, month, day, *clock = (int(each) for each in found.groups() if each)
    hour, minute, second = clock or (0, 0, 0)
    try:
        dt.date(year, month, day)
        dt.time(hour, minute, second)
    except ValueError:
        return False
    return True
