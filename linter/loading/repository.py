"""Where the repository is that a path belongs to, and whether a link leads out of it.

Paths are text here: every run asks, and pathlib takes longer to load than all of it.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LEADS_OUT = "is a link that leads out of the repository (without git: of the current folder); name the file itself if it is meant"


def upwards(folder: str) -> Iterator[str]:
    """Yield a folder, which is an absolute path, and all folders above it."""
    above = ""
    while folder != above:
        yield folder
        above, folder = folder, os.path.dirname(folder)


def repository_root(folder: str) -> str | None:
    """Return the nearest folder, from this one (an absolute path) up, that holds a git repository; None where there is none.

    `.git` is a file, not a folder, in worktrees and submodules.
    """
    return next((each for each in upwards(folder) if os.path.exists(os.path.join(each, ".git"))), None)


def bounds_of(path: str | os.PathLike[str]) -> str | None:
    """Return the folder that no link may lead out of, on the way to a path: the git repository that the path lies in.

    Without a repository it is the current folder, for what lies below that; None for everything else, which is the user's own business.
    """
    absolute = os.path.abspath(path)  # links stay as they are
    found = repository_root(os.path.dirname(absolute))
    if found is not None:
        return found
    current = os.getcwd()
    return current if is_inside(absolute, current) else None


def leads_out(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path, which seems to lie in a repository, leads out of it, or into what git keeps in it (`.git`).

    A stranger's pull request can hold links: one to a file elsewhere would have it read into a report, or written.
    """
    bounds = bounds_of(path)
    if bounds is None:
        return False
    root, real = os.path.realpath(bounds), os.path.realpath(path)
    return not is_inside(real, root) or is_inside(real, os.path.join(root, ".git"))


def is_below(path: str | os.PathLike[str], folder: str | os.PathLike[str]) -> bool:
    """Tell whether a path lies below a folder by its name alone, whatever links are on the way."""
    return is_inside(os.path.abspath(path), os.path.abspath(folder))  # links stay as they are


def is_inside(path: str, folder: str) -> bool:
    """Tell whether a path is a folder or lies below it. Both are absolute and have no links in them."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def reading_root(folder: str | os.PathLike[str], top: str | os.PathLike[str] | None = None) -> str:
    """Return the folder outside of which nothing is read for what lies in a folder, as a real path.

    It is the git repository. Without one it is the current folder; for a folder outside of that, the one that the user named.

    Args:
        folder: Where it lies.
        top: The folder that the user named, with this one in it; None: this one.
    """
    real = os.path.realpath(folder)
    current = os.path.realpath(os.getcwd())
    return repository_root(real) or (current if is_inside(real, current) else os.path.realpath(top or folder))
