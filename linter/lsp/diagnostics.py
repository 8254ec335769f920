"""Findings as diagnostics, and their fixes as quick fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from lsprotocol import types

from linter.engine.fix.edit import verified
from linter.loading.yaml.reader import read_documents
from linter.output.summary import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.engine.report.finding import Finding
    from linter.engine.rule import Severity
    from linter.lsp.text import Text

SOURCE = "podplan"


def diagnostics_of(findings: Iterable[Finding], text: Text) -> list[types.Diagnostic]:
    """Return the findings of one text as diagnostics."""
    return [
        types.Diagnostic(
            range=text.range_of(finding.range),
            message=message(finding),
            severity=_severity(finding.severity),
            code=finding.rule,
            code_description=types.CodeDescription(href=finding.docs_url),
            source=SOURCE,
            data=finding.fingerprint,
        )
        for finding in findings
    ]


def _severity(severity: Severity) -> types.DiagnosticSeverity:
    match severity:
        case "error":
            return types.DiagnosticSeverity.Error
        case "warning":
            return types.DiagnosticSeverity.Warning
        case "info":
            return types.DiagnosticSeverity.Information
    assert_never(severity)


def quick_fixes(
    findings: Sequence[Finding], text: Text, range_: types.Range, uri: str
) -> Iterator[types.CodeAction]:
    """Yield the fixes of the findings that a range touches, as `podplan lint --fix` would make them.

    Args:
        findings: What was found in the text as it is.
        text: The text.
        range_: What the editor asks about.
        uri: The document.
    """
    for finding in findings:
        at = text.range_of(finding.range)
        if finding.fix is None or not _touches(at, range_) or finding.source.text != text.text:
            continue
        # As for --fix: the text must then say what it said but for the fix.
        if not isinstance(verified(finding.source, read_documents(finding.source), [finding.fix]), str):
            continue
        edits = [
            types.TextEdit(range=text.range_of(edit.range), new_text=edit.text) for edit in finding.fix.edits
        ]
        yield types.CodeAction(
            title=f"Fix {finding.rule}",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=diagnostics_of([finding], text),
            edit=types.WorkspaceEdit(changes={uri: edits}),
            is_preferred=True,
        )


def _touches(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end


def still_there(finding: Finding, text: Text) -> bool:
    """Tell whether the line of an earlier finding reads as it did, so that it may be shown until a new run is done."""
    line = finding.range.line - 1
    before = finding.source.lines(finding.range.line, finding.range.line)
    return line < len(text.lines) and before == [text.lines[line]]
