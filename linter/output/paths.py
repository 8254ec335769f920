"""Where a file lies in its repository: the services that take reports want paths from the repository's root."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.loading.source import Source


def in_repository(source: Source, root: Path | None) -> str | None:
    """Return the path of a source from the root of the repository, with forward slashes; None for what is not a file in it."""
    if source.file is None or root is None:
        return None
    # Many files lie in few folders.
    name = os.path.basename(source.file)  # noqa: PTH119  a Path for each file takes ten times as long
    folder = _folder_in(source.file[: len(source.file) - len(name)], root, os.getcwd())  # noqa: PTH109  as above
    return None if folder is None else folder + name


@lru_cache(maxsize=64)
def _folder_in(folder: str, root: Path, current: str) -> str | None:
    """Return what stands before the names of a folder's files as seen from the root; None where it does not lie in it.

    `.` and `..` are resolved in the text alone: a link keeps the name under which the repository knows it.
    """
    try:
        inside = Path(os.path.normpath(os.path.join(current, folder))).relative_to(root)  # noqa: PTH118  as text
    except ValueError:
        return None
    return "" if inside == Path() else f"{inside.as_posix()}/"


def display_path(source: Source, root: Path | None) -> str:
    """Return the path from the root of the repository for reports; for what lies outside, the name as the user wrote it."""
    from linter.loading.discovery import display_name

    inside = in_repository(source, root)
    return source.name if inside is None else display_name(inside)


def display_unread(name: str, root: Path | None) -> str:
    """Return the path from the root of the repository of a file that was not read, of which only the name is known."""
    from linter.loading.source import Source

    return display_path(Source(name, "", file=name), root)
