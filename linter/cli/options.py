"""Options that several commands share, and how their help is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from linter.version import DEFAULT, RANGE

if TYPE_CHECKING:
    from collections.abc import Sequence

PATH = click.Path(readable=False)
"""A file or folder. What cannot be read is reported by whoever reads it, with the exit status for that."""
version_option = click.option(
    "--kubernetes-version",
    metavar="VERSION",
    help=f"The version of the cluster, {RANGE}.  [default: {DEFAULT}]",
)
color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours: auto is on a terminal only, and never with NO_COLOR set.",
)
config_option = click.option(
    "--config",
    "config_file",
    metavar="FILE",
    type=PATH,
    help="The configuration.  [default: podplan.yaml, .podplan.yaml or pyproject.toml, in the first path's folder or above]",
)


def _set_limits(_context: click.Context, _parameter: click.Parameter, values: Sequence[str]) -> None:
    from linter.cli.common import set_limits

    set_limits(values)


limit_option = click.option(
    "--limit",
    multiple=True,
    metavar="NAME=NUMBER",
    expose_value=False,
    callback=_set_limits,
    help="How much of one file is taken: file-bytes, depth, values, documents, findings. May be repeated.",
)


def quote_command(title: str, *lines: str) -> str:
    """Return an epilog that click leaves as it is."""
    return "\b\n" + "\n".join([title, *(f"  {line}" for line in lines)])
