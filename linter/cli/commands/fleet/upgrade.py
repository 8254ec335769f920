"""`podplan fleet upgrade`."""

from __future__ import annotations

from typing import Any

import click

from linter.cli.fleet.question import answer_question, question_options
from linter.cli.options import quote_command


@click.command(
    "upgrade",
    epilog=quote_command(
        "Examples:",
        "podplan fleet checkouts/ --kubernetes-version 1.36 --kubernetes-version 1.37 --out tables/",
        "podplan fleet upgrade tables/ --to 1.37",
        "podplan fleet upgrade tables/ --to 1.37 --owner @org/team --format markdown=team.md",
    ),
)
@click.option(
    "--to",
    "version",
    metavar="VERSION",
    help="The version that is to come.  [default: the newest of the run]",
)
@click.option(
    "--from",
    "base",
    metavar="VERSION",
    help="The version that is there.  [default: the next older one of the run]",
)
@question_options
def command(tables: str, **asked: Any) -> None:
    """Ask what another Kubernetes version refuses, no longer serves, deprecates, or does otherwise.

    The run must have been judged for it. What behaves otherwise, such as a StatefulSet's maxUnavailable from 1.37 on, shows where the
    run was judged for both versions.
    """
    answer_question("upgrade", tables, **asked)
