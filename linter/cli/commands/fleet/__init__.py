"""`podplan fleet`: one module for each subcommand. Without one, `run` is meant."""

from __future__ import annotations

import click

from linter.cli.lazy_group import LazyGroup
from linter.cli.options import quote_command


class _Fleet(LazyGroup):
    """The group, of which the first word is a source unless it is a subcommand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.modules, "--help", "-h"}:
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(
    name="fleet",
    cls=_Fleet,
    package=__name__,
    modules=("run", "upgrade", "stuck", "drains", "owners", "trend", "report", "sql"),
    subcommand_metavar="[run] SOURCES... | COMMAND [ARGS]...",
    epilog=quote_command(
        "Examples:",
        "podplan fleet checkouts/ --out tables/",
        "podplan fleet mirrors/ --revision main --kubernetes-version 1.36 --kubernetes-version 1.37 --out tables/",
        "podplan fleet files.parquet cluster-a.yaml --master spark://spark:7077 --out /shared/tables",
        "podplan fleet upgrade tables/ --to 1.37",
        "podplan fleet report tables/ --out fleet.html",
        "podplan fleet run --help",
    ),
)
def command() -> None:
    """Judge many repositories and clusters on Spark, keep the results as tables, and answer questions about them.

    It needs the extra `fleet`, pip install "podplan[fleet]"; judging needs Java 17 or later, too.
    """
