"""What records of reports and checked files look like, so that one of another shape, however it came about, is not used."""

from __future__ import annotations

from itertools import chain
from operator import call, itemgetter

from linter.engine.report.finding import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Shape = Callable[[Any], bool]


def is_report(record: Any) -> bool:
    """Tell whether a value has the shape of what `records.pack_report` returns."""
    return _REPORT(record)


def is_file(record: Any) -> bool:
    """Tell whether a value has the shape of what `records.pack_file` returns."""
    return _FILE(record)


def are_known_files(record: Any) -> bool:
    """Tell whether a value has the shape of what is known of files (`linter.loading.known_files.KnownFiles.to_keep`)."""
    if not _KNOWN_FILES(record):
        return False
    digests = record["digests"]
    return len(record["paths"]) == len(record["statuses"]) == len(digests) and {32}.issuperset(
        map(len, digests)
    )


def are_kept_files(records: Any) -> bool:
    """Tell whether a value has the shape of what is kept of files for a later run (`linter.engine.run.earlier.KeptFile`)."""
    # A large run has thousands of them.
    if not _KEPT_FILES(records):
        return False
    documents, objects, found, asked, known = (
        [*chain.from_iterable(map(itemgetter(column), records))] for column in range(4, 9)
    )
    return (
        _all_of(bool)(documents)
        and _KEPT_OBJECTS(objects)
        and _FOUND(found)
        and _all_of(int)(asked)
        and _list_of(_FOUND)(known)
    )


def is_head_of_kept_files(record: Any) -> bool:
    """Tell whether a value has the shape of what is kept beside files: facts and rules (`linter.engine.run.earlier.Earlier`)."""
    return _KEPT_HEAD(record)


def _of(*types: type) -> Shape:
    return lambda value: type(value) in types


def _one_of(*values: Any) -> Shape:
    return lambda value: type(value) is str and value in values


def _number(value: Any) -> bool:
    return type(value) is int and value >= 0


def _anything(_value: Any) -> bool:
    return True


def _optional(shape: Shape) -> Shape:
    return lambda value: value is None or shape(value)


def _list_of(shape: Shape) -> Shape:
    return lambda value: type(value) is list and all(map(shape, value))


def _all_of(*types: type) -> Shape:
    # Thousands of values at once, none of which is looked into.
    return lambda values: type(values) is list and {*types}.issuperset(map(type, values))


def _all_numbers(*types: type) -> Shape:
    return lambda values: _all_of(int, *types)(values) and min(filter(None, values), default=0) >= 0


def _rows(*shapes: Shape) -> Shape:
    """Return the shape of a list of lists, given those of its columns: that is told sooner than of each row by itself."""
    return lambda value: (
        type(value) is list
        and {list}.issuperset(map(type, value))
        and {len(shapes)}.issuperset(map(len, value))
        and all(map(call, shapes, map(list, zip(*value, strict=True))))
    )


def _row(*shapes: Shape) -> Shape:
    # No generator: each entry of the cache is looked at before it is used.
    return lambda value: type(value) is list and len(value) == len(shapes) and all(map(call, shapes, value))


def _mapping(shapes: dict[str, Shape]) -> Shape:
    return lambda value: (
        type(value) is dict
        and value.keys() == shapes.keys()
        and all(shape(value[key]) for key, shape in shapes.items())
    )


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
_FOUND = _list_of(_FOUND_IN_FILE)
_KEPT_FILES = _rows(*[_all_of(str)] * 3, _all_of(str, type(None)), *[_all_of(list)] * 5)
_KEPT_OBJECTS = _rows(
    _all_numbers(), _all_of(list), *[_all_of(str)] * 4, _all_of(bool), _all_of(dict), _all_numbers(type(None))
)
_KEPT_HEAD = _row(_all_of(str), _list_of(_optional(_all_of(str))))
_KNOWN_FILES = _mapping(
    {
        "paths": _all_of(str),
        "statuses": _all_of(int),
        "digests": _all_of(str),
        "signs": lambda value: type(value) is dict and all(map(_all_of(str), value.values())),
    }
)
