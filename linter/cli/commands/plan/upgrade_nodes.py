"""`podplan plan upgrade-nodes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from linter.cli.options import PATH, quote_command
from linter.cli.plan.run import planning

if TYPE_CHECKING:
    from linter.cli.plan.reading import Reading
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan


@click.command(
    "upgrade-nodes",
    epilog=quote_command(
        "Examples:",
        "podplan plan upgrade-nodes --state live.yaml",
        "podplan plan upgrade-nodes --max-unavailable 2 --nodes nodes.yaml k8s/",
    ),
)
@click.argument("files", nargs=-1, metavar="FILE...", type=PATH)
@click.option(
    "--max-unavailable",
    default="1",
    show_default=True,
    metavar="N",
    help="How many nodes are away at a time: a number, or a percentage.",
)
@planning("files")
def command(files: tuple[str, ...], max_unavailable: str, *, options: Options, reading: Reading) -> Plan:
    """Drain all nodes in turn, as an upgrade of the cluster does; each comes back before the next ones go.

    The workloads, budgets and nodes come from --state, or from the FILEs and --nodes.
    """
    import linter
    from linter.cli.plan.objects import read_workloads

    number = (
        int(max_unavailable) if max_unavailable.isascii() and max_unavailable.isdigit() else max_unavailable
    )
    manifests = read_workloads(files, options, reading)
    return linter.plan("upgrade-nodes", manifests, max_unavailable=number, options=options)
