"""What is not reported: suppressions in the manifests (comments, annotations), in the configuration and in the baseline.

One filter decides it for the whole run, and keeps what it suppressed and why.
"""

from __future__ import annotations

import re

from linter.engine.own_rules import INTERNAL_ERROR, UNUSED_IGNORE
from linter.engine.report.finding import Suppressed
from linter.engine.report.scope import Names, fitting
from linter.light_typing import NamedTuple
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from linter.engine.config.options import LintOptions
    from linter.engine.report.finding import Finding, SuppressedBy
    from linter.loading.document import Document
    from linter.loading.place import LoadProblem
    from linter.loading.resource import Resource
    from linter.loading.source import Source
    from linter.path import FieldPath

ANNOTATION = "podplan/ignore"
_ANNOTATION_PATH: FieldPath = ("metadata", "annotations", ANNOTATION)
_MEANT = r"(?:^|\s)(?P<comment>#\s*podplan:\s*ignore(?:$|[\s:,(].*|\[[^\]]*))$"
"""A comment that is meant to suppress something and names no rule in brackets."""
NAMES_NO_RULE = (
    "This comment suppresses nothing: it names no rule. Write `# podplan: ignore[RULE]`, with the rule that stands behind the"
    " message in brackets."
)
_COMMENT = r"(?:^|\s)#\s*podplan:\s*ignore\[(?P<rules>[^\]]*)\](?:\s*(?:because\b)?[:\s]*(?P<reason>.*))?$"


class Suppression(NamedTuple):
    """One rule that is suppressed somewhere."""

    rule: str
    """Its id; "" where a comment names none."""
    by: SuppressedBy
    line: int | None
    """The line it is for; None: the whole document or resource."""
    reason: str | None
    document: Document
    root: FieldPath | None
    """The resource that an annotation is for; None: every resource of the document."""
    source: Source
    """The file it is written in."""
    at: tuple[int, int, int]
    """Where it is written: line, first column, end column."""


def comments_of(document: Document) -> Iterable[Suppression]:
    """Return what the comments of a document suppress.

    A comment behind a value is for that line, one on a line of its own for the next line with content, and one above the
    first content of a document for the whole document.
    """
    text, first_line = document.text, document.first_line
    if document.index == 0 and first_line > 1:
        # What stands above the first `---` is above the document, too.
        above = document.source.text.split("\n")[: first_line - 1]
        text, first_line = "\n".join(["" if line.startswith("---") else line for line in above] + [text]), 1
    return _comments_of(document, text, first_line) if "podplan:" in text else ()


def _comments_of(document: Document, text: str, first_line: int) -> Iterator[Suppression]:
    """Yield what the comments suppress in a text that begins at a line of the source."""
    lines = text.split("\n")
    content = ahead = next((i for i, line in enumerate(lines) if _has_content(line)), len(lines))
    for index, line in enumerate(lines):
        match = re.search(_COMMENT, line.rstrip("\r"))
        if match is None:
            if meant := re.search(_MEANT, line.rstrip("\r")):
                at = (first_line + index, meant.start("comment") + 1, meant.end() + 1)
                yield Suppression(
                    "", "comment", first_line + index, None, document, None, document.source, at
                )
            continue
        alone = not _has_content(line)
        target: int | None = index
        if index < content:
            target = None
        elif alone:
            # No line is looked at twice, however many comments stand in a row.
            ahead = next(
                (i for i in range(max(ahead, index + 1), len(lines)) if _has_content(lines[i])), len(lines)
            )
            target = ahead if ahead < len(lines) else index
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        for rule in _names(match["rules"]):
            yield Suppression(
                rule,
                "comment",
                None if target is None else first_line + target,
                (match["reason"] or "").strip() or None,
                document,
                None,
                document.source,
                (first_line + index, start + 1, len(line.rstrip("\r")) + 1),
            )


