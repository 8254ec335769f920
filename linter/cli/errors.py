"""Exit statuses, and messages to standard error."""

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
TERMINATED = 143

BUG_MESSAGE = "this is a bug in podplan; please report it with the lines above and, if you can, the manifest."


class ExitError(Exception):
    """Leave with this message and status."""

    def __init__(self, message: str, status: int = USAGE, more: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.messages = (message, *more)


def complain(message: str) -> None:
    """Write one message to standard error."""
    from contextlib import suppress

    from linter.output.terminal import sanitize

    # With standard error gone, nobody can be reached.
    with suppress(OSError):
        sys.stderr.write(f"podplan: {sanitize(message)}\n")


def fail(message: str, status: int = USAGE, more: Sequence[str] = ()) -> NoReturn:
    """Leave with a message, or several. What others may call, too, raises an exception of linter.errors instead.

    Raises:
        ExitError: Always.
    """
    raise ExitError(message, status, more)
