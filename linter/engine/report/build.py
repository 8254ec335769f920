"""Problems → findings: where, how severe, how to fix; through the filter of suppressions, in order."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from linter.engine.checking import Found
from linter.engine.fix.suggest import source_fix_of
from linter.engine.own_rules import UNUSED_IGNORE
from linter.engine.registry import with_custom
from linter.engine.report.finding import Finding, ResourceId, Suppressed
from linter.engine.report.fingerprint import Fingerprints
from linter.engine.report.scope import Names, fitting
from linter.engine.report.suppress import SuppressionFilter, annotations_of, comments_of
from linter.engine.rule import Problem
from linter.loading.lines import inside
from linter.loading.place import Range
from linter.path import FieldPath, format_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.engine.config.options import LintOptions
    from linter.engine.report.suppress import Suppression
    from linter.engine.rule import Context, Rule, Severity
    from linter.loading.document import Document
    from linter.loading.resource import Resource


_MOST_SUPPRESSIONS: Final = 1000
"""So many of one document are taken; a person writes no more."""


def build_findings(
    found: Iterable[Found],
    documents: Sequence[Document],
    resources: Sequence[Resource],
    rules: Sequence[Rule],
    options: LintOptions,
    context: Context,
) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    """Return what is reported, and what is suppressed; by document, then by position.

    Args:
        found: What the rules found.
        documents: All documents of the run.
        resources: All resources of the run.
        rules: The rules that ran.
        options: What the run is asked to do.
        context: What the rules knew.
    """
    suppressions = SuppressionFilter(
        _suppressions(documents, resources),
        (rule.id for rule in rules),
        lambda: with_custom(options.custom_rules),
        options,
    )
    number = {id(document): index for index, document in enumerate(documents)}
    maker = _FindingMaker(options, context)
    reported: list[tuple[int, Finding]] = []
    suppressed: list[tuple[int, Suppressed]] = []
    for each in found:
        finding, lines = maker.make(each)
        index = number[id(each.document)]
        filtered = suppressions.suppressor(
            finding, each.document, each.resource.root if each.resource else None, lines
        )
        if filtered is None:
            reported.append((index, finding))
        else:
            suppressed.append((index, filtered))
    for suppression, message in suppressions.unused():
        line, column, end = suppression.at
        problem = Problem((), message, at=Range(line, column, line, end))
        index = number[id(suppression.document)]
        finding, _ = maker.make(Found(UNUSED_IGNORE, problem, suppression.document, None))
        filtered = suppressions.by_options(finding)
        if filtered is None:
            reported.append((index, finding))
        else:
            suppressed.append((index, filtered))
    reported.sort(key=lambda pair: (pair[0], pair[1].range, pair[1].rule, pair[1].message))
    suppressed.sort(key=lambda pair: (pair[0], pair[1].finding.range, pair[1].finding.rule))
    return tuple(finding for _, finding in reported), tuple(each for _, each in suppressed)


def _suppressions(documents: Iterable[Document], resources: Iterable[Resource]) -> Iterator[Suppression]:
    for document in documents:
        yield from islice(comments_of(document), _MOST_SUPPRESSIONS)
    for resource in resources:
        yield from islice(annotations_of(resource), _MOST_SUPPRESSIONS)


class _FindingMaker:
    """Makes findings of problems: where, how severe, how to fix it."""

    def __init__(self, options: LintOptions, context: Context) -> None:
        self._options = options
        self._context = context
        self._names = Names(options.root)
        self._fingerprints = Fingerprints()

    def make(self, found: Found) -> tuple[Finding, frozenset[int]]:
        """Return the finding, and the lines at which a comment may stand to suppress it."""
        rule, problem, document, resource = found
        root: FieldPath = () if resource is None else resource.root
        path: FieldPath = (*root, *problem.path)
        if problem.at is not None:
            range_, key_line = problem.at, problem.at.line
        else:
            key = document.positions.key(path)
            range_ = key if problem.at_key else document.positions.value(path)
            key_line = key.line
        if document.source.text:
            range_ = inside(document.source.text, range_)
        resource_id = None
        if resource is not None:
            resource_id = ResourceId(resource.api_version, resource.kind, resource.namespace, resource.name)
        field = problem.field
        if field is None and problem.path:
            field = format_path(problem.path)
        name = self._names.of(document.source.name)
        fix = source_fix_of(rule, problem, resource, self._context) if resource is not None else None
        finding = Finding(
            rule=rule.id,
            group=rule.group,
            severity=self._severity(rule, name),
            message=problem.message,
            source=document.source,
            range=range_,
            resource=resource_id,
            field=field,
            reason=problem.reason,
            fixable=fix is not None,
            fingerprint=self._fingerprints.make(rule.id, name, resource_id, field, problem.message),
            fix=fix,
        )
        return finding, frozenset({range_.line, key_line})

    def _severity(self, rule: Rule, name: str) -> Severity:
        severity = self._options.severity.get(rule.id, rule.severity)
        for settings in self._options.per_path:
            if rule.id in settings.severity and fitting(name, (settings.pattern,)):
                severity = settings.severity[rule.id]
        return severity
