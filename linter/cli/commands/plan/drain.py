"""`podplan plan drain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from linter.cli import completers
from linter.cli.options import quote_command
from linter.cli.plan.run import planning

if TYPE_CHECKING:
    from linter.cli.plan.reading import Reading
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan


@click.command(
    "drain",
    epilog=quote_command(
        "Examples:",
        "podplan plan drain node-1 --state live.yaml",
        "podplan plan drain node-1 node-2 --parallel 2 --nodes nodes.yaml k8s/",
    ),
)
@click.argument(
    "arguments", nargs=-1, required=True, metavar="NODE... [FILE...]", shell_complete=completers.nodes
)
@click.option(
    "--parallel",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many nodes are emptied at a time.",
)
@planning("arguments")
def command(arguments: tuple[str, ...], parallel: int, *, options: Options, reading: Reading) -> Plan:
    """Drain nodes, as `kubectl drain` does: cordon them, and evict their pods as far as budgets allow.

    The workloads, budgets and nodes come from --state, or from the FILEs and --nodes. What exists as a file is a FILE.
    """
    import linter
    from linter.cli.plan.objects import read_workloads

    files = tuple(each for each in arguments if _is_file(each))
    nodes = tuple(each for each in arguments if not _is_file(each))
    manifests = read_workloads(files, options, reading)
    return linter.plan("drain", manifests, nodes=nodes, parallel=parallel, options=options)


def _is_file(argument: str) -> bool:
    """Tell a file, a folder or standard input from the name of a node."""
    from pathlib import Path

    return argument == "-" or Path(argument).exists()
