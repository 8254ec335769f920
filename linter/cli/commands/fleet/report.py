"""`podplan fleet report`."""

from __future__ import annotations

from pathlib import Path

import click

from linter.cli.fleet.question import run_option, tables_argument
from linter.cli.options import PATH, quote_command
from linter.errors import InputError


@click.command(
    "report",
    epilog=quote_command(
        "Examples:",
        "podplan fleet report tables/ --out fleet.html",
        "podplan fleet report tables/ --out fleet.html --link 'https://git.example.com/{repository}/blob/{revision}/{path}#L{line}'",
    ),
)
@tables_argument
@run_option
@click.option(
    "--out", "-o", "file", metavar="FILE", type=PATH, help="Where to write it.  [default: standard output]"
)
@click.option(
    "--link",
    metavar="URL",
    help="Where a line can be seen: an address with {repository}, {revision}, {path} and {line}.",
)
@click.option(
    "--findings",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many findings the page holds at most: of each repository the worst.  [default: 30000]",
)
def command(tables: str, run: str | None, file: str | None, link: str | None, findings: int | None) -> None:
    """Write a page about a run: charts by rule, owner, run and version, and every repository down to the line.

    The page is one file that needs no network.
    """
    from linter.cli.reports import write_file, write_out
    from linter.fleet.questions.overview import FINDINGS, REPOSITORIES, overview
    from linter.output.fleet.page import render

    if link is not None and not link.startswith(("https://", "http://")):
        raise InputError(f"--link {link}: write an address that begins with https:// or http://.")
    found = overview(Path(tables), run, FINDINGS if findings is None else findings)
    page = render(found, repositories=REPOSITORIES, link=link)
    if file is None:
        write_out(page)
    else:
        write_file(Path(file), page)
