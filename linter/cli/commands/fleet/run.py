"""`podplan fleet [run]`."""

from __future__ import annotations

from typing import Any

import click

from linter.cli.fleet.request import FleetRequest
from linter.cli.options import PATH, click_option, quote_command


@click.command(
    "run",
    epilog=quote_command(
        "Examples:",
        "podplan fleet checkouts/ --out tables/",
        "podplan fleet mirrors/ --revision main --since v1.0 --out tables/",
        "podplan fleet archives/ cluster-a.yaml --master 'local[4]' --out tables/",
    ),
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCES...", type=PATH)
def command(sources: tuple[str, ...], **given: Any) -> int:
    """Judge every repository and cluster as `lint` and `plan` do, and add a run to the tables in DIR.

    SOURCES are folders with checkouts, bare git mirrors and tar archives; tables of files (Parquet, JSON lines) with columns
    repository, path and content; and what `kubectl get -o yaml` prints of a cluster. A repository that has not changed since an
    earlier run is not judged again.

    The exit status is 0 when everything was judged, whatever was found; 2 for wrong usage, or where Spark cannot be had; 3 when a
    repository could not be judged, which the table `repositories` explains.
    """
    from linter.cli.fleet.run import run

    return run(FleetRequest(sources, **given))


for _option in FleetRequest.options():
    click_option(_option)(command)
