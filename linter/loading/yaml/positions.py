"""Where the keys and values of a document stand in its source."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from linter.loading.limits import DEFAULT
from linter.loading.place import Range
from linter.loading.yaml.composer import ComposeError, Marks, compose

if TYPE_CHECKING:
    from collections.abc import Sequence


# The reader has held the text to the limits already.
_NONE = DEFAULT._replace(depth=sys.maxsize, values=sys.maxsize)


class Positions:
    """The table of positions of one document."""

    def __init__(self, value: Any, marks: dict[int, Marks], root: Range, first_line: int) -> None:
        self._value = value
        self._marks = marks
        self._root = root
        self._first_line = first_line

    @classmethod
    def of(cls, text: str, first_line: int, *, pure: bool = False) -> Positions:
        """Make the table of a text that starts at a line of its source. A text that is not YAML has one place: its start."""
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
        table = marks.values if exact else marks.keys
        return self._place(table[path[step]])

    def key(self, path: Sequence[str | int]) -> Range:
        """Return where the key at the end of a path stands (of a list item: the item)."""
        marks, step = self._walk(path)
        if marks is None or step is None:
            return self._place(self._start())
        return self._place(marks.keys[path[step]])

    def _walk(self, path: Sequence[str | int]) -> tuple[Marks | None, int | None]:
        """Return the table that holds the last existing step of a path, and that step's index."""
        value = self._value
        found: tuple[Marks | None, int | None] = (None, None)
        for index, step in enumerate(path):
            marks = self._marks.get(id(value))
            if marks is None or step not in marks.values:
                break
            found = (marks, index)
            value = value[step]
        return found

    def _start(self) -> Range:
        """Return the document's first key, the place for what is missing at its top."""
        marks = self._marks.get(id(self._value))
        if marks is None or not marks.keys:
            return self._root
        return next(iter(marks.keys.values()))

    def _place(self, found: Range) -> Range:
        return Range(
            found.line + self._first_line,
            found.column + 1,
            found.end_line + self._first_line,
            found.end_column + 1,
        )
