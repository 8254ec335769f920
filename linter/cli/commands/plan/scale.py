"""`podplan plan scale`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from linter.cli.options import PATH, quote_command
from linter.cli.plan.run import planning

if TYPE_CHECKING:
    from linter.cli.plan.reading import Reading
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan


@click.command("scale", epilog=quote_command("Example:", "podplan plan scale web.yaml --replicas 5"))
@click.argument("files", nargs=-1, metavar="FILE...", type=PATH)
@click.option("--replicas", type=click.IntRange(min=0), required=True, help="How many pods are wanted.")
@planning("files")
def command(files: tuple[str, ...], replicas: int, *, options: Options, reading: Reading) -> Plan:
    """Scale a workload, as `kubectl scale` does."""
    import linter
    from linter.cli.plan.objects import read_workloads

    return linter.plan("scale", read_workloads(files, options, reading), replicas=replicas, options=options)
