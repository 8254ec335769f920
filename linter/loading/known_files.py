"""Files that need not be read again: what is known of them holds as long as nobody has written to them, by what the system says.

As git and make do it, and stricter: size, both times (nobody can set that of the last change), device and number have to be the same.
"""

from __future__ import annotations

import os
import time
from stat import S_ISREG

from linter.light_typing import NamedTuple
from linter.loading.source import Source, Unreadable, read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from linter.loading.limits import Limits

    Known = list[Any]
    """What is known of a file, as JSON has it: a number for what the system said of it, the digest of its text, and which of SIGNS are in it."""

SIGNS = ("{{", "#@", "postBuild")
"""What is looked for in every text of a run before anything else: of a known file it is known whether it is there."""
_SETTLED_NS = 2_000_000_000
_SECOND_NS = 1_000_000_000


class ChangedMeanwhileError(BaseException):
    """A known file was written to while a run went on. No rule may catch it, so it is no Exception."""


class KnownFiles:
    """What is known of files from one run to the next.

    Args:
        kept: What an earlier run has kept, by path.
        digest_of: Returns the digest of a text.
    """

    def __init__(self, kept: Mapping[str, Known], digest_of: Callable[[str], str]) -> None:
        self._kept = kept
        self._digest_of = digest_of
        self._same: dict[str, Known] = {}
        self._read: dict[str, tuple[int, Source]] = {}
        # A file may be written twice within what its system takes for one moment.
        self._settled = time.time_ns() - _SETTLED_NS

    def read(self, path: str, name: str, *, explicit: bool, limits: Limits) -> Source | Unreadable:
        """Read a file as `linter.loading.source.read_file` does; one that is known is read when somebody asks for its text."""
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            return read_file(path, name, explicit=explicit, limits=limits)
        changed = status.st_ctime_ns
        # The hash of numbers is the same in every process; one number is kept, and compared, sooner than five.
        now = hash((status.st_size, status.st_mtime_ns, changed, status.st_dev, status.st_ino))
        kept = self._kept.get(path)
        if kept is not None and kept[0] == now:
            self._same[path] = kept
            return KnownSource(name, _Text(path, explicit, limits, kept, self._digest_of), (), path, explicit)  # type: ignore[arg-type]  # as `KnownSource` says
        source = read_file(path, name, explicit=explicit, limits=limits)
        # Where no time has a fraction of a second, all files of an image may have the same.
        is_settled = changed < self._settled and changed % _SECOND_NS and S_ISREG(status.st_mode)
        if is_settled and isinstance(source, Source) and not source.problems:
            self._read[path] = now, source
        return source

    def to_keep(self) -> dict[str, Known] | None:
        """Return what is known now; None where that is what was kept."""
        if not self._read and len(self._same) == len(self._kept):
            return None
        read = {
            path: [
                status,
                self._digest_of(source.text),
                [number for number, sign in enumerate(SIGNS) if source.holds(sign)],
            ]
            for path, (status, source) in self._read.items()
        }
        return self._same | read


class _Text(NamedTuple):
    """How to get the text of a known file."""

    path: str
    explicit: bool
    limits: Limits
    known: Known
    digest_of: Callable[[str], str]

    def read(self) -> str:
        source = read_file(self.path, self.path, explicit=self.explicit, limits=self.limits)
        if (
            isinstance(source, Source)
            and not source.problems
            and self.digest_of(source.text) == self.known[1]
        ):
            return source.text
        raise ChangedMeanwhileError(self.path)


class KnownSource(Source):
    """A source whose text is read when somebody asks: as a field, `text` is how to get it."""

    @property
    def text(self) -> str:
        """Its text.

        Raises:
            ChangedMeanwhileError: It is not what it was.
        """
        text: str | None = self.__dict__.get("text")
        if text is None:
            text = self.__dict__["text"] = self[1].read()  # type: ignore[attr-defined]  # see the class
        return text

    @property
    def text_digest(self) -> str | None:
        """The digest of its text."""
        digest: str = self[1].known[1]  # type: ignore[attr-defined]  # see the class
        return digest

    def holds(self, sign: str) -> bool:
        """Tell whether one of SIGNS is in its text."""
        signs = self[1].known[2]  # type: ignore[attr-defined]  # see the class
        return bool(signs) and SIGNS.index(sign) in signs
