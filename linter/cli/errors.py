"""The one place that turns errors into messages and exit statuses."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

OK = 0
FINDINGS = 1
USAGE = 2
UNREADABLE = 3
BUG = 70
INTERRUPTED = 130


class ExitError(Exception):
    """Leave with this message and status."""

    def __init__(self, message: str, status: int = USAGE) -> None:
        super().__init__(message)
        self.status = status


def guarded(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit status. No traceback but for a bug, which says so."""
    import click

    from linter.cli.app import app

    try:
        result = app.main(list(arguments), prog_name="podplan", standalone_mode=False)
        sys.stdout.flush()
        status = result if isinstance(result, int) else OK
    except click.exceptions.Exit as error:
        status = error.exit_code
    except click.Abort:
        status = INTERRUPTED
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except ExitError as error:
        complain(str(error))
        status = error.status
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        _close_stdout()
        status = OK
    except OSError as error:
        _close_stdout()
        complain(f"could not write the output: {error.strerror or error}")
        status = UNREADABLE
    except Exception:  # noqa: BLE001  everything else is a bug, and is said to be one
        import traceback

        traceback.print_exc()
        complain(
            "this is a bug in podplan; please report it with the lines above and, if you can, the manifest."
        )
        status = BUG
    return status


def complain(message: str) -> None:
    """Write one message to standard error."""
    from linter.output.terminal import sanitize

    sys.stderr.write(f"podplan: {sanitize(message)}\n")


def _close_stdout() -> None:
    """Point stdout at nowhere, so that the interpreter's own flush at exit finds nothing to complain about."""
    import contextlib
    import os

    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def fail(message: str, status: int = USAGE) -> NoReturn:
    """Leave with a message.

    Raises:
        ExitError: Always.
    """
    raise ExitError(message, status)
