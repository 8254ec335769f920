"""A repository that takes too long, or takes the process down: it fails by itself, and the others go on."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class OutOfTimeError(BaseException):
    """A repository took longer than it may. No `except Exception` on the way, such as the one around rules, stops it."""


class DiedError(Exception):
    """The process that judged a repository did not come to its end."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise an error in what takes longer than so many seconds, where this is the main thread, which signals reach.

    Raises:
        OutOfTimeError: It does.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ended(*_: object) -> NoReturn:
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, ended)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def isolated(function: Callable[[], Any]) -> Any:
    """Call a function in a process of its own, and return what it returns.

    Raises:
        DiedError: The process was killed, or ended by itself.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reader)
            with os.fdopen(writer, "wb") as stream:
                pickle.dump(function(), stream, pickle.HIGHEST_PROTOCOL)
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        data = stream.read()
    _, code = os.waitpid(child, 0)
    if code != 0:
        ended = os.waitstatus_to_exitcode(code)
        how = f"signal {-ended}" if ended < 0 else f"status {ended}"
        raise DiedError(f"the process that judged it was ended by {how}")
    return pickle.loads(data)  # nosec B301  # noqa: S301  our own child has written it
