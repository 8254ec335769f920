"""Findings by rule, and the time that rules took."""

from __future__ import annotations

from collections import Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.engine.report.finding import Report

_SLOWEST = 10


def render(report: Report, timings: Mapping[str, float]) -> str:
    """Return two tables: rules by number of findings, and the slowest rules."""
    counts = Counter(finding.rule for finding in report.findings)
    suppressed = Counter(each.finding.rule for each in report.suppressed)
    lines = ["", "findings  suppressed  rule"]
    for rule in sorted(counts.keys() | suppressed.keys(), key=lambda rule: (-counts[rule], rule)):
        lines.append(f"{counts[rule]:8}  {suppressed[rule]:10}  {rule}")
    if not counts and not suppressed:
        lines.append("       0           0  -")
    total = sum(timings.values())
    slowest = sorted(timings.items(), key=lambda each: -each[1])[:_SLOWEST]
    lines += ["", f"time in rules: {total * 1000:.1f} ms; the slowest of {len(timings)}:"]
    lines += [f"{seconds * 1000:8.1f} ms  {rule}" for rule, seconds in slowest]
    return "\n".join(lines) + "\n"
