"""Fixes sources: make the fixes, lint again, keep what made nothing worse."""

from __future__ import annotations

from collections import Counter

from linter.engine.fix.edit import verified
from linter.engine.registry import DEFAULT_GROUPS, choose
from linter.engine.run.run import run
from linter.light_typing import NamedTuple
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Sequence

    from linter.engine.config.options import LintOptions
    from linter.engine.report.finding import Finding, Report
    from linter.loading.discovery import Skipped
    from linter.loading.source import Unreadable

_PASSES = 50
"""A fix may bring to light what another one fixes: a field that is spelled right now has a value of a wrong type. Two or three passes do;
fixes that undo each other, which would be a bug, come to an end."""
_ENCODING = "yaml-encoding"
_TOO_MANY = "too-many-findings"
_ResourceId = tuple[str, str]
"""A file, and a resource in it."""
_DocumentId = tuple[str, int]
"""A file, and the number of a document in it."""


class Fixed(NamedTuple):
    """What became of the sources."""

    sources: list[Source]
    """All of them, as they are now."""
    changed: list[tuple[Source, Source]]
    """Before and after, of those that changed."""
    before: Report
    """What was found at first."""
    report: Report
    """What is found now."""
    fixed: Counter[str]
    """How many findings were fixed, by file."""
    refused: tuple[Finding, ...]
    """What could be fixed by itself, but not without changing something else or bringing another error."""


class _State(NamedTuple):
    inputs: list[Source | Unreadable | Skipped]
    report: Report


def fix_all(inputs: Iterable[Source | Unreadable | Skipped], options: LintOptions) -> Fixed:
    """Make all fixes that are safe.

    A fix is dropped if its finding is still there afterwards, if it brings an error that was not there before, or if the
    text then says anything else than it did but for the fix. It is tried again once others were made, so that there is nothing left to
    fix in what comes out. An error that only comes to light because a resource can now be read does not count, unless it is about the
    very field that was fixed.

    Args:
        inputs: What is to be linted.
        options: What is asked for. Fixes are held against all rules of the default groups, whatever is selected.

    Raises:
        UnknownRuleError: see linter.engine.run.run.run.
    """
    originals = list(inputs)
    wanted = {rule.id for rule in choose(options.select, options.ignore, options.custom_rules)}
    # A stored report says that a finding can be fixed, but not how.
    options = options._replace(cache=False)
    strict = options._replace(select=tuple({*options.select, *DEFAULT_GROUPS}), ignore=(), progress=None)
    state = _State(originals, run(originals, strict))
    fixed: Counter[str] = Counter()
    for _ in range(_PASSES):
        # What was refused before may be right now that others were made.
        state, made = _step(state, [*_fixable(state, wanted)], strict)
        if not made:
            break
        fixed.update(finding.file for finding in made)
    changed = [
        (before, after)
        for before, after in zip(originals, state.inputs, strict=True)
        if isinstance(before, Source) and isinstance(after, Source) and before.text != after.text
    ]
    before = run(originals, options)
    report = run(state.inputs, options) if changed else before
    sources = [each for each in state.inputs if isinstance(each, Source)]
    return Fixed(sources, changed, before, report, fixed, tuple(_fixable(state, wanted)))


def _fixable(state: _State, wanted: Container[str]) -> Iterator[Finding]:
    """Yield what can be fixed: not in a file whose bytes are no UTF-8 text, since no other text is written."""
    for finding in state.report.findings:
        if finding.fix and finding.rule in wanted and not encoding_fault(finding.source):
            yield finding


def encoding_fault(source: Source) -> bool:
    """Tell whether a source was not UTF-8 text: it could not be written as it was."""
    return any(problem.rule == _ENCODING for problem in source.problems)


def _step(state: _State, chosen: Sequence[Finding], options: LintOptions) -> tuple[_State, list[Finding]]:
    """Make fixes: all at once, but for those of documents in which that goes wrong, which are made by halves.

    The halves of all these documents are tried together, so that the number of runs grows with the fixes of one document, not with
    the number of documents. Returns the new state, and the findings that were fixed.
    """
    made: list[Finding] = []
    wrong: list[Finding] = []
    while chosen:
        tried = _tried(state, chosen, options)
        if isinstance(tried, _State):
            state = tried
            made += chosen
            break
        if not tried:  # something got worse elsewhere: any of them may be the reason
            if len(chosen) > 1:
                middle = len(chosen) // 2
                for half in (chosen[:middle], chosen[middle:]):
                    state, more = _step(state, _moved(half, state), options)
                    made += more
            break
        wrong += [each for each in chosen if _document(each) in tried]
        chosen = [each for each in chosen if _document(each) not in tried]
    for half in filter(None, _halves(wrong)):
        state, more = _step(state, _moved(half, state), options)
        made += more
    return state, made


