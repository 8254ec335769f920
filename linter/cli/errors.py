"""The one place that turns errors into messages and exit statuses."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

OK = 0
FINDINGS = 1
USAGE = 2
UNREADABLE = 3
BUG = 70
INTERRUPTED = 130
TERMINATED = 143

BUG_MESSAGE = "this is a bug in podplan; please report it with the lines above and, if you can, the manifest."


class ExitError(Exception):
    """Leave with this message and status."""

    def __init__(self, message: str, status: int = USAGE, more: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.messages = (message, *more)


def guarded(arguments: list[str]) -> int:
    """Run the command line and return the exit status. No traceback but for a bug, which says so."""
    from linter.cli.process import TerminatedError, silence_stdout

    status = OK
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except ExitError as error:
        for message in error.messages:
            complain(message)
        status = error.status
    except TerminatedError:
        status = TERMINATED
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        # Whoever read it has enough; what was found still counts where it is known.
        silence_stdout()
    except OSError as error:
        silence_stdout()
        what = "could not write the output" if error.filename is None else os.fsdecode(error.filename)
        complain(f"{what}: {(error.strerror or str(error)).lower()}")
        status = UNREADABLE
    except Exception:  # noqa: BLE001  everything else is a bug, and is said to be one
        import traceback

        from linter.output.terminal import sanitize_lines

        with suppress(OSError):
            sys.stderr.write(sanitize_lines(traceback.format_exc()))
        complain(BUG_MESSAGE)
        status = BUG
    return status


def _run(arguments: list[str]) -> int:
    """Run the command line and return the exit status.

    Raises:
        KeyboardInterrupt: Ctrl-C, or SIGTERM.
    """
    from linter.cli.front import plain_lint

    parameters = plain_lint(arguments)
    if parameters is not None:
        from linter.cli.linting import run

        return run(**parameters)
    import click

    from linter.cli.app import app

    try:
        result = app.main(arguments, prog_name="podplan", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.Abort as error:
        raise error.__cause__ or KeyboardInterrupt from None
    except click.ClickException as error:
        from io import StringIO

        from linter.output.terminal import sanitize_lines

        said = StringIO()
        error.show(said)
        sys.stderr.write(sanitize_lines(said.getvalue()))
        return error.exit_code
    return result if isinstance(result, int) else OK


def complain(message: str) -> None:
    """Write one message to standard error."""
    from linter.output.terminal import sanitize

    # Where nobody can be told, there is nobody to tell.
    with suppress(OSError):
        sys.stderr.write(f"podplan: {sanitize(message)}\n")


def fail(message: str, status: int = USAGE, more: Sequence[str] = ()) -> NoReturn:
    """Leave with a message, or several.

    Raises:
        ExitError: Always.
    """
    raise ExitError(message, status, more)
