"""The report as a page: resource by resource, errors first, each finding with the lines it is about."""

from __future__ import annotations

from linter.output import html_index
from linter.output.page import escape, page
from linter.output.summary import built_by, looked_at, result, worst_first
from linter.release import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.engine.report.finding import Finding, Report

_CONTEXT = 1
"""Lines shown before and after those of the finding."""
_MOST = 8
"""Lines quoted of a finding that covers more."""
_WIDEST = 200
_STYLE = """
header { margin-bottom: 1.5rem; }
header p { font-size: 1.05rem; }
section { margin: 1.25rem 0; border: 1px solid var(--rule); border-radius: .6rem; overflow: hidden; break-inside: avoid-page; }
section > h2 { padding: .7rem 1rem; background: var(--panel); border-bottom: 1px solid var(--rule); }
section > h2 small { display: block; font-weight: 400; font-size: .85rem; }
section.resource { scroll-margin-top: 1rem; } article.error, article.warning, article.info { color: var(--ink); }
article { padding: .9rem 1rem; break-inside: avoid; }
article + article { border-top: 1px solid var(--rule); }
article p { overflow-wrap: anywhere; }
pre { margin: .6rem 0 0; padding: .5rem 0; background: var(--panel); border-radius: .4rem; overflow-x: auto; }
pre span { display: block; padding: 0 .8rem; white-space: pre; }
pre i { display: inline-block; min-width: 3.2em; margin-right: 1em; text-align: right; color: var(--soft); font-style: normal; user-select: none; }
pre mark { background: var(--mark); color: inherit; border-bottom: 2px solid currentColor; }
li { overflow-wrap: anywhere; }
@media print { pre { border: 1px solid var(--rule); white-space: pre-wrap; } pre span { white-space: pre-wrap; } }
"""


def render(report: Report) -> str:
    """Return one page that needs nothing else: no network, no script."""
    body = [
        (
            "<header>\n<h1>podplan lint</h1>\n"
            f'<p><strong class="{_worst(report)}">{result(report)}</strong> '
            f"in {looked_at(report)}</p>\n"
            f'<p class="soft">Checked for Kubernetes {report.version} '
            f"by podplan {escape(__version__)}.</p>\n</header>\n"
        )
    ]
    sections = _sections(report.findings)
    if sections:
        body.append(html_index.render(sections))
    body += [_section(section) for section in sections]
    unreadable = [f"<code>{escape(each.name)}</code>: {escape(each.message)}" for each in report.unreadable]
    skipped = [f"<code>{escape(each.name)}</code>: {escape(each.reason)}" for each in report.skipped]
    suppressed = [
        f"<code>{escape(each.finding.rule)}</code> at <code>{escape(_place(each.finding))}</code> by {each.by}"
        + (f": {escape(each.reason)}" if each.reason else "")
        for each in report.suppressed
    ]
    body += _list("could not be read", unreadable, is_open=True)
    body += _list("suppressed", suppressed)
    body += _list("skipped", skipped)
    style = _STYLE + html_index.style(report.findings)
    return page(f"podplan lint: {result(report)}", "".join(body), style)


def _worst(report: Report) -> str:
    for severity in ("error", "warning", "info"):
        if report.count(severity):
            return severity
    return "good"


def _sections(findings: Sequence[Finding]) -> list[html_index.Section]:
    """Put together what is about one resource; those with the worst come first, and in each of them the worst."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for finding in worst_first(findings):
        about = str(finding.resource) if finding.resource is not None else ""
        grouped.setdefault((finding.file, about), []).append(finding)
    return [
        html_index.Section(f"resource-{number}", file, about, found)
        for number, ((file, about), found) in enumerate(grouped.items())
    ]


def _section(section: html_index.Section) -> str:
    file = escape(section.file)
    title = f'{escape(section.about)}\n<small class="soft">{file}</small>' if section.about else file
    articles = "".join(map(_article, section.findings))
    return f'<section class="resource" id="{section.anchor}">\n<h2>{title}</h2>\n{articles}</section>\n'


def _article(finding: Finding) -> str:
    where = f"line {finding.range.line}, column {finding.range.column}"
    field = f" · <code>{escape(finding.field)}</code>" if finding.field else ""
    builds = f" · {escape(built_by(finding))}" if finding.builds else ""
    return (
        f'<article class="{finding.severity} {html_index.class_of(finding)}">\n'
        f'<p><span class="badge {finding.severity}">{finding.severity}</span> '
        f"<strong>{escape(finding.message)}</strong></p>\n"
        f'<p class="soft"><a href="{escape(finding.docs_url)}"><code>{escape(finding.rule)}</code></a>{field} · {where}{builds}</p>\n'
        f"{_quote(finding)}</article>\n"
    )


def _quote(finding: Finding) -> str:
    range_ = finding.range
    last = min(range_.end_line, range_.line + _MOST - 1)
    first_shown = max(1, range_.line - _CONTEXT)
    lines = finding.source.lines(first_shown, last + _CONTEXT)
    if len(lines) <= range_.line - first_shown:
        return ""
    shown = []
    for number, line in enumerate(lines, first_shown):
        text = _marked(finding, number, line[:_WIDEST].replace("\t", " "))
        shown.append(f"<span><i>{number}</i>{text}</span>")
    return f"<pre>{''.join(shown)}</pre>\n"


def _marked(finding: Finding, number: int, line: str) -> str:
    range_ = finding.range
    if not range_.line <= number <= range_.end_line:
        return escape(line)
    start = range_.column - 1 if number == range_.line else len(line) - len(line.lstrip())
    end = range_.end_column - 1 if number == range_.end_line else len(line)
    # The mark is seen even where the place is empty, e.g. at the end of a line.
    marked = line[start : max(end, start + 1)] or ("" if number > range_.line else " ")
    if not marked:
        return escape(line)
    return f"{escape(line[:start])}<mark>{escape(marked)}</mark>{escape(line[max(end, start + 1) :])}"


def _place(finding: Finding) -> str:
    return f"{finding.file}:{finding.range.line}:{finding.range.column}"


def _list(title: str, lines: Sequence[str], *, is_open: bool = False) -> Iterator[str]:
    if lines:
        items = "".join(f"<li>{line}</li>\n" for line in lines)
        attribute = " open" if is_open else ""
        yield (
            f"<details{attribute}>\n<summary>{len(lines)} {title}</summary>\n<ul>\n{items}</ul>\n</details>\n"
        )
