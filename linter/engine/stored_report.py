"""Reports as text, for the cache. What they say of sources is kept by the sources' numbers in the run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from linter.engine.finding import Finding, Report, ResourceId, Suppressed
from linter.loading.discovery import Skipped
from linter.loading.document import Range
from linter.loading.source import Unreadable
from linter.version import KubeVersion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.loading.source import Source


def pack(report: Report, sources: Sequence[Source]) -> str:
    """Return a report as JSON. Repairs are left out: a run that mends is not cached."""
    numbers = {id(source): number for number, source in enumerate(sources)}
    return json.dumps(
        {
            "version": report.version,
            "findings": [_finding(each, numbers) for each in report.findings],
            "suppressed": [
                [_finding(each.finding, numbers), each.by, each.reason] for each in report.suppressed
            ],
            "unreadable": report.unreadable,
            "skipped": report.skipped,
            "files": report.files,
            "resources": report.resources,
            "outdated": report.outdated,
            "unchecked": report.unchecked,
        },
        separators=(",", ":"),
    )


def unpack(text: str, sources: Sequence[Source]) -> Report:
    """Make a report of its JSON.

    Raises:
        LookupError, TypeError, ValueError: The text is not what `pack` makes.
    """
    raw = json.loads(text)
    return Report(
        version=KubeVersion(*raw["version"]),
        findings=tuple(_unpacked(each, sources) for each in raw["findings"]),
        suppressed=tuple(
            Suppressed(_unpacked(finding, sources), by, reason) for finding, by, reason in raw["suppressed"]
        ),
        unreadable=tuple(Unreadable(*each) for each in raw["unreadable"]),
        skipped=tuple(Skipped(*each) for each in raw["skipped"]),
        files=raw["files"],
        resources=raw["resources"],
        outdated=raw["outdated"],
        unchecked=raw["unchecked"],
    )


def _finding(finding: Finding, numbers: dict[int, int]) -> list[Any]:
    resource = finding.resource
    return [
        finding.rule,
        finding.group,
        finding.severity,
        finding.message,
        numbers[id(finding.source)],
        finding.range,
        None
        if resource is None
        else [resource.api_version, resource.kind, resource.namespace, resource.name],
        finding.field,
        finding.reason,
        finding.fixable,
        finding.fingerprint,
    ]


def _unpacked(raw: list[Any], sources: Sequence[Source]) -> Finding:
    rule, group, severity, message, number, place, resource, field, reason, fixable, fingerprint = raw
    return Finding(
        rule=rule,
        group=group,
        severity=severity,
        message=message,
        source=sources[number],
        range=Range(*place),
        resource=None if resource is None else ResourceId(*resource),
        field=field,
        reason=reason,
        fixable=fixable,
        fingerprint=fingerprint,
    )
