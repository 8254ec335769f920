"""What a process needs around the command line: streams that are open, and signals that end it in order."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType


class TerminatedError(KeyboardInterrupt):
    """SIGTERM came. It is handled as Ctrl-C is, so that nothing half-written stays behind."""


def open_streams() -> None:
    """Open /dev/null for every standard stream that the caller has closed.

    Python has None for such a stream, and the next file that is opened, the cache's for one, would get its number.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            # The system gives the lowest number that is free: this stream's.
            found = os.open(os.devnull, os.O_RDWR)
            if found == number:
                setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  a descriptor


def end_in_order() -> None:
    """Let SIGTERM raise TerminatedError in the main thread."""
    import signal

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        raise TerminatedError

    signal.signal(signal.SIGTERM, end)


def silence_stdout() -> None:
    """Point stdout at nowhere, so that the interpreter's own flush at exit finds nothing to complain about."""
    import contextlib

    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def silence_full_stderr() -> None:
    """Point stderr at nowhere where it takes no more: the interpreter's flush at exit would change the exit status to 120."""
    try:
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
