"""The manifests of a git revision, read without a checkout: nothing is written or fetched, no hook runs, no filter.

Revisions are passed behind `--end-of-options`, so that none can be taken for an option.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linter.errors import InputError
from linter.loading.discovery import SUFFIXES, Skipped, display_name
from linter.loading.limits import DEFAULT
from linter.loading.source import Source, decode
from linter.loading.templates import skip_reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linter.loading.limits import Limits

_SAFE = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "diff.external=",
    "--no-pager",
    "--literal-pathspecs",
)


# A partial clone gets what it lacks from its remote, by whatever program its configuration names.
_NO_FETCHING = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
_NOT_WHOLE = (
    "the repository is a partial clone and lacks files of that revision, and podplan fetches none; "
    "`git fetch --refetch --no-filter` does"
)


class GitError(InputError):
    """Git is not there, this is not a repository, or the revision does not exist."""


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
    root = _git(where, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").rstrip("\n")
    try:
        commit = _git(where, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except GitError:
        if name != "HEAD":
            raise GitError(f"there is no revision `{name}` in this repository") from None
        # Before the first commit HEAD leads nowhere: everything is new since the empty tree.
        commit = _git(where, "hash-object", "-t", "tree", "--stdin")
    return Revision(Path(root), commit.decode("ascii").strip(), name)


def read_revision(
    revision: Revision, paths: Sequence[str], *, limits: Limits = DEFAULT
) -> Iterator[Source | Skipped]:
    """Read the manifests that stood below the paths at a revision, in a stable order.

    Args:
        revision: The revision.
        paths: Files and folders, relative to the current folder. What did not exist then gives nothing.
        limits: Bounds on one file.
    """
    wanted = list(_listed(revision, paths))
    texts = _blobs(revision, [blob for _, blob, _ in wanted])
    for (path, _, explicit), data in zip(wanted, texts, strict=True):
        source = decode(data, display_name(path), path=path, explicit=explicit, limits=limits)
        if reason := skip_reason(source):
            yield Skipped(source.name, reason)
        else:
            yield source


def renamed(revision: Revision) -> dict[str, str]:
    """Return the files that were renamed between a revision and the work tree: new name → old name."""
    output = _git(
        revision.root,
        "diff",
        "--no-ext-diff",
        "--no-textconv",
        "--name-status",
        "-z",
        "-M",
        revision.commit,
        "--",
        environment=_without_filters(revision.root),
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


def _listed(revision: Revision, paths: Sequence[str]) -> Iterator[tuple[Path, str, bool]]:
    """Yield path (relative to the current folder), blob and whether the user named the file."""
    seen: set[str] = set()
    for each in paths:
        try:
            inside = Path(each).absolute().resolve().relative_to(revision.root.resolve())
        except ValueError:
            continue  # outside the repository
        pathspec = inside.as_posix()
        arguments = ["ls-tree", "-r", "-z", "--full-tree", revision.commit]
        if pathspec != ".":
            arguments += ["--", pathspec]
        for entry in _git(revision.root, *arguments).decode("utf-8", "surrogateescape").split("\0"):
            if not entry:
                continue
            head, _, name = entry.partition("\t")
            mode, _, blob = head.split(" ")
            if name in seen or not mode.startswith("100"):
                continue  # links and submodules are not followed
            explicit = name == pathspec
            if explicit or (Path(name).suffix.lower() in SUFFIXES and not _hidden(name, pathspec)):
                seen.add(name)
                yield Path(_relative(revision.root / name)), blob, explicit


def _hidden(name: str, below: str) -> bool:
    parts = Path(name).parts[len(Path(below).parts) if below != "." else 0 :]
    return any(part.startswith(".") or part in {"node_modules", "__pycache__"} for part in parts[:-1])


def _relative(path: Path) -> str:
    return os.path.relpath(path)


def _blobs(revision: Revision, blobs: Sequence[str]) -> Iterator[bytes]:
    """Yield the contents of blobs, by one git process."""
    if not blobs:
        return
    output = _git(revision.root, "cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in blobs).encode())
    position = 0
    for _ in blobs:
        end = output.index(b"\n", position)
        head = output[position:end].split(b" ")
        if len(head) != 3:  # `<blob> missing`
            raise GitError(_NOT_WHOLE)
        size = int(head[2])
        yield output[end + 1 : end + 1 + size]
        position = end + 1 + size + 1


def _without_filters(root: Path) -> dict[str, str]:
    """Return an environment in which git runs none of the filters that .gitattributes ask for.

    Without them a file may seem changed that is not, which costs nothing here.
    """
    try:
        listed = _git(
            root, "config", "--name-only", "-z", "--get-regexp", r"^filter\..*\.(clean|process|required)$"
        )
    except GitError:
        return {}  # there are none
    drivers = {
        name.rpartition(".")[0] for name in listed.decode("utf-8", "surrogateescape").split("\0") if name
    }
    settings = [
        setting
        for driver in sorted(drivers)
        for setting in ((f"{driver}.process", ""), (f"{driver}.clean", ""), (f"{driver}.required", "false"))
    ]
    first = os.environ.get("GIT_CONFIG_COUNT", "0")
    start = int(first) if first.isdecimal() and len(first) < 6 else 0
    environment = {"GIT_CONFIG_COUNT": str(start + len(settings))}
    for number, (key, value) in enumerate(settings, start):
        environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return environment


def _git(
    where: Path, *arguments: str, stdin: bytes | None = None, environment: Mapping[str, str] | None = None
) -> bytes:
    import subprocess

    environment = {
        **os.environ,
        **(environment or {}),
        **_NO_FETCHING,
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }
    try:
        done = subprocess.run(  # noqa: S603  the arguments are ours; revisions come behind --end-of-options
            ["git", *_SAFE, *arguments],  # noqa: S607  the user's own git
            cwd=where,
            env=environment,
            input=stdin if stdin is not None else b"",
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise GitError("git was not found on PATH") from None
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror or error}") from None
    if done.returncode != 0:
        stderr = done.stderr.decode("utf-8", "replace")
        if "not allowed" in stderr or "promisor" in stderr:
            raise GitError(_NOT_WHOLE)
        message = stderr.strip().removeprefix("fatal: ").splitlines()
        raise GitError(message[0] if message else f"git {arguments[0]} failed")
    return done.stdout


def unpack(revision: Revision, folder: Path) -> None:
    """Write all files of a revision below a folder (for programs that need them on disk).

    Raises:
        GitError: They could not be read.
    """
    import io
    import tarfile

    archive = _git(
        revision.root,
        "archive",
        "--format=tar",
        revision.commit,
        environment=_without_filters(revision.root),
    )
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")  # "data": nothing lands outside the folder
    except (tarfile.TarError, OSError) as error:
        raise GitError(f"the files of `{revision.name}` cannot be unpacked: {error}") from None
