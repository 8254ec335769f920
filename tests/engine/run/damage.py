"""Records that are not what was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def damaged(record: Any) -> Iterator[Any]:
    """Yield a record with each part of it replaced by something else, in turn."""
    others: tuple[Any, ...] = (None, [], {}, "x", -1, 1.5, True)
    for other in others:
        if type(other) is not type(record):
            yield other
    if isinstance(record, list):
        for index, each in enumerate(record):
            for one in damaged(each):
                yield [*record[:index], one, *record[index + 1 :]]
        yield [*record, 1]
    elif isinstance(record, dict):
        for key, each in record.items():
            for one in damaged(each):
                yield {**record, key: one}
        yield {**record, "more": 1}
