"""`podplan plan undo`."""

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
    "undo",
    epilog=quote_command(
        "Examples:",
        "podplan plan undo v1.yaml v2.yaml",
        "podplan plan undo v1.yaml v2.yaml v3.yaml --to-revision 1",
    ),
)
@click.argument("files", nargs=-1, metavar="FILE...", type=PATH)
@click.option(
    "--to-revision", type=click.IntRange(min=1), help="The revision to go back to.  [default: the one before]"
)
@planning("files")
def command(files: tuple[str, ...], to_revision: int | None, *, options: Options, reading: Reading) -> Plan:
    """Go back to an earlier revision, as `kubectl rollout undo` does. The FILEs are the revisions, oldest first."""
    import linter
    from linter.cli.plan.objects import read_objects

    if options.state is None and len(files) < 2:
        raise InputError("name at least two files: the revisions, oldest first; or use --state.")
    revisions = [read_objects([file], reading) for file in files]
    return linter.plan("undo", revisions=revisions, to_revision=to_revision, options=options)
