"""Where a cursor is in a manifest: told by the indentation of the lines, so that half-written YAML will do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.path import FieldPath

_LINE = re.compile(r"(?P<indent> *)(?P<dashes>(?:- +|-$)*)(?P<rest>.*)")
_KEY = re.compile(r"""(?P<quote>["']?)(?P<key>[^\s:"'{}\[\],#&*!|>%@`][^:"'#]*?)(?P=quote) *:(?: |$)""")
_HEAD = re.compile(r"""(apiVersion|kind) *: *["']?([\w./-]+)""")


class Cursor(NamedTuple):
    """A cursor's surroundings."""

    api_version: str
    """Of the object; "" where it is not written."""
    kind: str
    parent: FieldPath
    """The path of the mapping that the cursor is in. Indexes of lists are all 0: the type of an entry is the same everywhere."""
    key: str
    """The key of the line, or as much of it as is written."""
    in_value: bool
    """Whether the cursor is behind the key's colon."""
    siblings: frozenset[str]
    """The other keys of the mapping."""
    first_line: int
    """The line at which the document begins, from 0."""


class _Line(NamedTuple):
    number: int
    indent: int
    """Of the key: behind the dashes of list entries."""
    dashes: tuple[int, ...]
    """The columns of the dashes."""
    rest: str


def cursor_at(lines: Sequence[str], line: int, column: int) -> Cursor:
    """Return where a cursor is.

    Args:
        lines: The lines of the text, without line ends.
        line: The cursor's line, from 0.
        column: Its column in characters, from 0.
    """
    first, last = _document(lines, line)
    here = _parsed(lines[line] if line < len(lines) else "", line)
    written = (lines[line] if line < len(lines) else "")[:column]
    match = _KEY.match(here.rest)
    key = match["key"] if match else here.rest.strip().rstrip(":")
    # On an empty line the cursor says how deep it is.
    indent = here.indent if here.rest else max(here.indent, len(written))
    head = {found[1]: found[2] for text in lines[first:last] if (found := _HEAD.match(text))}
    return Cursor(
        head.get("apiVersion", ""),
        head.get("kind", ""),
        _parents(lines, first, here, indent),
        key,
        match is not None and ":" in written[here.indent + len(match["key"]) :],
        _siblings(lines, first, last, here, indent),
        first,
    )


def _document(lines: Sequence[str], line: int) -> tuple[int, int]:
    """Return where the document of a line begins and ends."""
    first = next(
        (number + 1 for number in range(min(line, len(lines)) - 1, -1, -1) if _separates(lines[number])), 0
    )
    last = next((number for number in range(line + 1, len(lines)) if _separates(lines[number])), len(lines))
    return first, last


def _separates(text: str) -> bool:
    return text.startswith("---")


def _parsed(text: str, number: int) -> _Line:
    match = _LINE.match(text)
    if match is None:
        return _Line(number, 0, (), "")  # a line that holds a line break of another kind
    start = len(match["indent"])
    dashes = tuple(start + found.start() for found in re.finditer("-", match["dashes"]))
    rest = match["rest"]
    return _Line(number, start + len(match["dashes"]), dashes, "" if rest.startswith("#") else rest)


def _parents(lines: Sequence[str], first: int, here: _Line, indent: int) -> FieldPath:
    """Return the keys above a line that are less indented, the outermost first."""
    path: list[str | int] = [0 for _ in here.dashes]
    limit, below_dash = (here.dashes[0], True) if here.dashes else (indent, False)
    for number in range(here.number - 1, first - 1, -1):
        above = _parsed(lines[number], number)
        if not above.rest and not above.dashes:
            continue
        match = _KEY.match(above.rest)
        # A list may stand at the indent of its key.
        if match and (above.indent < limit or (below_dash and above.indent == limit)):
            path.insert(0, match["key"])
            limit, below_dash = above.indent, False
        inner = [column for column in above.dashes if column < limit]
        if inner:
            path[0:0] = [0] * len(inner)
            limit, below_dash = inner[0], True
        if limit == 0 and not below_dash:
            break
    return tuple(path)


def _siblings(lines: Sequence[str], first: int, last: int, here: _Line, indent: int) -> frozenset[str]:
    found = set()
    for numbers in (range(here.number - 1, first - 1, -1), range(here.number + 1, last)):
        # Upwards a dash above a key is its own entry's; downwards it begins the next entry.
        upwards = numbers.step < 0
        if upwards and here.dashes:
            continue
        for number in numbers:
            line = _parsed(lines[number], number)
            if not line.rest and not line.dashes:
                continue
            if line.indent < indent or (line.dashes and not upwards and line.dashes[0] < indent):
                break
            match = _KEY.match(line.rest)
            if line.indent == indent and match:
                found.add(match["key"])
            if line.dashes and upwards and line.dashes[0] < indent:
                break
    return frozenset(found)
