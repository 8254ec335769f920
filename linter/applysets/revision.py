"""The files of a git revision, for builds: read from git's objects, without a checkout."""

from __future__ import annotations

import posixpath
from functools import cached_property

from linter.applysets.files import FileError, MissingFileError, joined
from linter.loading.git_objects import GitError, Objects, list_tree, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from typing import Self

    from linter.loading.git import Revision
    from linter.loading.git_objects import Entry

_MOST_LINKS = 40
"""How many links may follow one another, as on Linux."""


class RevisionFiles:
    """The files of a git revision. Links are followed as long as they stay inside.

    Args:
        revision: The revision.
        file_bytes: How large a file may be.
        renamed: What files are called today, by the names that they had.

    Attributes:
        root: The root of the repository, a real path.
        revision: The revision.
    """

    def __init__(self, revision: Revision, file_bytes: int, renamed: Mapping[str, str]) -> None:
        self.root = revision.root.resolve()
        self.revision = revision
        self._file_bytes = file_bytes
        self._renamed = renamed
        self._objects = Objects(revision.root)

    def __enter__(self) -> Self:
        self._objects.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._objects.__exit__(kind, error, trace)

    def name_now(self, name: str) -> str:
        """Return what a file is called today, by the name that it had."""
        return self._renamed.get(name, name)

    def read(self, path: str) -> bytes:
        """Return what is in a file."""
        real = self._real(path)
        entry = self._entries.get(real)
        if entry is None or not entry.is_file:
            raise MissingFileError("is a folder" if real in self._folders else "does not exist")
        if self._sizes[real] > self._file_bytes:
            raise FileError(f"is larger than {self._file_bytes} bytes")
        return self._objects.read(entry.object_id)

    def folder(self, path: str) -> str | None:
        """Return the one path of a folder."""
        real = self._real(path)
        return real if real in self._folders else None

    def paths(self) -> Iterable[str]:
        """Return the paths of all files."""
        return [path for path, entry in self._entries.items() if entry.is_file]

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return {entry.path: entry for entry in list_tree(self.root, self.revision.commit)}

    @cached_property
    def _folders(self) -> set[str]:
        folders = {"."}
        for path in self._entries:
            above = posixpath.dirname(path)
            while above and above not in folders:
                folders.add(above)
                above = posixpath.dirname(above)
        return folders

    @cached_property
    def _sizes(self) -> dict[str, int]:
        """How large each file is, asked for all at once: each question is a process of its own."""
        files = [entry for entry in self._entries.values() if entry.is_file]
        try:
            found = sizes(self.root, [entry.object_id for entry in files])
        except GitError as error:
            raise FileError(f"cannot be read: {error}") from None
        return {entry.path: size for entry, size in zip(files, found, strict=True)}

    def _real(self, path: str) -> str:
        """Follow the links on a path."""
        left = path.split("/") if path != "." else []
        real = "."
        links = 0
        while left:
            real = joined(real, left.pop(0))
            entry = self._entries.get(real)
            if entry is None or not entry.is_link:
                continue
            links += 1
            if links > _MOST_LINKS:
                raise FileError("cannot be read: its links lead nowhere")
            target = self._objects.read(entry.object_id).decode("utf-8", "surrogateescape")
            if target.startswith("/"):
                raise FileError("lies outside of the repository (without git: of the current folder)")
            real = posixpath.dirname(real) or "."
            left = [*target.split("/"), *left]
        return real
