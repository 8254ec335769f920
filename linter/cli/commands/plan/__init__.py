"""`podplan plan`: one module for each subcommand. What they share is in linter.cli.plan."""

from __future__ import annotations

import click

from linter.cli.lazy_group import LazyGroup
from linter.cli.options import quote_command


@click.group(
    name="plan",
    cls=LazyGroup,
    package=__name__,
    modules=(
        "create",
        "delete",
        "delete-pod",
        "diff",
        "drain",
        "restart",
        "scale",
        "scenario",
        "set-image",
        "undo",
        "update",
        "upgrade-nodes",
    ),
    epilog=quote_command(
        "Examples:",
        "podplan plan create deploy.yaml",
        "podplan plan update --since origin/main",
        "podplan plan set-image deploy.yaml app=app:1.5 --fail new",
        "podplan plan diff --live k8s/",
        "podplan plan scale statefulset.yaml --replicas 5",
        "podplan plan restart --state live.yaml --workload Deployment/web",
        "podplan plan drain node-1 --state live.yaml",
    ),
)
def command() -> None:
    """Print, pod by pod, what an operation would do. Nothing is sent to any cluster.

    The exit status is 0 when the operation completes, 1 when it would be refused or get stuck, 2 for wrong usage, 3 when a file
    could not be read.
    """
