"""Answers about a fleet as Markdown, for an issue or the summary page of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.output.fleet import words
from linter.output.markdown import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.fleet.questions.answer import Answer, Table


def render(answer: Answer) -> Iterator[str]:
    """Yield a heading, the tables of the summary, the rows as a table, and what is not in them."""
    yield f"### {words.heading(answer)}\n\n{escape(words.about(answer))}\n"
    for table in answer.summary:
        yield "\n"
        yield from render_table(table)
    rows = list(answer.rows.rows)
    yield "\n"
    yield from render_table(answer.rows._replace(rows=rows)) if rows else ("Nothing.\n",)
    for sentence in (words.rest(answer, len(rows)), *answer.notes):
        if sentence:
            yield f"\n{escape(sentence)}\n"


def render_table(table: Table) -> Iterator[str]:
    """Yield a table."""
    rows = list(table.rows)
    right = [
        all(words.is_number(value) or value is None for value in column) for column in zip(*rows, strict=True)
    ] or [False] * len(table.columns)
    yield f"| {' | '.join(map(words.column_name, table.columns))} |\n"
    yield f"|{'|'.join('-:' if flush else '-' for flush in right)}|\n"
    for row in rows:
        yield f"| {' | '.join(escape(words.cell(value)) for value in row)} |\n"
