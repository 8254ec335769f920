"""The report as SARIF 2.1.0 (OASIS Standard), for code scanning services and editors."""

from __future__ import annotations

import os
import re

from linter.light_typing import assert_never
from linter.output import rule_page
from linter.output.paths import display_unread, in_repository
from linter.output.security import SECURITY_SEVERITY
from linter.output.summary import message
from linter.output.terminal import json_text, sanitize
from linter.path import format_path
from linter.release import DOCS, __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any, Final

    from linter.engine.report.finding import Finding, Report, SourceFix, Suppressed
    from linter.engine.rule import Rule
    from linter.loading.place import Range
    from linter.loading.source import Source

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
# What GitHub sorts by in its list of alerts.
_PROBLEM_SEVERITY = {"error": "error", "warning": "warning", "info": "recommendation"}
# How often a finding is one: rules of group api are held to what real servers answer, practice is advice.
_PRECISION = {
    "api": "very-high",
    "wiring": "high",
    "rollout": "high",
    "practice": "medium",
    "podplan": "very-high",
}
# The base against which a consumer resolves relative URIs: the root of the repository (SARIF 2.1.0, 3.4.4).
_ROOT = "%SRCROOT%"
_LINK: Final = re.compile(r"\[([^\]]*)\]\(")
_PLACEHOLDER: Final = re.compile(r"\{(\d+)\}")


def render(report: Report, *, rules: Mapping[str, Rule], root: Path | None = None) -> str:
    """Return one SARIF log with one run.

    Args:
        report: What to show. Suppressed findings are in the log, too, with what suppressed them and why.
        rules: The rules by id, for their descriptions and help.
        root: The root of the repository: the URIs of files in it are relative to it.
    """
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, rules, root)]}
    return json_text(log)


def _run(report: Report, rules: Mapping[str, Rule], root: Path | None) -> dict[str, Any]:
    findings = [*report.findings, *(each.finding for each in report.suppressed)]
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.rule, finding)
    index = {rule: number for number, rule in enumerate(first)}
    return {
        "tool": {
            "driver": {
                "name": "podplan",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": DOCS,
                "rules": [_descriptor(finding, rules.get(rule)) for rule, finding in first.items()],
            }
        },
        # What tells this analysis from others of the same commit.
        "automationDetails": {"id": "podplan/"},
        "invocations": [_invocation(report, root)],
        # Columns count characters, not UTF-16 code units.
        "columnKind": "unicodeCodePoints",
        "results": [
            *(_result(finding, index, root) for finding in report.findings),
            *(_suppressed(each, index, root) for each in report.suppressed),
        ],
        "properties": {"kubernetes": str(report.version)},
    }


def _descriptor(finding: Finding, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"id": finding.rule, "name": finding.rule, "helpUri": finding.docs_url}
    page = rule_page.markdown(rule) or rule.summary
    properties = {
        "tags": ["kubernetes", rule.group],
        "problem.severity": _PROBLEM_SEVERITY[rule.severity],
    }
    if rule.group in _PRECISION:
        properties["precision"] = _PRECISION[rule.group]
    if rule.id in SECURITY_SEVERITY:
        properties["tags"] = ["security", "kubernetes", rule.group]
        properties["security-severity"] = SECURITY_SEVERITY[rule.id]
    return {
        "id": rule.id,
        "name": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": page, "markdown": page},
        "helpUri": finding.docs_url,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": properties,
    }


def _invocation(report: Report, root: Path | None) -> dict[str, Any]:
    unreadable = [(each.name, each.message, "error") for each in report.unreadable]
    skipped = [(each.name, each.reason, "note") for each in report.skipped]
    return {
        "executionSuccessful": not unreadable,
        "toolExecutionNotifications": [
            {
                "level": level,
                "message": {
                    "text": sanitize(f"{name}: {text}" if level == "error" else f"{name}: skipped: {text}")
                },
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {
                                "uri": _quote(display_unread(name, root).encode("utf-8", "surrogatepass"))
                            }
                        }
                    }
                ],
            }
            for name, text, level in (*unreadable, *skipped)
        ],
    }


