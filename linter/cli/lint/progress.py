"""A progress bar on standard error, for runs that take longer than two seconds."""

from __future__ import annotations

import sys
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_AFTER_SECONDS = 2.0
_WIDTH = 30


class Progress:
    """Draws how many of the files are done, at most ten times a second; nothing where standard error is not a terminal."""

    def __init__(self) -> None:
        self._start = monotonic()
        self._last = 0.0
        self._shown = False

    @classmethod
    def for_terminal(cls) -> Progress | None:
        """Return a progress bar, or None where nobody would see it."""
        return cls() if sys.stderr.isatty() else None

    @property
    def hook(self) -> Callable[[int, int], None]:
        """Called after each file: how many are done, of how many."""
        return self._draw

    def _draw(self, done: int, total: int) -> None:
        now = monotonic()
        if now - self._start < _AFTER_SECONDS or now - self._last < 0.1:
            return
        self._last = now
        self._shown = True
        filled = _WIDTH * done // max(total, 1)
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {done} of {total} files")
        sys.stderr.flush()

    def clear(self) -> None:
        """Remove the bar."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
