"""Quantities such as `500m`, `1.5Gi` or `1e3`, read, compared and printed as Kubernetes does.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ and the recorded cases named
QT-01 to QT-09 (what the grammar there leaves open).
"""

from __future__ import annotations

from functools import lru_cache

from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Literal

    Format = Literal["DecimalSI", "BinarySI", "DecimalExponent"]


_DIGITS: Final = frozenset("0123456789")
_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX: Final = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIX: Final = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_MAX_INT64: Final = 2**63 - 1
_BILLION: Final = 10**9
# An exponent beyond this has no use but to fill the memory; all of them compare as equally large.
_MAX_EXPONENT: Final = 1000
_MAX_DIGITS: Final = 400
# What is blank for Go and still there after the text went through JSON.
_BLANKS: Final = (
    " \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)


class Quantity(NamedTuple):
    """An amount.

    `nanos` is the exact value in billionths (nothing finer is kept), `format` the family of suffixes it is printed
    with. `exponent` is the power of ten that Kubernetes keeps beside a small integer, None where it keeps a big number
    instead: only the test for fractional bytes depends on it.
    """

    nanos: int
    format: Format = "DecimalSI"
    exponent: int | None = 0

    def in_millis(self) -> Quantity:
        """Return the amount as a list of resources (limits, requests) keeps it: rounded away from zero to thousandths."""
        rest = self.nanos % 1_000_000
        if not rest:
            return self
        down = self.nanos - rest
        nanos = down if self.nanos < 0 else down + 1_000_000
        return Quantity(nanos, self.format, None if self.exponent is None else -3)

    @property
    def has_fractional_bytes(self) -> bool:
        """Tell whether the API server calls this a fractional amount of bytes.

        It counts thousandths in 64 bits without an eye on overflow, so that some whole amounts beyond 8 PiB count as
        fractional (`1Ei` does, `2Ei` doesn't).
        """
        millis = self.in_millis().nanos // 1_000_000
        if -_MAX_INT64 <= millis <= _MAX_INT64:
            return millis % 1000 != 0
        # It keeps a small integer with a power of ten; scaling that by most other powers notices the overflow.
        if self.exponent is not None and self.exponent + 3 not in {1, 2, 3, 6, 9}:
            return False
        wrapped = (millis + 2**63) % 2**64 - 2**63
        return wrapped % 1000 != 0

    def __str__(self) -> str:
        """Print the canonical form: the same family of suffixes, the largest one that leaves no fraction."""
        if not self.nanos:
            return "0"
        value, rest = divmod(abs(self.nanos), _BILLION)
        sign = "-" if self.nanos < 0 else ""
        if self.format == "BinarySI" and not rest and value >= 1024:
            index = 0
            while value % 1024 == 0 and index < len(_BINARY_SUFFIX) - 1:
                value //= 1024
                index += 1
            return f"{sign}{value}{_BINARY_SUFFIX[index]}"
        value, exponent = abs(self.nanos), -9
        while value % 1000 == 0 and (exponent < 18 or self.format == "DecimalExponent"):
            value //= 1000
            exponent += 3
        if self.format == "DecimalExponent":
            return f"{sign}{value}e{exponent}" if exponent else f"{sign}{value}"
        return f"{sign}{value}{_DECIMAL_SUFFIX[exponent]}"


def is_quantity(value: object) -> bool:
    """Tell whether the API server can decode a YAML or JSON value as a quantity. None counts as 0."""
    if value is None:
        return True
    if isinstance(value, str):
        return _read(value.strip(_BLANKS)) is not None
    if isinstance(value, float):
        from math import isfinite

        return isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def parse(value: object) -> Quantity:
    """Read a quantity from what a manifest holds: text, a number or None (0).

    Raises:
        ValueError: It is not a quantity.
    """
    if value is None:
        return Quantity(0)
    if isinstance(value, str):
        found = _read(value.strip(_BLANKS))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        found = _read(repr(value))
    else:
        found = None
    if found is None:
        raise ValueError(f"{value!r} is not a quantity")
    return found


def whole_units(resource: str, amount: object) -> int:
    """Return an amount of a resource as the scheduler counts it: thousandths of `cpu`, whole units of all else, rounded up.

    Raises:
        ValueError: It is not a quantity.
    """
    nanos = parse(amount).nanos
    return -(-nanos // (_BILLION // 1000 if resource == "cpu" else _BILLION))


@lru_cache(maxsize=1024)
def _read(text: str) -> Quantity | None:
    """Read the text of a quantity, or return None."""
    split = _split(text)
    if split is None:
        return None
    negative, whole, fraction, has_digits, suffix = split
    # What thousands of digits say beyond the first few hundred is lost anyway, and Python refuses to read them.
    dropped = max(0, len(whole) - _MAX_DIGITS)
    whole = whole[:_MAX_DIGITS]
    if fraction[_MAX_DIGITS:].strip("0"):
        fraction = fraction[:_MAX_DIGITS] + "1"
    fraction = fraction[: _MAX_DIGITS + 1]
    if suffix in _DECIMAL:
        exponent, kind = _DECIMAL[suffix], "DecimalSI"
    elif suffix in _BINARY:
        return _binary(whole, fraction, _BINARY[suffix], negative=negative, has_digits=has_digits)
    elif suffix[0] in "eE" and _is_int64(suffix[1:]):
        # The exponent is cut to 32 bits without a word.
        exponent, kind = (int(suffix[1:]) + 2**31) % 2**32 - 2**31, "DecimalExponent"
    else:
        return None
    scale = exponent + dropped - len(fraction)
    small = len(whole) + len(fraction) <= 18 and scale >= -9
    # A text without digits is 0 as long as it takes the fast path for small numbers.
    if not small and not has_digits:
        return None
    digits = int(whole + fraction)
    if not digits:
        nanos = 0
    elif scale < -_MAX_EXPONENT:
        nanos = 1
    else:
        nanos = _scaled(digits, min(scale, _MAX_EXPONENT) + 9)
    return Quantity(-nanos if negative else nanos, kind, scale if small else None)  # type: ignore[arg-type]


def _split(text: str) -> tuple[bool, str, str, bool, str] | None:
    """Return sign, digits before and after the dot, whether there are any, and the suffix; None if something is left."""
    position, end = 0, len(text)
    if not end:
        return None
    negative = text[0] == "-"
    if text[0] in "+-":
        position = 1
    start = position
    while position < end and text[position] in _DIGITS:
        position += 1
    whole = text[start:position].lstrip("0") or "0"
    has_digits = position > start
    fraction = ""
    if position < end and text[position] == ".":
        start = position = position + 1
        while position < end and text[position] in _DIGITS:
            position += 1
        fraction = text[start:position]
        has_digits = has_digits or position > start
    start = position
    while position < end and text[position] in "eEinumkKMGTP":
        position += 1
    if position < end and text[position] in "+-":
        position += 1
    while position < end and text[position] in _DIGITS:
        position += 1
    return (negative, whole, fraction, has_digits, text[start:]) if position == end else None


def _binary(whole: str, fraction: str, bits: int, *, negative: bool, has_digits: bool) -> Quantity | None:
    # Kubernetes keeps a small integer as long as its digits surely fit into 64 bits.
    small = not fraction and 14 - len(whole) - bits * 3 // 10 >= 0
    if not small and not has_digits:
        return None
    nanos = _scaled(int(whole + fraction) << bits, 9 - len(fraction))
    nanos = min(nanos, _MAX_INT64 * _BILLION)
    kind: Format = "DecimalSI" if 0 < nanos < _BILLION else "BinarySI"
    return Quantity(-nanos if negative else nanos, kind, 0 if small else None)


def _scaled(digits: int, exponent: int) -> int:
    """Return digits * 10^exponent, rounded up."""
    power: int = 10 ** abs(exponent)
    return digits * power if exponent >= 0 else -(-digits // power)


def _is_int64(text: str) -> bool:
    digits = text[1:] if text[:1] in {"+", "-"} else text
    return (
        digits.isascii()
        and digits.isdigit()
        and -(2**63) <= int(digits[:40]) * (-1 if text[0] == "-" else 1) < 2**63
    )
