"""Fixes sources: make the fixes, lint again, keep what made nothing worse."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from linter.engine.fix.edit import verified
from linter.engine.registry import DEFAULT_GROUPS, choose
from linter.engine.run.run import run
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from linter.engine.config.options import LintOptions
    from linter.engine.report.finding import Finding, Report
    from linter.loading.discovery import Skipped
    from linter.loading.source import Unreadable

_PASSES = 50
"""A fix may bring to light what another one fixes: a field that is spelled right now has a value of a wrong type. Two or three passes do;
fixes that undo each other, which would be a bug, come to an end."""
_ENCODING = "yaml-encoding"


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


def _step(state: _State, chosen: list[Finding], options: LintOptions) -> tuple[_State, list[Finding]]:
    """Make fixes: all at once if that goes well, else by halves. Returns the new state, and the findings that were fixed."""
    together = _tried(state, chosen, options) if chosen else state
    if together is not None:
        return together, chosen
    if len(chosen) == 1:
        return state, []
    middle = len(chosen) // 2
    state, made = _step(state, chosen[:middle], options)
    # The text has moved: what is left to do stands elsewhere now.
    moved = {_identity(each): each for each in state.report.findings if each.fix}
    rest = [moved[_identity(each)] for each in chosen[middle:] if _identity(each) in moved]
    state, more = _step(state, rest, options)
    return state, [*made, *more]


def _tried(state: _State, findings: Sequence[Finding], options: LintOptions) -> _State | None:
    """Return the state with the fixes made; None where they don't do what they should, or make something worse."""
    by_source: dict[str, list[Finding]] = {}
    for finding in findings:
        by_source.setdefault(finding.file, []).append(finding)
    inputs: list[Source | Unreadable | Skipped] = []
    for each in state.inputs:
        mine = by_source.get(each.name, ())
        if mine and isinstance(each, Source):
            fixes = [finding.fix for finding in mine if finding.fix]
            text = verified(each, read_documents(each, limits=options.limits), fixes, options.limits)
            if text is None:
                return None
            inputs.append(each._replace(text=text))
        else:
            inputs.append(each)
    report = run(inputs, options)
    return None if _is_worse(state.report, report, findings) else _State(inputs, report)


def _is_worse(before: Report, after: Report, fixed: Sequence[Finding]) -> bool:
    now = {finding.fingerprint for finding in (*after.findings, *(each.finding for each in after.suppressed))}
    if any(finding.fingerprint in now for finding in fixed):
        return True
    known = {finding.fingerprint for finding in before.findings}
    known.update(each.finding.fingerprint for each in before.suppressed)
    new = [each for each in after.findings if each.severity == "error" and each.fingerprint not in known]
    unread = _unread(fixed)
    return any(not _comes_to_light(each, fixed, unread) for each in new)


def _unread(fixed: Sequence[Finding]) -> Mapping[tuple[str, str], list[Finding]]:
    """Return the fixed findings that kept their resource from being read, by file and resource."""
    result: dict[tuple[str, str], list[Finding]] = {}
    for finding in fixed:
        if finding.severity == "error" and finding.reason in {"TypeMismatch", "UnknownField", "NotFound"}:
            result.setdefault((finding.file, str(finding.resource)), []).append(finding)
    return result


def _comes_to_light(
    new: Finding, fixed: Sequence[Finding], unread: Mapping[tuple[str, str], list[Finding]]
) -> bool:
    """Tell whether an error was there all the time, hidden because its resource could not be read."""
    if not unread:
        return False
    if new.group != "api":
        return True  # what does not fit a resource that could not be read was not looked for
    hidden_by = unread.get((new.file, str(new.resource)))
    return hidden_by is not None and all(new.field != finding.field for finding in fixed)


def _identity(finding: Finding) -> tuple[str, str]:
    return finding.file, finding.fingerprint
