"""`podplan plan diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from linter.cli.options import PATH, quote_command
from linter.cli.plan.run import planning
from linter.errors import InputError

if TYPE_CHECKING:
    from linter.cli.plan.reading import Reading
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan


@click.command(
    "diff",
    epilog=quote_command(
        "Examples:", "podplan plan diff --live k8s/", "podplan plan diff --state live.yaml web.yaml"
    ),
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@planning("files", brief=True)
def command(files: tuple[str, ...], *, options: Options, reading: Reading) -> Plan:
    """Show what the files would change in the cluster: object by object the fields, and for a workload how its update goes.

    The cluster is --live, or a --state. `podplan plan update` shows the same changes step by step.
    """
    import linter
    from linter.cli.plan.objects import read_objects

    if options.state is None:
        raise InputError("plan diff compares the files with a cluster: use --live, or --state FILE.")
    return linter.plan("update", read_objects(files, reading), options=options)
