"""One problem → one finding: where it is, how severe, what it is called, how to fix it."""

from __future__ import annotations

from linter.engine.fix.suggest import source_fix_of
from linter.engine.report.finding import Finding, ResourceId
from linter.engine.report.fingerprint import Fingerprints
from linter.engine.report.mistakes import Mistakes
from linter.engine.report.scope import Names, fitting
from linter.loading.lines import inside, line_count
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.engine.checking import Found
    from linter.engine.config.options import LintOptions
    from linter.engine.report.mistakes import Mistake
    from linter.engine.report.places import ProblemPlace
    from linter.engine.rule import Context, Rule, Severity
    from linter.loading.document import Document


class FindingMaker:
    """Makes the findings of a run.

    Args:
        options: What the run is asked to do.
        context: What the rules knew.
    """

    def __init__(self, options: LintOptions, context: Context) -> None:
        self._options = options
        self._context = context
        self._names = Names(options.root)
        self._fingerprints = Fingerprints()
        self._mistakes = Mistakes()

    def make(self, found: Found, place: ProblemPlace) -> tuple[Finding, Mistake | None]:
        """Return the finding, and which mistake it is where others may be the same."""
        rule, problem, document, resource, builds, _ = found
        source, range_ = place.location
        # What a document tells of a place before the last line is in the text; others may have counted otherwise.
        text = source.text
        if text and (problem.at is not None or range_.end_line >= line_count(text)):
            range_ = inside(text, range_)
        resource_id = fix = None
        if resource is not None:
            resource_id = ResourceId(resource.api_version, resource.kind, resource.namespace, resource.name)
            fix = source_fix_of(rule, problem, resource, self._context)
        field = problem.field
        if field is None and problem.path:
            field = format_path(problem.path)
        name = self._names.of(source.name)
        mistake = self._mistakes.of(found, source.name, range_)
        # Of what a chart renders to, one field may be wrong with each values file in its own way.
        told = field if document.has_lines or field is None else f"{field}: {problem.message}"
        fingerprint = self._fingerprints.make(
            rule.id, name, _as_written(document, resource_id), told, problem.message, mistake
        )
        # In the order of its fields: with their names it takes twice as long.
        finding = Finding(
            rule.id, rule.group, self._severity(rule, name), problem.message, source, range_, resource_id, field,
            problem.reason, fix is not None, fingerprint, fix, builds,
        )  # fmt: skip
        return finding, mistake

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
