"""What git stores, read by plumbing that writes nothing and runs nothing: no hook, filter, pager, transport or submodule.

Filters are run where git makes a file of a blob or a blob of a file. Here it does neither: trees are listed, blobs are read as they are.
"""

from __future__ import annotations

import os

from linter.errors import InputError
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from subprocess import Popen
    from types import TracebackType
    from typing import IO, Self

_SAFE = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "diff.external=",
    # A folder of the work tree that looks like a bare repository is somebody's, and so is its configuration.
    "-c",
    "safe.bareRepository=explicit",
    "-c",
    "submodule.recurse=false",
    "--no-pager",
    "--literal-pathspecs",
)


# A partial clone gets what it lacks from its remote, by whatever program its configuration names.
_NO_FETCHING = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
_NOT_WHOLE = (
    "the repository is a partial clone and lacks files of that revision, and podplan fetches none; "
    "`git fetch --refetch --no-filter` does"
)
_ENDED = "git cat-file ended before it was told to"
_PIECE = 1024 * 1024
_ASKED_AT_ONCE = 200
"""How many objects are asked for before an answer is read: so many names fit into any pipe, so that nobody waits for the other."""


class GitError(InputError):
    """Git is not there, this is not a repository, or the revision does not exist."""


class GitDir(NamedTuple):
    """A repository by the folder that holds its objects, such as a bare mirror. Its configuration is trusted: only for one that the user names."""

    path: Path


class Entry(NamedTuple):
    """An entry of a tree."""

    path: str
    """From the root of the repository, with forward slashes."""
    mode: str
    """100644 or 100755 for a file, 120000 for a link, 160000 for a submodule."""
    object_id: str

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return self.mode.startswith("100")

    @property
    def is_link(self) -> bool:
        """Whether it is a link, whose blob is the path that it leads to."""
        return self.mode == "120000"


def git(place: Path | GitDir, *arguments: str, stdin: bytes = b"") -> bytes:
    """Run a git command, and return what it prints.

    Args:
        place: A folder of a work tree, or the repository itself.
        arguments: The command; revisions come behind --end-of-options.
        stdin: What it reads.

    Raises:
        GitError: With what git says.
    """
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603  the arguments are ours; revisions come behind --end-of-options
            [*_git(place), *arguments],
            cwd=_folder(place),
            env=_environment(),
            input=stdin,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise _cannot_run(error) from None
    if done.returncode != 0:
        stderr = done.stderr.decode("utf-8", "replace")
        if "not allowed" in stderr or "promisor" in stderr:
            raise GitError(_NOT_WHOLE)
        message = stderr.strip().removeprefix("fatal: ").splitlines()
        raise GitError(message[0] if message else f"git {arguments[0]} failed")
    return done.stdout


def list_tree(root: Path | GitDir, commit: str, below: str = ".") -> Iterator[Entry]:
    """Yield what a commit's tree holds, sorted by path.

    Args:
        root: The root of the work tree, or the repository itself.
        commit: The commit, or a tree.
        below: The file or folder whose entries are wanted, from the root; nothing is yielded where the commit has none.

    Raises:
        GitError: The tree cannot be read.
    """
    arguments = ["ls-tree", "-r", "-z", "--full-tree", commit]
    if below != ".":
        arguments += ["--", below]
    for line in git(root, *arguments).decode("utf-8", "surrogateescape").split("\0"):
        if line:
            head, _, path = line.partition("\t")
            mode, _, object_id = head.split(" ")
            yield Entry(path, mode, object_id)


def sizes(root: Path | GitDir, object_ids: Sequence[str]) -> list[int]:
    """Return how many bytes the objects have. Git tells that without reading them.

    Raises:
        GitError: One of them is not there.
    """
    if not object_ids:
        return []
    names = "".join(f"{each}\n" for each in object_ids).encode()
    output = git(root, "cat-file", "--batch-check=%(objectsize)", stdin=names)
    try:
        return [int(line) for line in output.splitlines()]
    except ValueError:  # `<object> missing`
        raise GitError(_NOT_WHOLE) from None


class Objects:
    """The objects of a repository, read by one git process for all of them.

    Args:
        root: The root of the work tree, or the repository itself.
    """

    def __init__(self, root: Path | GitDir) -> None:
        self._root = root
        self._process: Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process, self._process = self._process, None
        if process is not None:
            # Whoever has not read to the end does not want the rest.
            process.kill()
            process.communicate()

    def read_all(self, object_ids: Sequence[str]) -> Iterator[bytes]:
        """Yield the contents of objects, in their order, one after the other. How large they are can be asked first (`sizes`).

        Raises:
            GitError: One of them is not there.
        """
        for start in range(0, len(object_ids), _ASKED_AT_ONCE):
            some = object_ids[start : start + _ASKED_AT_ONCE]
            stream = self._ask(some)
            for _ in some:
                size = self._size(stream)
                yield self._whole(stream.read(size + 1), size + 1)[:-1]

    def read(self, object_id: str) -> bytes:
        """Return the content of an object.

        Raises:
            GitError: It is not there.
        """
        return next(self.read_all([object_id]))

    def write(self, object_id: str, file: Path) -> None:
        """Write the content of an object into a new file, however large it is.

        Raises:
            GitError: It is not there.
            OSError: The file cannot be written.
        """
        stream = self._ask([object_id])
        left = self._size(stream)
        with file.open("xb") as out:
            while left:
                piece = self._whole(stream.read(min(left, _PIECE)), min(left, _PIECE))
                out.write(piece)
                left -= len(piece)
        self._whole(stream.read(1), 1)

    def _ask(self, object_ids: Sequence[str]) -> IO[bytes]:
        """Ask for objects, and return the stream that they come from."""
        process = self._started()
        if process.stdin is None or process.stdout is None:
            raise GitError(_ENDED)
        try:
            process.stdin.write("".join(f"{each}\n" for each in object_ids).encode())
            process.stdin.flush()
        except BrokenPipeError:
            raise GitError(_ENDED) from None
        return process.stdout

    @staticmethod
    def _size(stream: IO[bytes]) -> int:
        """Read the line before an object: `<object> <type> <size>`."""
        match stream.readline().split():
            case [_, _, size]:
                return int(size)
            case []:
                raise GitError(_ENDED)
            case _:  # `<object> missing`
                raise GitError(_NOT_WHOLE)

    @staticmethod
    def _whole(data: bytes, size: int) -> bytes:
        if len(data) < size:
            raise GitError(_ENDED)
        return data

    def _started(self) -> Popen[bytes]:
        import subprocess

        if self._process is None:
            try:
                self._process = subprocess.Popen(  # noqa: S603  the arguments are ours
                    [*_git(self._root), "cat-file", "--batch"],
                    cwd=_folder(self._root),
                    env=_environment(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            except OSError as error:
                raise _cannot_run(error) from None
        return self._process


def _git(place: Path | GitDir) -> list[str]:
    """Return the command that all others begin with: the user's own git, which runs nothing of a stranger's."""
    named = [f"--git-dir={_folder(place)}"] if isinstance(place, GitDir) else []
    return ["git", *_SAFE, *named]


def _folder(place: Path | GitDir) -> Path:
    return place.path if isinstance(place, GitDir) else place


def _environment() -> dict[str, str]:
    return {**os.environ, **_NO_FETCHING, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


def _cannot_run(error: OSError) -> GitError:
    if isinstance(error, FileNotFoundError):
        return GitError("git was not found on PATH")
    return GitError(f"git cannot be run: {error.strerror or error}")
