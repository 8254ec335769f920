"""Semantic versions, and the comparisons that they share with amounts.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-semver-library
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from linter.cel.errors import NO_OVERLOAD, EvaluationError
from linter.cel.functions.quantities import Quantity

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = "(?:0|[1-9][0-9]*)"
_PART = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-({_PART}(?:\.{_PART})*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)


@dataclass(frozen=True)
class Semver:
    """A version; builds do not count when versions are compared."""

    cel_type: ClassVar = "kubernetes.Semver"
    numbers: tuple[int, int, int]
    pre: tuple[str, ...]

    def order(self) -> tuple[Any, ...]:
        """Return what versions are sorted by: numbers before words, and a release behind its previews."""
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.pre)
        return (self.numbers, not self.pre, parts)


def _normalized(text: str) -> str:
    """Complete a version that is written `v1.2`, or with leading zeros."""
    found = re.fullmatch(r"v?([0-9.]*)(.*)", text, re.DOTALL)
    head, rest = found.groups() if found else ("", text)
    parts = [part.lstrip("0") or ("0" if part else "") for part in head.split(".")]
    return ".".join([*parts, *["0"] * (3 - len(parts))]) + rest


def _parse(text: Any, normalize: Any = None) -> Semver | None:
    if not isinstance(text, str) or not isinstance(normalize, (bool, NoneType)):
        raise EvaluationError(NO_OVERLOAD)
    found = _VERSION.fullmatch(_normalized(text) if normalize else text)
    if found is None or any(len(found[number]) > 20 or int(found[number]) >= 2**64 for number in (1, 2, 3)):
        return None
    return Semver(
        (int(found[1]), int(found[2]), int(found[3])), tuple(found[4].split(".")) if found[4] else ()
    )


def _semver(text: Any, normalize: Any = None) -> Semver:
    version = _parse(text, normalize)
    if version is None:
        raise EvaluationError("Invalid semantic version")
    return version


def _compare(one: Any, other: Any) -> int:
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        a: Any = one.nanos
        b: Any = other.nanos
    elif isinstance(one, Semver) and isinstance(other, Semver):
        a, b = one.order(), other.order()
    else:
        raise EvaluationError(NO_OVERLOAD)
    return int(a > b) - int(a < b)


def _number(place: int) -> Callable[[Any], int]:
    def number(value: Any) -> int:
        if not isinstance(value, Semver):
            raise EvaluationError(NO_OVERLOAD)
        return value.numbers[place]

    return number


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "semver": _semver,
    "isSemver": lambda text, normalize=None: _parse(text, normalize) is not None,
    "major": _number(0),
    "minor": _number(1),
    "patch": _number(2),
    "compareTo": _compare,
    "isLessThan": lambda one, other: _compare(one, other) < 0,
    "isGreaterThan": lambda one, other: _compare(one, other) > 0,
}
