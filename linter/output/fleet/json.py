"""Answers about a fleet as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.output.terminal import escape_in_json, json_text
from linter.release import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.fleet.questions.answer import Answer, Table


def render(answer: Answer) -> Iterator[str]:
    """Yield the answer as one JSON object with a line end, a row at a time."""
    head = {
        "tool": {"name": "podplan", "version": __version__},
        "question": answer.question,
        **answer.facts,
        "notes": answer.notes,
        "summary": {table.name: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in answer.summary},
        "total": answer.total,
    }  # fmt: skip
    yield f"{json_text(head).rstrip().removesuffix('}').rstrip()},\n"
    yield '  "rows": ['
    yield from _items(answer.rows, "\n    ")
    yield "\n  ]\n}\n"


def render_table(table: Table) -> Iterator[str]:
    """Yield a table as a JSON array with a line end: an object for each row."""
    yield "["
    yield from _items(table, "\n  ")
    yield "\n]\n"


def _items(table: Table, before: str) -> Iterator[str]:
    import json

    comma = ""
    for row in table.rows:
        values: dict[str, Any] = dict(zip(table.columns, row, strict=True))
        yield f"{comma}{before}{escape_in_json(json.dumps(values, ensure_ascii=False, default=str))}"
        comma = ","
