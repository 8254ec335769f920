"""What a repository holds: a digest of it, so that it need not be judged twice, and the folder in which it is judged."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linter.engine.run.cache import digest
from linter.fleet.sources.tree import File, write_tree
from linter.loading.git_objects import GitDir, GitError, git

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.fleet.sources.tree import Left
    from linter.fleet.sources.unit import Unit

_NEVER_READ = frozenset({".git", "node_modules", "__pycache__"})


class Checkout(NamedTuple):
    """A repository as a folder."""

    folder: Path
    """Its root."""
    paths: tuple[str, ...] = (".",)
    """What is judged, from there."""
    left: tuple[Left, ...] = ()
    """What could not be written to disk."""
    isolated: bool = False
    """Whether a configuration that lies there has nothing to say."""


class FolderContent(NamedTuple):
    """The work tree of a checkout, as it is on disk."""

    path: Path

    def digest(self, file_bytes: int) -> bytes:
        """Return the digest of all that podplan may read: names, links and contents; of files that are too large the size alone.

        Raises:
            OSError: A file cannot be read.
        """
        return digest(*_parts(self.path, file_bytes))

    def revision(self) -> str | None:
        """Return the commit of its HEAD, where git knows one."""
        if not (self.path / ".git").exists():
            return None
        try:
            return git(self.path, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()
        except GitError:
            return None  # before the first commit

    def lay_out(self, scratch: Path, file_bytes: int) -> Checkout:
        """Return the folder itself."""
        del scratch, file_bytes
        return Checkout(self.path)


class GitContent(NamedTuple):
    """A commit, read from git's objects: no filter and no hook runs, nothing is fetched."""

    place: Path | GitDir
    commit: str

    def digest(self, file_bytes: int) -> bytes:
        """Return the digest of its tree, which git knows without reading a file.

        Raises:
            GitError: The commit is not there.
        """
        del file_bytes
        return digest(git(self.place, "rev-parse", "--verify", "--quiet", f"{self.commit}^{{tree}}").strip())

    def revision(self) -> str | None:
        """Return the commit."""
        return self.commit

    def lay_out(self, scratch: Path, file_bytes: int) -> Checkout:
        """Write the files into a folder.

        Raises:
            GitError, TreeError: They cannot be read, or are too many.
        """
        from linter.fleet.sources.commit import entries

        return Checkout(scratch, left=tuple(write_tree(entries(self, file_bytes), scratch, file_bytes)))


class ArchiveContent(NamedTuple):
    """A tar archive, which may be a stranger's."""

    path: Path

    def digest(self, file_bytes: int) -> bytes:
        """Return the digest of the file."""
        del file_bytes
        return digest(_hash(self.path))

    def revision(self) -> str | None:
        """Return None: it says nothing of git."""
        return None

    def lay_out(self, scratch: Path, file_bytes: int) -> Checkout:
        """Write the files into a folder.

        Raises:
            TreeError: It is not an archive, or too large.
        """
        from linter.fleet.sources.archive import entries
        from linter.fleet.sources.tree import root_of

        left = write_tree(entries(self.path), scratch, file_bytes)
        return Checkout(root_of(scratch), left=tuple(left))


class TableContent(NamedTuple):
    """The rows of a table that are of one repository."""

    files: Sequence[tuple[str, bytes]]
    """Path and content of each file."""

    def digest(self, file_bytes: int) -> bytes:
        """Return the digest of names and contents, in whatever order the rows come."""
        del file_bytes
        return digest(
            *(digest(path.encode("utf-8", "surrogatepass"), content) for path, content in sorted(self.files))
        )

    def revision(self) -> str | None:
        """Return None: a table says nothing of git."""
        return None

    def lay_out(self, scratch: Path, file_bytes: int) -> Checkout:
        """Write the files into a folder.

        Raises:
            TreeError: They are too many.
        """
        files = (File(path, len(content), (content,)) for path, content in sorted(self.files))
        return Checkout(scratch, left=tuple(write_tree(files, scratch, file_bytes)))


class DumpContent(NamedTuple):
    """What a cluster holds, as `kubectl get -o yaml` prints it."""

    path: Path

    def digest(self, file_bytes: int) -> bytes:
        """Return the digest of the file."""
        del file_bytes
        return digest(_hash(self.path))

    def revision(self) -> str | None:
        """Return None: a cluster has no commits."""
        return None

    def lay_out(self, scratch: Path, file_bytes: int) -> Checkout:
        """Return the folder that it lies in; what else lies there has no part in it."""
        del scratch, file_bytes
        return Checkout(self.path.parent, (self.path.name,), isolated=True)


Content = FolderContent | GitContent | ArchiveContent | TableContent | DumpContent


def content_of(unit: Unit, revision: str | None) -> Content:
    """Return what a unit holds.

    Args:
        unit: The repository or dump.
        revision: Which commit of a repository; None: what a checkout holds as it is, and HEAD of a mirror.

    Raises:
        GitError: There is no such revision.
    """
    path = Path(unit.location)
    match unit.type:
        case "folder":
            return FolderContent(path) if revision is None else commit_of(path, revision)
        case "mirror":
            return commit_of(GitDir(path), revision or "HEAD")
        case "archive":
            return ArchiveContent(path)
        case "dump":
            return DumpContent(path)


def base_of(unit: Unit, revision: str) -> GitContent:
    """Return what a repository held at the revision that it is compared with.

    Raises:
        GitError: There is no such revision, or no git.
    """
    match unit.type:
        case "folder":
            return commit_of(Path(unit.location), revision)
        case "mirror":
            return commit_of(GitDir(Path(unit.location)), revision)
        case "archive" | "dump":
            raise GitError(f"--since {revision} needs a git repository, which this is not")


def commit_of(place: Path | GitDir, revision: str) -> GitContent:
    """Look a revision up.

    Raises:
        GitError: There is no such revision.
    """
    try:
        commit = git(place, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except GitError as error:
        told = str(error)
        if told == "git rev-parse failed":
            told = f"there is no revision `{revision}` in this repository"
        raise GitError(told) from None
    return GitContent(place, commit.decode("ascii").strip())


def _parts(root: Path, file_bytes: int) -> Iterator[bytes]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _NEVER_READ)
        for name in sorted([*folders, *names]):
            path = Path(folder, name)
            status = path.lstat()
            shown = os.fsencode(os.path.relpath(path, root))
            if path.is_symlink():
                yield shown + b"\0->" + os.fsencode(path.readlink())
            elif name in folders:
                yield shown + b"/"
            elif path.is_file() and status.st_size <= file_bytes:
                yield shown
                yield _hash(path)
            else:
                yield b"%s\0%d" % (shown, status.st_size)


def _hash(path: Path) -> bytes:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).digest()
