"""Read-only access to the files of a repository, wherever it is: a folder, a revision, a test."""

from __future__ import annotations

import os
import posixpath

from linter.light_typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class FileError(Exception):
    """A file that cannot be read: it is not there, or lies outside. The message goes behind its path."""


class MissingFileError(FileError):
    """There is no such file: nothing, or a folder."""


class Files(Protocol):
    """The files of a repository. Paths are relative to its root, with forward slashes; the root itself is "."."""

    def read(self, path: str) -> bytes:
        """Return what is in a file.

        Raises:
            FileError: There is no such file, or it lies outside of the repository.
        """

    def folder(self, path: str) -> str | None:
        """Return the one path of a folder, links followed; None where there is no such folder.

        Raises:
            FileError: It lies outside of the repository.
        """

    def paths(self) -> Iterable[str]:
        """Return the paths of all files."""


def joined(folder: str, path: str) -> str:
    """Return a path that is relative to a folder as one that is relative to the root.

    Raises:
        FileError: It leads out of the repository.
    """
    result = posixpath.normpath(posixpath.join(folder, path))
    if result.startswith(("../", "/")) or result == "..":
        raise FileError("lies outside of the repository (without git: of the current folder)")
    return result


class TextFiles:
    """Files that are held in memory."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {
            path: text if isinstance(text, bytes) else text.encode("utf-8") for path, text in files.items()
        }
        self._folders = {"."}
        for path in files:
            while path := posixpath.dirname(path):
                self._folders.add(path)

    def read(self, path: str) -> bytes:
        """Return what is in a file."""
        if path not in self._files:
            raise MissingFileError("is a folder" if self.folder(path) is not None else "does not exist")
        return self._files[path]

    def folder(self, path: str) -> str | None:
        """Return the path of a folder in which a file lies."""
        return path if path in self._folders else None

    def paths(self) -> Iterable[str]:
        """Return the paths of all files."""
        return self._files


class FolderFiles:
    """The files below a folder of the file system. Links are followed as long as they stay inside.

    Args:
        root: The folder.
        listed: The folder inside whose files `paths` returns; all can be read.
        file_bytes: How large a file may be.
    """

    def __init__(self, root: str | Path, *, listed: str = ".", file_bytes: int = 32 * 1024 * 1024) -> None:
        self._root = os.path.realpath(root)
        self._listed = listed
        self._file_bytes = file_bytes
        self._folders: dict[str, str | None] = {}
        self._real_folders: dict[str, str] = {}

    def read(self, path: str) -> bytes:
        """Return what is in a file."""
        real = self._real(path)
        try:
            if not os.path.isfile(real):  # noqa: PTH113  a third of the time
                raise MissingFileError("is a folder" if os.path.isdir(real) else "does not exist")  # noqa: PTH112  as above
            with open(real, "rb") as file:  # noqa: PTH123  as above
                data = file.read(self._file_bytes + 1)
        except OSError as error:
            raise FileError(f"cannot be read: {(error.strerror or str(error)).lower()}") from None
        if len(data) > self._file_bytes:
            raise FileError(f"is larger than {self._file_bytes} bytes")
        return data

    def folder(self, path: str) -> str | None:
        """Return the one path of a folder."""
        if path not in self._folders:
            real = self._real(path)
            is_folder = os.path.isdir(real)  # noqa: PTH112  a third of the time
            self._folders[path] = (
                os.path.relpath(real, self._root).replace(os.sep, "/") if is_folder else None
            )
        return self._folders[path]

    def paths(self) -> Iterable[str]:
        """Return the paths of the files that are listed, hidden folders left out."""
        for folder, folders, names in os.walk(os.path.join(self._root, self._listed)):  # noqa: PTH118  text in, text out
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            relative = os.path.relpath(folder, self._root).replace(os.sep, "/")
            for name in sorted(names):
                yield name if relative == "." else f"{relative}/{name}"

    def _real(self, path: str) -> str:
        """Follow the links on a path."""
        folder, name = posixpath.split(path)
        if folder not in self._real_folders:
            self._real_folders[folder] = self._resolved(folder)
        real = os.path.join(self._real_folders[folder], name)  # noqa: PTH118  a third of the time
        if name in {"", ".", ".."} or os.path.islink(real):  # noqa: PTH114  as above
            return self._resolved(path)
        return real

    def _resolved(self, path: str) -> str:
        try:
            real = os.path.realpath(os.path.join(self._root, path))  # noqa: PTH118  as above
        except (OSError, ValueError):
            raise FileError("cannot be read: its links lead nowhere") from None
        if real != self._root and not real.startswith(self._root.rstrip(os.sep) + os.sep):
            raise FileError("lies outside of the repository (without git: of the current folder)")
        return real
