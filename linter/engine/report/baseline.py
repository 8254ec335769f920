"""The baseline: findings that are known, and not reported until they are gone.

A JSON file with one entry a line, sorted, so that two branches that change it merge well:

    {"version": 1, "findings": [
    {"fingerprint": "…", "rule": "selector-mismatch", "file": "k8s/web.yaml", "resource": "Deployment default/web", "field": "…"}
    ]}

The fingerprint alone decides; the rest is for people, and tells whether a run has looked for the entry at all.
"""

from __future__ import annotations

from linter.engine.own_rules import INTERNAL_ERROR
from linter.engine.report.finding import Suppressed
from linter.engine.report.scope import Names
from linter.errors import InputError
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from linter.engine.report.finding import Finding, Report

VERSION = 1


class BaselineError(InputError, ValueError):
    """A file that is not a baseline."""


class Entry(NamedTuple):
    """One known finding."""

    fingerprint: str
    rule: str
    file: str
    resource: str
    field: str


def read(text: str) -> dict[str, Entry]:
    """Read a baseline.

    Returns:
        The entries by fingerprint.

    Raises:
        BaselineError: The text is not a baseline, or one of a later podplan.
    """
    import json

    try:
        value = json.loads(text)
    except ValueError as error:
        raise BaselineError(f"is not JSON: {error}") from None
    if not isinstance(value, dict) or not isinstance(value.get("findings"), list):
        raise BaselineError("is not a baseline; write one with --write-baseline")
    if value.get("version") != VERSION:
        raise BaselineError(f"has version {value.get('version')!r}; this podplan reads version {VERSION}")
    entries = [_entry(each) for each in value["findings"]]
    return {entry.fingerprint: entry for entry in entries}


def _entry(value: Any) -> Entry:
    parts = [value.get(name) for name in Entry._fields] if isinstance(value, dict) else [None]
    if not all(isinstance(part, str) for part in parts):
        raise BaselineError("has a malformed entry; write it anew with --write-baseline")
    return Entry(*parts)


def render(findings: Iterable[Finding], root: Path | None) -> str:
    """Return a baseline with these findings as text.

    Args:
        findings: What shall not be reported any more.
        root: The folder that names of files are relative to (as LintOptions.root).
    """
    import json

    names = Names(root)
    entries = sorted(
        (
            names.of(finding.source.name),
            finding.rule,
            str(finding.resource or ""),
            finding.field or "",
            finding.fingerprint,
        )
        for finding in findings
    )
    lines = [
        json.dumps(Entry(fingerprint, rule, file, resource, field)._asdict(), ensure_ascii=False)
        for file, rule, resource, field, fingerprint in entries
    ]
    return f'{{"version": {VERSION}, "findings": [\n' + ",\n".join(lines) + ("\n" if lines else "") + "]}\n"


def known(report: Report) -> list[Finding]:
    """Return what a new baseline must hold: all that is reported, and what the old baseline suppressed."""
    return [
        *(finding for finding in report.findings if finding.rule != INTERNAL_ERROR.id),
        *(each.finding for each in report.suppressed if each.by == "baseline"),
    ]


def accept(report: Report) -> Report:
    """Return the report as the next run with the new baseline will have it."""
    kept = tuple(finding for finding in report.findings if finding.rule == INTERNAL_ERROR.id)
    new = tuple(
        Suppressed(finding, "baseline") for finding in report.findings if finding.rule != INTERNAL_ERROR.id
    )
    return report._replace(findings=kept, suppressed=(*report.suppressed, *new), outdated=0)


def outdated(
    baseline: Mapping[str, Entry],
    found: Collection[str],
    files: Collection[str],
    rules: Collection[str],
    known_rules: Collection[str],
    root: Path | None,
) -> int:
    """Count the entries that were looked for and not found.

    A run over some files says nothing about others, unless they are gone; nor one with some rules about others.

    Args:
        baseline: The entries.
        found: The fingerprints of all findings of the run, suppressed ones too.
        files: The names of the files that were read, relative to the root.
        rules: The ids of the rules that ran.
        known_rules: The ids of all rules there are.
        root: The folder that names are relative to.
    """
    from pathlib import Path

    folder = root or Path()
    return sum(
        entry.rule not in known_rules
        or (entry.rule in rules and (entry.file in files or not (folder / entry.file).exists()))
        for fingerprint, entry in baseline.items()
        if fingerprint not in found
    )
