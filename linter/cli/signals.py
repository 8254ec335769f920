"""How Ctrl-C and SIGTERM end the command: at once while there is nothing to put in order, else by an exception."""

from __future__ import annotations

# The part of `signal` that is in the interpreter already; what `signal` adds is not needed, and loaded before every run.
import _signal as signal
import os
import sys

from linter.cli.status import INTERRUPTED, TERMINATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

_PATIENCE = 5
"""How many seconds an exception may take to end the run."""
_ANEW = 0.01
"""After how many seconds one is raised anew that was raised where exceptions are ignored."""


class TerminatedError(KeyboardInterrupt):
    """SIGTERM came. It is handled as Ctrl-C is, so that nothing half-written stays behind."""


def end_at_once() -> None:
    """Let Ctrl-C and SIGTERM end the process, as long as it has nothing to put in order."""
    _handle(_end_at_once)


def end_in_order() -> None:
    """Let Ctrl-C and SIGTERM raise KeyboardInterrupt and TerminatedError in the main thread; a second one ends the process at once."""
    _handle(_end_in_order)


def _handle(handler: object) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        # What the caller has it ignore (nohup, a job in the background) it ignores.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _end_at_once(number: int, _frame: FrameType | None) -> NoReturn:
    os._exit(TERMINATED if number == signal.SIGTERM else INTERRUPTED)


def _end_in_order(number: int, frame: FrameType | None) -> NoReturn:
    end_at_once()
    if hasattr(signal, "alarm"):
        sys.unraisablehook = lambda ignored: _when_ignored(number, ignored)
        signal.signal(signal.SIGALRM, lambda _number, _frame: _end_at_once(number, frame))
        signal.alarm(_PATIENCE)
    raise TerminatedError if number == signal.SIGTERM else KeyboardInterrupt


def _when_ignored(number: int, ignored: sys.UnraisableHookArgs) -> None:
    """Raise the exception of a signal anew where it is lost: in the callback of a weak reference (imports have some), or in `__del__`."""
    if isinstance(ignored.exc_value, KeyboardInterrupt):
        signal.signal(signal.SIGALRM, lambda _number, frame: _end_in_order(number, frame))
        signal.setitimer(signal.ITIMER_REAL, _ANEW)
    else:
        sys.__unraisablehook__(ignored)
