"""`podplan lint`, read by click. A plain call goes without (linter.cli.fast_path)."""

from __future__ import annotations

from typing import Any

import click

from linter.cli.lint.request import LintRequest
from linter.cli.options import PATH, click_option, quote_command


@click.command(
    name="lint",
    epilog=quote_command(
        "Examples:",
        "podplan lint",
        "podplan lint k8s/ --nodes nodes.yaml",
        "helm template chart | podplan lint -",
        "podplan lint --select api --format json deploy.yaml",
        "podplan lint --diff k8s/",
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=PATH)
def command(**parameters: Any) -> int:
    """Check manifests: what the API server would refuse, what does not fit together, what will hurt at the next update.

    PATH is a file, a folder (with all below it), a glob pattern, or - for standard input; without any, the current folder.
    The exit status is 0 when nothing is found at --fail-on or above, 1 with findings, 2 for wrong usage, 3 when a file could
    not be read.
    """
    from linter.cli.lint.run import run

    return run(LintRequest(**parameters))


for _option in LintRequest.options():
    click_option(_option)(command)
