"""Problems → findings: where, how severe, how to fix; through the filter of suppressions, in order."""

from __future__ import annotations

from functools import cache
from itertools import chain, islice
from posixpath import basename, splitext

from linter.engine.checking import Found
from linter.engine.own_rules import UNUSED_IGNORE
from linter.engine.registry import with_custom
from linter.engine.report.finding import Finding, ResourceId
from linter.engine.report.fingerprint import Fingerprints
from linter.engine.report.judged import Judged
from linter.engine.report.mistakes import Findings, Mistakes
from linter.engine.report.scope import Names, fitting
from linter.engine.report.suppress import SuppressionFilter, annotations_of, comments_of
from linter.engine.rule import Problem
from linter.loading.document import Document
from linter.loading.place import Range
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Final

    from linter.applysets.build import ApplySets
    from linter.engine.config.options import LintOptions
    from linter.engine.report.finding import Suppressed
    from linter.engine.report.mistakes import Mistake
    from linter.engine.report.places import ProblemPlace
    from linter.engine.report.suppress import Suppression
    from linter.engine.rule import Context, Rule, Severity
    from linter.loading.resource import Resource
    from linter.loading.source import Source


_MOST_SUPPRESSIONS: Final = 1000
"""So many of one document are taken; a person writes no more."""


def build_findings(
    found: Iterable[Found],
    documents: Sequence[Document],
    resources: Sequence[Resource],
    rules: Sequence[Rule],
    options: LintOptions,
    context: Context,
    sets: ApplySets | None = None,
) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    """Return what is reported, and what is suppressed; by file, then by position.

    Args:
        found: What the rules found.
        documents: All documents of the run.
        resources: All resources of the run, those that kustomizations build among them.
        rules: The rules that ran.
        options: What the run is asked to do.
        context: What the rules knew.
        sets: What kustomizations build, and of which files.
    """
    commented = _Commented(sets)
    found = list(found)
    judged = cache(lambda: Judged(rules, resources, found, context))
    suppressions = SuppressionFilter(
        _suppressions((*documents, *commented), resources),
        (rule.id for rule in rules),
        lambda suppression: judged().could_judge(suppression),
        lambda: with_custom(options.custom_rules),
        options,
    )
    number: dict[str, int] = {}
    for document in documents:
        number.setdefault(document.source.name, len(number))
    for source in () if sets is None else sets.sources:
        number.setdefault(source.name, len(number))
    maker = _FindingMaker(options, context)
    findings = Findings()
    for each, place in _placed(found):
        finding, lines, mistake = maker.make(each, place)
        root = each.resource.root if each.resource else None
        filtered = suppressions.suppressor(finding, (each.document, *commented.at(finding)), root, lines)
        if filtered is None:
            findings.report(finding, mistake)
        else:
            findings.suppress(filtered, mistake)
    for suppression, message in suppressions.unused():
        line, column, end = suppression.at
        document = Document(suppression.source, 0, 1, "", None, ())
        problem = Problem((), message, at=Range(line, column, line, end))
        ((unused, place),) = _placed([Found(UNUSED_IGNORE, problem, document, None)])
        finding, _, mistake = maker.make(unused, place)
        filtered = suppressions.by_options(finding)
        if filtered is None:
            findings.report(finding, mistake)
        else:
            findings.suppress(filtered, mistake)
    reported = sorted(
        findings.reported(), key=lambda each: (number[each.source.name], each.range, each.rule, each.message)
    )
    suppressed = sorted(
        findings.suppressed(),
        key=lambda each: (number[each.finding.source.name], each.finding.range, each.finding.rule),
    )
    return tuple(reported), tuple(suppressed)


def _placed(found: Sequence[Found]) -> Iterable[tuple[Found, ProblemPlace]]:
    if not found:
        return ()
    from linter.engine.report.places import places_of

    return zip(found, places_of(found), strict=True)


