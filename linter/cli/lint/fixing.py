"""--fix and --diff: what `podplan lint` does with sources that can be fixed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from linter.cli.streams import complain
from linter.engine.fix.apply import encoding_fault
from linter.loading.source import Unreadable
from linter.output.summary import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from linter.engine.config.options import LintOptions
    from linter.engine.fix.apply import Fixed
    from linter.engine.report.finding import Report
    from linter.loading.source import Source


def fix(paths: Sequence[str], options: LintOptions) -> Report:
    """Fix the files in place; of standard input, write the fixed text to standard output.

    A file that cannot be written does not keep the others from being fixed.

    Returns:
        What is left, and what could not be written among what could not be read.
    """
    fixed = _fixed(paths, options)
    failed = [
        Unreadable(before.name, fault)
        for before, after in fixed.changed
        if before.path is not None and (fault := _replace(before.path, before, after)) is not None
    ]
    if "-" in paths:
        text = next((source.text for source in fixed.sources if source.name == "-"), "")
        _write_bytes(text)
    names = {unwritten.name for unwritten in failed}
    if number := sum(fixed.fixed[name] for name in fixed.fixed if name not in names):
        complain(f"fixed {count(number, 'problem')} in {count(len(fixed.changed) - len(failed), 'file')}")
    _say_what_was_refused(fixed)
    if not failed:
        return fixed.report
    from linter.engine.run.run import run

    # What is left is what the files hold now.
    old = {before.name: before for before, _ in fixed.changed if before.name in names}
    report = run([old.get(source.name, source) for source in fixed.sources], options._replace(cache=False))
    return report._replace(
        unreadable=(*fixed.report.unreadable, *failed), skipped=fixed.report.skipped, files=fixed.report.files
    )


def _say_what_was_refused(fixed: Fixed) -> None:
    """Say what has one right answer and was still left alone, with the reason."""
    for source in fixed.sources:
        if encoding_fault(source) and any(
            each.fixable and each.file == source.name for each in fixed.report.findings
        ):
            complain(
                f"{source.name}: was left alone: --fix writes UTF-8 text, and this is not; save it as UTF-8"
            )
    if fixed.refused:
        places = [f"{each.file}:{each.range.line}" for each in fixed.refused]
        complain(
            f"{count(len(places), 'problem')} left alone, since the fix would change another value, too (through an anchor, say), or "
            f"bring another error: {', '.join(places[:_MOST_PLACES])}{', …' if len(places) > _MOST_PLACES else ''}"
        )


def diff(paths: Sequence[str], options: LintOptions) -> tuple[Report, bool]:
    """Write to standard output what --fix would change.

    Returns:
        What is found now, and whether anything would change.
    """
    fixed = _fixed(paths, options)
    patch = "".join(line for before, after in fixed.changed for line in difference(before, after))
    if sys.stdout.isatty():
        from linter.output.terminal import sanitize_lines

        # Only who reads a terminal can be harmed by it; everybody else wants every byte.
        patch = sanitize_lines(patch)
    _write_bytes(patch)
    _say_what_was_refused(fixed)
    if fixed.fixed:
        found = f"{count(fixed.fixed.total(), 'problem')} in {count(len(fixed.changed), 'file')}"
        complain(f"--fix would fix {found} and leave {len(fixed.report.findings)}")
    else:
        complain("nothing that --fix could fix")
    return fixed.before, bool(fixed.changed)


def difference(before: Source, after: Source) -> Iterator[str]:
    """Yield the lines of a unified diff that `git apply` and `patch -p1` take."""
    import difflib

    # `patch` does not know other line ends of Python, such as U+2028.
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", source.text) for source in (before, after))
    name = before.name.lstrip("/")
    for line in difflib.unified_diff(old, new, _quoted(f"a/{name}"), _quoted(f"b/{name}")):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _quoted(name: str) -> str:
    """Quote a name as git does where it would end the line, and what follows would be taken for a part of the patch."""
    if name.isprintable() and '"' not in name and "\\" not in name:
        return name
    known = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    signs = (
        known.get(sign) or (f"\\{ord(sign):03o}" if sign < " " or sign == "\x7f" else sign) for sign in name
    )
    return f'"{"".join(signs)}"'


def _fixed(paths: Sequence[str], options: LintOptions) -> Fixed:
    from linter.engine.fix.apply import fix_all
    from linter.loading.discovery import read_all

    return fix_all(read_all(paths, limits=options.limits, search=options.search), options)


_MOST_PLACES = 20
_MARK = b"\xef\xbb\xbf"


def _replace(path: Path, before: Source, after: Source) -> str | None:
    """Write a fixed file, if nobody else has changed it since it was read. A byte order mark stays.

    Returns:
        Why the file was left alone; None where it was written.
    """
    from linter.loading.writing import replace_file

    try:
        data = path.read_bytes()
        mark = data.startswith(_MARK)
        if data.removeprefix(_MARK) != before.text.encode():
            return "was changed while podplan ran; it was left alone"
        replace_file(path, ("\ufeff" if mark else "") + after.text)
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return None


def _write_bytes(text: str) -> None:
    """Write to standard output, byte for byte: no line end and no character is changed on the way."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
