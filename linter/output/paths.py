"""Where a file lies in its repository: the services that take reports want paths from the repository's root."""

from __future__ import annotations

from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.loading.source import Source


def in_repository(source: Source, root: Path | None) -> Path | None:
    """Return the path of a source from the root of the repository; None for what is not a file in it."""
    if source.path is None or root is None:
        return None
    absolute = Path.cwd() / source.path
    try:
        return _normal(absolute).relative_to(root)
    except ValueError:
        return None


def display_path(source: Source, root: Path | None) -> str:
    """Return the path from the root of the repository for reports; for what lies outside, the name as the user wrote it."""
    from linter.loading.discovery import display_name

    inside = in_repository(source, root)
    return source.name if inside is None else display_name(inside)


def display_unread(name: str, root: Path | None) -> str:
    """Return the path from the root of the repository of a file that was not read, of which only the name is known."""
    from linter.loading.source import Source

    return display_path(Source(name, "", file=name), root)


def _normal(path: Path) -> Path:
    """Resolve `.` and `..` in the text alone: a link keeps the name under which the repository knows it."""
    import os.path

    return Path(os.path.normpath(path))