def _suppressions(documents: Iterable[Document], resources: Iterable[Resource]) -> Iterator[Suppression]:
    for document in documents:
        if document.may_suppress:
            yield from islice(comments_of(document), _MOST_SUPPRESSIONS)
    for resource in resources:
        if resource.document.may_suppress:
            yield from islice(annotations_of(resource), _MOST_SUPPRESSIONS)


class _Commented:
    """The files that kustomizations use and in which a comment may suppress something, as documents."""

    def __init__(self, sets: ApplySets | None) -> None:
        self._documents: dict[str, list[Document]] = {}
        for source in () if sets is None else sets.sources:
            if "podplan:" in source.text:
                self._documents[source.name] = list(_as_documents(source))

    def __iter__(self) -> Iterator[Document]:
        return chain.from_iterable(self._documents.values())

    def at(self, finding: Finding) -> Iterable[Document]:
        """Return the document that a finding on a built object points at, if it has comments of that sort."""
        documents = self._documents.get(finding.source.name) if finding.builds else None
        if not documents:
            return ()
        line = finding.range.line
        return [next((each for each in reversed(documents) if each.first_line <= line), documents[0])]


def _as_documents(source: Source) -> Iterable[Document]:
    from linter.loading.discovery import SUFFIXES
    from linter.loading.yaml.reader import read_documents

    name = basename(source.name)
    if splitext(name)[1].lower() in SUFFIXES or name == "Kustomization":
        return read_documents(source)
    return [Document(source, 0, 1, source.text, None, ())]  # what a generator takes


class _FindingMaker:
    """Makes findings of problems: where, how severe, how to fix it."""

    def __init__(self, options: LintOptions, context: Context) -> None:
        self._options = options
        self._context = context
        self._names = Names(options.root)
        self._fingerprints = Fingerprints()
        self._mistakes = Mistakes()

    def make(self, found: Found, place: ProblemPlace) -> tuple[Finding, frozenset[int], Mistake | None]:
        """Return the finding, the lines at which a comment may stand to suppress it, and which mistake it is where others may be the same."""
        from linter.engine.fix.suggest import source_fix_of
        from linter.loading.lines import inside

        rule, problem, document, resource, builds, _ = found
        source, range_ = place.location
        # What a document tells of a place before the last line is in the text; others may have counted otherwise.
        if source.text and (problem.at is not None or range_.end_line >= source.line_count):
            range_ = inside(source.text, range_)
        resource_id = None
        if resource is not None:
            resource_id = ResourceId(resource.api_version, resource.kind, resource.namespace, resource.name)
        field = problem.field
        if field is None and problem.path:
            field = format_path(problem.path)
        name = self._names.of(source.name)
        mistake = self._mistakes.of(found, source.name, range_)
        fix = source_fix_of(rule, problem, resource, self._context) if resource is not None else None
        # Of what a chart renders to, one field may be wrong with each values file in its own way.
        told = field if document.has_lines or field is None else f"{field}: {problem.message}"
        fingerprint = self._fingerprints.make(
            rule.id, name, _as_written(document, resource_id), told, problem.message, mistake
        )
        finding = Finding(
            rule=rule.id,
            group=rule.group,
            severity=self._severity(rule, name),
            message=problem.message,
            source=source,
            range=range_,
            resource=resource_id,
            field=field,
            reason=problem.reason,
            fixable=fix is not None,
            fingerprint=fingerprint,
            fix=fix,
            builds=builds,
        )
        return finding, frozenset({range_.line, place.key_line}), mistake

    def _severity(self, rule: Rule, name: str) -> Severity:
        severity = self._options.severity.get(rule.id, rule.severity)
        for settings in self._options.per_path:
            if rule.id in settings.severity and fitting(name, (settings.pattern,)):
                severity = settings.severity[rule.id]
        return severity


def _as_written(document: Document, resource: ResourceId | None) -> ResourceId | None:
    """Return what an object is called in its file: fingerprints do not depend on the prefixes of an overlay."""
    if resource is None or document.written is None:
        return resource
    return ResourceId(resource.api_version, resource.kind, *document.written)
