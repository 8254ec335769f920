"""Formats of texts in schemas, as k8s.io/kube-openapi's strfmt knows them.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation, and the recorded
custom resources named certificates-* and assets-*.
"""

from __future__ import annotations

import re

from linter.kube import addresses
from linter.kube.durations import parse_loose_duration
from linter.kube.structs import last_day
from linter.kube.urls import parse_request_uri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from linter.version import KubeVersion

NUMBERS = {"integer": ("int32", "int64"), "number": ("float", "double")}


def format_of(schema: dict[str, Any], version: KubeVersion) -> str:
    """Return the format of a schema as it is written; "" where there is none that the server knows for the type."""
    format_: str = schema.get("format") or ""
    type_ = "" if schema.get("x-kubernetes-int-or-string") else schema.get("type") or ""
    match type_:
        case "" | "string":
            return format_ if is_known_format(format_, version) else ""
        case "integer" | "number":
            return format_ if format_ in NUMBERS[type_] else ""
        case _:
            return ""


def is_known_format(format_: str, version: KubeVersion) -> bool:
    """Tell whether the server of a version knows a format of texts. Hyphens do not count, case does."""
    name = format_.replace("-", "")
    return name in _FORMATS and (version >= (1, 34) or not name.startswith("k8s"))


def has_format(text: str, format_: str) -> bool:
    """Tell whether a text has a format that `is_known_format`."""
    return _FORMATS[format_.replace("-", "")](text)


def _pattern(expression: str, flags: int = 0) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        return re.fullmatch(expression, text, flags | re.ASCII) is not None

    return fits


def _is_uri(text: str) -> bool:
    return parse_request_uri(text) is not None and text != ""


_ATOM = r"[-!#$%&'*+/=?^_`{|}~0-9A-Za-z\x80-\U0010ffff]+"
_DOT_ATOM = rf"{_ATOM}(?:\.{_ATOM})*"
_QUOTED = r'"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\x20-\x7e\t])*"'
_ADDRESS = rf"(?:{_DOT_ATOM}|{_QUOTED})@(?:{_DOT_ATOM}|\[[^\]\[\\\s]+\])"
_PHRASE = rf"(?:{_QUOTED}|[-!#$%&'*+/=?^_`{{|}}~0-9A-Za-z.\x80-\U0010ffff]+)"
_EMAIL = re.compile(rf"[ \t]*(?:{_ADDRESS}|(?:{_PHRASE}[ \t]*)*<{_ADDRESS}>)[ \t]*(?:\([^()\\]*\)[ \t]*)?")


def _is_email(text: str) -> bool:
    return len(text) < 10_000 and _EMAIL.fullmatch(text) is not None and '""@' not in text


# A label, or labels with a dot behind each and a last one of letters. Letters and symbols of all scripts count (see `_is_hostname`).
_HOSTNAME = r"[a-z0-9](?:-?[a-z0-9]{0,62})?|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"


def _is_hostname(text: str) -> bool:
    from unicodedata import category

    plain = "".join(
        letter.lower()
        if letter.isascii() and letter.isalnum()
        else "a" if category(letter).startswith("L") else "0" if category(letter).startswith("S") else letter
        for letter in text[:256]
    )  # fmt: skip
    if re.fullmatch(_HOSTNAME, plain) is None or len(text.encode("utf-8", "replace")) > 255:
        return False
    return all(len(part.encode("utf-8", "replace")) <= 63 for part in text.split("."))


def _is_ipv4(text: str) -> bool:
    return "." in text and addresses.parse_ip(text) is not None


def _is_ipv6(text: str) -> bool:
    address = addresses.parse_ip(text)
    return ":" in text and address is not None and "leading zeros" not in (address.loose or "")


def _is_cidr(text: str) -> bool:
    return addresses.parse_cidr(text) is not None


def _is_mac(text: str) -> bool:
    for separator, digits in ((":", 2), ("-", 2), (".", 4)):
        groups = text.split(separator)
        if len(groups) * digits // 2 in {6, 8, 20} and all(
            re.fullmatch(f"[0-9A-Fa-f]{{{digits}}}", group) for group in groups
        ):
            return True
    return False


