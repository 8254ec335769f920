"""Paths, folders, globs and standard input → sources, and what is left out with its reason."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linter.loading.limits import DEFAULT
from linter.loading.source import STDIN, Source, Unreadable, decode, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.loading.limits import Limits

SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_NEVER_ENTERED = frozenset({"node_modules", "__pycache__"})


class Skipped(NamedTuple):
    """A file that was found but is not linted, and why."""

    name: str
    reason: str


class Found(NamedTuple):
    """One file to read."""

    path: Path
    name: str
    explicit: bool


def find(paths: Sequence[str]) -> Iterator[Found | Unreadable]:
    """Yield the files that paths name, each once, in a stable order.

    Args:
        paths: Files, folders (every YAML and JSON file below, hidden folders and node_modules left out), or glob
            patterns (`**` for any depth) where no file has that name. `-` is not for here.
    """
    seen: set[str] = set()
    for each in paths:
        for found in _find_one(each):
            if isinstance(found, Unreadable):
                yield found
                continue
            identity = _identity(found)
            if identity not in seen:
                seen.add(identity)
                yield found


def _identity(found: Found) -> str:
    """Return the one name of a file that links and detours lead to."""
    try:
        return os.path.realpath(found.path)
    except (OSError, ValueError):
        return found.name


def _find_one(text: str) -> Iterator[Found | Unreadable]:
    path = Path(text)
    try:
        is_folder = path.is_dir()
        exists = is_folder or path.exists()
    except (OSError, ValueError) as error:
        yield Unreadable(text, str(getattr(error, "strerror", None) or error))
        return
    if is_folder:
        yield from _walk(path)
    elif exists or not any(sign in text for sign in "*?["):
        yield Found(path, display_name(path), explicit=True)
    else:
        import glob

        matches = sorted(glob.glob(text, recursive=True))  # noqa: PTH207  patterns may be absolute or hold `..`
        if not matches:
            yield Unreadable(text, "matches no file")
        for match in matches:
            if Path(match).is_dir():
                yield from _walk(Path(match))
            else:
                yield Found(Path(match), display_name(Path(match)), explicit=True)


def _walk(folder: Path) -> Iterator[Found | Unreadable]:
    failures: list[OSError] = []
    # os.walk does not follow links to folders, so that a loop of links ends.
    for root, folders, files in os.walk(folder, onerror=failures.append):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in _NEVER_ENTERED
        )
        for name in sorted(files):
            if os.path.splitext(name)[1].lower() in SUFFIXES:  # noqa: PTH122  a Path for each file costs
                path = Path(root, name)
                if path.is_file():
                    yield Found(path, display_name(path), explicit=False)
        for failure in failures:
            yield Unreadable(str(failure.filename), (failure.strerror or str(failure)).lower())
        failures.clear()
    for failure in failures:
        yield Unreadable(str(failure.filename), (failure.strerror or str(failure)).lower())


def display_name(path: Path) -> str:
    """Return the path for reports: forward slashes, no leading `./`; bytes that are no UTF-8 are shown as escapes."""
    name = path.as_posix()
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def read_all(paths: Sequence[str], *, limits: Limits = DEFAULT) -> Iterator[Source | Unreadable | Skipped]:
    """Read what the paths name. `-` is standard input, read once."""
    from linter.loading.templates import skip_reason

    files = [path for path in paths if path != STDIN]
    if len(files) < len(paths):
        yield read_stdin(limits=limits)
    for found in find(files):
        if isinstance(found, Unreadable):
            yield found
            continue
        source = read_file(found.path, found.name, explicit=found.explicit, limits=limits)
        if isinstance(source, Source) and (reason := skip_reason(source)):
            yield Skipped(source.name, reason)
        else:
            yield source


def read_stdin(*, limits: Limits = DEFAULT) -> Source | Unreadable:
    """Read standard input to its end."""
    import sys

    try:
        return decode(sys.stdin.buffer.read(limits.file_bytes + 1), STDIN, limits=limits)
    except OSError as error:
        return Unreadable(STDIN, error.strerror or str(error))


def texts(named: Iterable[tuple[str, str]]) -> Iterator[Source]:
    """Make sources of texts that are in memory already."""
    for name, text in named:
        yield Source(name, text.removeprefix("\ufeff"))
