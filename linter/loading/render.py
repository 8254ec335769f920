"""Manifests that Kustomize or Helm render: by the program on PATH, from the work tree or from a git revision."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path

from linter.errors import UnreadableError
from linter.light_typing import NamedTuple
from linter.loading.limits import DEFAULT
from linter.loading.program import ProgramError, run
from linter.loading.source import Source, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.loading.git import Revision
    from linter.loading.limits import Limits


class RenderError(UnreadableError):
    """The program is not on PATH, or it failed."""


class Kustomization(NamedTuple):
    """A folder with a kustomization."""

    folder: str


class Chart(NamedTuple):
    """A Helm chart and the values files it is rendered with."""

    folder: str
    values: tuple[str, ...] = ()


def render(what: Kustomization | Chart, *, at: Revision | None = None, limits: Limits = DEFAULT) -> Source:
    """Render to one source.

    Args:
        what: What to render.
        at: The git revision whose files are rendered; they are unpacked into a temporary folder. None: the work tree.
        limits: Bounds on the result.

    Raises:
        RenderError: With what the program printed.
        linter.loading.git.GitError: The revision's files could not be read.
    """
    with unpacked(at) as tree:
        return render_in(tree, what, limits=limits)


class Tree(NamedTuple):
    """The files of a git revision on disk."""

    revision: Revision
    folder: Path


@contextmanager
def unpacked(at: Revision | None) -> Iterator[Tree | None]:
    """Unpack a git revision into a temporary folder; None: the work tree, of which nothing is unpacked.

    Raises:
        linter.loading.git.GitError: The revision's files could not be read.
    """
    if at is None:
        yield None
        return
    import tempfile

    from linter.loading.git import unpack

    with tempfile.TemporaryDirectory(prefix="podplan-") as folder:
        unpack(at, Path(folder))
        yield Tree(at, Path(folder))


def render_in(tree: Tree | None, what: Kustomization | Chart, *, limits: Limits = DEFAULT) -> Source:
    """Render to one source, as `render` does, from the files of a revision that are unpacked already (None: the work tree)."""
    if isinstance(what, Kustomization):
        return decode(
            _rendered([*_kustomize(), inside(what.folder, tree)]), f"kustomize:{what.folder}", limits=limits
        )
    command = [*_helm(), inside(what.folder, tree)]
    for values in what.values:
        command += ["--values", inside(values, tree)]
    return decode(_rendered(command), f"helm:{what.folder}", limits=limits)


def inside(path: str, tree: Tree | None) -> str:
    """Return the absolute path, of the work tree or of the unpacked revision. An absolute one cannot be taken for an option.

    Raises:
        RenderError: The path lies outside of the repository of the revision.
    """
    absolute = Path(path).absolute()
    if tree is None:
        return str(absolute)
    try:
        return str(tree.folder / absolute.resolve().relative_to(tree.revision.root.resolve()))
    except ValueError:
        raise RenderError(
            f"{path} lies outside the repository, so it has no state at `{tree.revision.name}`"
        ) from None


def _kustomize() -> list[str]:
    if program := shutil.which("kustomize"):
        return [program, "build"]
    if program := shutil.which("kubectl"):
        return [program, "kustomize"]
    raise RenderError(
        "neither kustomize nor kubectl is on PATH; install one of them, or render to a file yourself"
    )


def _helm() -> list[str]:
    if program := shutil.which("helm"):
        return [program, "template", "release"]
    raise RenderError(
        "helm is not on PATH; install it, or pipe `helm template …` into podplan with - as path"
    )


def _rendered(command: Sequence[str]) -> bytes:
    try:
        answer = run(command)
    except ProgramError as error:
        raise RenderError(str(error)) from None
    if answer.status != 0:
        raise RenderError(f"{Path(command[0]).name} failed: {answer.reason}")
    return answer.stdout
