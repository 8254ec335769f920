"""What is wrong with a text before anybody asks what kind of object it holds: broken YAML, repeated keys, nothing to apply."""

from __future__ import annotations

from linter.engine.rule import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.document import Document

_NAMES = {list: "a list", str: "text", bool: "a boolean"}


def document_problems(document: Document) -> Iterator[tuple[str, Problem]]:
    """Yield the problems of a document's text, each behind the id of its rule."""
    for each in document.problems:
        # A separator at the end of a file, with nothing behind it, is common.
        if each.rule != "empty-document" or not _is_last(document):
            yield each.rule, Problem((), each.message, each.reason, each.field, at=each.range)
    value = document.value
    if isinstance(value, dict):
        if str(value.get("kind", "")).endswith("List"):
            for problem in _item_problems(value.get("items")):
                yield "not-an-object", problem
    elif value is not None:
        what = _NAMES.get(type(value), "a number")
        message = (
            f"This document is {what}; a Kubernetes object is a mapping with apiVersion, kind and metadata."
        )
        yield "not-an-object", Problem((), message, "Malformed")


def _is_last(document: Document) -> bool:
    return document.first_line + document.text.count("\n") >= document.source.line_count


def _item_problems(items: object) -> Iterator[Problem]:
    if isinstance(items, list):
        for index, item in enumerate(items):
            if not isinstance(item, dict):
                yield Problem(("items", index), "This item of the List is not an object.", "Malformed")
