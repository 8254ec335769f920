"""CODEOWNERS → who owns a path, as GitHub and GitLab read the file."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from linter.loading.globs import compiled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLACES: Final = ("CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS")
"""Where the file may lie. The first one that is there counts."""
_MOST_BYTES: Final = 3 * 1024 * 1024
"""A larger file GitHub does not read."""
_SECTION: Final = re.compile(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?P<owners>.*)")


class _Line(NamedTuple):
    section: str
    pattern: str
    owners: tuple[str, ...]


def owners_in(folder: Path) -> Callable[[str], list[str]]:
    """Return what tells who owns a path of a repository: nobody, where it has no CODEOWNERS.

    Args:
        folder: The root of the repository.
    """
    from linter.loading.limits import DEFAULT
    from linter.loading.repository import leads_out
    from linter.loading.source import Source, read_file

    for place in PLACES:
        file = folder / place
        if file.is_file() and not leads_out(file):
            source = read_file(str(file), place, limits=DEFAULT._replace(file_bytes=_MOST_BYTES))
            if isinstance(source, Source):
                return parse_owners(source.text)
    return parse_owners("")


def parse_owners(text: str) -> Callable[[str], list[str]]:
    """Return what tells the owners of a path, e.g. ["@org/team"]: those of the last line that fits, in GitLab of each section."""
    lines = _lines(text)

    @cache
    def found(path: str) -> tuple[str, ...]:
        by_section: dict[str, tuple[str, ...]] = {}
        for section, pattern, owners in lines:
            if _fits(path, pattern):
                by_section[section] = owners
            else:
                by_section.setdefault(section, ())
        return tuple(dict.fromkeys(owner for owners in by_section.values() for owner in owners))

    return lambda path: list(found(path))


def _lines(text: str) -> list[_Line]:
    result = []
    section = ""
    default: tuple[str, ...] = ()
    for line in text.splitlines():
        words = line.split(" #", 1)[0].strip()
        if not words or words.startswith("#"):
            continue
        begins = _SECTION.fullmatch(words)
        if begins is not None:
            # GitLab writes sections in any case.
            section, default = begins["name"].lower(), _owners(begins["owners"].split())
            continue
        pattern, *rest = re.split(r"(?<!\\)\s+", words)
        result.append(_Line(section, re.sub(r"\\([ #])", r"\1", pattern), _owners(rest) or default))
    return result


def _owners(words: list[str]) -> tuple[str, ...]:
    return tuple(word for word in words if "@" in word)


def _fits(path: str, pattern: str) -> bool:
    """Tell whether a path fits a pattern, which is as in .gitignore but for its ends."""
    match = compiled(pattern).match(path)
    if match is None:
        return False
    if pattern.endswith("/"):
        return match.end() < len(path)  # a folder
    if pattern.endswith("/*") and not pattern.endswith("**/*"):
        return match.end() == len(path)  # what lies in the folder itself
    return True
