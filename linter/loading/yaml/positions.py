"""Where the keys and values of a document stand in its source."""

from __future__ import annotations

import sys
from functools import lru_cache

from linter.loading.limits import DEFAULT
from linter.loading.lines import needs_recount
from linter.loading.place import Range
from linter.loading.yaml.locate import locate_some
from linter.loading.yaml.plain import locate_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from linter.loading.yaml.plain import Marks, Place
    from linter.path import FieldPath


_FEW = 16
"""Of more paths the table is made: each is looked for at each key, which a long list of objects has many of."""

# The reader has held the text to the limits already.
_NONE = DEFAULT._replace(depth=sys.maxsize, values=sys.maxsize)


@lru_cache(maxsize=64)
def positions_of(text: str, first_line: int) -> Positions:
    """Return the table of a text that starts at a line of its source. Only the last ones are kept: they take much more than their texts."""
    return Positions.of(text, first_line)


def ranges_at(
    text: str, first_line: int, paths: Sequence[FieldPath], *, has_problems: bool
) -> list[tuple[Range, Range]]:
    """Return where the keys and the values at some paths stand, as the table of a text tells, without it where that is possible.

    Args:
        text: The text of a document.
        first_line: The line of its source that it starts at.
        paths: The paths.
        has_problems: Whether anything was wrong with it when it was read, such as a key that stands twice.
    """
    if not has_problems and len(paths) <= _FEW and not needs_recount(text):
        some = locate_some(text, paths)
        if some is not None:
            return [(_range(key, first_line), _range(value, first_line)) for key, value in some]
    table = positions_of(text, first_line)
    return [(table.key(path), table.value(path)) for path in paths]


def _range(place: Place, first_line: int) -> Range:
    line, column, end_line, end_column = place
    return Range(line + first_line, column + 1, end_line + first_line, end_column + 1)


class Positions:
    """The table of positions of one document."""

    def __init__(self, value: Any, marks: Mapping[int, Marks], root: Place, first_line: int) -> None:
        self._value = value
        self._marks = marks
        self._root = root
        self._first_line = first_line

    @classmethod
    def of(cls, text: str, first_line: int, *, pure: bool = False) -> Positions:
        """Make the table of a text that starts at a line of its source. A text that is not YAML has one place: its start."""
        if not pure and not needs_recount(text) and (plain := locate_plain(text)) is not None:
            return cls(*plain, first_line)
        from linter.loading.yaml.composer import ComposeError, compose

        try:
            composed = compose(text, positions=True, pure=pure, limits=_NONE)
        except ComposeError:
            # JSON that YAML cannot read (surrogate pairs in escapes): there, the document is all we can name.
            return cls(None, {}, Range(0, 0, 0, 1), first_line)
        return cls(composed.value, composed.marks, composed.root or Range(0, 0, 0, 1), first_line)

    def value(self, path: Sequence[str | int]) -> Range:
        """Return where the value at a path stands; where it is absent, the key of its nearest existing parent."""
        marks, step = self._walk(path)
        if marks is None or step is None:
            return self._place(self._root if not path else self._start())
        exact = step == len(path) - 1
        _, keys, values = marks
        return self._place((values if exact else keys)[path[step]])

    def key(self, path: Sequence[str | int]) -> Range:
        """Return where the key at the end of a path stands (of a list item: the item)."""
        marks, step = self._walk(path)
        if marks is None or step is None:
            return self._place(self._start())
        _, keys, _ = marks
        return self._place(keys[path[step]])

    def _walk(self, path: Sequence[str | int]) -> tuple[Marks | None, int | None]:
        """Return the table that holds the last existing step of a path, and that step's index."""
        value = self._value
        found: tuple[Marks | None, int | None] = (None, None)
        for index, step in enumerate(path):
            marks = self._marks.get(id(value))
            if marks is None or step not in marks[2]:
                break
            found = (marks, index)
            value = value[step]
        return found

    def _start(self) -> Place:
        """Return the document's first key, the place for what is missing at its top."""
        marks = self._marks.get(id(self._value))
        if marks is None or not marks[1]:
            return self._root
        return next(iter(marks[1].values()))

    def _place(self, found: Place) -> Range:
        return _range(found, self._first_line)
