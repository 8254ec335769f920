"""The manifests of a git revision, read without a checkout: nothing is written or fetched, no hook runs, no filter.

Revisions are passed behind `--end-of-options`, so that none can be taken for an option.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from linter.light_typing import NamedTuple
from linter.loading.default_excludes import DEFAULT as DEFAULT_SEARCH
from linter.loading.default_excludes import left_out_as
from linter.loading.discovery import SUFFIXES, Skipped, display_name, relative_name
from linter.loading.git_objects import GitError, Objects, git, list_tree, sizes
from linter.loading.limits import DEFAULT
from linter.loading.source import Source, decode, too_large
from linter.loading.templates import skip_reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.loading.default_excludes import Search
    from linter.loading.git_objects import Entry
    from linter.loading.limits import Limits


class Revision(NamedTuple):
    """A commit of the repository around the current folder."""

    root: Path
    commit: str
    name: str
    """As the user wrote it."""


def find_revision(name: str, *, folder: Path | None = None) -> Revision:
    """Look a revision up.

    Args:
        name: A commit, branch, tag or expression such as `HEAD~1` or `origin/main`.
        folder: Where to look for the repository; the current folder by default.

    Raises:
        GitError: With what is wrong.
    """
    where = folder or Path.cwd()
    root = git(where, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").rstrip("\n")
    try:
        commit = git(where, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except GitError:
        if name != "HEAD":
            raise GitError(f"there is no revision `{name}` in this repository") from None
        # Before the first commit HEAD leads nowhere: everything is new since the empty tree.
        commit = git(where, "hash-object", "-t", "tree", "--stdin")
    return Revision(Path(root), commit.decode("ascii").strip(), name)


def read_revision(
    revision: Revision, paths: Sequence[str], *, limits: Limits = DEFAULT, search: Search = DEFAULT_SEARCH
) -> Iterator[Source | Skipped]:
    """Read the manifests that stood below the paths at a revision, in a stable order.

    Args:
        revision: The revision.
        paths: Files and folders, relative to the current folder. What did not exist then gives nothing.
        limits: Bounds on one file.
        search: How folders are searched.
    """
    wanted = list(_listed(revision, paths, search))
    fitting = [
        size <= limits.file_bytes
        for size in sizes(revision.root, [entry.object_id for _, entry, _ in wanted])
    ]
    small = [entry.object_id for (_, entry, _), fits in zip(wanted, fitting, strict=True) if fits]
    with Objects(revision.root) as objects:
        contents = objects.read_all(small)
        for (path, _, explicit), fits in zip(wanted, fitting, strict=True):
            name = display_name(path)
            if not fits:
                yield too_large(name, file=str(path), explicit=explicit, limits=limits)
                continue
            source = decode(next(contents), name, file=str(path), explicit=explicit, limits=limits)
            if reason := skip_reason(source):
                yield Skipped(source.name, reason)
            else:
                yield source


def renamed(revision: Revision) -> dict[str, str]:
    """Return the files that were renamed between a revision and the index: new name → old name.

    The work tree is not asked: to compare a file with a blob, git would filter it first, and look into submodules.
    """
    output = git(
        revision.root,
        "diff-index",
        "--cached",
        "--no-ext-diff",
        "--no-textconv",
        "--ignore-submodules=all",
        "--name-status",
        "-z",
        "-M",
        revision.commit,
        "--",
    )
    fields = output.decode("utf-8", "surrogateescape").split("\0")
    result: dict[str, str] = {}
    index = 0
    while index < len(fields) - 1:
        if fields[index].startswith(("R", "C")):
            old, new = fields[index + 1], fields[index + 2]
            result[_relative(revision.root / new)] = _relative(revision.root / old)
            index += 3
        else:
            index += 2
    return result


def tracked_files(root: str) -> list[str]:
    """Return the files of a work tree that git knows, relative to its root.

    Raises:
        GitError: Git is not there, or refuses.
    """
    return [
        path
        for path in git(Path(root), "ls-files", "-z").decode("utf-8", "surrogateescape").split("\0")
        if path
    ]


def _listed(revision: Revision, paths: Sequence[str], search: Search) -> Iterator[tuple[Path, Entry, bool]]:
    """Yield path (relative to the current folder), entry and whether the user named the file."""
    seen: set[str] = set()
    for path in paths:
        try:
            inside = Path(path).absolute().resolve().relative_to(revision.root.resolve()).as_posix()
        except ValueError:
            continue  # outside the repository
        # Links and submodules are not followed.
        entries = [entry for entry in list_tree(revision.root, revision.commit, inside) if entry.is_file]
        leaves_out = search.default_excludes and left_out_as(Path(path).name) is None
        left_out = _left_out((entry.path for entry in entries), inside) if leaves_out else frozenset()
        for entry in entries:
            if entry.path in seen:
                continue
            explicit = entry.path == inside
            found = Path(_relative(revision.root / entry.path))
            if explicit or (
                found.suffix.lower() in SUFFIXES
                and not _hidden(entry.path, inside)
                and (
                    left_out.isdisjoint(map(str, PurePosixPath(entry.path).parents))
                    or search.includes(relative_name(str(found), search.root))
                )
            ):
                seen.add(entry.path)
                yield found, entry, explicit


def _left_out(names: Iterable[str], below: str) -> frozenset[str]:
    """Return the folders below one that are left out by default."""
    folders = {
        folder
        for name in names
        for folder in PurePosixPath(name).parents
        if str(folder) not in {".", below} and (below == "." or folder.is_relative_to(below))
    }
    siblings: dict[PurePosixPath, list[str]] = {}
    for folder in folders:
        siblings.setdefault(folder.parent, []).append(folder.name)
    return frozenset(
        str(folder)
        for folder in folders
        if left_out_as(folder.name, folder.parent.name, siblings[folder.parent]) is not None
    )


def _hidden(name: str, below: str) -> bool:
    parts = Path(name).parts[len(Path(below).parts) if below != "." else 0 :]
    return any(part.startswith(".") or part in {"node_modules", "__pycache__"} for part in parts[:-1])


def _relative(path: Path) -> str:
    return os.path.relpath(path)


def unpack(revision: Revision, folder: Path) -> None:
    """Write all files of a revision below a folder, for programs that need them on disk: as they are stored, without filters.

    A link that leads out of the folder is left out.

    Raises:
        GitError: They could not be read or written.
    """
    entries = list(list_tree(revision.root, revision.commit))
    for entry in entries:
        if any(part.lower() in {"", ".", "..", ".git"} for part in entry.path.split("/")):
            raise GitError(
                f"`{revision.name}` has a file of the name {entry.path!r}, which no checkout may have"
            )
    sizes(
        revision.root, [entry.object_id for entry in entries if entry.is_file or entry.is_link]
    )  # all are there
    try:
        with Objects(revision.root) as objects:
            # Links last: nothing is ever written through one.
            for entry in [each for each in entries if each.is_file]:
                file = folder / entry.path
                file.parent.mkdir(parents=True, exist_ok=True)
                objects.write(entry.object_id, file)
                if entry.mode == "100755":
                    file.chmod(0o755)
            links = [each for each in entries if each.is_link]
            for entry in links:
                link = folder / entry.path
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(os.fsdecode(objects.read(entry.object_id)))
        # Where a link leads may depend on others, so that none is asked before all are there.
        root = folder.resolve()
        for link in [folder / each.path for each in links]:
            if not Path(os.path.realpath(link)).is_relative_to(root):
                link.unlink()
    except OSError as error:
        raise GitError(f"the files of `{revision.name}` cannot be unpacked: {error}") from None
