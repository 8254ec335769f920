"""The command `podplan`: runs the command line, and turns errors into messages and exit statuses."""

from __future__ import annotations

import os
import sys

from linter.cli.status import BUG, BUG_MESSAGE, INTERRUPTED, OK, TERMINATED, UNREADABLE, USAGE
from linter.cli.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and leave with its exit status: 0, 1, 2, 3 or 70; 130 after Ctrl-C, 143 after SIGTERM."""
    from linter.cli.fast_path import answer
    from linter.cli.process import end, open_streams, silence_full_stderr
    from linter.cli.signals import end_at_once

    open_streams()
    arguments = sys.argv[1:]
    text = answer(arguments)
    if text is not None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:
            from linter.cli.process import silence_stdout

            silence_stdout()
            end(UNREADABLE)
        end(OK)
    status = guarded(arguments, ends_by_signal=True)
    end_at_once()
    silence_full_stderr()
    end(status)


def guarded(arguments: list[str], *, ends_by_signal: bool = False) -> int:
    """Run the command line and return the exit status. No traceback but for a bug, which says so.

    Args:
        arguments: What stands behind `podplan`.
        ends_by_signal: Whether this is the process of the command, which Ctrl-C and SIGTERM end.
    """
    from linter.cli.process import silence_stdout
    from linter.cli.signals import TerminatedError, end_in_order
    from linter.errors import InputError, UnreadableError

    status = OK
    try:
        if ends_by_signal:
            end_in_order()
        status = _run(arguments)
        sys.stdout.flush()
    except InputError as error:
        for message in error.messages:
            complain(message)
        status = UNREADABLE if isinstance(error, UnreadableError) else USAGE
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
        reason = (error.strerror or str(error)).lower()
        if isinstance(error, NotADirectoryError) and not os.path.exists(__file__):  # noqa: PTH110  pathlib is not loaded
            reason = "podplan cannot run from inside an archive, since its schemas and pages are files; unpack or install it"
        complain(f"{what}: {reason}")
        status = UNREADABLE
    except Exception:  # noqa: BLE001  everything else is a bug, and is said to be one
        import traceback
        from contextlib import suppress

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
    from linter.cli.fast_path import plain_lint

    request = plain_lint(arguments)
    if request is not None:
        from linter.cli.lint.run import run

        return run(request)
    import click

    from linter.cli.app import app

    if "_PODPLAN_COMPLETE" in os.environ:
        from linter.cli.bash import register

        register()
    try:
        result = app.main(arguments, prog_name="podplan", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.Abort as error:
        raise error.__cause__ or KeyboardInterrupt from None
    except click.ClickException as error:
        from io import StringIO

        from linter.output.terminal import sanitize_lines

        shown = StringIO()
        error.show(shown)
        sys.stderr.write(sanitize_lines(shown.getvalue()))
        return error.exit_code
    return result if isinstance(result, int) else OK
