"""Lint for an editor: the open text at once, all that is applied with it after a pause."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linter.engine.config.load import lint_options, read_config
from linter.engine.config.settings import Setting, resolve_settings
from linter.engine.run.run import run
from linter.loading.discovery import read_all
from linter.loading.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linter.engine.config.options import LintOptions
    from linter.engine.report.finding import Finding

AT_ONCE = ("api",)
"""What is judged while somebody types: the groups that need no other file."""


def options_for(path: Path) -> LintOptions:
    """Return the options that the configuration gives for a file.

    Rules in Python are left out, and no chart is rendered: to open a stranger's repository must not run its code.

    Raises:
        InputError: The configuration cannot be used.
        UnreadableError: A file that it names cannot be read.
    """
    config = read_config(None, [str(path)])
    settings = resolve_settings(config, {})
    settings |= {"python-rules": Setting((), "editor"), "helm": Setting("never", "editor")}
    return lint_options(settings, config)


def judge_text(path: Path, text: str, options: LintOptions) -> tuple[Finding, ...]:
    """Return what the API server says of a text. A text that holds no manifest has no findings."""
    source = Source(path.as_posix(), text, path=path, explicit=False)
    # What is not chosen is not judged; a fix is only known where nothing comes from the cache.
    chosen = options._replace(select=AT_ONCE, cache=False, baseline=None, jobs=1)
    return run([source], chosen).findings


def judge_folder(
    folder: Path, texts: Mapping[Path, str], options: LintOptions
) -> Mapping[Path, tuple[Finding, ...]]:
    """Return all findings of a folder by file.

    Args:
        folder: The folder.
        texts: Texts that are open in the editor, which count instead of the files.
        options: What to check and how.
    """
    sources = read_all([str(folder)], limits=options.limits, search=options.search)
    opened = (
        each._replace(text=texts[path])
        if isinstance(each, Source) and each.path is not None and (path := each.path.resolve()) in texts
        else each
        for each in sources
    )
    report = run(opened, options._replace(cache=False, jobs=1))
    return _by_file(report.findings)


def _by_file(findings: Iterable[Finding]) -> Mapping[Path, tuple[Finding, ...]]:
    found: dict[Path, list[Finding]] = {}
    for finding in findings:
        path = finding.source.path or Path(finding.file)
        found.setdefault(path.resolve(), []).append(finding)
    return {path: tuple(each) for path, each in found.items()}
