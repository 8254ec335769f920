"""The report as text for people: each finding with the line it is about."""

from __future__ import annotations

from functools import partial

from linter.output.terminal import paint, sanitize, without_commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.report.finding import Finding, Report

_WIDEST = 1000
_WIDTH = 160
_MOST_SHOWN = 50
_COLORS = {"error": "red", "warning": "yellow", "info": "blue"}


def render(
    report: Report,
    *,
    color: bool = False,
    verbose: bool = False,
    quiet: bool = False,
    grouped: bool = False,
    width: int = _WIDTH,
) -> str:
    """Return the findings, file by file, and a summary line.

    Args:
        report: What to show.
        color: Use ANSI colours.
        verbose: Also list what was skipped, with the reasons.
        quiet: The findings alone.
        grouped: Show only the first finding of each rule where there are more than a person reads.
        width: How many columns a quoted line may take with its number.
    """
    tail = list(_skipped(report)) if verbose else []
    if grouped and len(report.findings) > _MOST_SHOWN:
        from linter.output.grouped import render_groups, render_start

        shown = partial(_finding, color=color, width=width)
        blocks = [*render_groups(report, shown, color=color)]
        if not quiet:
            tail += [*render_start(report), ""]
    else:
        blocks = [_finding(finding, color=color, width=width) for finding in report.findings]
        if not quiet:
            tail += _pages(report)
    if not quiet:
        tail.append(_summary(report, color=color))
    return without_commands("".join(f"{part}\n" for part in [*blocks, *tail]))


def _finding(finding: Finding, *, color: bool, width: int) -> str:
    range_ = finding.range
    where = paint(f"{sanitize(finding.file)}:{range_.line}:{range_.column}", "bold", color=color)
    severity = paint(finding.severity, _COLORS[finding.severity], "bold", color=color)
    head = (
        f"{where}: {severity}: {sanitize(finding.message)} {paint(f'[{finding.rule}]', 'dim', color=color)}"
    )
    lines = [head, *_quote(finding, color=color, width=width)]
    about = _about(finding)
    if about:
        lines.append(paint(f"   {' ' * len(str(range_.line))} = {about}", "dim", color=color))
    return "\n".join(lines) + "\n"


def _about(finding: Finding) -> str:
    parts = []
    if finding.resource is not None and finding.resource.kind:
        parts.append(sanitize(str(finding.resource)))
    if finding.field:
        parts.append(sanitize(finding.field))
    if finding.builds:
        from linter.output.summary import built_by

        parts.append(sanitize(built_by(finding)))
    return ", ".join(parts)


def _quote(finding: Finding, *, color: bool, width: int) -> Iterator[str]:
    """Yield the first line of the place, with a mark under the columns it covers."""
    range_ = finding.range
    source = finding.source.lines(range_.line, range_.line)
    if not source:
        return
    line = source[0][:_WIDEST]  # lines of megabytes exist
    shown = sanitize(line.replace("\t", " "))
    number = str(range_.line)
    room = max(40, width - len(number) - 4)
    if len(shown) > room:
        shown = shown[: room - 3] + "..."
    bar = paint("|", "dim", color=color)
    yield f" {paint(number, 'dim', color=color)} {bar} {shown}"
    end = range_.end_column if range_.end_line == range_.line else len(line.rstrip()) + 1
    # The mark stands under the shown text: an escape before it moves it to the right.
    start = min(len(sanitize(line[: range_.column - 1].replace("\t", " "))), len(shown))
    width = max(1, min(len(sanitize(line[range_.column - 1 : end - 1])), len(shown) - start))
    mark = paint("^" * width, _COLORS[finding.severity], color=color)
    yield f" {' ' * len(number)} {bar} {' ' * start}{mark}"


def _skipped(report: Report) -> Iterator[str]:
    for each in report.skipped:
        yield f"{sanitize(each.name)}: skipped: {sanitize(each.reason)}"


def _pages(report: Report) -> Iterator[str]:
    """Yield where the rules are explained."""
    pages = list(dict.fromkeys(finding.docs_url for finding in report.findings))
    if pages:
        yield "For more information:"
        yield from (f"  {page}" for page in pages)
        yield ""


def _summary(report: Report, *, color: bool) -> str:
    looked = f"{_count(report.resources, 'resource')} in {_count(report.files, 'file')}"
    parts = [
        _count(report.count(severity), severity)
        for severity in ("error", "warning", "info")
        if report.count(severity)
    ]
    result = ", ".join(parts) if parts else "nothing found"
    style = "red" if report.count("error") else "yellow" if parts else "green"
    extra = []
    if report.suppressed:
        extra.append(f"{len(report.suppressed)} suppressed")
    if report.skipped:
        from linter.output.summary import skipped

        extra.append(skipped(report))
    if report.by_schema:
        extra.append(f"{_count(report.by_schema, 'resource')} by schema alone")
    if report.unasked:
        extra.append("rules in CEL that need regular expressions not evaluated: install podplan[cel]")
    if report.unchecked:
        extra.append(f"{_count(report.unchecked, 'custom resource')} without a schema")
    tail = f" ({', '.join(extra)})" if extra else ""
    return (
        f"{paint(result, style, 'bold', color=color)} in {looked}{tail}"
        if parts
        else (f"{paint(result, style, 'bold', color=color)}: {looked} checked{tail}")
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