def _is_isbn10(text: str) -> bool:
    digits = re.sub(r"[\t\n\f\r -]+", "", text)
    if re.fullmatch("[0-9]{9}[0-9X]", digits) is None:
        return False
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(weight * value for weight, value in enumerate(values, 1)) % 11 == 0


def _is_isbn13(text: str) -> bool:
    digits = re.sub(r"[\t\n\f\r -]+", "", text)
    if re.fullmatch("[0-9]{13}", digits) is None:
        return False
    return sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits)) % 10 == 0


_CARD = (
    "4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}"
    "|(?:2131|1800|35[0-9]{3})[0-9]{11}"
)


def _is_credit_card(text: str) -> bool:
    digits = re.sub("[^0-9]+", "", text)
    if re.fullmatch(_CARD, digits) is None:
        return False
    doubled = [int(digit) * (2 if index % 2 else 1) for index, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_ssn(text: str) -> bool:
    return len(text) == 11 and re.fullmatch("[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}", text) is not None


def _is_byte(text: str) -> bool:
    four = "[A-Za-z0-9+/]"
    return re.fullmatch(f"(?:{four}{{4}})*(?:{four}{{2}}==|{four}{{3}}=|{four}{{4}})", text) is not None


def is_date(text: str) -> bool:
    """Tell whether a text is a date: 2006-01-02."""
    found = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    if found is None:
        return False
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    return 1 <= month <= 12 and 1 <= day <= last_day(year, month)


def _is_datetime(text: str) -> bool:
    date, *rest = text.lower().split("t")
    if not rest or not is_date(date):
        return False
    found = re.match(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:.[0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})$", rest[0])
    # The server looks at the first 59 seconds and minutes, but at no limit of the zone.
    return found is not None and found[1] <= "23" and found[2] <= "59" and found[3] <= "59"


_RGB = r"(?:0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])"
_UUID = "[0-9a-f]{{8}}-?[0-9a-f]{{4}}-?{}[0-9a-f]{{3}}-?{}[0-9a-f]{{3}}-?[0-9a-f]{{12}}"
_HEX = "[0-9a-f]"
_LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_FORMATS: dict[str, Callable[[str], bool]] = {
    "bsonobjectid": _pattern("[0-9a-fA-F]{24}"),
    "uri": _is_uri,
    "email": _is_email,
    "hostname": _is_hostname,
    "ipv4": _is_ipv4,
    "ipv6": _is_ipv6,
    "cidr": _is_cidr,
    "mac": _is_mac,
    "uuid": _pattern(_UUID.format(_HEX, _HEX), re.IGNORECASE),
    "uuid3": _pattern(_UUID.format("3", _HEX), re.IGNORECASE),
    "uuid4": _pattern(_UUID.format("4", "[89ab]"), re.IGNORECASE),
    "uuid5": _pattern(_UUID.format("5", "[89ab]"), re.IGNORECASE),
    "isbn": lambda text: _is_isbn10(text) or _is_isbn13(text),
    "isbn10": _is_isbn10,
    "isbn13": _is_isbn13,
    "creditcard": _is_credit_card,
    "ssn": _is_ssn,
    "hexcolor": _pattern("#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})"),
    "rgbcolor": _pattern(rf"rgb\([\t\n\f\r ]*{_RGB}(?:[\t\n\f\r ]*,[\t\n\f\r ]*{_RGB}){{2}}[\t\n\f\r ]*\)"),
    "byte": _is_byte,
    "password": lambda _: True,
    "date": is_date,
    "duration": lambda text: parse_loose_duration(text) is not None,
    "datetime": _is_datetime,
    "k8sshortname": lambda text: len(text) <= 63 and re.fullmatch(_LABEL, text) is not None,
    "k8slongname": lambda text: (
        len(text) <= 253 and re.fullmatch(rf"{_LABEL}(?:\.{_LABEL})*", text) is not None
    ),
}
"""Each format without its hyphens, and what tells whether a text has it."""
