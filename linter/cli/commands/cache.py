"""`podplan cache`."""

from __future__ import annotations

import click

from linter.cli.options import quote_command


@click.group(name="cache", epilog=quote_command("Examples:", "podplan cache path", "podplan cache clear"))
def command() -> None:
    """Show or clear the cache of earlier runs. `lint --no-cache` goes without it."""


@command.command()
def path() -> None:
    """Print the folder of the cache (PODPLAN_CACHE_DIR sets it)."""
    from linter.cli.reports import write_out
    from linter.engine.run.cache import folder

    write_out(f"{folder()}\n")


@command.command()
def clear() -> None:
    """Remove everything in the cache."""
    from linter.cli.streams import complain
    from linter.engine.run import cache
    from linter.errors import UnreadableError

    try:
        size = cache.clear()
    except OSError as error:
        raise UnreadableError(f"{cache.folder()}: {(error.strerror or str(error)).lower()}") from None
    complain(f"removed {size / 1024:.0f} kB from {cache.folder()}")
