"""Problems → findings, through the filter of suppressions, in order."""

from __future__ import annotations

from functools import cache, cached_property
from itertools import chain, islice
from posixpath import basename, splitext

from linter.engine.checking import Found
from linter.engine.own_rules import UNUSED_IGNORE
from linter.engine.registry import with_custom
from linter.engine.report.judged import Judged
from linter.engine.report.mistakes import Findings
from linter.engine.report.suppress import SuppressionFilter, annotations_of, comments_of
from linter.engine.rule import Problem
from linter.loading.document import Document
from linter.loading.place import Range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Final

    from linter.applysets.build import ApplySets
    from linter.engine.config.options import LintOptions
    from linter.engine.report.finding import Finding, Suppressed
    from linter.engine.report.make import FindingMaker
    from linter.engine.report.suppress import Suppression
    from linter.engine.rule import Context, Rule
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
    made = _Made(suppressions, commented, options, context)
    made.add(found)
    made.add([_unused(suppression, message) for suppression, message in suppressions.unused()])
    reported = sorted(
        made.findings.reported(),
        key=lambda each: (number[each.source.name], each.range, each.rule, each.message),
    )
    suppressed = sorted(
        made.findings.suppressed(),
        key=lambda each: (number[each.finding.source.name], each.finding.range, each.finding.rule),
    )
    return tuple(reported), tuple(suppressed)


class _Made:
    """The findings that are made of problems, those that are suppressed apart."""

    def __init__(
        self, suppressions: SuppressionFilter, commented: _Commented, options: LintOptions, context: Context
    ) -> None:
        self.findings = Findings()
        self._suppressions = suppressions
        self._commented = commented
        self._options = options
        self._context = context

    @cached_property
    def _maker(self) -> FindingMaker:
        from linter.engine.report.make import FindingMaker

        return FindingMaker(self._options, self._context)

    def add(self, found: Sequence[Found]) -> None:
        """Make findings of problems."""
        if not found:
            return
        from linter.engine.report.places import places_of

        make = self._maker.make
        for each, place in zip(found, places_of(found), strict=True):
            finding, mistake = make(each, place)
            root = None if each.resource is None else each.resource.root
            documents = (each.document, *self._commented.at(finding)) if each.builds else (each.document,)
            suppressed = self._suppressions.suppressor(finding, documents, root, place.key_line)
            if suppressed is None:
                self.findings.report(finding, mistake)
            else:
                self.findings.suppress(suppressed, mistake)


def _unused(suppression: Suppression, message: str) -> Found:
    """Return what is wrong with a suppression that suppresses nothing."""
    line, column, end = suppression.at
    problem = Problem((), message, at=Range(line, column, line, end))
    return Found(UNUSED_IGNORE, problem, Document(suppression.source, 0, 1, "", None, ()), None)


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
        documents = self._documents.get(finding.source.name)
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
