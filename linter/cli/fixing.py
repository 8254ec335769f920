"""--fix and --diff: what `podplan lint` does with sources that can be mended."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from linter.cli.errors import UNREADABLE, complain, fail

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from linter.engine.finding import Report
    from linter.engine.mending import Mended
    from linter.engine.options import LintOptions
    from linter.loading.source import Source


def fix(paths: Sequence[str], options: LintOptions) -> Report:
    """Mend the files in place; of standard input, write the mended text to standard output.

    Returns:
        What is left.
    """
    mended = _mend(paths, options)
    for before, after in mended.changed:
        if before.path is not None:
            _replace(before.path, before, after)
    if "-" in paths:
        text = next((source.text for source in mended.sources if source.name == "-"), "")
        _write_bytes(text)
    if mended.fixed:
        complain(f"fixed {_count(mended.fixed, 'problem')} in {_count(len(mended.changed), 'file')}")
    return mended.report


def diff(paths: Sequence[str], options: LintOptions) -> tuple[Report, bool]:
    """Write to standard output what --fix would change.

    Returns:
        What is found now, and whether anything would change.
    """
    mended = _mend(paths, options)
    _write_bytes("".join(line for before, after in mended.changed for line in difference(before, after)))
    if mended.fixed:
        found = f"{_count(mended.fixed, 'problem')} in {_count(len(mended.changed), 'file')}"
        complain(f"--fix would mend {found} and leave {len(mended.report.findings)}")
    else:
        complain("nothing that --fix could mend")
    return mended.before, bool(mended.changed)


def difference(before: Source, after: Source) -> Iterator[str]:
    """Yield the lines of a unified diff that `git apply` and `patch -p1` take."""
    import difflib

    old, new = before.text.splitlines(keepends=True), after.text.splitlines(keepends=True)
    for line in difflib.unified_diff(
        old, new, f"a/{before.name.lstrip('/')}", f"b/{before.name.lstrip('/')}"
    ):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _mend(paths: Sequence[str], options: LintOptions) -> Mended:
    from linter.engine.mending import mend
    from linter.engine.registry import UnknownRuleError
    from linter.engine.schema_locations import SchemaLocationError
    from linter.loading.discovery import read_all

    try:
        return mend(read_all(paths, limits=options.limits), options)
    except UnknownRuleError as error:
        fail(str(error))
    except SchemaLocationError as error:
        fail(str(error), UNREADABLE)


_MARK = b"\xef\xbb\xbf"


def _replace(path: Path, before: Source, after: Source) -> None:
    """Write a mended file, if nobody else has changed it since it was read. A byte order mark stays."""
    from linter.loading.writing import write_whole

    try:
        data = path.read_bytes()
        mark = data.startswith(_MARK)
        if data.removeprefix(_MARK) != before.text.encode():
            fail(f"{before.name}: was changed while podplan ran; it was left alone.", UNREADABLE)
        write_whole(path, ("\ufeff" if mark else "") + after.text)
    except OSError as error:
        fail(f"{before.name}: {(error.strerror or str(error)).lower()}", UNREADABLE)


def _write_bytes(text: str) -> None:
    """Write to standard output, byte for byte: no line end and no character is changed on the way."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
