"""YAML text → trees with places, read as kustomize reads it."""

from __future__ import annotations

import re

from linter.applysets.kustomize.errors import KustomizeError, UnsupportedError
from linter.applysets.kustomize.nodes import Mapping, Scalar, Sequence, is_null
from linter.applysets.kustomize.places import Text, TextPlace
from linter.applysets.kustomize.scalars import BOOL, FLOAT, INT, NULL, STR, TIMESTAMP, resolve
from linter.light_typing import NamedTuple
from linter.loading.limits import DEFAULT
from linter.loading.yaml.events import event_reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Final

    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import FieldOrNode
    from linter.loading.limits import Limits

_SEPARATOR: Final = re.compile(r"\n---.*\n")
_TAG: Final = "tag:yaml.org,2002:"


def compose_all(
    text: str, file: str, holder: FieldOrNode | None = None, *, limits: Limits = DEFAULT
) -> list[Node]:
    """Read the documents of a text; those that hold nothing are left out.

    Args:
        text: The text.
        file: The file it stands in.
        holder: For a text that is a value of a kustomization: the place of that value.
        limits: Bounds on what is read.

    Raises:
        KustomizeError: It is not YAML, or holds what JSON cannot.
    """
    result = []
    left = limits.values
    for part in _documents(text.replace("\r\n", "\n"), file, holder):
        composer = _Composer(part, limits._replace(values=left))
        node = composer.document()
        left -= composer.count
        if node is not None and not is_null(node):
            result.append(node)
    return result


def compose_one(
    text: str, file: str, holder: FieldOrNode | None = None, *, limits: Limits = DEFAULT
) -> Node | None:
    """Read the first document of a text; None where it holds nothing.

    Raises:
        KustomizeError: As compose_all.
    """
    return _Composer(Text(file, text, 0, holder), limits).document()


def _documents(text: str, file: str, holder: FieldOrNode | None) -> Iterator[Text]:
    start, line = 0, 0
    for found in _SEPARATOR.finditer(text):
        rest = found.group()[4:].strip()
        next_line = line + text.count("\n", start, found.end())
        if rest and not rest.startswith("#"):
            document = Text(file, text, 0, holder)
            marks = (next_line - 1, 0, next_line - 1, len(found.group()) - 2)
            raise KustomizeError(
                "Nothing but a comment may stand behind the separator `---`; put the text on the next line.",
                TextPlace(document, marks),
            )
        yield Text(file, text[start : found.start() + 1], line, holder)
        start, line = found.end(), next_line
    yield Text(file, text[start:], line, holder)


class _Anchor(NamedTuple):
    node: Node
    size: int


