"""Where a value of a built object was written. Places are kept as references; lines and columns are computed when asked for."""

from __future__ import annotations

from linter.light_typing import NamedTuple, Protocol
from linter.loading.lines import needs_recount, recounted
from linter.loading.place import Range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.applysets.kustomize.nodes import Node
    from linter.loading.document import Document


class Origin(NamedTuple):
    """A range of a file. Lines and columns count from 1, the end is exclusive."""

    file: str
    range: Range


class Place(Protocol):
    """Where something was written."""

    def origin(self) -> Origin:
        """Return the file and range of the value."""

    def key_origin(self) -> Origin:
        """Return the file and range of the key before the value; of the value where it has none."""


class FilePlace(NamedTuple):
    """A file as a whole, or some lines of it: the source of a generator."""

    file: str
    range: Range

    def origin(self) -> Origin:
        """Return the file and range."""
        return Origin(self.file, self.range)

    def key_origin(self) -> Origin:
        """Return the same."""
        return self.origin()


class FieldPlace(NamedTuple):
    """A field of a kustomization, by its path; or the key of one alone."""

    document: Document
    path: tuple[str | int, ...]
    is_key: bool = False

    def origin(self) -> Origin:
        """Return where the value stands; where it is absent, the key of its nearest parent."""
        if self.is_key:
            return self.key_origin()
        return Origin(self.document.source.name, self.document.positions.value(self.path))

    def key_origin(self) -> Origin:
        """Return where the key stands."""
        return Origin(self.document.source.name, self.document.positions.key(self.path))

    def below(self, *path: str | int) -> FieldPlace:
        """Return the place of something inside it."""
        return FieldPlace(self.document, (*self.path, *path))

    def at_key(self) -> FieldPlace:
        """Return the place of its key."""
        return self._replace(is_key=True)

    def source_text(self) -> str:
        """Return the text of the file."""
        return self.document.source.text


class NodePlace(NamedTuple):
    """A field of a document that was read as a tree, by its path."""

    node: Node
    path: tuple[str | int, ...] = ()
    is_key: bool = False

    def origin(self) -> Origin:
        """Return where the value stands; where it is absent, its nearest parent."""
        if self.is_key:
            return self.key_origin()
        return self._found().place.origin()

    def key_origin(self) -> Origin:
        """Return where the key stands."""
        return self._found().place.key_origin()

    def below(self, *path: str | int) -> NodePlace:
        """Return the place of something inside it."""
        return NodePlace(self.node, (*self.path, *path))

    def at_key(self) -> NodePlace:
        """Return the place of its key."""
        return self._replace(is_key=True)

    def source_text(self) -> str:
        """Return "": parts of texts in such a document have the place of the whole."""
        return ""

    def _found(self) -> Node:
        from linter.applysets.kustomize.nodes import at

        return at(self.node, self.path)[0]


FieldOrNode = FieldPlace | NodePlace


class Text(NamedTuple):
    """A YAML document whose values have places.

    Attributes:
        file: The file it stands in.
        text: The document itself.
        first_line: The line of the file it begins at, from 0.
        holder: For a text that is itself a value (an inline patch): the place of that value.
    """

    file: str
    text: str
    first_line: int
    holder: FieldOrNode | None = None


class TextPlace(NamedTuple):
    """A value of a YAML text, by the marks of its parser: line and column of start and end, from 0."""

    text: Text
    marks: tuple[int, int, int, int]
    key: tuple[int, int, int, int] | None = None

    def origin(self) -> Origin:
        """Return where the value stands."""
        return self._origin(self.marks)

    def key_origin(self) -> Origin:
        """Return where its key stands."""
        return self._origin(self.key or self.marks)

    def _origin(self, marks: Sequence[int]) -> Origin:
        found = Range(*marks)
        text = self.text
        if needs_recount(text.text):
            found = recounted(text.text, found)
        if text.holder is not None:
            return _inside(text.holder, text, found)
        first = text.first_line + 1
        return Origin(
            text.file,
            Range(found.line + first, found.column + 1, found.end_line + first, found.end_column + 1),
        )


def _inside(holder: FieldOrNode, text: Text, found: Range) -> Origin:
    """Return where a part of a text stands that is written as a block scalar; of any other, the scalar as a whole."""
    outer = holder.origin()
    lines = holder.source_text().split("\n")
    head = lines[outer.range.line - 1][outer.range.column - 1 :] if outer.range.line <= len(lines) else ""
    if not head.startswith("|"):
        return outer
    inner = text.text.split("\n")
    number = next((index for index, line in enumerate(inner) if line.strip()), 0)
    first = outer.range.line + 1 + text.first_line
    outer_line = lines[first - 1 + number] if first - 1 + number < len(lines) else ""
    indent = outer_line.find(inner[number]) if inner else 0
    if indent < 0:
        return outer
    return Origin(
        outer.file,
        Range(
            first + found.line,
            indent + found.column + 1,
            first + found.end_line,
            indent + found.end_column + 1,
        ),
    )
