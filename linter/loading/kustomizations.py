"""Where the kustomizations are that matter to a run: those that were found, and those of the repository that may use a named file."""

from __future__ import annotations

import os
import posixpath

from linter.light_typing import NamedTuple, Protocol
from linter.loading.discovery import Skipped
from linter.loading.repository import reading_root
from linter.loading.source import Source, read_text
from linter.loading.templates import KUSTOMIZATION, KUSTOMIZATIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from linter.loading.source import Unreadable


class Tree(Protocol):
    """The files of a git revision."""

    root: Path

    def paths(self) -> Iterable[str]:
        """Return the paths of all files, relative to the root."""


class Group(NamedTuple):
    """What was found in one repository."""

    root: str
    """Outside of it nothing is read; a real path."""
    folders: frozenset[str]
    """Where kustomizations were found, relative to the root."""
    named: frozenset[str]
    """Files that were named, relative to the root: the kustomizations that use them are applied."""
    others: frozenset[str]
    """Where other kustomizations of the repository lie, that may use the files that were named."""


def find_kustomizations(
    found: Sequence[Source | Unreadable | Skipped], at: Tree | None = None
) -> list[Group]:
    """Find the kustomizations that matter to a run, by repository.

    Args:
        found: The files of the run.
        at: The git revision that they are of; None: they are on disk.
    """
    # Nearly all is neither: it is gone through once.
    skipped_or_named = [
        each for each in found if isinstance(each, Skipped) or (isinstance(each, Source) and each.explicit)
    ]
    folders = {
        posixpath.dirname(each.name) or ".": each.top
        for each in skipped_or_named
        if isinstance(each, Skipped) and not each.explicit and each.reason == KUSTOMIZATION
    }
    named = [
        each.name for each in skipped_or_named if each.explicit and (isinstance(each, Skipped) or each.file)
    ]
    return _by_repository(folders, named, at) if folders or named else []


def _by_repository(folders: Mapping[str, str], named: Sequence[str], at: Tree | None) -> list[Group]:
    """Sort folders of kustomizations, each with the folder below which it was found, and named files by repository."""
    roots: dict[str, tuple[set[str], set[str]]] = {}
    known: dict[str, str] = {}

    def add(path: str, folder: str, number: int) -> None:
        if folder not in known:
            known[folder] = reading_root(folder, folders.get(folder)) if at is None else str(at.root)
        root = known[folder]
        real = os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/")
        roots.setdefault(root, (set(), set()))[number].add(real)

    for folder in folders:
        add(folder, folder, 0)
    for name in named:
        add(name, posixpath.dirname(name) or ".", 1)
    groups = []
    for root, (found, files) in roots.items():
        if not files:
            others = frozenset[str]()
        elif at is None:
            others = _others(root, files)
        else:
            others = frozenset(_folders_of(at.paths()))
        if found or others:
            groups.append(Group(root, frozenset(found), frozenset(files), others))
    return groups


def _others(root: str, named: Iterable[str]) -> frozenset[str]:
    """Return the folders of kustomizations that may use some files: those that git knows, and those above the files."""
    folders = {folder for name in named for folder in _parents(name)}
    found = {
        folder
        for folder in folders
        if any(os.path.isfile(os.path.join(root, folder, name)) for name in KUSTOMIZATIONS)
    }
    index = _index(root)
    # The index holds the path of every file as text: looking for a few letters is faster than asking git.
    if index is not None and b"ustomization" in index:
        from linter.loading.git import tracked_files
        from linter.loading.git_objects import GitError

        try:
            tracked = tracked_files(root)
        except GitError:
            tracked = []
        found.update(_folders_of(tracked))
    return frozenset(found)


def _folders_of(paths: Iterable[str]) -> Iterator[str]:
    """Yield the folders in which kustomizations lie."""
    return (posixpath.dirname(path) or "." for path in paths if posixpath.basename(path) in KUSTOMIZATIONS)


def _parents(path: str) -> list[str]:
    """Return the folders above a file, the root included."""
    parents = []
    while path not in {"", "."}:
        path = posixpath.dirname(path)
        parents.append(path or ".")
    return parents


def _index(root: str) -> bytes | None:
    """Return git's list of the files of a work tree; None where there is none."""
    git = os.path.join(root, ".git")
    try:
        if os.path.isfile(git):  # of a further work tree, or a submodule: it says where its git folder lies
            git = os.path.join(root, read_text(git).removeprefix("gitdir:").strip())
        with open(os.path.join(git, "index"), "rb") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return None