class _Composer:
    """One pass over the events of a document."""

    def __init__(self, text: Text, limits: Limits) -> None:
        from ruamel.yaml import events

        self.text = text
        self.limits = limits
        self.count = 0
        self.anchors: dict[str, _Anchor] = {}
        self.end: Any = None
        self.get_event = event_reader(text.text)
        self.events = events

    def document(self) -> Node | None:
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            return self._first()
        except MarkedYAMLError as error:
            if "found unexpected ':'" in str(error.problem):
                # `{app:web}` is one key to the pure parser, but an error to the C parser.
                self.get_event = event_reader(self.text.text, pure=True)
                try:
                    return self._first()
                except MarkedYAMLError as again:
                    error = again
            mark = error.problem_mark or error.context_mark
            problem = str(error.problem or error.context or "broken YAML")
            marks = (mark.line, mark.column, mark.line, mark.column) if mark else (0, 0, 0, 0)
            raise KustomizeError(f"This is not YAML: {problem}.", TextPlace(self.text, marks)) from None
        except YAMLError as error:
            raise KustomizeError(
                f"This is not YAML: {getattr(error, 'reason', error)}.", TextPlace(self.text, (0, 0, 0, 0))
            ) from None

    def _first(self) -> Node | None:
        events = self.events
        event = self.get_event()
        while type(event) is not events.DocumentStartEvent:
            if event is None or type(event) is events.StreamEndEvent:
                return None
            event = self.get_event()
        return self.node(self.get_event(), 0, None)

    def place(self, event: Any, key: tuple[int, int, int, int] | None) -> TextPlace:
        start, end = event.start_mark, self.end or event.end_mark
        return TextPlace(self.text, (start.line, start.column, end.line, end.column), key)

    def here(self, event: Any) -> TextPlace:
        start, end = event.start_mark, event.end_mark
        return TextPlace(self.text, (start.line, start.column, end.line, end.column))

    def take(self, size: int, depth: int, event: Any) -> None:
        self.count += size
        if self.count > self.limits.values or depth > self.limits.depth:
            raise KustomizeError(
                "The document holds more values than are read at once, or nests too deep. Split it.",
                self.here(event),
            )

    def node(self, event: Any, depth: int, key: tuple[int, int, int, int] | None) -> Node:
        events = self.events
        kind = type(event)
        self.take(1, depth, event)
        if kind is events.ScalarEvent:
            if event.value or not event.implicit[0]:
                self.end = event.end_mark
                node: Node = self.scalar(event, key)
            else:
                # Nothing is written: the key, or what stands before it, is the place.
                end = self.end or event.start_mark
                marks = key or (end.line, end.column, end.line, end.column)
                node = Scalar("", NULL, "", TextPlace(self.text, marks, key))
            if event.anchor is not None:
                self.anchors[event.anchor] = _Anchor(node, 1)
            return node
        if kind is events.AliasEvent:
            anchor = self.anchors.get(event.anchor)
            if anchor is None:
                raise KustomizeError(
                    f"There is no anchor &{event.anchor} above this alias, or it contains itself.",
                    self.here(event),
                )
            self.end = event.end_mark
            self.take(anchor.size, depth, event)
            return anchor.node
        before = self.count
        node = (
            self.mapping(event, depth, key)
            if kind is events.MappingStartEvent
            else self.sequence(event, depth, key)
        )
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchor(node, self.count - before + 1)
        return node

    def close(self, start: Any, event: Any) -> None:
        """End a collection: a flow one at its bracket; a block one where its last value ends."""
        if start.flow_style or self.end is None:
            self.end = event.end_mark

    def sequence(self, start: Any, depth: int, key: tuple[int, int, int, int] | None) -> Sequence:
        end_event = self.events.SequenceEndEvent
        items = []
        event = self.get_event()
        while type(event) is not end_event:
            items.append(self.node(event, depth + 1, None))
            event = self.get_event()
        self.close(start, event)
        return Sequence(items, self.place(start, key))

    def mapping(self, start: Any, depth: int, key: tuple[int, int, int, int] | None) -> Mapping:
        events = self.events
        entries: dict[str, Node] = {}
        merged: dict[str, Node] | None = None
        event = self.get_event()
        while type(event) is not events.MappingEndEvent:
            self.take(1, depth, event)
            name = self.key(event)
            start_mark, self.end = event.start_mark, event.end_mark
            marks = (start_mark.line, start_mark.column, self.end.line, self.end.column)
            value = self.node(self.get_event(), depth + 1, marks)
            if name is None:
                if merged is not None:
                    raise KustomizeError("There are two merge keys (<<) in this mapping.", self.here(event))
                merged = self.merged(value, event)
            elif name in entries:
                raise KustomizeError(
                    f"The key `{name}` is already set in this mapping; keep one.", self.here(event)
                )
            else:
                entries[name] = value
            event = self.get_event()
        self.close(start, event)
        return Mapping({**merged, **entries} if merged is not None else entries, self.place(start, key))

    def merged(self, value: Node, event: Any) -> dict[str, Node]:
        """Return what a merge key brings; in a list of mappings the first one wins."""
        sources = list(value.items) if type(value) is Sequence else [value]
        result: dict[str, Node] = {}
        for source in reversed(sources):
            if type(source) is not Mapping:
                raise KustomizeError(
                    "A merge key (<<) takes a mapping or a list of mappings.", self.here(event)
                )
            result |= source.entries
        return result

    def key(self, event: Any) -> str | None:
        """Return a key; None for the merge key."""
        if type(event) is self.events.AliasEvent:
            anchor = self.anchors.get(event.anchor)
            if anchor is not None and type(anchor.node) is Scalar and anchor.node.tag == STR:
                return anchor.node.text
        elif type(event) is self.events.ScalarEvent:
            if not event.implicit[0] or event.tag is not None:
                if event.tag in {None, "!", _TAG + "str"}:
                    if event.anchor is not None:
                        self.anchors[event.anchor] = _Anchor(
                            Scalar(event.value, STR, "", self.here(event)), 1
                        )
                    return str(event.value)
            else:
                if event.value == "<<":
                    return None
                if event.anchor is not None:
                    self.anchors[event.anchor] = _Anchor(Scalar(event.value, STR, "", self.here(event)), 1)
                if resolve(event.value)[0] == STR:
                    return str(event.value)
        raise KustomizeError(
            "kustomize takes only texts as keys; quote it, or put braces that are meant as text in quotes.",
            self.here(event),
        )

    def scalar(self, event: Any, key: tuple[int, int, int, int] | None) -> Scalar:
        start, end = event.start_mark, event.end_mark
        place = TextPlace(self.text, (start.line, start.column, end.line, end.column), key)
        text, style, tag = event.value, event.style or "", event.tag
        if tag is None or tag == "!":
            if style or not event.implicit[0]:
                return Scalar(text, STR, style or '"', place)
            return Scalar(text, resolve(text)[0], "", place)
        if tag == _TAG + "str":
            return Scalar(text, STR, style or '"', place)
        known = {_TAG + each.removeprefix("!!"): each for each in (INT, FLOAT, BOOL, NULL, TIMESTAMP)}
        if tag in known:
            found, value = resolve(text)
            if known[tag] == FLOAT and found == INT:
                return Scalar(text, FLOAT, "", place)
            if found != known[tag]:
                raise KustomizeError(
                    f"`{text}` is not {tag.removeprefix(_TAG)}, as its tag says ({value!r}).", place
                )
            return Scalar(text, found, "", place)
        raise UnsupportedError(f"tag {tag}", f"The tag {tag} is not understood.", place)
