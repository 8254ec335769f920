"""Both sides of a change: the objects at a git revision, and those of the work tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.cli.common import limits, objects_of
from linter.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

Objects = list[dict[str, Any]]


def both_sides(
    since: str, paths: Sequence[str], *, kustomize: str | None, helm: str | None, values: Sequence[str]
) -> tuple[Objects, Objects]:
    """Return the objects before and after: below the paths, or as Kustomize or Helm renders them.

    Raises:
        InputError: There is no such revision; or Kustomize and Helm are both asked for.
        UnreadableError: A file cannot be read, or the program that renders failed.
    """
    from linter.loading.discovery import read_all
    from linter.loading.git import find_revision, read_revision
    from linter.loading.render import Chart, Kustomization, render

    revision = find_revision(since)
    if kustomize is None and helm is None:
        paths = tuple(paths) or (".",)
        before = objects_of(read_revision(revision, paths, limits=limits()), f"{since}:")
        return before, objects_of(read_all(paths, limits=limits()))
    if kustomize is not None and helm is not None:
        raise InputError("--kustomize and --helm exclude each other.")
    what = Kustomization(kustomize) if kustomize is not None else Chart(helm or "", tuple(values))
    return objects_of([render(what, at=revision)], f"{since}:"), objects_of([render(what)])
