"""The types of the Kubernetes API, and what the API server's decoder takes for a value of each.

A value is plain JSON data. Null is never a fault: where the decoder meets it, it leaves the field as if it were
absent. The decoder is that of encoding/json, made case-sensitive and strict, with Kubernetes' own types in it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from linter.kube.quantities import is_quantity
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal, TypeAlias

try:
    from podplan_native import has_type as _has_type_natively
except ImportError:
    _has_type_natively = None

Step = str | int
At: TypeAlias = "tuple[At, Step] | None"
"""Where a value is: the place around it and the last step; None is the root. Cheaper than a tuple that grows."""


class Fault(NamedTuple):
    """Something the decoder refuses."""

    kind: Literal["mismatch", "malformed", "unknown"]
    at: At
    type: Type
    """What should be there; the struct, for an unknown field."""
    value: Any
    """What is there; the field's name, for an unknown field."""


class Scalar:
    """A text, number or truth value.

    Args:
        name: As schemas/kubernetes.json spells it.
        fits: Whether a value has the type at all.
        plain: A value of this very Python type always fits: asked before `check`, which costs a call.
        wellformed: Whether a value that has the type can be read. A type with such a test takes any text.
        bounds: The least and the greatest, of whole numbers.

    What `collection` and `inside` are for see `find_faults`.
    """

    __slots__ = ("bounds", "collection", "fits", "inside", "name", "plain", "wellformed")

    def __init__(
        self,
        name: str,
        fits: Callable[[Any], bool],
        plain: type | None = None,
        wellformed: Callable[[Any], bool] | None = None,
        bounds: tuple[int, int] | None = None,
    ) -> None:
        self.name = name
        self.collection = self.inside = None
        self.fits = fits
        self.plain = plain
        self.wellformed = wellformed
        self.bounds = bounds

    def check(self, value: Any, at: At, faults: list[Fault]) -> None:
        """Add what is wrong with the value, which is not null, to the faults."""
        if not self.fits(value):
            faults.append(Fault("mismatch", at, self, value))
        elif self.wellformed is not None and not self.wellformed(value):
            faults.append(Fault("malformed", at, self, value))


class List:
    """A list."""

    __slots__ = ("inside", "plain")
    collection: type = list

    def __init__(self, item: Type) -> None:
        self.inside = item
        self.plain: type | None = None

    def check(self, value: Any, at: At, faults: list[Fault]) -> None:
        """Add what is wrong with the value, which is not null, to the faults."""
        if not isinstance(value, list):
            faults.append(Fault("mismatch", at, self, value))
            return
        item = self.inside
        plain = item.plain
        for index, each in enumerate(value):
            if each is not None and type(each) is not plain:
                item.check(each, (at, index), faults)


class Map:
    """A map whose keys are free: labels, limits, a Secret's data."""

    __slots__ = ("inside", "plain")
    collection: type = dict

    def __init__(self, values: Type) -> None:
        self.inside = values
        self.plain: type | None = None

    def check(self, value: Any, at: At, faults: list[Fault]) -> None:
        """Add what is wrong with the value, which is not null, to the faults."""
        if not isinstance(value, dict):
            faults.append(Fault("mismatch", at, self, value))
            return
        values = self.inside
        plain = values.plain
        for key, each in value.items():
            if each is not None and type(each) is not plain:
                values.check(each, (at, key), faults)


class Struct:
    """A map whose keys are the fields of a definition.

    Args:
        name: The definition, e.g. "core/v1.PodSpec".
        load: Returns its fields by name. Asked once, when first needed.
    """

    __slots__ = ("_load", "inside", "name", "plain")
    collection: type = dict

    def __init__(self, name: str, load: Callable[[], dict[str, Type]]) -> None:
        self.name = name
        self.plain: type | None = None
        self._load = load
        self.inside: dict[str, Type] | None = None

    @property
    def fields(self) -> dict[str, Type]:
        """The fields by name."""
        if self.inside is None:
            self.inside = self._load()
        return self.inside

    def check(self, value: Any, at: At, faults: list[Fault]) -> None:
        """Add what is wrong with the value, which is not null, to the faults."""
        if not isinstance(value, dict):
            faults.append(Fault("mismatch", at, self, value))
            return
        fields = self.inside
        if fields is None:
            fields = self.inside = self._load()
        for key, each in value.items():
            field = fields.get(key)
            if field is None:
                faults.append(Fault("unknown", (at, key), self, key))
            elif each is not None and type(each) is not field.plain:
                field.check(each, (at, key), faults)


