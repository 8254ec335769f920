"""The one gate: it decides what of the problems found is reported, and keeps what it suppressed and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.finding import Suppressed
from linter.engine.own_rules import INTERNAL_ERROR, UNUSED_IGNORE
from linter.engine.scoping import Names, fitting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from linter.engine.finding import Finding
    from linter.engine.options import LintOptions
    from linter.engine.suppression import Suppression
    from linter.loading.document import Document
    from linter.path import FieldPath


class Gate:
    """Holds findings against the suppressions of their document, then the configuration, then the baseline.

    Args:
        suppressions: What comments and annotations suppress.
        active_rules: The ids of the rules that run.
        known_rules: Returns the ids of all rules; asked where a suppression names one that does not run.
        options: What the run is asked to do.
    """

    def __init__(
        self,
        suppressions: Iterable[Suppression],
        active_rules: Iterable[str],
        known_rules: Callable[[], Collection[str]],
        options: LintOptions,
    ) -> None:
        self._by_document: dict[int, list[Suppression]] = {}
        for suppression in suppressions:
            self._by_document.setdefault(id(suppression.document), []).append(suppression)
        self._used: set[Suppression] = set()
        self._active = frozenset(active_rules)
        self._known = known_rules
        self._options = options
        self._names = Names(options.root)

    def suppressor(
        self, finding: Finding, document: Document, root: FieldPath | None, lines: frozenset[int]
    ) -> Suppressed | None:
        """Return the suppressed finding, or None where it is to be reported.

        Args:
            finding: What was found.
            document: The document it is in.
            root: The resource it is about, by its place in the document.
            lines: The lines at which a comment may stand to suppress it.
        """
        found = None
        for suppression in self._by_document.get(id(document), ()):
            if suppression.rule != finding.rule:
                continue
            if suppression.line is not None and suppression.line not in lines:
                continue
            if suppression.root is not None and suppression.root != root:
                continue
            self._used.add(suppression)
            found = found or Suppressed(finding, suppression.by, suppression.reason)
        return found or self.by_options(finding)

    def by_options(self, finding: Finding) -> Suppressed | None:
        """Return the finding as suppressed by the configuration or the baseline, or None where neither knows it."""
        if finding.rule == INTERNAL_ERROR.id:
            return None
        options = self._options
        if options.per_path:
            name = self._names.of(finding.source.name)
            for settings in options.per_path:
                if settings.ignore & {finding.rule, finding.group} and fitting(name, (settings.pattern,)):
                    return Suppressed(finding, "config", f"per-path {settings.pattern}")
        if finding.resource is not None:
            for skip in options.skip:
                if skip.covers(finding.resource):
                    return Suppressed(finding, "config", str(skip))
        if options.baseline is not None and finding.fingerprint in options.baseline:
            return Suppressed(finding, "baseline")
        return None

    def unused(self) -> Iterator[tuple[Suppression, str]]:
        """Yield the suppressions that suppressed nothing, each with what to say about it."""
        for suppressions in self._by_document.values():
            for suppression in suppressions:
                if suppression in self._used:
                    continue
                if suppression.rule in self._active:
                    if suppression.rule != UNUSED_IGNORE.id:
                        yield (
                            suppression,
                            f"`{suppression.rule}` finds nothing here; remove this suppression.",
                        )
                elif suppression.rule not in self._known():
                    from linter.engine.registry import unknown

                    yield suppression, unknown(suppression.rule, self._known())
