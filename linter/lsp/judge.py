"""Lint for an editor: the open text at once, all that is applied with it after a pause."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linter.engine.run.inputs import sort_out
from linter.engine.run.run import check, run
from linter.loading.discovery import read_all
from linter.loading.source import Source
from linter.loading.templates import skip_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linter.engine.config.options import LintOptions
    from linter.engine.report.finding import Finding

AT_ONCE = ("api",)
"""What is judged while somebody types: the groups that need no other file."""
AT_ONCE_IN_BUILDS = (
    "duplicate-key",
    "unknown-field",
    "wrong-type",
    "yaml-encoding",
    "yaml-limits",
    "yaml-syntax",
)
"""The same for a file that a kustomization builds from: the rules whose findings stay, whatever it makes of the file."""


class Folder(NamedTuple):
    """What a run over a folder found."""

    findings: Mapping[Path, tuple[Finding, ...]]
    """By file."""
    built: frozenset[str]
    """The files that kustomizations build from, as real paths."""


def rules_at_once(path: Path, text: str, built: frozenset[str]) -> tuple[str, ...]:
    """Return the rules and groups that can judge a text by itself; none for a template, a patch or a kustomization.

    Args:
        path: Its file.
        text: The text.
        built: The files that kustomizations are known to build from.
    """
    if skip_reason(Source(path.as_posix(), text, file=str(path), explicit=False)) is not None:
        return ()
    return AT_ONCE_IN_BUILDS if os.path.realpath(path) in built else AT_ONCE


def judge_text(path: Path, text: str, select: tuple[str, ...], options: LintOptions) -> tuple[Finding, ...]:
    """Return what some rules say of a text alone. A text that holds no manifest has no findings."""
    if not select:
        return ()
    source = Source(path.as_posix(), text, file=str(path), explicit=False)
    # What is not chosen is not judged; a fix is only known where nothing comes from the cache.
    return run([source], options._replace(select=select, cache=False, baseline=None, jobs=1)).findings


def judge_folder(folder: Path, texts: Mapping[Path, str], options: LintOptions) -> Folder:
    """Return all findings of a folder, in what its kustomizations build as well.

    Args:
        folder: The folder.
        texts: Texts that are open in the editor, by real path; they count instead of the files.
        options: What to check and how.
    """
    sources = read_all([str(folder)], limits=options.limits, search=options.search)
    opened = (
        each._replace(text=texts[path])
        if isinstance(each, Source) and each.path is not None and (path := each.path.resolve()) in texts
        else each
        for each in sources
    )
    inputs = sort_out(opened, options, opened={os.fspath(path): text for path, text in texts.items()})
    report = check(inputs, options._replace(jobs=1))
    return Folder(_by_file(report.findings, folder), frozenset() if inputs.sets is None else inputs.sets.read)


def _by_file(findings: Iterable[Finding], folder: Path) -> Mapping[Path, tuple[Finding, ...]]:
    found: dict[Path, list[Finding]] = {}
    for finding in findings:
        path = finding.source.path or Path(finding.file)
        builds = tuple(os.path.relpath(each, folder) for each in finding.builds)
        found.setdefault(path.resolve(), []).append(finding._replace(builds=builds))
    return {path: tuple(each) for path, each in found.items()}
