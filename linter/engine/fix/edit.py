"""Fixes as edits of the text: a few characters at known positions, and every other byte stays what it is.

A round trip through a YAML writer would move comments, quotes and line breaks about. Here only the stretch of a scalar or
key is replaced, or a line is put before an entry. What became of the text is read back and held against what was wanted
(`verified`), so that an unforeseen way of writing a value costs the fix, never the file.
"""

from __future__ import annotations

import json
import re

from linter.engine.report.finding import Edit
from linter.kube import file_modes
from linter.loading.limits import DEFAULT
from linter.loading.lines import line_starts, offset
from linter.loading.place import Range
from linter.loading.yaml.scalars import plain
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from linter.engine.report.finding import SourceFix
    from linter.engine.rule import Fix
    from linter.loading.document import Document
    from linter.loading.limits import Limits
    from linter.loading.source import Source
    from linter.path import FieldPath

_SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")


def edits_of(fix: Fix, document: Document) -> tuple[Edit, ...]:
    """Return the edits that carry out a fix; none where the text has a form that is better left to people.

    Args:
        fix: What becomes of the values; its path starts at the document's root.
        document: Where.
    """
    if fix.action == "add":
        return _added(fix, document)
    range_ = (
        document.positions.key(fix.path) if fix.action == "rename" else document.positions.value(fix.path)
    )
    old = fix.path[-1] if fix.action == "rename" else value_at(document.value, fix.path)
    text = document.text_at(range_)
    if not text or text[0] in "&*!|>" or "\n" in text or not _reads_as(text, old):
        return ()
    as_json = _is_json(document)
    if isinstance(fix.value, int) and fix.path[-1] in file_modes.FIELDS and not as_json:
        return (Edit(range_, file_modes.in_octal(fix.value)),)
    return (Edit(range_, _scalar(fix.value, text, as_json, document.text)),)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the edits made. Of edits that overlap the first one counts; equal ones count once."""
    starts = line_starts(text)
    pieces: list[str] = []
    done = 0
    for edit in sorted(set(edits)):
        range_ = edit.range
        start = offset(starts, range_.line, range_.column)
        if start < done:
            continue
        pieces += [text[done:start], edit.text]
        done = offset(starts, range_.end_line, range_.end_column)
    return "".join([*pieces, text[done:]])


def verified(
    source: Source, documents: Sequence[Document], fixes: Iterable[SourceFix], limits: Limits = DEFAULT
) -> str | frozenset[int]:
    """Make fixes, read the result, and return it if it says what it was meant to say and nothing else changed.

    Otherwise return the numbers of the documents whose fixes are at fault.

    Args:
        source: The source as it is.
        documents: Its documents.
        fixes: What to do.
        limits: Those that the documents were read with.
    """
    from linter.loading.yaml.reader import read_documents

    chosen = list(fixes)
    text = applied(source.text, (edit for fix in chosen for edit in fix.edits))
    # By way of JSON, so that what an anchor shares is there several times: a fix is meant for one of them.
    wanted = [json.loads(json.dumps(document.value)) for document in documents]
    for fix in chosen:
        wanted[fix.document] = _with(wanted[fix.document], fix.change)
    found = [document.value for document in read_documents(source._replace(text=text), limits=limits)]
    touched = frozenset(fix.document for fix in chosen)
    if len(found) != len(wanted):
        return touched
    # As JSON, for which 1, 1.0 and true differ.
    pairs = zip(found, wanted, strict=True)
    wrong = {
        number
        for number, pair in enumerate(pairs)
        if len({json.dumps(each, sort_keys=True) for each in pair}) > 1
    }
    if not wrong:
        return text
    return touched & wrong or touched


def _with(value: Any, fix: Fix) -> Any:
    """Return the value of a document with a fix made (the value itself is changed)."""
    *before, last = fix.path or ("",)
    if fix.action == "add":
        target = value
        for step in fix.path:
            if isinstance(target, dict) and target.get(str(step)) is None:
                target[str(step)] = {}
            target = target[step]
        target.update(fix.value)
        return value
    parent = value_at(value, tuple(before))
    if fix.action == "set":
        parent[last] = fix.value
    elif last in parent:
        parent[fix.value] = parent.pop(last)
    return value


def _added(fix: Fix, document: Document) -> tuple[Edit, ...]:
    """Put entries into a mapping: where it is absent, into the nearest one above it that has entries."""
    depth = len(fix.path)
    entries: Any = fix.value
    while not value_at(document.value, fix.path[:depth]):
        if not depth or not isinstance(fix.path[depth - 1], str):
            return ()
        depth -= 1
        if fix.path[depth] in (value_at(document.value, fix.path[:depth]) or {}):
            # It is there, but null or empty: it becomes a mapping in braces at its place.
            return _filled(fix.path[: depth + 1], entries, document)
        entries = {fix.path[depth]: entries}
    mapping = value_at(document.value, fix.path[:depth])
    if not isinstance(mapping, dict):
        return ()
    key = document.positions.key((*fix.path[:depth], next(iter(mapping))))
    if not _reads_as(document.text_at(key), next(iter(mapping))):
        return ()  # an alias, or a merge key
    range_ = Range(key.line, key.column, key.line, key.column)
    whole = document.positions.value(fix.path[:depth])
    starts = line_starts(document.source.text)
    start = offset(starts, whole.line, whole.column)
    before = document.source.text[start : start + 1] if fix.path[:depth] else ""
    if before == "{" or _is_json(document):
        inside = ", ".join(f"{_key(k, document)}: {_flow(v, document)}" for k, v in entries.items())
        return (Edit(range_, f"{inside}, "),)
    newline = "\r\n" if "\r\n" in document.source.text else "\n"
    indent = " " * (key.column - 1)
    lines = _block(entries, document)
    return (Edit(range_, "".join(f"{line}{newline}{indent}" for line in lines)),)


def _filled(path: FieldPath, entries: Any, document: Document) -> tuple[Edit, ...]:
    """Put entries where there is nothing, null or `{}`."""
    text = _flow(entries, document)
    range_ = document.positions.value(path)
    key = document.positions.key(path)
    if range_ == key:  # nothing stands behind the colon: the place is that of the key
        line = document.text_at(Range(key.end_line, key.end_column, key.end_line + 1, 1))
        gap = len(line) - len(line.lstrip(" "))
        if line[gap : gap + 1] != ":":
            return ()
        column = key.end_column + gap + 1
        return (Edit(Range(key.end_line, column, key.end_line, column), f" {text}"),)
    if document.text_at(range_).replace(" ", "") not in {"{}", "null", "~"}:
        return ()
    return (Edit(range_, text),)


def _block(entries: dict[str, Any], document: Document) -> list[str]:
    lines = []
    for key, value in entries.items():
        if isinstance(value, dict):
            lines += [f"{_key(key, document)}:", *(f"  {line}" for line in _block(value, document))]
        else:
            lines.append(f"{_key(key, document)}: {_flow(value, document)}")
    return lines


def _flow(value: Any, document: Document) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k, document)}: {_flow(v, document)}" for k, v in value.items()) + "}"
    return _scalar(value, "", _is_json(document), document.text)


def _key(key: str, document: Document) -> str:
    return _scalar(key, "", _is_json(document), document.text)


def _scalar(value: Any, old: str, as_json: bool, document_text: str) -> str:  # noqa: FBT001  one call, one meaning
    """Write a scalar in the style of the one it replaces; text that would read as something else in quotes."""
    if not isinstance(value, str):
        return json.dumps(value)
    if as_json:
        return json.dumps(value, ensure_ascii=False)
    if old[:1] not in {"'", '"'} and _SAFE.fullmatch(value) and plain(value) == value:
        return value
    quote = old[:1] if old[:1] in {"'", '"'} else _usual_quote(document_text)
    return (
        f"'{value.replace(chr(39), chr(39) * 2)}'" if quote == "'" else json.dumps(value, ensure_ascii=False)
    )


def _usual_quote(text: str) -> str:
    return "'" if text.count("'") > text.count('"') else '"'


def _is_json(document: Document) -> bool:
    return document.source.text.lstrip().startswith("{") and document.text.lstrip().startswith("{")


def _reads_as(text: str, value: Any) -> bool:
    from linter.loading.yaml.composer import ComposeError, compose
    from linter.loading.yaml.scalars import as_key

    try:
        found = compose(text).value
    except ComposeError:
        return False
    return (type(found) is type(value) and found == value) or (
        isinstance(value, str) and as_key(found) == value
    )
