"""A source: one file, standard input or a text, before it is read as YAML."""

from __future__ import annotations

import errno
import os
from stat import S_ISFIFO, S_ISREG

from linter.light_typing import NamedTuple
from linter.loading.limits import DEFAULT
from linter.loading.place import LoadProblem, Range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from linter.loading.limits import Limits

STDIN = "-"
SIGNS = ("{{", "#@", "postBuild")
"""What is looked for in every text of a run before anything else."""
_START = Range(1, 1, 1, 1)


class Source(NamedTuple):
    """A text and where it comes from."""

    name: str
    """The path as the user would write it, with forward slashes; `-` is standard input."""
    text: str
    problems: tuple[LoadProblem, ...] = ()
    """What is wrong with it as a text. Where it was not read at all, the text is "" and this says why."""
    file: str | None = None
    """The path of the file, where there is one."""
    explicit: bool = True
    """Named by the user, not found by walking a folder."""
    variables: tuple[tuple[str, str], ...] = ()
    """The variables in it of which the value is given: names and values."""

    @property
    def path(self) -> Path | None:
        """The path of the file, where there is one."""
        if self.file is None:
            return None
        from pathlib import Path

        return Path(self.file)

    @property
    def text_digest(self) -> str | None:
        """The digest of its text, where it is known without reading it."""
        return None

    @property
    def signs(self) -> Sequence[str]:
        """Which of SIGNS are in its text."""
        text = self.text
        # One letter is found, or not, in no time; two take microseconds.
        return [sign for sign in SIGNS if sign[0] in text and sign in text]

    @property
    def line_count(self) -> int:
        """How many lines there are; behind a line feed at the end begins another, empty one."""
        from linter.loading.lines import line_count

        return line_count(self.text)

    def lines(self, first: int, last: int) -> list[str]:
        """Return the lines from first to last, counting from 1, without line ends."""
        from linter.loading.lines import line_range

        return line_range(self.text, first, last)


class Unreadable(NamedTuple):
    """A path that could not be read: no file there, no permission, no regular file."""

    name: str
    message: str


def read_file(
    path: str, name: str, *, explicit: bool = True, limits: Limits = DEFAULT
) -> Source | Unreadable:
    """Read a file as UTF-8 text.

    Returns:
        The source (with a problem where it is not UTF-8 text or too large), or why it could not be read.
    """
    read = read_data(path, name, explicit=explicit, limits=limits)
    return (
        read
        if isinstance(read, Unreadable)
        else decode(read[0], name, file=path, explicit=explicit, limits=limits)
    )


def read_data(
    path: str, name: str, *, explicit: bool, limits: Limits
) -> tuple[bytes, os.stat_result] | Unreadable:
    """Return what is in a file, one byte more than `limits.file_bytes` at most, and what the system says of it; or why it could not be read."""
    try:
        # A pipe that is named is opened only where it may be read: its writer would take notice. What is found is a file.
        if explicit and not _is_readable(path, os.stat(path).st_mode):
            return Unreadable(name, "is not a regular file")
        descriptor = os.open(path, _READING if explicit else _AT_ONCE)
        try:
            status = os.fstat(descriptor)
            if not explicit and not S_ISREG(status.st_mode):
                return Unreadable(name, "is not a regular file")
            # So many bytes are set aside before anything is read.
            data = os.read(descriptor, min(status.st_size, limits.file_bytes) + 1)
            while (
                len(data) > status.st_size
                and len(data) <= limits.file_bytes
                and (more := os.read(descriptor, 65536))
            ):
                data += more  # it grows meanwhile, or the system does not tell its size
        finally:
            os.close(descriptor)
    except (FileNotFoundError, NotADirectoryError):
        return Unreadable(name, "does not exist")
    except (OSError, ValueError) as error:
        return Unreadable(name, (getattr(error, "strerror", None) or str(error)).lower())
    return data, status


_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_AT_ONCE = _READING | getattr(os, "O_NONBLOCK", 0)
"""Does not wait for a writer, where a pipe has taken the place of a file."""


def _is_readable(path: str, mode: int) -> bool:
    """Tell whether a path is a file, or the pipe that a shell puts in place of `<(command)`: somebody is writing into it."""
    return S_ISREG(mode) or (S_ISFIFO(mode) and path.startswith(("/dev/fd/", "/proc/self/fd/")))


def read_text(path: str | Path) -> str:
    """Return the text of a file that is not a manifest: a configuration, a baseline, a schema.

    Raises:
        OSError: It cannot be read, or has no end.
        UnicodeDecodeError: It is not UTF-8.
    """
    with open(path, "rb") as file:
        data = file.read(DEFAULT.file_bytes + 1)
    if len(data) > DEFAULT.file_bytes:
        raise OSError(errno.EFBIG, f"larger than {DEFAULT.file_bytes} bytes", str(path))
    return data.decode("utf-8-sig")


def decode(
    data: bytes, name: str, *, file: str | None = None, explicit: bool = True, limits: Limits = DEFAULT
) -> Source:
    """Make a source of bytes, as kubectl does.

    A byte order mark is dropped and chooses between UTF-8 and UTF-16. Bytes that are not text become U+FFFD: kubectl says nothing,
    here it is a problem of the source beside its text.
    """
    if len(data) > limits.file_bytes:
        return too_large(name, file=file, explicit=explicit, limits=limits)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = "The file is UTF-16. kubectl reads it, many other tools do not; save it as UTF-8."
        return Source(name, data.decode("utf-16", "replace"), (_encoding(message, _START),), file, explicit)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        message = (
            f"The byte 0x{data[error.start]:02x} is not UTF-8 text; kubectl puts a replacement character (U+FFFD) there. Save the "
            "file as UTF-8."
        )
        text = data.decode("utf-8", "replace").removeprefix("\ufeff")
        return Source(
            name, text, (_encoding(message, Range(line, column, line, column + 1)),), file, explicit
        )
    return Source(name, text.removeprefix("\ufeff"), (), file, explicit)


def too_large(name: str, *, file: str | None, explicit: bool, limits: Limits) -> Source:
    """Make the source of a file that is not read since it has more than `limits.file_bytes`."""
    message = (
        f"The file is larger than {limits.file_bytes} bytes; it was not read. Split it, or raise the limit with "
        "--limit file-bytes=NUMBER."
    )
    return Source(name, "", (LoadProblem("yaml-limits", message, _START),), file, explicit)


def _encoding(message: str, place: Range) -> LoadProblem:
    return LoadProblem("yaml-encoding", message, place, reason=None)
