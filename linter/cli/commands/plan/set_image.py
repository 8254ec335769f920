"""`podplan plan set-image`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from linter.cli import completers
from linter.cli.options import quote_command
from linter.cli.plan.run import planning
from linter.errors import InputError

if TYPE_CHECKING:
    from linter.cli.plan.reading import Reading
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan


@click.command("set-image", epilog=quote_command("Example:", "podplan plan set-image web.yaml app=app:1.5"))
@click.argument(
    "arguments",
    nargs=-1,
    required=True,
    metavar="FILE... CONTAINER=IMAGE...",
    shell_complete=completers.images,
)
@planning("arguments")
def command(arguments: tuple[str, ...], *, options: Options, reading: Reading) -> Plan:
    """Change images, as `kubectl set image` does. `*` stands for every container."""
    import linter
    from linter.cli.plan.objects import read_workloads

    images = dict(each.split("=", 1) for each in arguments if _is_image(each))
    files = tuple(each for each in arguments if not _is_image(each))
    if not images:
        raise InputError("say which image: CONTAINER=IMAGE, e.g. app=app:1.5")
    return linter.plan("set-image", read_workloads(files, options, reading), images=images, options=options)


def _is_image(argument: str) -> bool:
    """Tell CONTAINER=IMAGE from a file."""
    from pathlib import Path

    return "=" in argument and not Path(argument).exists()
