"""A plan as a drawing in a file of its own: what becomes of every object, and the pods of each workload round by round."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from linter.output import plan_drain, plan_summary
from linter.output.page import COLORS, escape
from linter.output.picture.chart import draw, legend
from linter.output.picture.paper import cut, number
from linter.output.picture.style import BARS, DEFINITIONS, STYLE
from linter.output.picture.timeline import build
from linter.output.plan_verdict import fate, paired, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linter.planner.report.drain import DrainReport
    from linter.planner.report.plan import Change, Plan, WorkloadPlan

_LINE = 18
_WIDEST = 110
"""Characters of a line of prose."""
_PROSE = 6.9
"""About how wide a character of the prose is."""
_TEXTS = """
.chart .verdict { fill: var(--ink); font-size: 18px; font-weight: 650; }
.chart .heading { fill: var(--ink); font-size: 16px; font-weight: 650; }
.chart .fact { font-size: 12px; }
.chart .good { fill: var(--good); } .chart .warning { fill: var(--warn); } .chart .bad { fill: var(--bad); font-weight: 600; }
.chart .command { fill: var(--ink); font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 12px; white-space: pre; }
"""


class _Line(NamedTuple):
    """A line of text: its class, and its text."""

    kind: str
    text: str


class _Block(NamedTuple):
    """Something of the drawing that stands below what was before."""

    width: float
    height: float
    body: str


def render(plan: Plan) -> str:
    """Return an SVG document with all that a plan says, one object below the other.

    It follows the reader's light or dark scheme and needs nothing from outside.
    """
    blocks: list[_Block] = []
    words = verdict(plan) or "Nothing to plan."
    blocks.append(_texts([_Line("verdict", words)], 30))
    if plan.drain is not None:
        blocks.append(_texts(_drain(plan.drain)))
    others = [
        line
        for change, workload in paired(plan)
        if workload is None and fate(change, None) not in {"is refused", "unchanged"}
        for line in _other(change)
    ]
    if others:
        blocks.append(_texts(others))
    for change, workload in paired(plan):
        if workload is not None:
            blocks += _workload(workload)
        elif change.refused:
            blocks.append(_texts(_refused(change)))
    y, parts = 24.0, []
    for block in blocks:
        parts.append(f'<g transform="translate(20 {number(y)})">{block.body}</g>')
        y += block.height
    width = max(460.0, 40 + max(block.width for block in blocks))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {number(width)} {number(y)}" '
        f'width="{number(width)}" height="{number(y)}" role="img">\n<title>{escape(words)}</title>\n'
        f"<style>{COLORS}{STYLE}{BARS}{_TEXTS}</style>\n{DEFINITIONS}"
        f'<rect class="ground" width="100%" height="100%"/>\n{"".join(parts)}\n</svg>\n'
    )


def _drain(report: DrainReport) -> Iterator[_Line]:
    yield _Line("heading", plan_drain.heading(report))
    for table in (
        [plan_drain.NODE_HEADS, *map(plan_drain.node_row, report.nodes)],
        [plan_drain.WORKLOAD_HEADS, *map(plan_drain.workload_row, report.workloads)],
    ):
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row in table if len(table) > 1 else ():
            yield _Line("command", "  ".join(map(str.ljust, row, widths)).rstrip())
    for text in plan_drain.sentences(report):
        yield _Line("fact", text)
    yield from _commands([report.command])


def _workload(plan: WorkloadPlan) -> Iterator[_Block]:
    timeline = build(plan)
    drawn, key = draw(timeline), legend(timeline.states)
    yield _texts(_above(plan), 8)
    yield _Block(drawn.width, drawn.height + 10, drawn.body)
    yield _Block(key.width, key.height + 14, key.body)
    yield _texts(_below(plan))


def _above(plan: WorkloadPlan) -> Iterator[_Line]:
    name, *rest = plan_summary.heading(plan)
    yield _Line("heading", cut(" · ".join([name, *rest]), 90))
    for text in (*plan_summary.changes(plan), plan_summary.numbers(plan)):
        yield _Line("fact", text)


def _below(plan: WorkloadPlan) -> Iterator[_Line]:
    stuck = plan.summary.stuck
    if stuck is not None:
        yield _Line("fact bad", f"Stuck: {stuck.message}")
        yield from _ways_out("Way out:", stuck.commands)
    for text in plan_summary.sentences(plan):
        yield _Line("fact", text)
    for hazard in plan_summary.hazards(plan):
        kind = {"error": "fact bad", "warning": "fact warning"}.get(hazard.severity, "fact")
        yield _Line(kind, f"{hazard.severity}: {hazard.message} [{hazard.rule}]")
    for text in plan.notes:
        yield _Line("fact", f"Note: {text}")


def _other(change: Change) -> Iterator[_Line]:
    yield _Line("fact", f"{plan_summary.name_of(change)} {plan_summary.outcome_of(change)}")
    for effect in plan_summary.effects(change):
        yield _Line("fact", effect.message)
        yield from _commands(effect.commands)


def _refused(change: Change) -> Iterator[_Line]:
    yield _Line("heading", cut(f"{plan_summary.name_of(change)} {plan_summary.refusal(change)}", 90))
    for each in change.refused:
        yield _Line("fact bad", f"{each.field}: {each.message}" if each.field else each.message)
    yield from _ways_out(plan_summary.way_out(change), change.commands)


def _ways_out(title: str, commands: Iterable[str]) -> Iterator[_Line]:
    lines = list(_commands(commands))
    if lines:
        yield _Line("fact", title)
        yield from lines


def _commands(commands: Iterable[str]) -> Iterator[_Line]:
    for command in commands:
        yield _Line("command", f"  $ {command}")


def _texts(lines: Iterable[_Line], below: float = 22) -> _Block:
    """Set lines of text; long ones are broken, and commands never are."""
    parts, y, widest = [], 0.0, 0.0
    for kind, text in lines:
        pieces = [text] if kind in {"command", "heading", "verdict"} else wrap(text, _WIDEST)
        for piece in pieces:
            y += _LINE + (4 if kind in {"heading", "verdict"} else 0)
            parts.append(f'<text class="{kind}" x="0" y="{number(y - 5)}">{escape(piece)}</text>')
            size = {"verdict": 10.0, "heading": 9.0, "command": 7.4}.get(kind, _PROSE)
            widest = max(widest, size * len(piece))
    return _Block(widest, y + below, "".join(parts))
