"""Manifests that Kustomize or Helm render: by the program on PATH, from the work tree or from a git revision."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linter.errors import UnreadableError
from linter.loading.limits import DEFAULT
from linter.loading.source import Source, decode

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    with ExitStack() as stack:
        root = None
        if at is not None:
            import tempfile

            from linter.loading.git import unpack

            root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="podplan-")))
            unpack(at, root)
        if isinstance(what, Kustomization):
            name = f"kustomize:{what.folder}"
            command = [*_kustomize(), _inside(what.folder, at, root)]
        else:
            name = f"helm:{what.folder}"
            command = [*_helm(), _inside(what.folder, at, root)]
            for values in what.values:
                command += ["--values", _inside(values, at, root)]
        return decode(_run(command), name, limits=limits)


def _inside(path: str, at: Revision | None, root: Path | None) -> str:
    """Return the absolute path, of the work tree or of the unpacked revision. An absolute one cannot be taken for an option."""
    absolute = Path(path).absolute()
    if at is None or root is None:
        return str(absolute)
    try:
        return str(root / absolute.resolve().relative_to(at.root.resolve()))
    except ValueError:
        raise RenderError(f"{path} lies outside the repository, so it has no state at `{at.name}`") from None


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


def _run(command: Sequence[str]) -> bytes:
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603  the user asked for this very program
            command,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=dict(os.environ),
            timeout=300,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RenderError(f"{Path(command[0]).name} failed: {error}") from None
    if done.returncode != 0:
        output = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise RenderError(f"{Path(command[0]).name} failed: {output[-1] if output else done.returncode}")
    return done.stdout