def _halves(findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return the first and the second half of each document's findings. A document's only one is in neither: it has been tried."""
    documents: dict[_DocumentId, list[Finding]] = {}
    for finding in findings:
        documents.setdefault(_document(finding), []).append(finding)
    several = [each for each in documents.values() if len(each) > 1]
    first = [finding for each in several for finding in each[: len(each) // 2]]
    return first, [finding for each in several for finding in each[len(each) // 2 :]]


def _moved(findings: Iterable[Finding], state: _State) -> list[Finding]:
    """Return the findings as they are now: the text has moved, so that what is left to do stands elsewhere."""
    now = {_identity(each): each for each in state.report.findings if each.fix}
    return [now[_identity(each)] for each in findings if _identity(each) in now]


def _tried(
    state: _State, findings: Sequence[Finding], options: LintOptions
) -> _State | frozenset[_DocumentId]:
    """Return the state with the fixes made.

    Where they don't do what they should, or make something worse: the documents in which; none where it is in no document that was fixed.
    """
    by_source: dict[str, list[Finding]] = {}
    for finding in findings:
        by_source.setdefault(finding.file, []).append(finding)
    inputs: list[Source | Unreadable | Skipped] = []
    wrong: set[_DocumentId] = set()
    for each in state.inputs:
        mine = by_source.get(each.name, ())
        if mine and isinstance(each, Source):
            fixes = [finding.fix for finding in mine if finding.fix]
            made = verified(each, read_documents(each, limits=options.limits), fixes, options.limits)
            if isinstance(made, str):
                inputs.append(each._replace(text=made))
            else:
                wrong.update((each.name, document) for document in made)
        else:
            inputs.append(each)
    if wrong:
        return frozenset(wrong)
    report = run(inputs, options)
    worse = _worse(state.report, report, findings)
    return _State(inputs, report) if worse is None else worse


def _worse(before: Report, after: Report, fixed: Sequence[Finding]) -> frozenset[_DocumentId] | None:
    """Return the documents that were fixed in vain or for the worse; none where it is another that got worse; None if nothing did."""
    now = {finding.fingerprint for finding in (*after.findings, *(each.finding for each in after.suppressed))}
    known = {finding.fingerprint for finding in before.findings}
    known.update(each.finding.fingerprint for each in before.suppressed)
    cut = {finding.file for finding in before.findings if finding.rule == _TOO_MANY}
    resources: dict[_ResourceId, list[Finding]] = {}
    for finding in fixed:
        resources.setdefault(_resource(finding), []).append(finding)
    fields = {resource: {each.field for each in findings} for resource, findings in resources.items()}
    unread = {_resource(finding) for finding in fixed if _keeps_from_reading(finding)}
    new = [
        each
        for each in after.findings
        if each.severity == "error"
        and each.fingerprint not in known
        and not _comes_to_light(each, fields.get(_resource(each), ()), unread, cut)
    ]
    worse = {_document(finding) for finding in fixed if finding.fingerprint in now}
    for resource in {_resource(each) for each in new}:
        worse.update(_document(finding) for finding in resources.get(resource, ()))
    return frozenset(worse) if worse or new else None


def _keeps_from_reading(finding: Finding) -> bool:
    """Tell whether a resource cannot be read because of a finding."""
    return finding.severity == "error" and finding.reason in {"TypeMismatch", "UnknownField", "NotFound"}


def _comes_to_light(
    new: Finding, fixed: Container[str | None], unread: Collection[_ResourceId], cut: Container[str]
) -> bool:
    """Tell whether an error was there all the time, but hidden.

    Args:
        new: The error.
        fixed: The fields of its resource that were fixed.
        unread: The resources that could not be read, if there are any.
        cut: The files of which not all findings were reported: others take the place of those that were fixed.
    """
    if new.file in cut and new.field not in fixed:
        return True
    if not unread:
        return False
    if new.group != "api":
        return True  # what does not fit a resource that could not be read was not looked for
    return _resource(new) in unread and new.field not in fixed


def _resource(finding: Finding) -> _ResourceId:
    return finding.file, str(finding.resource)


def _document(finding: Finding) -> _DocumentId:
    return finding.file, finding.fix.document if finding.fix else 0


def _identity(finding: Finding) -> tuple[str, str]:
    return finding.file, finding.fingerprint
