"""Whether the configuration is what it was at a git revision: a change that is to be judged may have changed what judges it."""

from __future__ import annotations

import os
from pathlib import Path

from linter.engine.config.file import TABLE, TOML_NAME, candidates
from linter.engine.config.settings import FILES
from linter.loading.discovery import SUFFIXES, Found, display_name, find
from linter.loading.git_objects import Objects, list_tree, sizes
from linter.loading.limits import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.engine.config.file import Config
    from linter.loading.git import Revision
    from linter.loading.git_objects import Entry


def changed_files(config: Config, start: str, revision: Revision) -> list[str]:
    """Return the files of the configuration, and those that it names, that are not what they were at a revision.

    Args:
        config: The configuration of this run.
        start: From where it was looked for.
        revision: The revision, whose own configuration may have been another file.

    Returns:
        Their names as the user would write them, sorted. What lies outside of the repository has no state at the revision.

    Raises:
        linter.loading.git_objects.GitError: The revision cannot be read.
    """
    root = revision.root
    used = [*used_files(config)]
    now = {path: file for file in existing_files(used) if (path := _inside(file, root)) is not None}
    paths = sorted({path for file in used if (path := _inside(file, root)) is not None})
    searched = [] if config.explicit else [*_searched(start, root)]
    entries = {
        entry.path: entry
        for path in (*paths, *searched)
        for entry in list_tree(root, revision.commit, path)
        if entry.is_file
    }
    with Objects(root) as objects:
        texts = _texts(objects, root, [*entries.values()])
    then = {path for path in entries if path not in searched and Path(path).suffix in SUFFIXES}
    # The configuration of the revision is the first that would be found there.
    for path in searched:
        if path in entries and (not path.endswith(TOML_NAME) or TABLE.encode() in texts[path]):
            then.add(path)
            break
    changed = [
        path for path in now.keys() | then if path not in then or _read(root / path) != texts.get(path)
    ]
    return sorted(display_name(Path(os.path.relpath(root / path))) for path in changed)


def used_files(config: Config) -> Iterator[Path]:
    """Yield the configuration and what it names: files, folders and patterns."""
    if config.file is None:
        return
    yield config.file
    for setting in FILES.intersection(config.values):
        value = config.values[setting]
        for name in [value] if isinstance(value, str) else value:
            yield Path(config.resolve(name))


def existing_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that there are now, in the place of folders and patterns those that they stand for."""
    for found in find([str(path) for path in paths]):
        if isinstance(found, Found) and os.path.isfile(found.path):  # noqa: PTH113  text in
            yield Path(found.path)


def _searched(start: str, root: Path) -> Iterator[str]:
    """Yield the paths at which a configuration is looked for, nearest first."""
    for file in map(Path, candidates(start)):
        path = _inside(file, root)
        if path is not None:
            yield path


def _inside(file: Path, root: Path) -> str | None:
    """Return the path of a file from the root of the repository; None where it lies elsewhere."""
    try:
        return Path(os.path.realpath(file.parent), file.name).relative_to(root.resolve()).as_posix()
    except ValueError:
        return None


def _texts(objects: Objects, root: Path, entries: Sequence[Entry]) -> dict[str, bytes]:
    """Return what the files held, those that podplan would not read left out."""
    small = [
        entry
        for entry, size in zip(entries, sizes(root, [entry.object_id for entry in entries]), strict=True)
        if size <= DEFAULT.file_bytes
    ]
    contents = objects.read_all([entry.object_id for entry in small])
    return {entry.path: _unix(data) for entry, data in zip(small, contents, strict=True)}


def _read(file: Path) -> bytes | None:
    try:
        with file.open("rb") as opened:
            return _unix(opened.read(DEFAULT.file_bytes + 1))
    except OSError:
        return None


def _unix(data: bytes) -> bytes:
    """Return a text with the line ends that git stores, whatever it makes of them in the work tree."""
    return data.replace(b"\r\n", b"\n")
