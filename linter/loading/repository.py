"""Where the repository is that a path belongs to, and whether a link leads out of it."""

from __future__ import annotations

import os
from pathlib import Path

LEADS_OUT = "is a link that leads out of the repository (without git: of the current folder); name the file itself if it is meant"


def repository_root(folder: Path) -> Path | None:
    """Return the nearest folder, from this one up, that holds a git repository; None where there is none.

    `.git` is a file, not a folder, in worktrees and submodules.
    """
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)


def bounds_of(path: str | Path) -> Path | None:
    """Return the folder that no link may lead out of, on the way to a path: the git repository that the path lies in.

    Without a repository it is the current folder, for what lies below that; None for everything else, which is the user's own business.
    """
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are
    found = repository_root(absolute.parent)
    if found is not None:
        return found
    current = Path.cwd()
    return current if absolute.is_relative_to(current) else None


def leads_out(path: str | Path) -> bool:
    """Tell whether a path, which seems to lie in a repository, leads out of it, or into what git keeps in it (`.git`).

    A stranger's pull request can hold links: one to a file elsewhere would have it read into a report, or written.
    """
    bounds = bounds_of(path)
    if bounds is None:
        return False
    root, real = os.path.realpath(bounds), os.path.realpath(path)
    return not is_inside(real, root) or is_inside(real, os.path.join(root, ".git"))  # noqa: PTH118  text in, text out


def is_below(path: Path, folder: Path) -> bool:
    """Tell whether a path lies below a folder by its name alone, whatever links are on the way."""
    return is_inside(os.path.abspath(path), os.path.abspath(folder))  # noqa: PTH100  links stay as they are


def is_inside(path: str, folder: str) -> bool:
    """Tell whether a path is a folder or lies below it. Both are absolute and have no links in them."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def reading_root(folder: Path) -> Path:
    """Return the folder outside of which nothing is read for what lies in a folder, as a real path.

    It is the git repository. Without one it is the current folder; for a folder outside of that, the folder itself.
    """
    real = folder.resolve()
    current = Path.cwd().resolve()
    return repository_root(real) or (current if real.is_relative_to(current) else real)
