"""Parts of a repository's result that outlive a run: what a file, or an object that a kustomization builds, comes to by itself.

    DIR/_parts/xx/xxxx…                  those of one repository, as its last judging left them
    DIR/_staging/RUN/_parts/xxxx…/N      those that shares of a large repository have come to, ahead of it

Keys are digests of all that a part depends on, so that one which is there is right, whoever has written it. A file that is damaged, or
gone, costs time alone.
"""

from __future__ import annotations

import json
import os
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from linter.engine.run.cache import digest
from linter.fleet.tables import staging

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FOLDER = "_parts"


class Parts:
    """The parts of one repository, in memory.

    Args:
        known: What there is, by key.

    Attributes:
        used: Those that were asked for, and those that are new.
        made: How many are new.
    """

    def __init__(self, known: Mapping[bytes, str] | None = None) -> None:
        self._known = known or {}
        self.used: dict[bytes, str] = {}
        self.made = 0

    def get(self, keys: Sequence[bytes]) -> dict[bytes, str]:
        """Return the parts that are known."""
        found = {key: self._known[key] for key in keys if key in self._known}
        self.used |= found
        return found

    def put(self, entries: Mapping[bytes, str]) -> None:
        """Add parts."""
        self.made += len(entries)
        self.used.update(entries)

    def close(self) -> None:
        """Do nothing: they are in memory."""


def load(out: Path, run: str, repository: str) -> Parts:
    """Return the parts of a repository: of earlier runs, and of its shares in this one.

    Args:
        out: The folder of the tables.
        run: The run that is under way.
        repository: The repository's name.
    """
    known: dict[bytes, str] = {}
    for file in (_kept(out, repository), *sorted(_shares(out, run, repository).glob("*"))):
        # What is damaged is made anew.
        with suppress(OSError, ValueError, zlib.error, AttributeError):
            known |= {
                bytes.fromhex(key): text
                for key, text in json.loads(zlib.decompress(file.read_bytes())).items()
            }
    return Parts(known)


def keep(out: Path, repository: str, parts: Parts) -> None:
    """Keep the parts that a repository's result is made of, for later runs."""
    _write(_kept(out, repository), parts)


def keep_share(out: Path, run: str, repository: str, number: int, parts: Parts) -> None:
    """Keep the parts that a share of a repository came to, until the run has ended."""
    _write(_shares(out, run, repository) / str(number), parts)


def _kept(out: Path, repository: str) -> Path:
    name = _name(repository)
    return out / FOLDER / name[:2] / name


def _shares(out: Path, run: str, repository: str) -> Path:
    return staging(out, run) / FOLDER / _name(repository)


def _name(repository: str) -> str:
    return digest(repository.encode("utf-8", "surrogatepass")).hex()


def _write(file: Path, parts: Parts) -> None:
    """Write a file, whole or not at all: another attempt of the task may do the same."""
    text = json.dumps({key.hex(): value for key, value in parts.used.items()})
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    new.write_bytes(zlib.compress(text.encode("utf-8", "surrogatepass"), 1))
    new.replace(file)
