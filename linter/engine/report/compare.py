"""What a change adds: the findings of a report that an earlier one does not have."""

from __future__ import annotations

from collections import Counter

from linter.loading.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linter.applysets.revision import RevisionFiles
    from linter.engine.report.finding import Report
    from linter.loading.discovery import Skipped
    from linter.loading.source import Unreadable


def added(report: Report, before: Report) -> Report:
    """Return the report with only the findings that are not in the earlier one.

    Findings are matched by fingerprint, which survives moved lines; of several equal ones only the surplus is new.
    """
    known = Counter(finding.fingerprint for finding in before.findings)
    known.update(each.finding.fingerprint for each in before.suppressed)
    findings = []
    for finding in report.findings:
        if known[finding.fingerprint] > 0:
            known[finding.fingerprint] -= 1
        else:
            findings.append(finding)
    return report._replace(findings=tuple(findings))


def under_new_names(
    sources: Iterable[Source | Unreadable | Skipped], at: RevisionFiles
) -> Iterator[Source | Unreadable | Skipped]:
    """Give the sources of an earlier revision the names that their files have now.

    Args:
        sources: The earlier sources.
        at: The files of that revision.
    """
    for source in sources:
        name = at.name_now(source.name)
        if isinstance(source, Source) and name != source.name:
            yield source._replace(name=name, file=name)
        else:
            yield source
