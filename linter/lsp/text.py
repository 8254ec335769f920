"""A text as the editor counts it: from 0, in UTF-16 units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from linter.loading.place import Range


class Text:
    """An open document's text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")

    def range_of(self, range_: Range) -> types.Range:
        """Return a place as the editor counts it."""
        return types.Range(
            start=self._position(range_.line - 1, range_.column - 1),
            end=self._position(range_.end_line - 1, range_.end_column - 1),
        )

    def column_of(self, position: types.Position) -> int:
        """Return a position's column in characters, from 0."""
        if position.line >= len(self.lines):
            return 0
        units = 0
        for column, character in enumerate(self.lines[position.line]):
            if units >= position.character:
                return column
            units += _units(character)
        return len(self.lines[position.line])

    def _position(self, line: int, column: int) -> types.Position:
        written = self.lines[line][:column] if line < len(self.lines) else ""
        return types.Position(line=max(line, 0), character=sum(map(_units, written)))


def _units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1
