"""The findings as a GitLab code quality report (the format of Code Climate issues)."""

from __future__ import annotations

from linter.output.paths import display_path
from linter.output.summary import message
from linter.output.terminal import json_text, sanitize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from linter.engine.report.finding import Finding, Report

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report, *, root: Path | None = None) -> str:
    """Return a JSON list with one object for each finding; an empty list where nothing was found.

    Args:
        report: What to show.
        root: The root of the repository: GitLab wants paths from there.
    """
    return json_text([_issue(finding, root) for finding in report.findings])


def _issue(finding: Finding, root: Path | None) -> dict[str, Any]:
    about = f"{finding.resource}: " if finding.resource is not None else ""
    return {
        "type": "issue",
        "check_name": finding.rule,
        "description": sanitize(about + message(finding)),
        "content": {"body": finding.docs_url},
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": finding.fingerprint,
        "location": {
            "path": sanitize(display_path(finding.source, root)),
            "lines": {"begin": finding.range.line, "end": finding.range.end_line},
        },
    }
