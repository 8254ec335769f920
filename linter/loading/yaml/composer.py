"""YAML events → plain values as kubectl would read them, with a table of positions where one is asked for."""

from __future__ import annotations

import re

from linter.light_typing import NamedTuple
from linter.loading.limits import DEFAULT
from linter.loading.lines import needs_recount, recounted
from linter.loading.place import LoadProblem, Range
from linter.loading.yaml.events import event_reader
from linter.loading.yaml.scalars import MERGE_TAG, ScalarError, as_json, as_key, plain, tagged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from linter.loading.limits import Limits


_MOST_PROBLEMS: Final = 1000
"""Repeated keys beyond these are not noted."""


class Marks(NamedTuple):
    """Where the entries of one mapping or list stand, by key or index. Ranges count from 0 here, as events do."""

    whole: Range
    keys: dict[str | int, Range]
    values: dict[str | int, Range]


class ComposeError(Exception):
    """A text that has no value: broken syntax, or something kubectl refuses. Positions count from 0."""

    def __init__(self, rule: str, message: str, start: Any, end: Any = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        end = end or start
        self.range = Range(start.line, start.column, end.line, end.column)


class Composed(NamedTuple):
    """What became of one document."""

    value: Any
    problems: list[LoadProblem]
    """Repeated keys and merges that overwrite: the value is there, but may not be what was meant. Positions count from 0."""
    marks: dict[int, Marks]
    """By `id()` of each dict and list in `value`; empty unless asked for."""
    root: Range | None
    size: int
    """How many values it holds, what aliases repeat not counted."""
    more: Range | None
    """Where more text begins behind the document, which kubectl never reads; None where there is none."""


# An escape of JSON that kubectl's reader of YAML refuses, though YAML 1.2 knows it.
_ESCAPED_SLASH: Final = re.compile(r"(?<!\\)(?:\\\\)*\\/")


def compose(text: str, *, positions: bool = False, pure: bool = False, limits: Limits = DEFAULT) -> Composed:
    """Read the first document of a text.

    Raises:
        ComposeError: The text is broken, nests too deep, holds or expands to too much, or holds what JSON cannot.
    """
    if not needs_recount(text):
        return _compose(text, positions=positions, pure=pure, limits=limits)
    try:
        composed = _compose(text, positions=positions, pure=pure, limits=limits)
    except ComposeError as error:
        error.range = recounted(text, error.range)
        raise
    return _recounted(text, composed)


def _recounted(text: str, composed: Composed) -> Composed:
    """Count every place in lines that end with a line feed."""

    def moved(places: dict[str | int, Range]) -> dict[str | int, Range]:
        return {key: recounted(text, range_) for key, range_ in places.items()}

    return Composed(
        composed.value,
        [each._replace(range=recounted(text, each.range)) for each in composed.problems],
        {
            key: Marks(recounted(text, each.whole), moved(each.keys), moved(each.values))
            for key, each in composed.marks.items()
        },
        None if composed.root is None else recounted(text, composed.root),
        composed.size,
        None if composed.more is None else recounted(text, composed.more),
    )


def _compose(text: str, *, positions: bool, pure: bool, limits: Limits) -> Composed:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return _Composer(text, pure=pure, positions=positions, limits=limits).document()
    except MarkedYAMLError as error:
        if not pure and "found unexpected ':'" in str(error.problem):
            # `{app:web}` is one key to kubectl and to the pure parser, but an error to the C parser.
            return _compose(text, positions=positions, pure=True, limits=limits)
        from linter.loading.yaml.messages import syntax_message

        mark = error.problem_mark or error.context_mark
        if "unknown escape character" in str(error.problem) and (
            spelled := _with_quote_spelled_out(text, mark)
        ):
            return _compose(spelled, positions=positions, pure=pure, limits=limits)
        raise ComposeError("yaml-syntax", syntax_message(error, text, mark), mark) from None
    except YAMLError as error:
        from linter.loading.yaml.messages import reader_message

        raise ComposeError("yaml-syntax", reader_message(error), _reader_mark(error, text)) from None


_MOST_QUOTES: Final = 50


def _with_quote_spelled_out(text: str, mark: Any) -> str | None:
    """Return the text with the first backslash before a single quote written as YAML has it, or None where that is not what is wrong.

    kubectl reads a single quote there, in double quotes, though YAML knows no such escape. What follows on the line seems to stand
    two columns further right.
    """
    lines = text.split("\n")
    line = lines[mark.line] if mark.line < len(lines) else ""
    column = mark.column if line[mark.column : mark.column + 1] == "'" else mark.column + 1
    if line[column - 1 : column + 1] != "\\'" or text.count("\\x27") >= _MOST_QUOTES:
        return None
    lines[mark.line] = f"{line[: column - 1]}\\x27{line[column + 1 :]}"
    return "\n".join(lines)


class _Anchor(NamedTuple):
    value: Any
    size: int
    depth: int
    """How many levels of mappings and lists it has."""
    range: Range | None


class _Composer:
    """One pass over the events of a document."""

    def __init__(self, text: str, *, pure: bool, positions: bool, limits: Limits) -> None:
        from ruamel.yaml import events

        self.get_event = event_reader(text, pure=pure)
        self.escaped = text if "\\/" in text else ""
        self.scalar_event = events.ScalarEvent
        self.mapping_event = events.MappingStartEvent
        self.sequence_event = events.SequenceStartEvent
        self.alias_event = events.AliasEvent
        self.document_event = events.DocumentStartEvent
        self.document_end = events.DocumentEndEvent
        self.stream_end = events.StreamEndEvent
        self.mapping_end = events.MappingEndEvent
        self.sequence_end = events.SequenceEndEvent
        self.positions = positions
        self.max_depth = limits.depth
        self.max_values = limits.values
        self.deepest = 0
        self.marks: dict[int, Marks] = {}
        self.problems: list[LoadProblem] = []
        self.anchors: dict[str, _Anchor | None] = {}
        self.count = 0
        self.alias_count = 0
        self.end: Any = None

    def document(self) -> Composed:
        get_event = self.get_event
        event = get_event()
        while event is not None and type(event) is not self.document_event:
            if type(event) is self.stream_end:
                return Composed(None, [], self.marks, None, 0, None)
            event = get_event()
        if event is None:
            return Composed(None, [], self.marks, None, 0, None)
        start = get_event()
        value = self.node(start, 0)
        root = self.range_of(start)
        while type(event) is not self.document_end:
            event = get_event()
        return Composed(
            value, self.problems, self.marks, root, self.count - self.alias_count, self.next_document(event)
        )

    def next_document(self, end: Any) -> Range | None:
        """Return the place of what follows the first document; kubectl never looks at it, however broken it is."""
        from ruamel.yaml.error import YAMLError

        try:
            event = self.get_event()
        except YAMLError:
            event = end
        else:
            if type(event) is not self.document_event:
                return None
        mark = event.start_mark
        return Range(mark.line, mark.column, mark.line, mark.column)

    def range_of(self, start: Any) -> Range:
        """Return the range of the node that began with this event and ended with the last one read."""
        mark = start.start_mark
        end = self.end or start.end_mark
        return Range(mark.line, mark.column, end.line, end.column)

    def is_nothing(self, event: Any) -> bool:
        """Tell whether a value is not written at all: `key:` with nothing behind it."""
        return type(event) is self.scalar_event and not event.value and event.implicit[0]

    def nowhere(self, start: Any) -> Range:
        """Return a place for an item that is not written: behind what stands before it."""
        mark = self.end or start.start_mark
        return Range(mark.line, mark.column, mark.line, mark.column)

    def node(self, event: Any, depth: int, *, is_key: bool = False) -> Any:
        kind = type(event)
        self.count += 1
        if self.count - self.alias_count > self.max_values:
            raise ComposeError(
                "yaml-limits",
                "The file holds more values than are read at once. Split it, or raise the limit with --limit values=NUMBER.",
                event.start_mark,
                event.end_mark,
            )
        if kind is self.scalar_event:
            if event.value or not event.implicit[0]:  # the parsers disagree on where nothing stands
                self.end = event.end_mark
            if event.anchor is not None:
                self.anchors[event.anchor] = _Anchor(self.scalar(event), 1, 0, self.range_of(event))
            return self.scalar(event, is_key=is_key)
        if kind is self.alias_event:
            return self.alias(event, depth)
        self.go_down(depth + 1, event)
        before = self.count
        deepest_before, self.deepest = self.deepest, depth + 1
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        value = (
            self.mapping(event, depth + 1) if kind is self.mapping_event else self.sequence(event, depth + 1)
        )
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchor(
                value, self.count - before + 1, self.deepest - depth, self.range_of(event)
            )
        self.deepest = max(self.deepest, deepest_before)
        return value

    def go_down(self, depth: int, event: Any) -> None:
        """Note that something lies so deep.

        Raises:
            ComposeError: It is too deep.
        """
        if depth > self.max_depth:
            raise ComposeError(
                "yaml-limits",
                f"Nested more than {self.max_depth} levels deep; --limit depth=NUMBER allows more.",
                event.start_mark,
                event.end_mark,
            )
        self.deepest = max(self.deepest, depth)

    def scalar(self, event: Any, *, is_key: bool = False) -> Any:
        if self.escaped and event.style == '"':
            written = self.escaped[event.start_mark.index : event.end_mark.index]
            if _ESCAPED_SLASH.search(written):
                message = "kubectl does not know the escape \\/; write the slash alone."
                raise ComposeError("yaml-syntax", message, event.start_mark, event.end_mark)
        try:
            if event.tag is not None:
                value = tagged(event.tag, event.value)
            elif event.implicit[0]:
                value = plain(event.value)
            else:
                return event.value
            return value if is_key else as_json(value)
        except ScalarError as error:
            raise ComposeError("yaml-syntax", str(error), event.start_mark, event.end_mark) from None

    def alias(self, event: Any, depth: int) -> Any:
        if event.anchor not in self.anchors:
            raise ComposeError(
                "yaml-syntax",
                f"There is no anchor &{event.anchor} above this alias. Quote the value if the star is meant as text.",
                event.start_mark,
                event.end_mark,
            )
        anchor = self.anchors[event.anchor]
        if anchor is None:
            raise ComposeError(
                "yaml-syntax",
                f"The anchor &{event.anchor} contains itself.",
                event.start_mark,
                event.end_mark,
            )
        self.end = event.end_mark
        self.go_down(depth + anchor.depth, event)
        self.count += anchor.size
        self.alias_count += anchor.size
        if (
            self.alias_count > 100
            and self.count > 1000
            and self.alias_count / self.count > self.allowed_aliases()
        ):
            raise ComposeError(
                "yaml-limits",
                f"Aliases blow this document up to more than {self.count} values, and kubectl refuses that. "
                "Write the repeated parts out, or alias less.",
                event.start_mark,
                event.end_mark,
            )
        return anchor.value

    def allowed_aliases(self) -> float:
        """Return the share of values that may come from aliases: kubectl's own reader falls from 99 % to 10 %."""
        low, high = 400_000, 4_000_000
        if self.count <= low:
            return 0.99
        if self.count >= high:
            return 0.10
        return 0.99 - 0.89 * (self.count - low) / (high - low)

    def sequence(self, start: Any, depth: int) -> list[Any]:
        get_event = self.get_event
        items: list[Any] = []
        ranges: dict[str | int, Range] = {}
        event = get_event()
        while type(event) is not self.sequence_end:
            items.append(self.node(event, depth))
            if self.positions:
                ranges[len(items) - 1] = (
                    self.nowhere(start) if self.is_nothing(event) else self.range_of(event)
                )
            event = get_event()
        self.close(start, event)
        if self.positions:
            self.marks[id(items)] = Marks(self.range_of(start), ranges, ranges)
        return items

    def mapping(self, start: Any, depth: int) -> dict[str, Any]:
        get_event = self.get_event
        result: dict[str, Any] = {}
        seen: set[tuple[type, Any]] = set()
        keys: dict[str | int, Range] = {}
        values: dict[str | int, Range] = {}
        event = get_event()
        while type(event) is not self.mapping_end:
            if self.is_merge(event):
                self.merge(event, result, seen, keys, values, depth)
                event = get_event()
                continue
            raw = self.node(event, depth, is_key=True)
            key = as_key(raw)
            if key is None:
                from linter.loading.yaml.messages import key_message

                raise ComposeError("yaml-syntax", key_message(raw), event.start_mark, event.end_mark)
            identity = (type(raw), raw)
            reads_otherwise = type(raw) is not str and event.tag is None and event.value != key
            if identity in seen:
                named = f"`{event.value}`, which kubectl reads as `{key}`," if reads_otherwise else f"`{key}`"
                self.complain(
                    "duplicate-key",
                    f"The key {named} is already set in this mapping. kubectl takes the last one without a word, "
                    "the API server's strict reading refuses it; keep one.",
                    event,
                )
            elif reads_otherwise:
                self.complain(
                    "key-not-text",
                    f"kubectl reads the key `{event.value}` as `{key}`. Put it in quotes, or write `{key}` if that is meant.",
                    event,
                    reason=None,
                )
            seen.add(identity)
            if self.positions:
                self.end = event.end_mark
                keys[key] = self.range_of(event)
            value_event = get_event()
            result[key] = self.node(value_event, depth)
            if self.positions:
                values[key] = keys[key] if self.is_nothing(value_event) else self.range_of(value_event)
            event = get_event()
        self.close(start, event)
        if self.positions:
            self.marks[id(result)] = Marks(self.range_of(start), keys, values)
        return result

    def close(self, start: Any, event: Any) -> None:
        """End a collection: a flow one at its bracket; a block one where its last value ends, not at the next token."""
        if start.flow_style or self.end is None:
            self.end = event.end_mark

    def complain(self, rule: str, message: str, event: Any, reason: str | None = "Malformed") -> None:
        """Note a problem that leaves a value."""
        if len(self.problems) <= _MOST_PROBLEMS:
            start, end = event.start_mark, event.end_mark
            range_ = Range(start.line, start.column, end.line, end.column)
            self.problems.append(LoadProblem(rule, message, range_, reason))

    def is_merge(self, event: Any) -> bool:
        """Tell whether a key is `<<` without quotes, or has the tag that says so (`!!merge <<`, as yq writes it)."""
        if type(event) is not self.scalar_event or event.value != "<<":
            return False
        return bool(event.implicit[0]) if event.tag is None else event.tag == MERGE_TAG

    def merge(
        self,
        key_event: Any,
        result: dict[str, Any],
        seen: set[tuple[type, Any]],
        keys: dict[str | int, Range],
        values: dict[str | int, Range],
        depth: int,
    ) -> None:
        """Apply a merge key where it stands: it overwrites what is above it; in a list of maps the first one wins.

        What is written below it overwrites what it brings, as is its purpose. kubectl resolves all that and sends JSON: the API server,
        which given the YAML itself would refuse any key that is both merged and written, sees no merge.
        """
        event = self.get_event()
        value = self.node(event, depth)
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(source, dict) for source in sources):
            raise ComposeError(
                "yaml-syntax",
                "A merge key (<<) takes a mapping or a list of mappings.",
                key_event.start_mark,
                event.end_mark,
            )
        above = {key: result[key] for source in sources for key in source if (str, key) in seen}
        for source in reversed(sources):
            result.update(source)
            if self.positions:
                marks = self.marks[id(source)]
                keys.update(marks.keys)
                values.update(marks.values)
        # To Python true equals 1.
        if lost := [
            key
            for key, before in above.items()
            if type(result[key]) is not type(before) or result[key] != before
        ]:
            from linter.loading.yaml.messages import overwritten_message

            self.complain(
                "merge-overwrites-key", overwritten_message(lost, above, result), key_event, reason=None
            )


class _Mark(NamedTuple):
    line: int
    column: int


def _reader_mark(error: Any, text: str) -> _Mark:
    position = getattr(error, "position", None)
    if not isinstance(position, int) or position < 0:
        return _Mark(0, 0)
    before = text[:position]
    return _Mark(before.count("\n"), len(before) - before.rfind("\n") - 1)
