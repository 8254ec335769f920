"""The report as Markdown: a summary for a pull request comment or for the summary page of a job."""

from __future__ import annotations

import re

from linter.output.summary import built_by, looked_at, result, worst_first
from linter.output.terminal import sanitize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from linter.engine.report.finding import Finding, Report
    from linter.engine.rule import Severity

LIMIT: Final = 60_000
"""GitHub takes comments of up to 65,536 characters."""
_OPEN: Final = 20
"""So many findings are shown at once, the rest folded away."""
_SIGNS: Final[dict[Severity, str]] = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}
_ACTIVE: Final = re.compile(r"[\\`*_{}\[\]<>&|~!$^]")
_LINKING: Final = re.compile(r"(?<!&)[@#]|(?<=www)\.|:(?=//)", re.IGNORECASE)
_HEAD = "| | Where | What | Rule |\n|-|-|-|-|\n"


def render(report: Report, *, limit: int = LIMIT) -> str:
    """Return a heading, a table of the findings, and what else there is to know, folded.

    Args:
        report: What to show.
        limit: No longer than about this many characters; it says how many findings are left out.
    """
    sign = next((_SIGNS[severity] for severity in _SIGNS if report.count(severity)), "✅")
    version = str(report.version)
    parts = [
        f"### {sign} podplan lint: {result(report)}\n",
        f"{looked_at(report)}, for Kubernetes {version}.\n",
    ]
    rows = [_row(finding) for finding in worst_first(report.findings)]
    kept, size = 0, sum(map(len, parts))
    while kept < len(rows) and size + len(rows[kept]) < limit:
        size += len(rows[kept])
        kept += 1
    if kept:
        parts.append(_HEAD + "".join(rows[: min(kept, _OPEN)]))
    if kept > _OPEN:
        parts.append(_folded(f"{kept - _OPEN} more", _HEAD + "".join(rows[_OPEN:kept])))
    if kept < len(rows):
        parts.append(f"{len(rows) - kept} more findings do not fit in here.\n")
    for title, lines in (
        ("could not be read", [f"{code(each.name)}: {escape(each.message)}" for each in report.unreadable]),
        (
            "suppressed",
            [
                f"{code(each.finding.rule)} at {code(_place(each.finding))} by {each.by}"
                + (f": {escape(each.reason)}" if each.reason else "")
                for each in report.suppressed
            ],
        ),
        ("skipped", [f"{code(each.name)}: {escape(each.reason)}" for each in report.skipped]),
    ):
        if lines and size + sum(map(len, lines)) < limit:
            size += sum(map(len, lines))
            parts.append(_folded(f"{len(lines)} {title}", "".join(f"- {line}\n" for line in lines)))
        elif lines:
            parts.append(f"{len(lines)} {title}.\n")
    return "\n".join(parts)


def escape(text: str) -> str:
    """Return text that Markdown and HTML show as it is, on one line.

    Signs of people, issues and sites are cut off from what follows by a comment, so that no name in a manifest notifies anyone,
    and nobody follows a link in it by mistake.
    """
    flat = " ".join(sanitize(text.replace("\n", " ")).split())
    harmless = _ACTIVE.sub(_entity, flat)
    return _LINKING.sub(lambda match: f"{_entity(match)}<!-- -->", harmless)


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def code(text: str) -> str:
    """Return text in a fixed-width face, harmless as with `escape`."""
    return f"<code>{escape(text)}</code>"


def _row(finding: Finding) -> str:
    about = f"<br>{escape(str(finding.resource))}" if finding.resource is not None else ""
    builds = f"<br>{escape(built_by(finding))}" if finding.builds else ""
    field = f"<br>{code(finding.field)}" if finding.field else ""
    return (
        f"| {_SIGNS[finding.severity]} {finding.severity} | {code(_place(finding))}{about}{builds} "
        f"| {escape(finding.message)}{field} | [{code(finding.rule)}]({finding.docs_url}) |\n"
    )


def _place(finding: Finding) -> str:
    return f"{finding.file}:{finding.range.line}:{finding.range.column}"


def _folded(title: str, body: str) -> str:
    # The blank lines make GitHub read the inside as Markdown.
    return f"<details><summary>{title}</summary>\n\n{body}\n</details>\n"
