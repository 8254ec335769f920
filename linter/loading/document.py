"""A document: one YAML or JSON document of a source, as plain values, with the positions of its parts on demand."""

from __future__ import annotations

from linter.kube.unknown import has_mark
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from linter.loading.place import LoadProblem, Range
    from linter.loading.resource import Resource
    from linter.loading.source import Source
    from linter.loading.yaml.positions import Positions


class Location(NamedTuple):
    """A range of a source."""

    source: Source
    range: Range


class Document:
    """One document of a source.

    Attributes:
        source: The source it stands in.
        index: Its number in the source, from 0.
        first_line: The line it starts at, from 1.
        text: Its own text, without the separator lines.
        value: The value that kubectl would read: dict, list, str, int, float, bool or None.
        problems: What the reader found wrong. With a problem that left no value, `value` is None.
        is_marked: What `is_marked` tells, where it is known already.
        has_lines: Whether places in it are known; else all are its beginning.
        written: Of an object that a kustomization builds: namespace and name as they stand in its file; else None.
        may_suppress: Whether something in it may suppress findings; False where it is known that nothing does.
    """

    has_lines = True
    written: tuple[str, str] | None = None
    may_suppress = True

    def __init__(
        self,
        source: Source,
        index: int,
        first_line: int,
        text: str,
        value: Any,
        problems: tuple[LoadProblem, ...],
        *,
        is_marked: bool | None = None,
    ) -> None:
        self.source = source
        self.index = index
        self.first_line = first_line
        self.text = text
        self.value = value
        self.problems = problems
        self._is_marked = is_marked

    @property
    def is_marked(self) -> bool:
        """Whether its text holds a variable, or is encrypted."""
        if self._is_marked is None:
            self._is_marked = has_mark(self.text)
        return self._is_marked

    def text_at(self, range_: Range) -> str:
        """Return the text of a stretch of the source."""
        from linter.loading.lines import line_starts, offset

        starts = line_starts(self.source.text)
        if range_.end_line > len(starts):
            return ""
        start = offset(starts, range_.line, range_.column)
        return self.source.text[start : offset(starts, range_.end_line, range_.end_column)]

    def plain_text_at(self, range_: Range) -> str | None:
        """Return the text of a stretch where it is a scalar without quotes, an anchor or a tag; else None."""
        text = self.text_at(range_)
        return text if text and text[0] not in "&*!|>'\"{[" and "\n" not in text else None

    @property
    def positions(self) -> Positions:
        """Where each key and value stands. Made when asked for: most documents never need it, and few at a time do."""
        from linter.loading.yaml.positions import positions_of

        return positions_of(self.text, self.first_line)

    def locate(self, path: Sequence[str | int], *, at_key: bool = False) -> Location:
        """Return where the value at a path stands, or its key; of what is absent, the key of its nearest parent."""
        return Location(self.source, self.positions.key(path) if at_key else self.positions.value(path))

    def resources_in(self, source: Source) -> Sequence[Resource]:
        """Return the objects that a built one was made of, in a source that may be changed; none for what is not built."""
        del source
        return ()

    def unlocated(self, path: Sequence[str | int]) -> tuple[str | int, ...]:
        """Return what tells a mistake from others at the same place; () where the place says it all."""
        return self.missing(path)

    def missing(self, path: Sequence[str | int]) -> tuple[str | int, ...]:
        """Return the end of a path that leads to nothing; () where there is a value."""
        value = self.value
        for depth, step in enumerate(path):
            try:
                value = value[step]
            except (LookupError, TypeError):
                return tuple(path[depth:])
        return ()
