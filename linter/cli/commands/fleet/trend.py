"""`podplan fleet trend`."""

from __future__ import annotations

from typing import Any

import click

from linter.cli.fleet.question import answer_question, question_options, version_option
from linter.cli.options import quote_command


@click.command(
    "trend",
    epilog=quote_command(
        "Examples:",
        "podplan fleet trend tables/",
        "podplan fleet trend tables/ --since 20261101T030000Z --owner @org/team",
    ),
)
@click.option("--since", metavar="NAME", help="The run that is compared with.  [default: the one before]")
@version_option
@question_options
def command(tables: str, **asked: Any) -> None:
    """Ask what came and what went since an earlier run, in repositories that both runs could judge.

    A finding is the same as long as rule, file, object and field are, wherever its lines have moved to.
    """
    answer_question("trend", tables, **asked)
