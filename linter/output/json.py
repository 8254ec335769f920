"""The report as JSON: the contract other programs build on."""

from __future__ import annotations

from linter.output.terminal import json_text
from linter.release import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.engine.report.finding import Finding, Report


def render(report: Report) -> str:
    """Return the report as one JSON object with a line end."""
    return json_text(as_object(report))


def as_object(report: Report) -> dict[str, Any]:
    """Return the report as plain values."""
    return {
        "tool": {"name": "podplan", "version": __version__},
        "kubernetes": str(report.version),
        "findings": [finding_object(finding) for finding in report.findings],
        "suppressed": [
            {**finding_object(each.finding), "suppressed_by": each.by, "justification": each.reason}
            for each in report.suppressed
        ],
        "unreadable": [{"file": each.name, "message": each.message} for each in report.unreadable],
        "skipped": [{"file": each.name, "reason": each.reason} for each in report.skipped],
        "unchecked": report.unchecked,
        "judged": {"in_full": report.in_full, "by_schema": report.by_schema, "not_at_all": report.unchecked},
        "summary": {
            "files": report.files,
            "resources": report.resources,
            "skipped": len(report.skipped),
            "errors": report.count("error"),
            "warnings": report.count("warning"),
            "infos": report.count("info"),
        },
    }


def finding_object(finding: Finding) -> dict[str, Any]:
    """Return one finding as plain values."""
    resource = None
    if finding.resource is not None:
        resource = {
            "apiVersion": finding.resource.api_version,
            "kind": finding.resource.kind,
            "namespace": finding.resource.namespace or None,
            "name": finding.resource.name,
        }
    range_ = finding.range
    return {
        "rule": finding.rule,
        "group": finding.group,
        "severity": finding.severity,
        "message": finding.message,
        "file": finding.file,
        "line": range_.line,
        "column": range_.column,
        "end_line": range_.end_line,
        "end_column": range_.end_column,
        "resource": resource,
        "field": finding.field,
        "reason": finding.reason,
        "fixable": finding.fixable,
        "fingerprint": finding.fingerprint,
        "docs": finding.docs,
        "docs_url": finding.docs_url,
        "builds": list(finding.builds),
    }
