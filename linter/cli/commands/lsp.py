"""`podplan lsp`."""

from __future__ import annotations

import click

from linter.errors import InputError


@click.command(name="lsp")
@click.option(
    "--stdio", is_flag=True, expose_value=False, help="What is done in any case; many editors say it."
)
def command() -> int:
    """Serve an editor over standard input and output (Language Server Protocol).

    Editors start it by themselves; the documentation says how. It needs the extra `lsp`: pip install "podplan[lsp]".
    """
    try:
        from linter.lsp.server import serve
    except ImportError as error:
        raise InputError('The language server needs its extra: pip install "podplan[lsp]".') from error
    serve()
    return 0
