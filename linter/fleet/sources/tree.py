"""Files of a stranger → a folder: no name leads out of it, nothing is written through a link, and it has an end."""

from __future__ import annotations

import errno
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from linter.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_FILES: Final = 200_000
MOST_BYTES: Final = 2 * 1024**3
"""How many files, and how many bytes together, are taken of one repository that is written to disk."""
_LONGEST_PATH: Final = 3000
_FORBIDDEN: Final = frozenset({"", ".", "..", ".git"})
_NO_NAME: Final = "its name is not one of a file"
_NAMES_AT_FAULT: Final = frozenset({errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL})


class TreeError(InputError):
    """A repository that cannot be written to disk: too large, or with names that no checkout may have."""


class File(NamedTuple):
    """A file of a repository."""

    path: str
    """From the root, with forward slashes, as the stranger spelled it."""
    size: int
    """In bytes."""
    pieces: Iterable[bytes]
    """Its content; not asked for where it is too large."""


class Link(NamedTuple):
    """A link of a repository."""

    path: str
    target: str


class Left(NamedTuple):
    """What was not written."""

    path: str
    reason: str


def write_tree(entries: Iterable[File | Link], folder: Path, file_bytes: int) -> list[Left]:
    """Write files into a folder that is empty, then the links among them that stay inside.

    The folder gets a `.git`, which says that the repository ends there: whoever looks for a configuration looks no further up.

    Args:
        entries: What there is. The pieces of one are used before the next is asked for.
        folder: Where to.
        file_bytes: A larger file is written as a hole, which is found and not read.

    Returns:
        What cannot be written, and why.

    Raises:
        TreeError: There is too much of it.
        OSError: The disk does not take it.
    """
    (folder / ".git").mkdir()
    left: list[Left] = []
    links: list[Link] = []
    size = 0
    for number, entry in enumerate(entries):
        reason = _fault(entry.path)
        if number >= MOST_FILES:
            raise TreeError(f"more than {MOST_FILES} files; the repository is not judged")
        if reason is None and isinstance(entry, Link):
            links.append(entry)
        elif reason is None and isinstance(entry, File):
            size += min(entry.size, file_bytes)
            if size > MOST_BYTES:
                raise TreeError(f"more than {MOST_BYTES} bytes; the repository is not judged")
            reason = _write(entry, folder, file_bytes)
        if reason is not None:
            left.append(Left(_shown(entry.path), reason))
    # Links last: nothing is ever written through one.
    left += _link(links, folder)
    return left


def root_of(folder: Path) -> Path:
    """Return the root of the repository in a folder: the one folder in it, as in archives of hosting services, or itself."""
    entries = [each for each in folder.iterdir() if each.name != ".git"]
    if len(entries) != 1 or entries[0].is_symlink() or not entries[0].is_dir():
        return folder
    root = entries[0]
    (root / ".git").mkdir()
    return root


def _fault(path: str) -> str | None:
    """Return why no file may have a name."""
    try:
        too_long = len(os.fsencode(path)) > _LONGEST_PATH
    except UnicodeEncodeError:  # half of a surrogate pair
        too_long = True
    if too_long or "\0" in path:
        return _NO_NAME
    if path.startswith("/") or any(part.lower() in _FORBIDDEN for part in path.split("/")):
        return "its name leads out of the repository"
    return None


def _write(file: File, folder: Path, file_bytes: int) -> str | None:
    """Write a file, and return why that cannot be."""
    where = folder / file.path
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        return "a file has the name of its folder"
    except OSError as error:
        return _unless_disk(error)
    try:
        with where.open("xb") as out:
            if file.size > file_bytes:
                out.truncate(file_bytes + 1)
                return None
            for piece in file.pieces:
                out.write(piece)
    except FileExistsError:
        return "another file has the same name"
    except OSError as error:
        return _unless_disk(error)
    return None


def _unless_disk(error: OSError) -> str:
    """Return what is wrong with a file whose name cannot be; any other fault is the disk's.

    Raises:
        OSError: It is.
    """
    if error.errno in _NAMES_AT_FAULT:
        return _NO_NAME
    raise error


def _link(links: Iterable[Link], folder: Path) -> Iterator[Left]:
    """Make links, and yield those that cannot be, or that lead out."""
    made: list[Link] = []
    for link in links:
        where = folder / link.path
        try:
            if any((folder / above).is_symlink() for above in PurePosixPath(link.path).parents):
                yield Left(_shown(link.path), "lies behind a link")
                continue
            where.parent.mkdir(parents=True, exist_ok=True)
            where.symlink_to(link.target)
        except (OSError, ValueError):
            yield Left(_shown(link.path), "cannot be made as a link")
        else:
            made.append(link)
    # Where a link leads may depend on others, so that none is asked before all are there.
    root = folder.resolve()
    out = [each for each in made if not Path(os.path.realpath(folder / each.path)).is_relative_to(root)]
    for link in out:
        (folder / link.path).unlink()
        yield Left(_shown(link.path), "is a link that leads out of the repository")


def _shown(path: str) -> str:
    try:
        return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return path.encode("utf-8", "backslashreplace").decode("utf-8")
