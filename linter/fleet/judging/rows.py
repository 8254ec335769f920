"""What the engine says → rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.fleet.tables import FindingRow, LeftOutRow, ObjectRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from linter.engine.report.finding import Finding, Report
    from linter.engine.run.statuses import JudgedObject
    from linter.fleet.sources.tree import Left

    Owners = Callable[[str], list[str]]
    """Who owns a path."""


def finding_rows(repository: str, report: Report, owners: Owners) -> Iterator[FindingRow]:
    """Yield what is reported, in the order of `lint`, then what is suppressed."""
    version = str(report.version)
    for finding in report.findings:
        yield _finding_row(repository, version, finding, None, owners)
    for each in report.suppressed:
        yield _finding_row(repository, version, each.finding, each.by, owners)


def _finding_row(
    repository: str, version: str, finding: Finding, suppressed_by: str | None, owners: Owners
) -> FindingRow:
    resource, range_ = finding.resource, finding.range
    return FindingRow(
        repository=repository,
        kubernetes_version=version,
        apply_sets=list(finding.builds),
        path=finding.file,
        line=range_.line,
        column=range_.column,
        end_line=range_.end_line,
        end_column=range_.end_column,
        rule=finding.rule,
        group=finding.group,
        severity=finding.severity,
        api_version=None if resource is None else resource.api_version,
        kind=None if resource is None else resource.kind,
        namespace=None if resource is None else resource.namespace,
        name=None if resource is None else resource.name,
        field=finding.field,
        reason=finding.reason,
        message=finding.message,
        fingerprint=finding.fingerprint,
        suppressed_by=suppressed_by,
        owners=owners(finding.file),
    )


def object_rows(
    repository: str, version: str, judged: Iterable[JudgedObject], owners: Owners
) -> Iterator[ObjectRow]:
    """Yield what was judged, in the order of the engine."""
    for resource, apply_set, _, status in judged:
        document = resource.document
        line = (
            document.locate(resource.root, at_key=True).range.line if resource.root else document.first_line
        )
        yield ObjectRow(
            repository=repository,
            kubernetes_version=version,
            apply_set=apply_set,
            path=document.source.name,
            line=line,
            api_version=resource.api_version,
            kind=resource.kind,
            namespace=resource.namespace,
            name=resource.name,
            judged=status,
            owners=owners(document.source.name),
        )


def left_out_rows(repository: str, report: Report, left: Iterable[Left]) -> Iterator[LeftOutRow]:
    """Yield what was not judged, or not whole."""
    version = str(report.version)
    for path, reason in left:
        yield LeftOutRow(repository, version, path, "unreadable", reason)
    for unreadable in report.unreadable:
        yield LeftOutRow(repository, version, unreadable.name, "unreadable", unreadable.message)
    unbuilt = {(each.name, each.reason) for each in report.unbuilt}
    for skipped in report.skipped:
        what = "unbuilt" if (skipped.name, skipped.reason) in unbuilt else "skipped"
        yield LeftOutRow(repository, version, skipped.name, what, skipped.reason)
