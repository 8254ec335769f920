"""What the script of the page of a fleet reads: repositories and findings as JSON, each text once."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from linter.output.terminal import sanitize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.fleet.questions.overview import Finding, Repository

_SEVERITIES: Final = ("error", "warning", "info")
_ACTIVE: Final = re.compile("[<>&\u2028\u2029]")


class _Texts:
    """Gives each text a number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}

    def add(self, text: str | None) -> int:
        """Return the number of a text; 0 is none."""
        return self._numbers.setdefault(text or "", len(self._numbers))

    def all(self) -> list[str]:
        """Return the texts by their numbers, harmless to show."""
        return [sanitize(text) for text in self._numbers]


def page_data(repositories: Sequence[Repository], findings: Sequence[Finding], link: str | None) -> str:
    """Return JSON that can stand inside a script element.

    Args:
        repositories: Those that the page lists.
        findings: Those that it shows, sorted by repository.
        link: Where a line can be seen, or None.

    Returns:
        An object: `texts`; `repositories`, each with numbers of texts and counts in the order of `_repository`; `findings`, by the name
        of the repository, each in the order of `_finding`; `link`.
    """
    texts = _Texts()
    listed = {each.name for each in repositories}
    by_repository: dict[int, list[list[Any]]] = {}
    for finding in findings:
        if finding.repository in listed:
            by_repository.setdefault(texts.add(finding.repository), []).append(_finding(finding, texts))
    rows = [_repository(each, texts) for each in repositories]
    value = {"texts": texts.all(), "repositories": rows, "findings": by_repository, "link": link}
    return escape_for_script(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _repository(repository: Repository, texts: _Texts) -> list[Any]:
    return [
        texts.add(repository.name), repository.errors, repository.warnings, repository.infos, repository.stuck, repository.drains,
        repository.resources, texts.add(repository.error), texts.add(repository.revision), repository.findings,
    ]  # fmt: skip


def _finding(finding: Finding, texts: _Texts) -> list[Any]:
    namespace = f"{finding.namespace}/" if finding.namespace else ""
    object_ = f"{finding.kind} {namespace}{finding.name}" if finding.kind else ""
    return [
        _SEVERITIES.index(finding.severity), texts.add(finding.rule), texts.add(finding.path), finding.line, texts.add(object_),
        texts.add(finding.message), [texts.add(owner) for owner in finding.owners],
    ]  # fmt: skip


def escape_for_script(text: str) -> str:
    """Escape in JSON what could end a script element or begin another."""
    return _ACTIVE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
