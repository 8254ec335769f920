"""Sources as they are named → the repositories in them."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from linter.errors import UnreadableError
from linter.fleet.sources.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.fleet.sources.unit import UnitType

ARCHIVES: Final = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
DUMPS: Final = (".yaml", ".yml", ".json")
TABLES: Final = (".parquet", ".jsonl", ".ndjson")
_DEPTH: Final = 4
"""How deep checkouts and mirrors are looked for below a folder: HOST/GROUP/SUBGROUP/NAME."""


class Sources(NamedTuple):
    """What the sources hold."""

    units: list[Unit]
    """Repositories and dumps; their names differ."""
    tables: list[Path]
    """Tables of files, with columns repository, path and content."""


def find_units(paths: Sequence[str]) -> Sources:
    """Find the repositories.

    Args:
        paths: Folders and files. A folder is a checkout, a mirror, a table, or holds archives, or checkouts and mirrors at some
            depth; one without any of those is a repository by itself. Files are archives, tables and dumps, by their suffixes.

    Raises:
        UnreadableError: A path is not there, or a file of no known suffix.
    """
    units: list[Unit] = []
    tables: list[Path] = []
    for text in paths:
        path = Path(text)
        if path.is_dir():
            if _holds_table(path):
                tables.append(path)
            else:
                found = list(_below(path, path, _DEPTH))
                units += found or [_unit(path, path, "folder")]
        elif not path.exists():
            raise UnreadableError(f"{text}: does not exist")
        elif text.endswith(TABLES):
            tables.append(path)
        elif text.endswith(ARCHIVES):
            units.append(_unit(path, path, "archive"))
        elif text.endswith(DUMPS):
            units.append(_unit(path, path, "dump"))
        else:
            known = ", ".join((*ARCHIVES, *TABLES, *DUMPS))
            raise UnreadableError(
                f"{text}: not a folder, and none of the files that are known by their suffix: {known}"
            )
    return Sources(_with_own_names(units), tables)


def _below(folder: Path, top: Path, depth: int) -> Iterator[Unit]:
    """Yield the checkouts, mirrors and archives in a folder, sorted by name; links are not followed.

    Below the folder that was named an archive is a part of something else: a chart, test data.
    """
    if (folder / ".git").exists():
        yield _unit(folder, top, "folder")
        return
    if _is_mirror(folder):
        yield _unit(folder, top, "mirror")
        return
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda each: each.name)
    except OSError as error:
        raise UnreadableError(f"{folder}: {(error.strerror or str(error)).lower()}") from None
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if depth > 0:
                yield from _below(folder / entry.name, top, depth - 1)
        elif folder == top and entry.is_file(follow_symlinks=False) and entry.name.endswith(ARCHIVES):
            yield _unit(folder / entry.name, top, "archive")


def _is_mirror(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def _holds_table(folder: Path) -> bool:
    """Tell whether a folder is what Spark writes for a table."""
    if (folder / "_SUCCESS").exists():
        return True
    with os.scandir(folder) as listed:
        return any(each.name.endswith(".parquet") for each in listed)


def _unit(path: Path, top: Path, type_: UnitType) -> Unit:
    relative = path.relative_to(top).as_posix()
    name = path.absolute().name if relative == "." else relative
    suffixes = {"archive": ARCHIVES, "dump": DUMPS, "mirror": (".git",), "folder": ()}[type_]
    for suffix in sorted(suffixes, key=len, reverse=True):
        if name.endswith(suffix) and name != suffix:
            name = name.removesuffix(suffix)
            break
    return Unit(name, type_, str(path.absolute()), path.as_posix(), _size(path, type_))


def _size(path: Path, type_: UnitType) -> int:
    """Return how much there may be to judge. Of a checkout the index of git tells, which grows with the number of files."""
    match type_:
        case "archive" | "dump":
            file = path
        case "folder":
            file = path / ".git" / "index"
        case "mirror":
            file = path / "packed-refs"
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _with_own_names(units: Sequence[Unit]) -> list[Unit]:
    """Return the units, each once; those that would share a name are called by their paths."""
    by_location = {each.location: each for each in units}
    names = Counter(each.name for each in by_location.values())
    return [
        each if names[each.name] == 1 else each._replace(name=each.location.lstrip("/"))
        for each in by_location.values()
    ]
