"""What records of reports and checked files look like, so that one of another shape, however it came about, is not used."""

from __future__ import annotations

from itertools import chain
from operator import call

from linter.engine.report.finding import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Shape = Callable[[list[Any]], bool]
    """Tells whether all of some values look so. A large run has thousands: of all together it is told sooner than of each."""


def is_report(record: Any) -> bool:
    """Tell whether a value has the shape of what `records.pack_report` returns."""
    return _REPORT([record])


def are_files(records: list[Any]) -> bool:
    """Tell whether values have the shape of what `records.pack_file` returns."""
    return _FILE(records)


def are_known_files(record: Any) -> bool:
    """Tell whether a value has the shape of what is known of files (`linter.loading.known_files.KnownFiles.to_keep`)."""
    if not _KNOWN_FILES([record]):
        return False
    digests = record["digests"]
    return len(record["paths"]) == len(record["statuses"]) == len(digests) and {32}.issuperset(
        map(len, digests)
    )


def are_kept_files(record: Any) -> bool:
    """Tell whether a value has the shape of what is kept of files for a later run (`linter.engine.run.earlier.KeptFile`)."""
    return _KEPT_FILES([record])


def is_head_of_kept_files(record: Any) -> bool:
    """Tell whether a value has the shape of what is kept beside files: facts and rules (`linter.engine.run.earlier.Earlier`)."""
    return _KEPT_HEAD([record])


def _of(*types: type) -> Shape:
    allowed = frozenset(types)
    return lambda values: allowed.issuperset(map(type, values))


def _one_of(*texts: str) -> Shape:
    allowed = frozenset(texts)
    return lambda values: _TEXT(values) and allowed.issuperset(values)


def _number(values: list[Any]) -> bool:
    return _INTEGER(values) and min(values, default=0) >= 0


def _anything(_values: list[Any]) -> bool:
    return True


def _optional(shape: Shape) -> Shape:
    return lambda values: shape([value for value in values if value is not None])


def _list_of(shape: Shape) -> Shape:
    return lambda values: _LIST(values) and shape([*chain.from_iterable(values)])


def _row(*shapes: Shape) -> Shape:
    return lambda values: (
        _LIST(values)
        and {len(shapes)}.issuperset(map(len, values))
        and all(map(call, shapes, map(list, zip(*values, strict=True))))
    )


def _mapping(shapes: dict[str, Shape]) -> Shape:
    return lambda values: (
        _DICT(values)
        and all(value.keys() == shapes.keys() for value in values)
        and all(shape([value[key] for value in values]) for key, shape in shapes.items())
    )


_LIST = _of(list)
_DICT = _of(dict)
_INTEGER = _of(int)
_TEXT = _of(str)
_TRUTH = _of(bool)
_RANGE = _row(_number, _number, _number, _number)
_PATH = _list_of(_of(str, int))
_SKIPPED = _list_of(_row(_TEXT, _TEXT, _TRUTH, _TRUTH))
_FINDING = _row(
    _TEXT, _TEXT, _one_of(*SEVERITIES), _TEXT, _number, _RANGE, _optional(_row(_TEXT, _TEXT, _TEXT, _TEXT)), _optional(_TEXT),
    _optional(_TEXT), _TRUTH, _TEXT, _list_of(_TEXT),
)  # fmt: skip
_REPORT = _mapping(
    {
        "version": _row(_number, _number, _number),
        "findings": _list_of(_FINDING),
        "suppressed": _list_of(_row(_FINDING, _TEXT, _optional(_TEXT))),
        "unreadable": _list_of(_row(_TEXT, _TEXT)),
        "skipped": _SKIPPED,
        "files": _number,
        "resources": _number,
        "outdated": _number,
        "unbuilt": _SKIPPED,
        "by_schema": _number,
        "unchecked": _number,
        "unasked": _number,
    }
)
_LOAD_PROBLEM = _row(_TEXT, _TEXT, _RANGE, _optional(_TEXT), _optional(_TEXT))
_PROBLEM = _row(
    _PATH, _TEXT, _optional(_TEXT), _optional(_TEXT), _TRUTH, _optional(_RANGE), _optional(_row(_one_of("set", "rename", "add"), _PATH, _anything)),
)  # fmt: skip
_DOCUMENT = _row(
    _number, _optional(_row(_number, _number)), _anything, _list_of(_LOAD_PROBLEM), _TRUTH, _number
)
_FOUND_IN_FILE = _row(_TEXT, _number, _optional(_row(_number, _TEXT)), _PROBLEM, _row(*[_number] * 5))
_PART = _row(
    _list_of(_DOCUMENT),
    _list_of(_FOUND_IN_FILE),
    _list_of(_row(_number, _optional(_list_of(_TEXT)))),
)
_FILE = _row(_optional(_TEXT), _list_of(_PART))
_KEPT_OBJECT = _row(
    _number, _PATH, _TEXT, _TEXT, _TEXT, _TEXT, _TRUTH, _DICT, _optional(_number)
)  # fmt: skip
_KEPT_FILES = _list_of(
    _row(
        _TEXT, _TEXT, _TEXT, _optional(_TEXT), _list_of(_TRUTH), _list_of(_KEPT_OBJECT), _list_of(_FOUND_IN_FILE),
        _list_of(_INTEGER), _list_of(_list_of(_FOUND_IN_FILE)),
    )
)  # fmt: skip
_KEPT_HEAD = _row(_list_of(_TEXT), _list_of(_optional(_list_of(_TEXT))))
_KNOWN_FILES = _mapping(
    {
        "paths": _list_of(_TEXT),
        "statuses": _list_of(_INTEGER),
        "digests": _list_of(_TEXT),
        "signs": lambda values: _DICT(values) and all(_list_of(_TEXT)([*each.values()]) for each in values),
    }
)
