"""Findings and the report: what a run says. Frozen; every output format is made from these."""

from __future__ import annotations

from linter.light_typing import NamedTuple
from linter.release import DOCS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from linter.engine.rule import Fix, Severity
    from linter.loading.discovery import Skipped
    from linter.loading.place import Range
    from linter.loading.source import Source, Unreadable
    from linter.version import KubeVersion

    SuppressedBy = Literal["comment", "annotation", "config", "baseline"]

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")


class ResourceId(NamedTuple):
    """Which object a finding is about."""

    api_version: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        if not self.name:
            return self.kind
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


class Edit(NamedTuple):
    """A piece of text that takes the place of a stretch of the source."""

    range: Range
    text: str


class SourceFix(NamedTuple):
    """How to fix a finding in its source."""

    document: int
    """The document's number in the source."""
    change: Fix
    """What becomes of the values; its path starts at the root of the document."""
    edits: tuple[Edit, ...]
    """What becomes of the text."""


class Finding(NamedTuple):
    """One thing that is wrong, at its place."""

    rule: str
    group: str
    severity: Severity
    message: str
    source: Source
    range: Range
    resource: ResourceId | None
    field: str | None
    reason: str | None
    fixable: bool
    fingerprint: str
    fix: SourceFix | None = None
    builds: tuple[str, ...] = ()
    """The folders of the kustomizations that build it so; none for a file that is judged by itself."""

    @property
    def file(self) -> str:
        """The path of the file as the user would write it."""
        return self.source.name

    @property
    def docs(self) -> str:
        """Where the documentation explains the rule."""
        return docs_of(self.group, self.rule)

    @property
    def docs_url(self) -> str:
        """The address of the rule's page."""
        return page_url(self.docs)

    @property
    def lines(self) -> list[str]:
        """The lines of the source that the finding covers."""
        return self.source.lines(self.range.line, self.range.end_line)


def docs_of(group: str, rule: str) -> str:
    """Return the file of the documentation that explains a rule."""
    return "docs/custom-rules.md" if group == "custom" else f"docs/rules/{group}/{rule}.md"


def page_url(docs: str) -> str:
    """Return the address of a page of the documentation, given its file: `docs/rules/api/x.md`."""
    return f"{DOCS}{docs.removeprefix('docs/').removesuffix('.md')}/"


class Suppressed(NamedTuple):
    """A finding that is not reported, by what, and why."""

    finding: Finding
    by: SuppressedBy
    reason: str | None = None


class Report(NamedTuple):
    """What a run found."""

    version: KubeVersion
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    unreadable: tuple[Unreadable, ...]
    skipped: tuple[Skipped, ...]
    files: int
    """Files that were read."""
    resources: int
    """Objects that were checked."""
    outdated: int = 0
    """Entries of the baseline that this run looked for and no longer found."""
    unbuilt: tuple[Skipped, ...] = ()
    """Kustomizations that are not built, or not whole, and why; they are among the skipped, too."""
    by_schema: int = 0
    """Objects of which fields and types alone were judged: custom resources, and kinds whose validation is not known."""
    unchecked: int = 0
    """Custom resources of which nothing is known: no definition in the run, no schema from elsewhere."""

    unasked: int = 0
    """Custom resources whose rules in CEL nobody could ask, for they search texts and the extra for that is not installed; they are among those by schema."""

    @property
    def in_full(self) -> int:
        """How many objects were judged as the API server judges them."""
        return self.resources - self.by_schema - self.unchecked

    def count(self, severity: Severity, /) -> int:
        """Return the number of findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def fails(self, fail_on: Severity | Literal["never"]) -> bool:
        """Tell whether a finding is at or above a severity."""
        if fail_on == "never":
            return False
        return any(
            SEVERITIES.index(finding.severity) >= SEVERITIES.index(fail_on) for finding in self.findings
        )
