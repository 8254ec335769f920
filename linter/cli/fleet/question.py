"""What the questions about a fleet share: where the tables are, what is asked about, and how the answer is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

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
    with connect(Path(tables)) as connection:
        for target in targets:
            most = LIMIT if limit is None and target.format in {"text", "markdown"} else limit or None
            answer = ask(connection, question, Request(limit=most, **asked))
            write(_writers(target).answer(answer), target)


class _Writers(NamedTuple):
    """What writes one format."""

    answer: Callable[[Answer], Iterable[str]]
    table: Callable[[Table], Iterable[str]]


def _writers(target: Target) -> _Writers:
    """Return what writes the format of a target."""
    match target.format:
        case "json":
            from linter.output.fleet import json

            return _Writers(json.render, json.render_table)
        case "csv":
            from linter.output.fleet import csv

            return _Writers(csv.render, csv.render_table)
        case "markdown":
            from linter.output.fleet import markdown

            return _Writers(markdown.render, markdown.render_table)
        case "text":
            import sys
            from functools import partial

            from linter.cli.streams import use_color
            from linter.output.fleet import text

            color = target.file is None and use_color("auto", sys.stdout)
            return _Writers(partial(text.render, color=color), text.render_table)
        case unknown:
            raise ValueError(f"{unknown} is not a format of answers")


def write_table(table: Table, target: Target) -> None:
    """Write a table in the format of a target.

    Raises:
        UnreadableError: The file cannot be written.
    """
    write(_writers(target).table(table), target)


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
