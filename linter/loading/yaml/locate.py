"""Where some keys and values of a plain document stand: its text is read as far as the last of them.

In the compiled part (native/src/locate.c) where it is installed, else here, by the same steps.
"""

from __future__ import annotations

from linter.loading.yaml.events import event_reader
from linter.loading.yaml.plain import TEXT_KEYS, UnusualError, is_unusual, text_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from linter.loading.yaml.plain import Place
    from linter.path import FieldPath

try:
    from podplan_native import locate as _locate_natively
except ImportError:
    _locate_natively = None


def locate_some(text: str, paths: Sequence[FieldPath]) -> Sequence[tuple[Place, Place]] | None:
    """Find out where some keys and values of a document stand that has been read already, and holds no key twice.

    What follows the last of them has been found to be YAML, and has no say in where they stand.

    Returns:
        Of each path where its key and its value stand; of what is absent both are the key of its nearest parent. None for what is not
        plain, and where a path leads to nothing at all.
    """
    # Of JSON that YAML cannot read there are no places.
    if is_unusual(text) or text.lstrip().startswith("{"):
        return None
    if _locate_natively is None:
        return locate_in_python(text, paths)
    found: Sequence[tuple[Place, Place]] | None = _locate_natively(
        text, list(paths), TEXT_KEYS, text_key, UnusualError
    )
    return found


def locate_in_python(text: str, paths: Sequence[FieldPath]) -> Sequence[tuple[Place, Place]] | None:
    """Do what `locate_some` does, in Python."""
    from ruamel.yaml.error import YAMLError

    if not all(paths):
        return None  # the whole document, whose end would have to be read
    try:
        return _Locator(event_reader(text), paths).locate()
    except (UnusualError, YAMLError):
        return None


class _Path:
    """A way through the document."""

    def __init__(self, steps: FieldPath) -> None:
        self.steps = steps
        self.found = 0
        """How many of the steps lead to where the reader is."""
        self.key: Place | None = None
        self.value: Place | None = None
        """None until it is found, or known to be absent."""


class _Level:
    """A collection that the reader is in."""

    def __init__(self, event: Any, *, is_mapping: bool) -> None:
        self.is_mapping = is_mapping
        self.is_flow = bool(event.flow_style)
        self.start = event.start_mark
        self.index = 0
        self.key: Place = (0, 0, 0, 0)


class _Locator:
    def __init__(self, get_event: Callable[[], Any], paths: Sequence[FieldPath]) -> None:
        self._get_event = get_event
        self._paths = list(map(_Path, paths))
        self._left = len(paths)
        self._levels: list[_Level] = []
        self._end: Any = None
        """Where the last value ends."""

    def locate(self) -> list[tuple[Place, Place]]:
        """Return the places.

        Raises:
            UnusualError: The text is not plain as far as it is read, or a path leads to nothing.
        """
        from ruamel.yaml import events

        self._get_event()  # of the stream
        self._get_event()  # of the document
        event = self._get_event()
        if type(event) is events.ScalarEvent:
            raise UnusualError
        self._take_value(event)
        while self._left and self._levels:
            event = self._get_event()
            level = self._levels[-1]
            if type(event) is (events.MappingEndEvent if level.is_mapping else events.SequenceEndEvent):
                self._leave(event)
                continue
            if level.is_mapping:
                self._take_key(event, level)
                event = self._get_event()
            else:
                self._take_index(level)
            self._take_value(event)
        found = [(path.key, path.value) for path in self._paths if path.key and path.value]
        if len(found) < len(self._paths):
            raise UnusualError
        return found

    def _paths_on(self) -> list[_Path]:
        """Return the paths that go on in the innermost collection."""
        depth = len(self._levels) - 1
        return [
            path
            for path in self._paths
            if path.value is None and path.found == depth and len(path.steps) > depth
        ]

    def _take_key(self, event: Any, level: _Level) -> None:
        from ruamel.yaml.events import ScalarEvent

        if type(event) is not ScalarEvent or event.anchor is not None or event.ctag is not None:
            raise UnusualError
        self._end = event.end_mark
        level.key = _place(event.start_mark, event.end_mark)
        paths = self._paths_on()
        if not paths:
            return
        written = event.value
        key = TEXT_KEYS.get(written)
        if key is None:
            key = text_key(written) if event.implicit[0] else written
        for path in paths:
            if path.steps[path.found] == key:
                path.found += 1
                path.key = level.key

    def _take_index(self, level: _Level) -> None:
        for path in self._paths_on():
            path.found += path.steps[path.found] == level.index
        level.index += 1

    def _take_value(self, event: Any) -> None:
        """Take a scalar whole, of a collection its start."""
        from ruamel.yaml import events

        if type(event) not in {events.ScalarEvent, events.MappingStartEvent, events.SequenceStartEvent}:
            raise UnusualError
        if event.anchor is not None or event.ctag is not None:
            raise UnusualError
        if type(event) is not events.ScalarEvent:
            self._levels.append(_Level(event, is_mapping=type(event) is events.MappingStartEvent))
            return
        level = self._levels[-1]
        # Nothing is written at all where `key:` has nothing behind it.
        if event.value or not event.implicit[0]:
            self._end = event.end_mark
            self._settle(level, _place(event.start_mark, event.end_mark))
        elif level.is_mapping:
            self._settle(level, level.key)
        else:
            behind = self._end or level.start
            self._settle(level, _place(behind, behind))

    def _leave(self, event: Any) -> None:
        """Leave the innermost collection, at its end event."""
        level = self._levels.pop()
        # A flow collection ends at its bracket; a block one where its last value ends, not at the next token.
        if level.is_flow or self._end is None:
            self._end = event.end_mark
        if self._levels:
            self._settle(self._levels[-1], _place(level.start, self._end))

    def _settle(self, level: _Level, place: Place) -> None:
        """Note where a value of a collection stands: no path that leads to it, or into it, leads further."""
        depth = len(self._levels)
        for path in self._paths:
            if path.value is None and path.found == depth:
                if not level.is_mapping:
                    path.key = place  # an item is its own key
                path.value = place if path.found == len(path.steps) else path.key
                self._left -= 1


def _place(start: Any, end: Any) -> Place:
    return start.line, start.column, end.line, end.column
