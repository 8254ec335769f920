"""Numbers with their nouns, as every output for people writes them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.engine.report.finding import Finding, Report

_MOST_BUILDS = 3


def count(number: int, noun: str) -> str:
    """Return e.g. `1 file` or `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def result(report: Report) -> str:
    """Return how many findings of each severity there are, e.g. `2 errors, 1 warning`, or `nothing found`."""
    counts = [
        count(report.count(severity), severity)
        for severity in ("error", "warning", "info")
        if report.count(severity)
    ]
    return ", ".join(counts) or "nothing found"


def built_by(finding: Finding) -> str:
    """Return which kustomizations build what a finding is about, the first few by name, e.g. `built by overlays/prod`; else ""."""
    if not finding.builds:
        return ""
    shown = ", ".join(finding.builds[:_MOST_BUILDS])
    more = len(finding.builds) - _MOST_BUILDS
    return f"built by {shown} and {more} more" if more > 0 else f"built by {shown}"


def message(finding: Finding) -> str:
    """Return what a finding says and what builds it, for outputs with no better place for the latter."""
    return f"{finding.message} ({built_by(finding)})" if finding.builds else finding.message


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with errors first; else in the order of the report."""
    order = ("error", "warning", "info")
    return sorted(findings, key=lambda finding: order.index(finding.severity))


def skipped(report: Report) -> str:
    """Return what was not checked, e.g. `2 files and 1 folder skipped`; "" where that is nothing."""
    folders = sum(skipped.by_default for skipped in report.skipped)
    files = len(report.skipped) - folders
    counts = [count(number, noun) for number, noun in ((files, "file"), (folders, "folder")) if number]
    return f"{' and '.join(counts)} skipped" if counts else ""


def looked_at(report: Report) -> str:
    """Return what was checked, e.g. `2 resources in 1 file`."""
    return f"{count(report.resources, 'resource')} in {count(report.files, 'file')}"
