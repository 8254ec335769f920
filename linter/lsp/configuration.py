"""The options for documents: a configuration is read once, and again when a file that it is made of has changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linter.engine.config.changes import existing_files, used_files
from linter.engine.config.file import Config, candidates
from linter.engine.config.load import lint_options, read_config
from linter.engine.config.settings import Setting, resolve_settings
from linter.errors import InputError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from linter.engine.config.options import LintOptions

    State = tuple[int, int, int]
    """Of a file: when it was changed, its size, its inode."""


class _Read(NamedTuple):
    """What was read for a folder."""

    outcome: LintOptions | InputError | UnreadableError
    used: tuple[Path, ...]
    """The configuration and what it names: files, folders and patterns."""
    states: Mapping[Path, State]
    """Of the files that it was read from, and of those that would come before them."""


class Configurations:
    """The options for the files of each folder."""

    def __init__(self) -> None:
        self._read: dict[Path, _Read] = {}

    def options_for(self, path: Path) -> LintOptions:
        """Return the options that the configuration gives for a file.

        Rules in Python are left out, and no chart is rendered: to open a stranger's repository must not run its code.

        Raises:
            InputError: The configuration cannot be used.
            UnreadableError: A file that it names cannot be read.
        """
        folder = path.parent
        known = self._read.get(folder)
        if known is None or known.states != _states(folder, known.used):
            known = self._read[folder] = _read(folder)
        if isinstance(known.outcome, Exception):
            raise known.outcome.with_traceback(None)
        return known.outcome


def _read(folder: Path) -> _Read:
    # States are taken before anything is read: what changes meanwhile is read again.
    states = _states(folder, ())
    try:
        config = read_config(None, [str(folder)])
    except (InputError, UnreadableError) as error:
        return _Read(error, (), states)
    used = tuple(used_files(config))
    states = _states(folder, used)
    try:
        return _Read(_options(config), used, states)
    except (InputError, UnreadableError) as error:
        return _Read(error, used, states)


def _options(config: Config) -> LintOptions:
    settings = resolve_settings(config, {})
    settings |= {"python-rules": Setting((), "editor"), "helm": Setting("never", "editor")}
    return lint_options(settings, config)


def _states(folder: Path, used: Iterable[Path]) -> dict[Path, State]:
    """Return the states of the files that there are."""
    return {file: state for file in _followed(folder, used) if (state := _state(file)) is not None}


def _followed(folder: Path, used: Iterable[Path]) -> Iterator[Path]:
    yield from map(Path, candidates(folder))
    named = tuple(used)
    if named:
        yield from existing_files(named)


def _state(file: Path) -> State | None:
    try:
        status = os.stat(file)  # noqa: PTH116  asked many times for each keystroke
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
