"""What the questions about a fleet share: where the tables are, what is asked about, and how the answer is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linter.cli.options import PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from linter.cli.reports import Target
    from linter.fleet.questions.answer import Answer, Table
    from linter.fleet.questions.ask import Question

FORMATS = ("text", "json", "csv", "markdown")

tables_argument = click.argument("tables", metavar="DIR", type=PATH)
run_option = click.option(
    "--run", metavar="NAME", help="The run that is asked about.  [default: the last one]"
)
version_option = click.option(
    "--kubernetes-version",
    "version",
    metavar="VERSION",
    help="What it was judged for.  [default: of each repository the newest]",
)
formats_option = click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"How to write the answer: {', '.join(FORMATS)}; in text unless told otherwise. May be repeated.",
)
_SHARED = (
    tables_argument,
    run_option,
    click.option("--owner", metavar="NAME", help="Only what this owner has by CODEOWNERS, e.g. @org/team."),
    click.option("--repository", metavar="NAME", help="Only this repository."),
    click.option(
        "--limit",
        type=click.IntRange(min=0),
        metavar="N",
        help="How many rows; 0: all of them.  [default: 20 in text and markdown, else all]",
    ),
    formats_option,
)


def question_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that every question has; they reach it as `answer_question` takes them."""
    for option in reversed(_SHARED):
        function = option(function)
    return function


def answer_question(
    question: Question, tables: str, *, formats: tuple[str, ...], limit: int | None, **asked: Any
) -> None:
    """Answer a question in every format that is asked for.

    Args:
        question: Which.
        tables: The folder of the tables.
        formats: As on the command line.
        limit: How many rows; 0: all.
        asked: What else a linter.fleet.questions.ask.Request takes.

    Raises:
        InputError: What is asked about is not there.
        UnreadableError: There are no tables.
    """
    from linter.cli.reports import parse_formats
    from linter.fleet.questions.ask import Request, ask
    from linter.fleet.questions.database import connect
    from linter.output.fleet.words import LIMIT
    from linter.version import parse_version

    targets = parse_formats(formats, FORMATS)
    for name in ("version", "base"):
        if asked.get(name) is not None:
            asked[name] = str(parse_version(asked[name]))
    for target in targets:
        most = LIMIT if limit is None and target.format in {"text", "markdown"} else limit or None
        with connect(Path(tables)) as connection:
            answer = ask(connection, question, Request(limit=most, **asked))
            write(_rendered(answer, target.format, target.file), target)


def _rendered(answer: Answer, form: str, file: str | None) -> Iterable[str]:
    import sys

    from linter.cli.streams import use_color
    from linter.output.fleet import csv, json, markdown, text

    match form:
        case "json":
            return json.render(answer)
        case "csv":
            return csv.render(answer)
        case "markdown":
            return markdown.render(answer)
        case _:
            return text.render(answer, color=file is None and use_color("auto", sys.stdout))


def render_table(table: Table, form: str) -> Iterable[str]:
    """Return a table in one of the formats."""
    from linter.output.fleet import csv, json, markdown, text

    match form:
        case "json":
            return json.render_table(table)
        case "csv":
            return csv.render_table(table)
        case "markdown":
            return markdown.render_table(table)
        case _:
            return text.render_table(table)


def write(pieces: Iterable[str], target: Target) -> None:
    """Write to a file, or to standard output as the pieces come.

    Raises:
        UnreadableError: The file cannot be written.
    """
    import sys

    from linter.cli.reports import write_file, write_out
    from linter.cli.streams import use_unicode
    from linter.output.terminal import ascii_only

    if target.file is not None:
        write_file(Path(target.file), pieces)
        return
    plain = target.format == "text" and not use_unicode(sys.stdout)
    for piece in pieces:
        write_out(ascii_only(piece) if plain else piece)
