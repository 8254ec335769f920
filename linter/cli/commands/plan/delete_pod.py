"""`podplan plan delete-pod`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from linter.cli import completers
from linter.cli.options import PATH, quote_command
from linter.cli.plan.run import planning

if TYPE_CHECKING:
    from linter.cli.plan.reading import Reading
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan


@click.command(
    "delete-pod",
    epilog=quote_command(
        "Examples:", "podplan plan delete-pod web.yaml web-0", "podplan plan delete-pod agent.yaml node-2"
    ),
)
@click.argument("file", metavar="FILE", type=PATH)
@click.argument("pod", metavar="POD", shell_complete=completers.pods)
@planning("file")
def command(file: str, pod: str, *, options: Options, reading: Reading) -> Plan:
    """Delete one pod and see it replaced. POD is a StatefulSet's pod, a DaemonSet's node, or any name for one of a ReplicaSet's."""
    import linter
    from linter.cli.plan.objects import read_objects

    return linter.plan("delete-pod", read_objects([file], reading), pod=pod, options=options)
