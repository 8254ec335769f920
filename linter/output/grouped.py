"""Many findings as text for people: by rule, the first one in full, and where to start."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice

from linter.output.summary import count
from linter.output.terminal import paint, sanitize
from linter.release import DOCS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from linter.engine.report.finding import Finding, Report

_PLACES = 3
_MOST_ERRORS = 20
"""So many errors are shown, every one: they decide what the run comes to."""
_ORDER = ("error", "warning", "info")


def render_groups(report: Report, shown: Callable[[Finding], str], *, color: bool) -> Iterator[str]:
    """Yield the blocks of a report that is too long to be read: one for each rule, errors first, the most frequent first.

    Args:
        report: What to show.
        shown: Shows one finding.
        color: Use ANSI colours.
    """
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in report.findings:
        groups[finding.severity, finding.rule].append(finding)
    few_errors = report.count("error") <= _MOST_ERRORS
    for (severity, rule), findings in sorted(groups.items(), key=_rank):
        if len(findings) == 1 or (severity == "error" and few_errors):
            yield from map(shown, findings)
        else:
            yield f"{shown(findings[0])}{_others(rule, findings[1:], color=color)}"


def _rank(group: tuple[tuple[str, str], Sequence[Finding]]) -> tuple[int, int, str]:
    (severity, rule), findings = group
    return _ORDER.index(severity), -len(findings), rule


def _others(rule: str, findings: Sequence[Finding], *, color: bool) -> str:
    """Return a line on more findings of a rule: how many, and where the first of each file is."""
    by_file: dict[str, Finding] = {}
    for finding in findings:
        by_file.setdefault(finding.file, finding)
    where = ", ".join(
        f"{sanitize(file)}:{finding.range.line}:{finding.range.column}"
        for file, finding in islice(by_file.items(), _PLACES)
    )
    more = ", ..." if len(by_file) > _PLACES else ""
    text = f"   and {len(findings)} more of {rule} in {count(len(by_file), 'file')}: {where}{more}"
    return f"{paint(text, 'dim', color=color)}\n"


def render_start(report: Report) -> Iterator[str]:
    """Yield what to do with so many findings."""
    rules = len({finding.rule for finding in report.findings})
    yield (
        f"{len(report.findings)} findings of {count(rules, 'rule')}: the first of each rule is shown; --all prints every one, "
        "--format json=FILE writes them into a file."
    )
    errors = report.count("error")
    first = f"the {count(errors, 'error')}" if errors else "the first rule"
    yield f"Start with {first} above: podplan explain RULE tells why it matters, and how to fix it, as do the pages at {DOCS}rules/"
    yield (
        "What is not yours, --exclude PATTERN leaves out; with --write-baseline FILE only what is new is reported from then on."
    )