def _result(finding: Finding, index: Mapping[str, int], root: Path | None) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(finding.source, root),
            "region": _region(finding.range),
        }
    }
    logical = list(_logical(finding))
    if logical:
        location["logicalLocations"] = logical
    result = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _LEVELS[finding.severity],
        # The builds are in it, too: code scanning services show no properties.
        "message": {"text": _plain(message(finding))},
        "locations": [location],
        # Under a name of its own: GitHub makes `primaryLocationLineHash` itself and warns where it finds another one.
        "partialFingerprints": {"podplan/v1": finding.fingerprint},
        "properties": {
            "group": finding.group,
            "reason": finding.reason,
            "fixable": finding.fixable,
            "builds": list(map(sanitize, finding.builds)),
        },
    }
    if finding.fix is not None:
        result["fixes"] = [_fix(finding, finding.fix, root)]
    return result


def _fix(finding: Finding, fix: SourceFix, root: Path | None) -> dict[str, Any]:
    """Describe a fix as the text that takes the place of a stretch of the file."""
    field, value = format_path(fix.change.path), fix.change.value
    match fix.change.action:
        case "set":
            words = f"Set {field} to {value!r}."
        case "rename":
            words = f"Rename {field} to {value}."
        case "add":
            words = f"Add {', '.join(value)}" + (f" to {field}." if field else ".")
        case _:
            assert_never(fix.change.action)
    replacements = [
        {
            "deletedRegion": _region(edit.range),
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    return {
        "description": {"text": _plain(words)},
        "artifactChanges": [
            {"artifactLocation": _artifact(finding.source, root), "replacements": replacements}
        ],
    }


def _region(range_: Range) -> dict[str, int]:
    return {
        "startLine": range_.line,
        "startColumn": range_.column,
        "endLine": range_.end_line,
        "endColumn": range_.end_column,
    }


def _suppressed(suppressed: Suppressed, index: Mapping[str, int], root: Path | None) -> dict[str, Any]:
    suppression = {
        "kind": "inSource" if suppressed.by in {"comment", "annotation"} else "external",
        "status": "accepted",
        "justification": sanitize(suppressed.reason or f"suppressed by {suppressed.by}"),
    }
    return {**_result(suppressed.finding, index, root), "suppressions": [suppression]}


def _logical(finding: Finding) -> Iterable[dict[str, str]]:
    """Yield the resource and the field, as SARIF's names for things inside a file."""
    resource = finding.resource
    if resource is None:
        return
    full = sanitize("/".join(part for part in (resource.kind, resource.namespace, resource.name) if part))
    yield {"name": sanitize(resource.name or resource.kind), "fullyQualifiedName": full, "kind": "resource"}
    if finding.field:
        field = sanitize(finding.field)
        yield {"name": field, "fullyQualifiedName": f"{full}:{field}", "kind": "member"}


def _artifact(source: Source, root: Path | None) -> dict[str, str]:
    inside = in_repository(source, root)
    if inside is not None:
        return {"uri": _quote(os.fsencode(inside)), "uriBaseId": _ROOT}
    if source.path is not None and source.path.is_absolute():
        return {"uri": source.path.as_uri()}
    return {"uri": _quote(source.name.encode("utf-8", "surrogatepass"))}


def _quote(path: bytes) -> str:
    """Return a path as a relative URI reference. A colon, which would make the first part a scheme, is encoded too."""
    from urllib.parse import quote

    return quote(path)


def _plain(words: str) -> str:
    """Return words so that nothing in them reads as SARIF's own syntax: `[text](link)` and `{0}` (3.11.5, 3.11.6)."""
    text = _LINK.sub(r"\\[\1\\](", sanitize(words))
    return _PLACEHOLDER.sub(r"{{\1}}", text)
