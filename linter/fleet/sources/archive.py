"""The files of a tar archive, which may be a stranger's: read once from front to back, with bounds on all that it may ask for."""

from __future__ import annotations

import io
import tarfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, cast

from linter.fleet.sources.tree import MOST_BYTES, File, Link, TreeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

_PIECE: Final = 1024 * 1024
_MOST_AT_ONCE: Final = 16 * 1024 * 1024
"""How much is read at once: tarfile reads the names of a header whole, however long they say they are."""
_MOST_UNPACKED: Final = 4 * MOST_BYTES
"""How far an archive is read: a small file can unpack to any size."""


def entries(path: Path) -> Iterator[File | Link]:
    """Yield the files and links of an archive. Of hard links, devices and pipes nothing is made.

    Raises:
        TreeError: It is not an archive, is damaged, or unpacks to too much.
    """
    with (
        _as_tree_error(),
        _opened(path) as stream,
        tarfile.open(fileobj=cast("IO[bytes]", _Bounded(stream)), mode="r:") as archive,
    ):
        for member in archive:
            name = member.name.removeprefix("./")
            if member.isreg():
                yield File(name, member.size, _pieces(archive, member))
            elif member.issym():
                yield Link(name, member.linkname)


def _pieces(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    with _as_tree_error():
        file = archive.extractfile(member)
        while file is not None and (piece := file.read(_PIECE)):
            yield piece


@contextmanager
def _as_tree_error() -> Iterator[None]:
    """Say of a file that is not the archive it seems what it is."""
    try:
        yield
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise TreeError(f"not a tar archive that can be read: {error}") from None


def _opened(path: Path) -> IO[bytes]:
    """Open a file, unpacked by what its first bytes say that it is packed with."""
    with path.open("rb") as file:
        start = file.read(6)
    if start.startswith(b"\x1f\x8b"):
        import gzip

        return cast("IO[bytes]", gzip.open(path))
    if start.startswith(b"BZh"):
        import bz2

        return cast("IO[bytes]", bz2.open(path))
    if start == b"\xfd7zXZ\x00":
        import lzma

        return cast("IO[bytes]", lzma.open(path))
    return path.open("rb")


class _Bounded(io.RawIOBase):
    """A stream that ends in an error where too much is asked of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        if not 0 <= size <= _MOST_AT_ONCE:
            raise tarfile.ReadError("a header is too long")
        return self._stream.read(size)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if offset > _MOST_UNPACKED:
            raise tarfile.ReadError(f"it unpacks to more than {_MOST_UNPACKED} bytes")
        return self._stream.seek(offset, whence)
