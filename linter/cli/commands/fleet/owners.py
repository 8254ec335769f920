"""`podplan fleet owners`."""

from __future__ import annotations

from typing import Any

import click

from linter.cli.fleet.question import answer_question, question_options, version_option
from linter.cli.options import quote_command


@click.command(
    "owners",
    epilog=quote_command(
        "Examples:", "podplan fleet owners tables/", "podplan fleet owners tables/ --format csv=owners.csv"
    ),
)
@version_option
@question_options
def command(tables: str, **asked: Any) -> None:
    """Ask how many findings each team has, by CODEOWNERS. What several own counts for each of them."""
    answer_question("owners", tables, **asked)
