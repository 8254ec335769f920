"""`podplan render`."""

from __future__ import annotations

import click

from linter.cli.options import PATH, quote_command


@click.command(
    name="render",
    epilog=quote_command(
        "Examples:",
        "podplan render overlays/prod",
        "podplan render --source overlays/prod",
        "podplan render . | kubectl diff -f -",
    ),
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=PATH)
@click.option(
    "--source", is_flag=True, help="Behind each value, add a comment with the file and line that wrote it."
)
def command(paths: tuple[str, ...], *, source: bool) -> int:
    """Print what is applied as YAML.

    PATH is a folder with a kustomization, which is built, without kustomize or kubectl and without fetching anything; a folder
    with kustomizations below it, of which those are built that no other one uses; a folder or file with plain manifests, which are
    printed as they are; or - for standard input. The exit status is 3 when something could not be built or read; the rest is
    printed nevertheless.
    """
    from linter.cli.render import write_sets

    return write_sets(paths, source=source)
