"""Functions of lists: cel-go's, and Kubernetes' own.

Source: https://pkg.go.dev/github.com/google/cel-go/ext#Lists and
https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-list-library
"""

from __future__ import annotations

from functools import cmp_to_key
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from linter.cel.errors import NO_OVERLOAD, CostLimitError, EvaluationError
from linter.cel.functions.operators import LONGEST, bounded, whole
from linter.cel.values import NONE, Duration, Optional, compare, contains, equal, is_number, used

if TYPE_CHECKING:
    from collections.abc import Callable


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise EvaluationError(NO_OVERLOAD)
    return [used(each) for each in value]


def _place(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise EvaluationError(NO_OVERLOAD)
    return value


def index_of(value: Any, wanted: Any, start: Any = 0) -> int:
    """Return the first place of an item in a list, or of a text in a text; -1 where it is not there."""
    if isinstance(value, str) and isinstance(wanted, str):
        if not 0 <= _place(start) <= len(value):
            raise EvaluationError(f"index out of range: {start}")
        return value.find(wanted, start)
    return next((place for place, each in enumerate(_items(value)) if equal(each, wanted)), -1)


def last_index_of(value: Any, wanted: Any, start: Any = None) -> int:
    """Return the last place of an item in a list, or of a text in a text; -1 where it is not there."""
    if isinstance(value, str) and isinstance(wanted, str):
        if start is None:
            return value.rfind(wanted)
        if not 0 <= _place(start) <= len(value):
            raise EvaluationError(f"index out of range: {start}")
        return value.rfind(wanted, 0, start + len(wanted))
    items = _items(value)
    return next((place for place in reversed(range(len(items))) if equal(items[place], wanted)), -1)


def reverse(value: Any) -> list[Any]:
    """Return a list in the opposite order."""
    return _items(value)[::-1]


def _sum(value: Any) -> Any:
    items = _items(value)
    total: Any = None
    for each in items:
        if isinstance(each, Duration):
            total = Duration(each.nanos + (total.nanos if total is not None else 0))
        elif not is_number(each):
            raise EvaluationError(NO_OVERLOAD)
        else:
            more = each if total is None else total + each
            total = more if isinstance(more, float) else whole(more, each)
    return 0 if total is None else total


def _extreme(name: str, sign: int) -> Callable[[Any], Any]:
    def extreme(value: Any) -> Any:
        items = _items(value)
        if not items:
            raise EvaluationError(f"{name} called on empty list")
        best = items[0]
        for each in items[1:]:
            if compare(each, best) * sign > 0:
                best = each
        return best

    return extreme


def _slice(value: Any, start: Any, end: Any) -> list[Any]:
    items, first, last = _items(value), _place(start), _place(end)
    if first < 0 or last < 0:
        raise EvaluationError(f"cannot slice({first}, {last}), negative indexes not supported")
    if first > last:
        raise EvaluationError(
            f"cannot slice({first}, {last}), start index must be less than or equal to end index"
        )
    if last > len(items):
        raise EvaluationError(f"cannot slice({first}, {last}), list is length {len(items)}")
    return items[first:last]


def _flatten(value: Any, depth: Any = 1) -> list[Any]:
    if _place(depth) < 0:
        raise EvaluationError("level must be non-negative")
    result: list[Any] = []
    for each in _items(value):
        if isinstance(each, list) and depth > 0:
            result += _flatten(each, depth - 1)
        else:
            result.append(each)
    return list(bounded(result))


def _sort(value: Any) -> list[Any]:
    return sorted(_items(value), key=cmp_to_key(compare))


def _sort_by(value: Any, keys: Any) -> list[Any]:
    pairs = zip(_items(value), _items(keys), strict=True)
    by_key = cmp_to_key(compare)
    return [each for each, _ in sorted(pairs, key=lambda pair: by_key(pair[1]))]


def _distinct(value: Any) -> list[Any]:
    result: list[Any] = []
    seen: set[Any] = set()
    for each in _items(value):
        if isinstance(each, str):
            if each not in seen:
                seen.add(each)
                result.append(each)
        elif not contains(result, each):
            result.append(each)
    return result


def _range(size: Any) -> list[int]:
    if _place(size) > LONGEST:
        raise CostLimitError
    return list(range(max(size, 0)))


def _includes(value: Any, wanted: Any) -> bool:
    return contains(_items(value), wanted)


def _set_contains(value: Any, others: Any) -> bool:
    items = _items(value)
    return all(contains(items, each) for each in _items(others))


def _insert(result: dict[Any, Any], *entry: Any) -> dict[Any, Any]:
    """Add entries to the map that a macro makes, in place: nobody else has it yet."""
    entries = {entry[0]: entry[1]} if len(entry) == 2 else entry[0]
    for key, value in entries.items():
        if key in result:
            raise EvaluationError(f"insert failed: key {key} already exists")
        result[key] = value
    return result


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "isSorted": lambda value: all(compare(one, other) <= 0 for one, other in pairwise(_items(value))),
    "sum": _sum,
    "min": _extreme("min", -1),
    "max": _extreme("max", 1),
    "includes": _includes,
    "slice": _slice,
    "flatten": _flatten,
    "sort": _sort,
    "@sortByAssociatedKeys": _sort_by,
    "distinct": _distinct,
    "lists.range": _range,
    "first": lambda value: Optional(_items(value)[0]) if value else NONE,
    "last": lambda value: Optional(_items(value)[-1]) if value else NONE,
    "sets.contains": _set_contains,
    "sets.intersects": lambda one, other: any(contains(_items(one), each) for each in _items(other)),
    "sets.equivalent": lambda one, other: _set_contains(one, other) and _set_contains(other, one),
    "cel.@mapInsert": _insert,
}
