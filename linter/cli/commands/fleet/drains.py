"""`podplan fleet drains`."""

from __future__ import annotations

from typing import Any

import click

from linter.cli.fleet.question import answer_question, question_options, version_option
from linter.cli.options import quote_command


@click.command("drains", epilog=quote_command("Examples:", "podplan fleet drains tables/ --owner @org/team"))
@version_option
@question_options
def command(tables: str, **asked: Any) -> None:
    """Ask what blocks the drain of a node: budgets that allow no eviction, and nodes of a cluster that would not become empty."""
    answer_question("drains", tables, **asked)
