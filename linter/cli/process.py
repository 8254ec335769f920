"""What a process needs around the command line: streams that are open, and an end."""

from __future__ import annotations

import atexit
import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


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


def end(status: int) -> NoReturn:
    """End the process with an exit status: what was to be called at the end is called, and the system takes back all that is held.

    Python would look for cycles in it and free the rest object by object, a fifth and a twentieth of a run of one file. Where others may still
    be at work, threads, a profiler or a debugger, it ends in its own way, but for the cycles.
    """
    if "threading" in sys.modules or sys.getprofile() is not None or sys.gettrace() is not None:
        gc.freeze()
        sys.exit(status)
    try:
        atexit._run_exitfuncs()  # noqa: SLF001  what Python itself calls
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        pass  # whoever called has seen to the streams; what is written after that may get lost
    os._exit(status)
