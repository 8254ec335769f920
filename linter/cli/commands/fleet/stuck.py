"""`podplan fleet stuck`."""

from __future__ import annotations

from typing import Any

import click

from linter.cli.fleet.question import answer_question, question_options, version_option
from linter.cli.options import quote_command


@click.command(
    "stuck",
    epilog=quote_command(
        "Examples:", "podplan fleet stuck tables/", "podplan fleet stuck tables/ --format csv=stuck.csv"
    ),
)
@version_option
@question_options
def command(tables: str, **asked: Any) -> None:
    """Ask which rollouts would get stuck.

    What says so is a rule, the simulation of a restart, or the plan of the change since the revision that `--since` of the run named.
    """
    answer_question("stuck", tables, **asked)
