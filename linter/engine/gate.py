"""The one gate: it decides what of the problems found is reported, and keeps what it suppressed and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.finding import Suppressed
from linter.engine.own_rules import UNUSED_IGNORE
from linter.engine.registry import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linter.engine.finding import Finding
    from linter.engine.suppression import Suppression
    from linter.loading.document import Document


class Gate:
    """Holds findings against the suppressions of their document."""

    def __init__(self, suppressions: Iterable[Suppression], active_rules: Iterable[str]) -> None:
        self._by_document: dict[int, list[Suppression]] = {}
        for suppression in suppressions:
            self._by_document.setdefault(id(suppression.document), []).append(suppression)
        self._used: set[Suppression] = set()
        self._active = frozenset(active_rules)

    def suppressor(
        self, finding: Finding, document: Document, root: tuple[str | int, ...] | None, lines: frozenset[int]
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
        return found

    def unused(self) -> Iterator[tuple[Suppression, str]]:
        """Yield the suppressions that suppressed nothing, each with what to say about it."""
        rules = all_rules()
        for suppressions in self._by_document.values():
            for suppression in suppressions:
                if suppression in self._used:
                    continue
                if suppression.rule not in rules:
                    from linter.engine.registry import unknown

                    yield suppression, unknown(suppression.rule)
                elif suppression.rule in self._active and suppression.rule != UNUSED_IGNORE.id:
                    yield suppression, f"`{suppression.rule}` finds nothing here; remove this suppression."
