"""`podplan plan delete`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from linter.cli.options import PATH, quote_command
from linter.cli.plan.run import planning

if TYPE_CHECKING:
    from linter.cli.plan.reading import Reading
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan


@click.command("delete", epilog=quote_command("Example:", "podplan plan delete web.yaml"))
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@planning("files")
def command(files: tuple[str, ...], *, options: Options, reading: Reading) -> Plan:
    """Delete the objects of the files."""
    import linter
    from linter.cli.plan.objects import read_objects

    return linter.plan("delete", read_objects(files, reading), options=options)
