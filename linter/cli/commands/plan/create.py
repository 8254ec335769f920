"""`podplan plan create`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from linter.cli.options import PATH, quote_command
from linter.cli.plan.run import planning

if TYPE_CHECKING:
    from linter.cli.plan.reading import Reading
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan


@click.command("create", epilog=quote_command("Example:", "podplan plan create k8s/ --nodes nodes.yaml"))
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@planning("files")
def command(files: tuple[str, ...], *, options: Options, reading: Reading) -> Plan:
    """Create the objects of the files, as `kubectl create` or a first `kubectl apply` does."""
    import linter
    from linter.cli.plan.objects import read_objects

    return linter.plan("create", read_objects(files, reading), options=options)