Type = Scalar | List | Map | Struct
"""A type of the API."""


def find_faults(value: Any, type_: Type) -> list[Fault]:
    """Return what the decoder refuses of a value.

    The compiled part, where it is installed, tells whether there is anything at all. It knows a type by `plain`, by `collection`, the
    class of its values, and by `inside`, the type of what these hold, or of a struct the types by field. Of a scalar it knows `bounds`
    and, for a text, `wellformed`; of all else `check` is asked.
    """
    faults: list[Fault] = []
    if _has_type_natively is None or not _has_type_natively(value, type_):
        type_.check(value, None, faults)
    return faults


def whole_number(low: int, high: int) -> Callable[[Any], bool]:
    """Return a test for whole numbers from low to high. 3.0 is one: it reaches the server as 3."""

    def fits(value: Any) -> bool:
        if isinstance(value, float):
            return value.is_integer() and low <= value <= high
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return fits


def is_time(text: str) -> bool:
    """Tell whether a text is a time as metadata.creationTimestamp wants it (RFC 3339)."""
    found = re.fullmatch(_TIME, text)
    if found is None:
        return False
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if not 1 <= month <= 12:
        return False
    return 1 <= day <= last_day(year, month)


def last_day(year: int, month: int) -> int:
    """Return how many days a month has."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 30 if month in {4, 6, 9, 11} else 31 if month != 2 else 29 if leap else 28


def is_micro_time(text: str) -> bool:
    """Tell whether a text is a time as a Lease's renewTime wants it: with exactly six digits of a second's fraction."""
    return re.search(r"[.,][0-9]{6}(?:Z|[+-])", text) is not None and is_time(text)


def is_base64(text: str) -> bool:
    """Tell whether a text is base64 with padding. Line breaks in it don't count."""
    bare = text.replace("\n", "").replace("\r", "")
    return len(bare) % 4 == 0 and re.fullmatch(_BASE64, bare) is not None


def is_int64(text: str) -> bool:
    """Tell whether a text is a whole number of 64 bits, in decimal digits without blanks."""
    return re.fullmatch(_INTEGER, text) is not None and len(text) <= 100 and _is_int64(int(text))


# Compiled when first needed, which is hardly ever.
_TIME = (
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T"
    r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-4]):[0-5][0-9])"
)
_BASE64 = "[A-Za-z0-9+/]*={0,2}"
_INTEGER = "[+-]?[0-9]+"
_INT32 = (-(2**31), 2**31 - 1)
_INT64 = (-(2**63), 2**63 - 1)
_is_int32 = whole_number(*_INT32)
_is_uint8 = whole_number(0, 255)
_is_int64 = whole_number(*_INT64)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_bytes(value: Any) -> bool:
    """Tell whether Go reads a value as bytes: a text, or a list of small numbers, as for any list of them."""
    if isinstance(value, list):
        return all(each is None or _is_uint8(each) for each in value)
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


ANY = Scalar("any", lambda _: True)
SCALARS = {
    each.name: each
    for each in (
        ANY,
        Scalar("boolean", lambda value: isinstance(value, bool), plain=bool),
        Scalar("byte", _is_bytes, wellformed=lambda value: not isinstance(value, str) or is_base64(value)),
        Scalar("double", _is_number, plain=float),
        Scalar(
            "int-or-string",
            lambda value: isinstance(value, str) or _is_int32(value),
            plain=str,
            bounds=_INT32,
        ),
        Scalar("int32", _is_int32, bounds=_INT32),
        Scalar("int64", _is_int64, bounds=_INT64),
        Scalar("micro-time", _is_text, wellformed=is_micro_time),
        Scalar(
            "quantity",
            lambda value: isinstance(value, str) or _is_number(value),
            wellformed=lru_cache(maxsize=1024)(is_quantity),
        ),
        Scalar("string", _is_text, plain=str),
        Scalar("time", _is_text, wellformed=is_time),
    )
}
"""The types that are not a list, map or struct, by name."""
