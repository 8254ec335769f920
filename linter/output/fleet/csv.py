"""Answers about a fleet as CSV, for spreadsheets and other programs: the rows alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from linter.output.terminal import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.fleet.questions.answer import Answer, Table

_FORMULA: Final = re.compile(r"[=+\-\t\r]|@(?![\w.-]+(/[\w./-]+)?( |$))")
"""What a spreadsheet computes: a manifest could write a formula into a name. An owner is none."""


def render(answer: Answer) -> Iterator[str]:
    """Yield a line of the columns' names, then a line for each row."""
    return render_table(answer.rows)


def render_table(table: Table) -> Iterator[str]:
    """Yield a line of the columns' names, then a line for each row; what is in a list is separated by blanks."""
    yield _line(table.columns)
    for row in table.rows:
        yield _line(row)


def _line(values: tuple[Any, ...]) -> str:
    return ",".join(map(_cell, values)) + "\n"


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case list():
            return _text(" ".join(map(str, value)))
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    shown = sanitize(text)
    if _FORMULA.match(shown):
        shown = f"'{shown}"
    return '"' + shown.replace('"', '""') + '"' if re.search(r'[",\s]', shown) else shown
