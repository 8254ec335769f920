"""`podplan fleet sql`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from linter.cli.fleet.question import FORMATS, formats_option, tables_argument, write_table
from linter.cli.options import quote_command


@click.command(
    "sql",
    epilog=quote_command(
        "Examples:",
        "podplan fleet sql tables/ 'SELECT rule, count(*) FROM findings GROUP BY rule ORDER BY ALL'",
        "podplan fleet sql tables/ - --format csv=answer.csv <question.sql",
    ),
)
@tables_argument
@click.argument("query")
@formats_option
def command(tables: str, query: str, formats: tuple[str, ...]) -> None:
    """Ask the tables in SQL. QUERY is one statement; `-` reads it from standard input.

    The views are findings, objects, hazards, plans, left_out, repositories and runs, each with a column `run`; the documentation has
    their columns. DuckDB answers, so that no Spark is needed.
    """
    from linter.cli.reports import parse_formats
    from linter.fleet.questions.ask import run_query
    from linter.fleet.questions.database import connect

    targets = parse_formats(formats, FORMATS)
    with connect(Path(tables)) as connection:
        table = run_query(connection, sys.stdin.read() if query == "-" else query)
        for target in targets:
            write_table(table, target)
