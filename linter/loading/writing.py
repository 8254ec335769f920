"""Writes files as a whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

_MOST_WRITERS = 100
_NAME_BYTES = 200
"""Of the 255 that a name may have: what is put around it needs some."""


def write_whole(path: str | Path, text: str | Iterable[str]) -> None:
    """Write a text, or its pieces, so that the file, whatever happens, is the old one or the new one, never something between.

    A link stays a link (what it leads to is replaced), the mode stays, line ends are written as they are in the text. What is not a
    regular file (/dev/stdout, a named pipe) is written to, not replaced.

    Raises:
        OSError: The file could not be written, or a link leads out of the repository; the old one is untouched.
    """
    from linter.loading.repository import LEADS_OUT, leads_out

    if leads_out(path):
        raise OSError(errno.EPERM, LEADS_OUT, str(path))
    pieces = [text] if isinstance(text, str) else text
    target = Path(os.path.realpath(path))
    try:
        old = target.stat()
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        old = None
    if old is not None and not stat.S_ISREG(old.st_mode):
        with target.open("wb") as file:
            _write(file, pieces)
        return
    with _temporary(target) as (file, temporary):
        _write(file, pieces)
        file.flush()
        os.fsync(file.fileno())
        if old is not None:
            _give_back(file.fileno(), old)
        if os.name == "nt":
            file.close()  # Windows moves no file that is open; elsewhere it stays locked until it has its name
        temporary.chmod(stat.S_IMODE(old.st_mode) if old is not None else 0o666 & ~_umask())
        temporary.replace(target)


def replace_file(path: Path, text: str) -> None:
    """Write a file that is somebody's work, as `write_whole` does, unless that would take more from it than its text.

    Raises:
        OSError: Likewise; or the file has other names (hard links), which would keep the old text; or it belongs to somebody whom it
            cannot be given back to.
    """
    status = path.stat()
    if status.st_nlink > 1:
        raise OSError(
            errno.EMLINK,
            f"has {status.st_nlink} names (hard links), which writing it would part; it was left alone",
            str(path),
        )
    if not _can_give_back(status):
        raise OSError(
            errno.EPERM,
            "belongs to somebody else, to whom it cannot be given back; it was left alone",
            str(path),
        )
    write_whole(path, text)


def _can_give_back(status: os.stat_result) -> bool:
    if os.name == "nt" or os.geteuid() == 0:
        return True
    return status.st_uid == os.geteuid() and status.st_gid in {os.getegid(), *os.getgroups()}


def _give_back(descriptor: int, old: os.stat_result) -> None:
    """Give a new file the owner and the group of the old one, where that is allowed."""
    new = os.fstat(descriptor)
    if os.name != "nt" and (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        with suppress(OSError):
            os.fchown(descriptor, old.st_uid, old.st_gid)


@contextmanager
def _temporary(target: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Open a new file beside the target, which is gone afterwards if it did not become the target.

    It is locked as long as its process lives. One of its name that nobody holds is what a killed run has left: it is removed.
    """
    for number in range(_MOST_WRITERS):
        name = os.fsdecode(os.fsencode(target.name)[:_NAME_BYTES])
        temporary = target.with_name(f".{name}.podplan-{number}.tmp")
        _remove_orphan(temporary)
        try:
            descriptor = os.open(
                temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
            )
        except FileExistsError:
            continue  # another run writes the same file
        with os.fdopen(descriptor, "wb") as file:
            if _lock(descriptor) is False or not _is_file(descriptor, temporary):
                continue  # another run takes it for an orphan: it was not locked yet
            try:
                yield file, temporary
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        return
    raise OSError(errno.EEXIST, "too many others write it", str(target))


def _remove_orphan(temporary: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(
            temporary, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
        try:
            if _lock(descriptor) and _is_file(descriptor, temporary):
                temporary.unlink()
        finally:
            os.close(descriptor)


def _lock(descriptor: int) -> bool | None:
    """Lock a file until it is closed or its process ends.

    Returns:
        Whether nobody else holds it; None where the file system has no locks.
    """
    try:
        import fcntl
    except ImportError:
        return True  # Windows lets nobody remove a file that is open
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_file(descriptor: int, path: Path) -> bool:
    """Tell whether a path still leads to an open file."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat(follow_symlinks=False))
    except OSError:
        return False


def _write(file: BinaryIO, pieces: Iterable[str]) -> None:
    file.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)


def _umask() -> int:
    # It can only be read by setting it.
    current = os.umask(0)
    os.umask(current)
    return current
