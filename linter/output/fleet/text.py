"""Answers about a fleet as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.output.fleet import words
from linter.output.terminal import paint, sanitize, without_commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linter.fleet.questions.answer import Answer, Table

_PLACED = {"repository", "path", "line", "message", "rule", "owners", "kind", "namespace", "name"}
"""Columns of rows that are about a place in a repository: those are lines as of `lint`."""


def render(answer: Answer, *, color: bool = False) -> Iterator[str]:
    """Yield a heading, the tables of the summary, the rows, and what is not in them."""
    yield paint(words.heading(answer), "bold", color=color) + "\n"
    yield paint(sanitize(words.about(answer)), "dim", color=color) + "\n"
    for table in answer.summary:
        yield "\n"
        yield from render_table(table, color=color)
    yield "\n"
    rows = list(answer.rows.rows)
    if set(answer.rows.columns) >= _PLACED:
        for row in rows:
            yield _place(dict(zip(answer.rows.columns, row, strict=True)), color=color)
    elif rows:
        yield from render_table(answer.rows._replace(rows=rows), color=color)
    if not rows:
        yield "Nothing.\n"
    for sentence in (words.rest(answer, len(rows)), *answer.notes):
        if sentence:
            yield paint(sanitize(sentence), "dim", color=color) + "\n"


def render_table(table: Table, *, color: bool = False) -> Iterator[str]:
    """Yield a table with aligned columns."""
    heads = [words.column_name(each) for each in table.columns]
    rows = list(table.rows)
    lines = [heads, *([sanitize(words.cell(value)) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = [
        all(words.is_number(value) or value is None for value in column) for column in zip(*rows, strict=True)
    ] or [False] * len(heads)
    for number, line in enumerate(lines):
        cells = [
            text.rjust(width) if flush else text.ljust(width)
            for text, width, flush in zip(line, widths, right, strict=True)
        ]
        shown = "  ".join(cells).rstrip()
        yield without_commands(paint(shown, "dim", color=color and number == 0)) + "\n"


def _place(row: Mapping[str, Any], *, color: bool) -> str:
    """Return a row as a finding: where it is, what it is about, what it says, and whose it is."""
    leading = [
        str(value) for name, value in row.items() if name not in _PLACED and name != "apply_set" and value
    ]
    where = f"{row['repository']}: {row['path']}:{row['line']}"
    said = f"{', '.join(leading)}: {row['message']} [{row['rule']}]"
    object_ = (
        f"{row['kind']} {row['namespace'] + '/' if row['namespace'] else ''}{row['name']}"
        if row["kind"]
        else "the file"
    )
    built = f", built by {row['apply_set']}" if row.get("apply_set") else ""
    owners = f" · {' '.join(row['owners'])}" if row["owners"] else ""
    return without_commands(
        f"{paint(sanitize(where), 'bold', color=color)}: {sanitize(said)}\n"
        f"    {paint(sanitize(f'{object_}{built}{owners}'), 'dim', color=color)}\n"
    )