def _has_content(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#")


def annotations_of(resource: Resource) -> Iterable[Suppression]:
    """Return what the annotation `podplan/ignore` of a resource suppresses."""
    text = value_at(resource.manifest, _ANNOTATION_PATH)
    return _annotations_of(resource, text) if isinstance(text, str) else ()


def _annotations_of(resource: Resource, text: str) -> Iterator[Suppression]:
    path = (*resource.root, *_ANNOTATION_PATH)
    source, range_ = resource.document.locate(path)
    for rule in _names(text):
        yield Suppression(
            rule,
            "annotation",
            None,
            None,
            resource.document,
            resource.root,
            source,
            (
                range_.line,
                range_.column,
                range_.end_column if range_.end_line == range_.line else range_.column + 1,
            ),
        )


def may_suppress(document: Document, resources: Iterable[Resource]) -> bool:
    """Tell whether a comment of a document, or an annotation of its resources, may suppress something."""
    text = document.source.text if document.index == 0 and document.first_line > 1 else document.text
    return "podplan:" in text or any(
        value_at(resource.manifest, _ANNOTATION_PATH) is not None for resource in resources
    )


def is_suppressed(document: Document, problem: LoadProblem) -> bool:
    """Tell whether a comment of a document, or an annotation in it, suppresses what the reader says of it."""
    from linter.loading.yaml.reader import resources_of

    def suppresses(suppression: Suppression) -> bool:
        return suppression.rule == problem.rule and suppression.line in {None, problem.range.line}

    # An object in a List does not speak for the whole document.
    resources = [resource for resource in resources_of(document) if not resource.root]
    return any(map(suppresses, comments_of(document))) or any(
        suppresses(each) for resource in resources for each in annotations_of(resource)
    )


def _names(text: str) -> list[str]:
    return [name for name in re.split(r"[,\s]+", text) if name]


class SuppressionFilter:
    """Holds findings against the suppressions of their document, then the configuration, then the baseline.

    Args:
        suppressions: What comments and annotations suppress.
        active_rules: The ids of the rules that run.
        could_judge: Tells whether the rule of a suppression could find what it is about.
        known_rules: Returns the ids of all rules; asked where a suppression names one that does not run.
        options: What the run is asked to do.
    """

    def __init__(
        self,
        suppressions: Iterable[Suppression],
        active_rules: Iterable[str],
        could_judge: Callable[[Suppression], bool],
        known_rules: Callable[[], Collection[str]],
        options: LintOptions,
    ) -> None:
        self._by_document: dict[int, list[Suppression]] = {}
        for suppression in suppressions:
            self._by_document.setdefault(id(suppression.document), []).append(suppression)
        # The same annotation may stand on what several kustomizations make of an object.
        self._used: set[tuple[str, str, tuple[int, int, int]]] = set()
        self._active = frozenset(active_rules)
        self._could_judge = could_judge
        self._known = known_rules
        self._options = options
        self._names = Names(options.root)

    def suppressor(
        self, finding: Finding, documents: Iterable[Document], root: FieldPath | None, key_line: int
    ) -> Suppressed | None:
        """Return the suppressed finding, or None where it is to be reported.

        Args:
            finding: What was found.
            documents: The document it is in; of a built object also that of the file the finding points at.
            root: The resource it is about, by its place in the document.
            key_line: The line of the key: a comment may stand there, or at the first line of the finding.
        """
        found = None
        if not self._by_document:
            return self.by_options(finding)
        for suppression in (
            each for document in documents for each in self._by_document.get(id(document), ())
        ):
            if suppression.rule != finding.rule:
                continue
            if suppression.line not in {None, finding.range.line, key_line}:
                continue
            # The root of an object that is the whole document is empty: what is said of the text is about it, too.
            if suppression.root and suppression.root != root:
                continue
            self._used.add(_written(suppression))
            found = found or Suppressed(finding, suppression.by, suppression.reason)
        return found or self.by_options(finding)

    def by_options(self, finding: Finding) -> Suppressed | None:
        """Return the finding as suppressed by the configuration or the baseline, or None where neither knows it."""
        if finding.rule == INTERNAL_ERROR.id:
            return None
        options = self._options
        if finding.builds and options.exclude:
            pattern = fitting(self._names.of(finding.source.name), options.exclude)
            if pattern is not None:
                return Suppressed(finding, "config", f"excluded by the pattern {pattern}")
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
        reported = set(self._used)
        for suppressions in self._by_document.values():
            for suppression in suppressions:
                if _written(suppression) in reported:
                    continue
                reported.add(_written(suppression))
                if not suppression.rule:
                    yield suppression, NAMES_NO_RULE
                elif suppression.rule in self._active:
                    if suppression.rule != UNUSED_IGNORE.id and self._could_judge(suppression):
                        yield (
                            suppression,
                            f"`{suppression.rule}` finds nothing here; remove this suppression.",
                        )
                elif suppression.rule not in self._known():
                    from linter.engine.registry import unknown

                    yield suppression, unknown(suppression.rule, self._known())


def _written(suppression: Suppression) -> tuple[str, str, tuple[int, int, int]]:
    """Return what tells a suppression from all others: its rule, and where it is written."""
    return suppression.rule, suppression.source.name, suppression.at
