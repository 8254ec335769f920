"""`podplan plan restart`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from linter.cli.options import PATH, quote_command
from linter.cli.plan.run import planning

if TYPE_CHECKING:
    from linter.cli.plan.reading import Reading
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan


@click.command("restart", epilog=quote_command("Example:", "podplan plan restart web.yaml"))
@click.argument("files", nargs=-1, metavar="FILE...", type=PATH)
@planning("files")
def command(files: tuple[str, ...], *, options: Options, reading: Reading) -> Plan:
    """Restart all pods of a workload, as `kubectl rollout restart` does."""
    import linter
    from linter.cli.plan.objects import read_workloads

    return linter.plan("restart", read_workloads(files, options, reading), options=options)
