"""Files that need not be read again: what is known of them holds as long as nobody has written to them, by what the system says.

As git and make do it, and stricter: size, both times (nobody can set that of the last change), device and number have to be the same.
"""

from __future__ import annotations

import os
import time
from itertools import repeat
from stat import S_ISREG

from linter.loading.source import Source, Unreadable, decode, read_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from linter.loading.limits import Limits

    Known = tuple[int, str, Sequence[str]]
    """What is known of a file: a number for what the system said of it, the digest of its text, and which of SIGNS are in it."""

_SETTLED_NS = 2_000_000_000
_SECOND_NS = 1_000_000_000


class ChangedMeanwhileError(BaseException):
    """A known file was written to while a run went on. No rule may catch it, so it is no Exception."""


class KnownFiles:
    """What is known of files from one run to the next.

    Args:
        kept: What an earlier run has kept, by path.
        digest_of: Returns the digest of a text.
        limits: The bounds on what is read.
    """

    def __init__(self, kept: Mapping[str, Known], digest_of: Callable[[str], str], limits: Limits) -> None:
        self._kept = kept
        self._digest_of = digest_of
        self._limits = limits
        self._same: dict[str, Known] = {}
        self._read: dict[str, tuple[int, Source]] = {}
        # A file may be written twice within what its system takes for one moment.
        self._settled = time.time_ns() - _SETTLED_NS

    def read(self, path: str, name: str, *, explicit: bool, limits: Limits) -> Source | Unreadable:
        """Read a file as `linter.loading.source.read_file` does; one that is known is read when somebody asks for its text."""
        known = self._kept.get(path)
        if known is not None:
            try:
                is_same = known[0] == _number_of(os.stat(path))
            except (OSError, ValueError):
                is_same = False
            if is_same:
                self._same[path] = known
                # Thousands of times: no maker of named tuples is asked.
                return tuple.__new__(KnownSource, (name, (known, self._read_again), (), path, explicit, ()))
        read = read_data(path, name, explicit=explicit, limits=limits)
        if isinstance(read, Unreadable):
            return read
        data, status = read
        source = decode(data, name, file=path, explicit=explicit, limits=limits)
        changed = status.st_ctime_ns
        # Where no time has a fraction of a second, all files of an image may have the same.
        is_settled = changed < self._settled and changed % _SECOND_NS and S_ISREG(status.st_mode)
        if is_settled and not source.problems:
            self._read[path] = _number_of(status), source
        return source

    def _read_again(self, known: KnownSource) -> str:
        """Return the text of a known file.

        Raises:
            ChangedMeanwhileError: It is not what it was.
        """
        assert known.file is not None  # noqa: S101  it was read
        read = read_data(known.file, known.name, explicit=known.explicit, limits=self._limits)
        if not isinstance(read, Unreadable):
            source = decode(read[0], known.name, limits=self._limits)
            if not source.problems and self._digest_of(source.text) == known.text_digest:
                return source.text
        raise ChangedMeanwhileError(known.file)

    def to_keep(self, digest_of: Callable[[Source], str]) -> dict[str, Any] | None:
        """Return the record of what is known now; None where that is what was kept.

        Args:
            digest_of: Returns the digest of the text of a source.
        """
        if not self._read and len(self._same) == len(self._kept):
            return None
        now = self._same | {
            path: (status, digest_of(source), source.signs) for path, (status, source) in self._read.items()
        }
        # A few long lists are read, and looked at, faster than many short ones.
        return {
            "paths": [*now],
            "statuses": [status for status, _, _ in now.values()],
            "digests": [digest for _, digest, _ in now.values()],
            "signs": {path: signs for path, (_, _, signs) in now.items() if signs},
        }


def _number_of(status: os.stat_result) -> int:
    """Return one number for what the system says of a file: it is kept, and compared, sooner than five."""
    # The hash of numbers is the same in every process.
    return hash((status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_dev, status.st_ino))


def known_files(record: dict[str, Any]) -> dict[str, Known]:
    """Return what is known of each file, by path, given the record that `KnownFiles.to_keep` has returned."""
    paths, signs = record["paths"], record["signs"]
    known: dict[str, Known] = dict(
        zip(paths, zip(record["statuses"], record["digests"], repeat(())), strict=True)
    )
    for path in signs.keys() & known.keys():
        known[path] = (*known[path][:2], signs[path])
    return known


class KnownSource(Source):
    """A source whose text is read when somebody asks: as a field, `text` is what is known of the file, and how to get it."""

    @property
    def text(self) -> str:
        """Its text.

        Raises:
            ChangedMeanwhileError: It is not what it was.
        """
        text: str | None = self.__dict__.get("text")
        if text is None:
            read_again: Callable[[KnownSource], str] = self[1][1]  # type: ignore[assignment]  # see the class
            text = self.__dict__["text"] = read_again(self)
        return text

    @property
    def text_digest(self) -> str | None:
        """The digest of its text."""
        return self[1][0][1]

    @property
    def signs(self) -> Sequence[str]:
        """Which of SIGNS are in its text."""
        return self[1][0][2]
