"""Writes files as a whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable


def write_whole(path: Path, text: str | Iterable[str]) -> None:
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
        mode = target.stat().st_mode
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        with target.open("wb") as file:
            _write(file, pieces)
        return
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            _write(file, pieces)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(stat.S_IMODE(mode) if mode is not None else 0o666 & ~_umask())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _write(file: BinaryIO, pieces: Iterable[str]) -> None:
    file.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)


def _umask() -> int:
    # It can only be read by setting it.
    current = os.umask(0)
    os.umask(current)
    return current
