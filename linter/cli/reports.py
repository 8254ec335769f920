"""Which format goes where: to standard output or into files."""

from __future__ import annotations

import os
import sys

from linter.errors import InputError, UnreadableError
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import TextIO

    from linter.engine.config.file import Config
    from linter.engine.report.finding import Report
    from linter.engine.rule import Rule


class Target(NamedTuple):
    """One report that is to be written."""

    format: str
    file: str | None


def parse_formats(values: Sequence[str], known: Sequence[str]) -> list[Target]:
    """Read the values of --format: `json` or `json=FILE`.

    Without any it is text, but annotations in a job of GitHub Actions.

    Raises:
        InputError: There is no such format, or several go to standard output.
    """
    targets = []
    for value in values or (default_format(known),):
        name, equals, file = value.partition("=")
        if name not in known:
            raise InputError(
                f"--format {value}: there is no format `{name}`; the formats are {', '.join(known)}."
            )
        if equals and not file:
            raise InputError(f"--format {value}: name the file behind the equals sign.")
        targets.append(Target(name, file or None))
    if sum(target.file is None for target in targets) > 1:
        raise InputError(
            "Only one --format can go to standard output; give the others a file: --format json=FILE."
        )
    return targets


def default_format(known: Sequence[str]) -> str:
    """Return the format for standard output where none is asked for."""
    return "github" if "github" in known and os.environ.get("GITHUB_ACTIONS") == "true" else "text"


def write_reports(
    report: Report,
    targets: Sequence[Target],
    *,
    color: bool,
    verbose: bool,
    quiet: bool = False,
    unicode: bool = True,
    grouped: bool = False,
    custom: Sequence[Rule] = (),
    stream: TextIO | None = None,
) -> None:
    """Write the report in every format asked for.

    Args:
        report: What was found.
        targets: The formats, and the files they go to.
        color: Use colours where a format goes to no file.
        verbose: Say also what was skipped.
        quiet: Say findings alone.
        unicode: Use more than ASCII where a format goes to no file and is for people.
        grouped: In text, group many findings by rule.
        custom: The custom rules of the run, for formats that describe the rules.
        stream: Where to write what goes to no file; None: standard output.
    """
    from linter.output.terminal import ascii_only

    for target in targets:
        shown = color and target.file is None
        text = render(
            report, target.format, color=shown, verbose=verbose, quiet=quiet, grouped=grouped, custom=custom
        )
        if target.file is None:
            write_out(text if unicode or target.format != "text" else ascii_only(text), stream)
        else:
            write_file(target.file, text)


def render(
    report: Report,
    name: str,
    *,
    color: bool,
    verbose: bool,
    quiet: bool = False,
    grouped: bool = False,
    custom: Sequence[Rule] = (),
) -> str:
    """Return the report in one format."""
    if name == "text":
        from linter.output import text

        if sys.stdout.isatty():
            import shutil

            columns = shutil.get_terminal_size().columns
            return text.render(
                report, color=color, verbose=verbose, quiet=quiet, grouped=grouped, width=columns
            )
        return text.render(report, color=color, verbose=verbose, quiet=quiet, grouped=grouped)
    if name == "sarif":
        from linter.engine.registry import with_custom
        from linter.output import sarif

        return sarif.render(report, rules=with_custom(custom), root=_repository())
    if name == "github":
        from linter.output import github

        return github.render(report, root=_repository())
    if name == "gitlab":
        from linter.output import gitlab

        return gitlab.render(report, root=_repository())
    if name == "junit":
        from linter.output import junit

        return junit.render(report)
    if name == "markdown":
        from linter.output import markdown

        return markdown.render(report)
    if name == "html":
        from linter.output import html

        return html.render(report)
    from linter.output import json

    return json.render(report)


def _repository() -> Path | None:
    from pathlib import Path

    from linter.loading.repository import repository_root

    root = repository_root(os.getcwd())
    return None if root is None else Path(root)


def write_out(text: str, stream: TextIO | None = None) -> None:
    """Write to standard output, or another stream; what its encoding cannot show is escaped."""
    stream = stream or sys.stdout
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        from linter.cli.process import silence_stdout

        # Whoever reads has enough (`podplan lint | head`); the exit status still counts.
        silence_stdout()


def write_file(path: str | Path, text: str | Iterable[str]) -> None:
    """Write a file as a whole or not at all.

    Raises:
        UnreadableError: It cannot be written.
    """
    from linter.loading.writing import write_whole

    try:
        write_whole(path, text)
    except OSError as error:
        raise UnreadableError(f"{path}: {(error.strerror or str(error)).lower()}") from None


def report_changed_configuration(config: Config, paths: Sequence[str], since: str) -> None:
    """Say on standard error where the configuration is not what it was at a revision.

    Raises:
        InputError: There is no such revision.
    """
    from linter.cli.streams import complain
    from linter.engine.config.changes import changed_files
    from linter.engine.config.load import start_of
    from linter.loading.git import find_revision

    changed = changed_files(config, start_of(paths), find_revision(since))
    if changed:
        complain(
            f"the configuration is not what it was at {since}: {', '.join(changed)}. It decides what is reported; review it, too, "
            "or go without it (--isolated)"
        )
