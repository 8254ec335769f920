"""Functions of texts.

Source: https://pkg.go.dev/github.com/google/cel-go/ext#Strings and Kubernetes' own library of regular expressions.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from linter.cel.errors import NO_OVERLOAD, CelMissingError, CostLimitError, EvaluationError
from linter.cel.functions.operators import LONGEST, bounded
from linter.cel.functions.printing import formatted, quoted
from linter.kube import patterns

if TYPE_CHECKING:
    from collections.abc import Callable

_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


def text(value: Any) -> str:
    """Return a text.

    Raises:
        EvaluationError: It is none.
    """
    if not isinstance(value, str):
        raise EvaluationError(NO_OVERLOAD)
    return value


def number(value: Any) -> int:
    """Return a whole number.

    Raises:
        EvaluationError: It is none.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise EvaluationError(NO_OVERLOAD)
    return value


def _char_at(value: Any, place: Any) -> str:
    characters, at = text(value), number(place)
    if not 0 <= at <= len(characters):
        raise EvaluationError(f"index out of range: {at}")
    return characters[at : at + 1]


def _substring(value: Any, start: Any, end: Any = None) -> str:
    characters, first = text(value), number(start)
    last = len(characters) if end is None else number(end)
    if not 0 <= first <= len(characters):
        raise EvaluationError(f"index out of range: {first}")
    if end is not None and not 0 <= last <= len(characters):
        raise EvaluationError(f"index out of range: {last}")
    if first > last:
        raise EvaluationError(f"invalid substring range. start: {first}, end: {last}")
    return characters[first:last]


def _replace(value: Any, old: Any, new: Any, limit: Any = -1) -> str:
    source, before, after, most = text(value), text(old), text(new), number(limit)
    times = source.count(before)
    if len(source) + (times if most < 0 else min(times, most)) * len(after) > LONGEST:
        raise CostLimitError
    return source.replace(before, after, most if most >= 0 else -1)


def _split(value: Any, separator: Any, limit: Any = -1) -> list[str]:
    source, between, most = text(value), text(separator), number(limit)
    if most == 0:
        return []
    if not between:
        characters = list(source)
        return (
            characters
            if most < 0 or len(characters) <= most
            else [*characters[: most - 1], "".join(characters[most - 1 :])]
        )
    return source.split(between, most - 1 if most > 0 else -1)


def _join(items: Any, separator: Any = "") -> str:
    if not isinstance(items, list):
        raise EvaluationError(NO_OVERLOAD)
    return str(bounded(text(separator).join(text(each) for each in items)))


def _ascii(change: Callable[[str], str]) -> Callable[[Any], str]:
    def changed(value: Any) -> str:
        return "".join(change(letter) if letter.isascii() else letter for letter in text(value))

    return changed


@lru_cache(maxsize=256)
def _expression(pattern: str) -> Any:
    try:
        return patterns.compiled(pattern)
    except ImportError:
        raise CelMissingError from None
    except ValueError as error:
        raise EvaluationError(f"error parsing regexp: {error}") from None


def _matches(value: Any, pattern: Any) -> bool:
    source, expression = text(value), text(pattern)
    try:
        return _expression(expression).search(source) is not None
    except CelMissingError:
        search = patterns.bounded_search(expression)
        if search is None:
            raise
        return search(source)


def _find(value: Any, pattern: Any) -> str:
    found = _expression(text(pattern)).search(text(value))
    return str(found[0]) if found else ""


def _find_all(value: Any, pattern: Any, limit: Any = -1) -> list[str]:
    found = [match[0] for match in _expression(text(pattern)).finditer(text(value))]
    return found if number(limit) < 0 else found[: number(limit)]


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "charAt": _char_at,
    "contains": lambda value, part: text(part) in text(value),
    "startsWith": lambda value, part: text(value).startswith(text(part)),
    "endsWith": lambda value, part: text(value).endswith(text(part)),
    "substring": _substring,
    "replace": _replace,
    "split": _split,
    "join": _join,
    "lowerAscii": _ascii(str.lower),
    "upperAscii": _ascii(str.upper),
    "trim": lambda value: text(value).strip(_BLANKS),
    "matches": _matches,
    "find": _find,
    "findAll": _find_all,
    "format": lambda value, arguments: str(bounded(formatted(text(value), arguments))),
    "strings.quote": lambda value: quoted(text(value)),
    "jsonpatch.escapeKey": lambda value: re.sub(
        "[~/]", lambda found: "~0" if found[0] == "~" else "~1", text(value)
    ),
}
