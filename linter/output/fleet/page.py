"""The page of a fleet: how it stands at a glance, then every repository down to the line. It needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from linter.output.fleet import charts, words
from linter.output.fleet.charts import Bar, Part
from linter.output.fleet.page_assets import SCRIPT, STYLE
from linter.output.fleet.page_data import page_data
from linter.output.page import escape, page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.fleet.questions.answer import Answer, Table
    from linter.fleet.questions.overview import Overview

_MOST_BARS: Final = 20
_MOST_RUNS: Final = 24
_MOST_FAILED: Final = 100
_SEVERITIES: Final = (Part("errors", "errors"), Part("warnings", "warnings"), Part("infos", "infos"))
_REFUSED: Final = (Part("removed", "errors"), Part("refused", "warnings"), Part("deprecated", "infos"))


def render(overview: Overview, *, repositories: int, link: str | None = None) -> str:
    """Return the page.

    Args:
        overview: What it shows.
        repositories: How many repositories it lists at most; the worst come first.
        link: Where a line can be seen, with {repository}, {revision}, {path} and {line}; None: nowhere.
    """
    listed = overview.repositories[:repositories]
    body = [
        _header(overview),
        '<div class="charts">\n', *_charts(overview), "</div>\n",
        *_questions(overview),
        _explorer(overview, len(listed)),
        *_failed(overview),
        f'<script type="application/json" id="data">{page_data(listed, overview.findings, link)}</script>\n',
    ]  # fmt: skip
    return page(f"podplan fleet: run {overview.run.name}", "".join(body), charts.STYLE + STYLE, SCRIPT)


def _header(overview: Overview) -> str:
    run, repositories = overview.run, overview.repositories
    versions = ", ".join(str(row[0]) for row in overview.versions.rows)
    judged = [each for each in repositories if each.status != "failed"]
    facts = [
        (f"{len(judged):,}", "repositories" if len(judged) != 1 else "repository", "plain"),
        (f"{sum(each.resources for each in repositories):,}", "objects", "plain"),
        (f"{sum(each.errors for each in repositories):,}", "errors", "bad"),
        (f"{sum(each.warnings for each in repositories):,}", "warnings", "warning"),
        (f"{sum(each.infos for each in repositories):,}", "infos", "info"),
        (f"{sum(each.stuck for each in repositories):,}", "rollouts get stuck", "bad"),
        (f"{sum(each.drains for each in repositories):,}", "block drains", "bad"),
        (f"{len(repositories) - len(judged):,}", "could not be judged", "bad"),
    ]
    items = "".join(
        f'<li><b class="{"soft" if value == "0" else style}">{value}</b><span>{name}</span></li>\n'
        for value, name, style in facts
    )
    notes = "".join(f'<p class="soft">{escape(note)}</p>\n' for note in overview.notes)
    return (
        f'<header>\n<h1>podplan fleet</h1>\n<p class="soft">Run {escape(run.name)} of {escape(run.time)}, for Kubernetes '
        f"{escape(versions)}, by podplan {escape(run.podplan)}.</p>\n"
        f'<ul class="facts">\n{items}</ul>\n{notes}</header>\n'
    )


def _charts(overview: Overview) -> Iterator[str]:
    rules = [
        Bar(rule, parts, count_of(in_, "repository", "repositories"))
        for rule, _, *parts, in_ in overview.rules.rows
    ]
    yield _card(
        "Findings by rule",
        _bars(rules, _SEVERITIES, "Findings by rule"),
        _left(len(rules), _MOST_BARS, "rule"),
    )
    owners = [
        Bar(owner, (errors, warnings, infos), count_of(repositories, "repository", "repositories"))
        for owner, repositories, _, errors, warnings, infos, *_ in overview.answers["owners"].rows.rows
    ]
    left = _left(overview.answers["owners"].total, _MOST_BARS, "owner")
    yield _card("Findings by owner", _bars(owners, _SEVERITIES, "Findings by owner"), left)
    runs = [
        Bar(time[5:10], (errors or 0, warnings or 0, infos or 0), f"run {run} of {time}")
        for run, time, _, _, _, errors, warnings, infos in overview.history.rows
    ]
    drawn = charts.draw_columns(runs[-_MOST_RUNS:], _SEVERITIES, "Findings by run")
    trend = overview.answers.get("trend")
    changes = "" if trend is None else _table(trend.summary[0])
    yield _card(
        "Findings by run", charts.key(_SEVERITIES) + drawn + changes, _left(len(runs), _MOST_RUNS, "run")
    )
    versions = [
        Bar(f"Kubernetes {version}", parts, f"{not_ready:,} of {repositories:,} repositories are not ready")
        for version, repositories, not_ready, *parts in overview.versions.rows
    ]
    drawn = _bars(versions, _REFUSED, "What each version refuses")
    yield _card("What each version refuses", drawn + _judged(overview.judged))


def count_of(number: int, noun: str, nouns: str) -> str:
    """Return a number with its noun, e.g. `2 repositories`."""
    return f"{number:,} {noun if number == 1 else nouns}"


def _bars(bars: Sequence[Bar], parts: Sequence[Part], label: str) -> str:
    return (
        charts.key(parts) + charts.draw_bars(bars[:_MOST_BARS], parts, label) if bars else "<p>Nothing.</p>\n"
    )


def _judged(table: Table) -> str:
    ((objects, in_full, by_schema, not_at_all, refused),) = table.rows
    return (
        f'<p class="soft">Of {objects:,} objects {in_full:,} were judged as the API server does, {by_schema:,} by fields and types alone, '
        f"{not_at_all:,} not at all, and {refused:,} are of no kind that it knows.</p>\n"
    )


def _card(title: str, body: str, note: str = "") -> str:
    more = f'<p class="soft">{note}</p>\n' if note else ""
    return f'<section class="card">\n<h2>{title}</h2>\n{body}{more}</section>\n'


def _left(total: int, most: int, noun: str) -> str:
    left = total - most
    return f"{count_of(left, f'more {noun} is', f'more {noun}s are')} not drawn." if left > 0 else ""


def _questions(overview: Overview) -> Iterator[str]:
    for question in ("upgrade", "stuck", "drains", "trend"):
        answer = overview.answers.get(question)
        if answer is not None and answer.total:
            yield _answer(answer)


def _answer(answer: Answer) -> str:
    shown = list(answer.rows.rows)
    left = answer.total - len(shown)
    more = (
        f'<p class="soft">{left:,} more are not listed: <code>podplan fleet {answer.question} DIR --format csv=FILE</code> writes all.</p>\n'
        if left > 0
        else ""
    )
    notes = "".join(f'<p class="soft">{escape(note)}</p>\n' for note in answer.notes[: len(answer.notes)])
    tables = "".join(
        f'<div class="scroll">{_table(table)}</div>\n' for table in answer.summary if table.name != "history"
    )
    return (
        f'<details class="card">\n<summary><h2>{words.TITLES[answer.question]} <span class="soft">{answer.total:,}</span></h2></summary>\n'
        f'<p class="soft">{escape(words.about(answer))}</p>\n{notes}<div class="summary">{tables}</div>\n'
        f'<div class="scroll">{_table(answer.rows)}</div>\n{more}</details>\n'
    )


def _table(table: Table) -> str:
    rows = list(table.rows)
    heads = "".join(
        f'<th scope="col"{_style_of(row[number] for row in rows[:1])}>{words.column_name(each)}</th>'
        for number, each in enumerate(table.columns)
    )
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows)
    return f"<table>\n<tr>{heads}</tr>\n{lines}</table>\n"


def _cell(value: Any) -> str:
    # Long names break behind their slashes, not within a word.
    return f"<td{_style_of([value])}>{escape(words.cell(value)).replace('/', '/<wbr>')}</td>"


def _style_of(values: Iterable[Any]) -> str:
    return ' class="numeric"' if any(map(words.is_number, values)) else ""


def _explorer(overview: Overview, listed: int) -> str:
    total = sum(each.findings for each in overview.repositories)
    shown = len(overview.findings)
    left = []
    if shown < total:
        left.append(
            f"{total - shown:,} of {total:,} findings are left out: of each repository the worst are here."
        )
    if listed < len(overview.repositories):
        others = count_of(len(overview.repositories) - listed, "repository is", "repositories are")
        left.append(f"{others} left out: the worst are here.")
    note = f'<p class="soft">{" ".join(left)} The tables have them all.</p>\n' if left else ""
    return (
        '<section class="card" id="explorer">\n<h2>Repositories</h2>\n'
        "<noscript><p>This list needs the script of the page.</p></noscript>\n"
        f'{note}<form class="filters" id="filters" aria-label="What is listed">\n'
        '<label>Repository <input type="search" id="name" autocomplete="off"></label>\n'
        '<label>Rule <select id="rule"><option value="">all</option></select></label>\n'
        '<label>Owner <select id="owner"><option value="">all</option></select></label>\n'
        '<label class="error"><input type="checkbox" id="error" checked> errors</label>\n'
        '<label class="warning"><input type="checkbox" id="warning" checked> warnings</label>\n'
        '<label class="info"><input type="checkbox" id="info" checked> infos</label>\n'
        '<label><input type="checkbox" id="clean"> without findings, too</label>\n</form>\n'
        '<p class="soft" id="found" role="status"></p>\n<div class="scroll"><table id="repositories"></table></div>\n'
        '<p class="pages"><button type="button" id="previous">Previous</button> <span id="page"></span> '
        '<button type="button" id="next">Next</button></p>\n</section>\n'
    )


def _failed(overview: Overview) -> Iterator[str]:
    failed = [each for each in overview.repositories if each.status == "failed"]
    if failed:
        items = "".join(
            f"<li><code>{escape(each.name)}</code>: {escape(each.error or '')}</li>\n"
            for each in failed[:_MOST_FAILED]
        )
        more = f"<li>{len(failed) - _MOST_FAILED:,} more</li>\n" if len(failed) > _MOST_FAILED else ""
        yield (
            f'<details class="card" open>\n<summary><h2>Could not be judged <span class="soft">{len(failed):,}</span></h2></summary>\n'
            f"<ul>\n{items}{more}</ul>\n</details>\n"
        )
