"""The findings as workflow commands: GitHub Actions shows them as annotations at their lines."""

from __future__ import annotations

from linter.output.paths import display_path, display_unread
from linter.output.summary import looked_at, message, result
from linter.output.terminal import sanitize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from linter.engine.report.finding import Finding, Report

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, *, root: Path | None = None) -> str:
    """Return one command a line, then a summary for the log.

    Args:
        report: What to show.
        root: The root of the repository: GitHub looks for files from there.
    """
    lines = [_command(finding, root) for finding in report.findings]
    lines += [
        f"::error file={_property(display_unread(each.name, root))},title=podplan::{_data(f'{each.name}: {each.message}')}"
        for each in report.unreadable
    ]
    lines.append(f"podplan checked {looked_at(report)}: {result(report)}")
    return "\n".join(lines) + "\n"


def _command(finding: Finding, root: Path | None) -> str:
    range_ = finding.range
    file = display_path(finding.source, root)
    properties = {"file": file, "line": str(range_.line)}
    # A column counts only within one line; GitHub drops it elsewhere.
    if range_.end_line == range_.line:
        properties["col"] = str(range_.column)
        # The last character, not the one behind it: without it GitHub takes the first one for the last, too.
        properties["endColumn"] = str(max(range_.column, range_.end_column - 1))
    properties["endLine"] = str(range_.end_line)
    about = f": {finding.resource}" if finding.resource is not None else ""
    properties["title"] = f"{finding.rule}{about}"
    text = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    # The log shows the message alone, so it says the place again.
    shown = f"{file}:{range_.line}:{range_.column}: {message(finding)} [{finding.rule}]"
    # A line of its own, which the annotation keeps.
    return f"::{_COMMANDS[finding.severity]} {text}::{_data(shown)}%0A{_data(finding.docs_url)}"


def _data(text: str) -> str:
    """Escape a message as the runner reads it. Line ends, which would start another command, are gone before."""
    return sanitize(text.replace("\n", " ")).replace("%", "%25")


def _property(text: str) -> str:
    """Escape a property, which also ends at a colon or a comma."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
