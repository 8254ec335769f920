"""Suppressions in the manifests: comments and annotations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.finding import SuppressedBy
    from linter.loading.document import Document
    from linter.loading.resource import Resource
    from linter.path import FieldPath

ANNOTATION = "podplan/ignore"
_COMMENT = r"(?:^|\s)#\s*podplan:\s*ignore\[(?P<rules>[^\]]*)\](?:\s*(?:because\b)?[:\s]*(?P<reason>.*))?$"


class Suppression(NamedTuple):
    """One rule that is suppressed somewhere."""

    rule: str
    by: SuppressedBy
    line: int | None
    """The line it is for; None: the whole document or resource."""
    reason: str | None
    document: Document
    root: FieldPath | None
    """The resource that an annotation is for; None: every resource of the document."""
    at: tuple[int, int, int]
    """Where it is written: line, first column, end column."""


def comments_of(document: Document) -> Iterator[Suppression]:
    """Yield what the comments of a document suppress.

    A comment behind a value is for that line, one on a line of its own for the next line with content, and one above the
    first content of a document for the whole document.
    """
    text, first_line = document.text, document.first_line
    if document.index == 0 and first_line > 1:
        # What stands above the first `---` is above the document, too.
        above = document.source.text.split("\n")[: first_line - 1]
        text, first_line = "\n".join(["" if line.startswith("---") else line for line in above] + [text]), 1
    if "podplan:" not in text:
        return
    lines = text.split("\n")
    content = ahead = next((i for i, line in enumerate(lines) if _has_content(line)), len(lines))
    for index, line in enumerate(lines):
        match = re.search(_COMMENT, line.rstrip("\r"))
        if match is None:
            continue
        alone = not _has_content(line)
        target: int | None = index
        if index < content:
            target = None
        elif alone:
            # No line is looked at twice, however many comments stand in a row.
            ahead = next(
                (i for i in range(max(ahead, index + 1), len(lines)) if _has_content(lines[i])), len(lines)
            )
            target = ahead if ahead < len(lines) else index
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        for rule in _names(match["rules"]):
            yield Suppression(
                rule,
                "comment",
                None if target is None else first_line + target,
                (match["reason"] or "").strip() or None,
                document,
                None,
                (first_line + index, start + 1, len(line.rstrip("\r")) + 1),
            )


def _has_content(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#")


def annotations_of(resource: Resource) -> Iterator[Suppression]:
    """Yield what the annotation `podplan/ignore` of a resource suppresses."""
    metadata = resource.manifest.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    text = annotations.get(ANNOTATION) if isinstance(annotations, dict) else None
    if not isinstance(text, str):
        return
    place = resource.document.positions.value((*resource.root, "metadata", "annotations", ANNOTATION))
    for rule in _names(text):
        yield Suppression(
            rule,
            "annotation",
            None,
            None,
            resource.document,
            resource.root,
            (
                place.line,
                place.column,
                place.end_column if place.end_line == place.line else place.column + 1,
            ),
        )


def _names(text: str) -> list[str]:
    return [name for name in re.split(r"[,\s]+", text) if name]
