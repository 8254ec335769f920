"""A plan as a drawing: the pods round by round, old and new revisions apart, and the curve of available pods."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from linter.output.page import COLORS, escape
from linter.output.summary import count
from linter.output.terminal import without_commands
from linter.output.timeline import STATES, Lane, Point, Timeline, build, runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from linter.output.timeline import Json, State

# Beyond these, pods are drawn as bars, not one by one.
_MAX_ROWS = 12
_MAX_DRAWN_COLUMNS = 60
_ROW = 24
_BARS = 96
_CURVE = 128
_HEAD = 26
_TITLE = 24
_GAP = 14
_RIGHT = 92
_STRIPED = 14
"""Columns narrower than this have no ground of their own: stripes would flicker."""
_APART = 12
"""Labels closer than this would touch."""
_CHARACTER = 6.3
"""About how wide a character of the small labels is."""

STYLE = """
.chart { font-family: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-size: 11px; }
.chart text { fill: var(--soft); }
.chart .number { text-anchor: middle; pointer-events: none; font-variant-numeric: tabular-nums; }
.chart .row { text-anchor: end; }
.chart .lane { fill: var(--ink); font-size: 12px; font-weight: 600; }
.chart .lane tspan { fill: var(--soft); font-weight: 400; }
.chart .rule { stroke: var(--rule); }
.chart .band { fill: transparent; }
.chart .column.even .band { fill: var(--panel); }
.chart .column.lit .band { fill: var(--mark); }
.chart .operation { fill: var(--soft); }
.pod { stroke-width: 1.6; }
.pod.ready { fill: var(--ready); stroke: var(--ready); }
.pod.waiting { fill: url(#dots); stroke: var(--waiting); }
.pod.created { fill: var(--paper); stroke: var(--created); }
.pod.terminating { fill: url(#hatch); stroke: var(--terminating); stroke-dasharray: 2.4 1.8; }
.bar { stroke-width: 1; }
.bar.created { fill: url(#stripes); }
.sign { fill: none; stroke: var(--paper); stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.sign.plus { stroke: var(--created); }
.dots { fill: var(--waiting); } .hatch { stroke: var(--terminating); } .stripes { stroke: var(--created); }
.ground { fill: var(--paper); }
.area { fill: var(--ready); opacity: .16; }
.line { fill: none; stroke-linejoin: round; }
.line, .area, .limit, .rule, .dot { pointer-events: none; }
.line.available { stroke: var(--ready); stroke-width: 2.4; }
.line.total { stroke: var(--created); stroke-width: 1.4; stroke-dasharray: 5 3; }
.line.all { stroke: var(--terminating); stroke-width: 1.2; stroke-dasharray: 1.5 2.5; }
.limit { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 9 4; }
.limit.floor { stroke: var(--bad); }
.chart .below { fill: var(--bad); }
.chart .floor-label { fill: var(--bad); }
.dot { fill: var(--ink); visibility: hidden; } .dot.lit { visibility: visible; }
.chart .heading { fill: var(--ink); font-size: 16px; font-weight: 650; }
.chart .facts { font-size: 12px; }
.chart .stuck { fill: var(--bad); font-weight: 600; }
"""
"""The style of the drawings, in terms of the colours of `page.COLORS`."""

DEFINITIONS = """<defs>
<pattern id="dots" width="4" height="4" patternUnits="userSpaceOnUse"><rect class="ground" width="4" height="4"/><circle class="dots" cx="2" cy="2" r="1.05"/></pattern>
<pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground" width="4" height="4"/><path class="hatch" d="M1 0V4" stroke-width="1.3"/></pattern>
<pattern id="stripes" width="4" height="4" patternUnits="userSpaceOnUse"><rect class="ground" width="4" height="4"/><path class="stripes" d="M0 2H4" stroke-width="1.6"/></pattern>
<g id="pod-ready"><circle class="pod ready" r="7.8"/><path class="sign" d="M-3 .3-.8 2.6 3.2-2.2"/></g>
<g id="pod-waiting"><circle class="pod waiting" r="7.8"/></g>
<g id="pod-created"><circle class="pod created" r="7.8"/><path class="sign plus" d="M-3 0H3M0-3V3"/></g>
<g id="pod-terminating"><circle class="pod terminating" r="7.8"/></g>
</defs>
"""
"""What the drawings refer to; once in every document that holds any."""


class Drawing(NamedTuple):
    """The inside of an svg element, and its size."""

    width: float
    height: float
    body: str


class _Frame(NamedTuple):
    """Where things stand."""

    left: float
    column: float
    columns: int
    single: bool
    """Pods are drawn one by one."""

    @property
    def right(self) -> float:
        return self.left + self.column * self.columns

    def x(self, column: float) -> float:
        return self.left + self.column * column


def render(plan: Json) -> str:
    """Return an SVG document with all workloads of a plan, one below the other.

    It follows the reader's light or dark scheme and needs nothing from outside.

    Args:
        plan: The plan as its JSON (see docs/outputs.md).
    """
    blocks, y, width = [], 24.0, 460.0
    for workload in plan.get("workloads") or []:
        drawn, facts = draw(build(workload)), list(_facts(workload))
        blocks.append(
            f'<text class="heading" x="20" y="{_n(y + 16)}">{escape(_cut(heading(workload), 80))}</text>'
        )
        blocks += [
            f'<text class="{name}" x="20" y="{_n(y + 38 + 18 * number)}">{escape(_cut(text, 110))}</text>'
            for number, (name, text) in enumerate(facts)
        ]
        top = y + 38 + 18 * len(facts)
        blocks.append(f'<g transform="translate(20 {_n(top)})">{drawn.body}</g>')
        y = top + drawn.height + 28
        width = max(width, drawn.width + 40, 40 + 7.2 * max(len(line) for _, line in facts))
    if not blocks:
        blocks.append(
            f'<text class="facts" x="20" y="{_n(y + 12)}">No workload has anything to roll out.</text>'
        )
        y += 36
    key = legend()
    blocks.append(f'<g transform="translate(20 {_n(y)})">{key.body}</g>')
    width, height = max(width, key.width + 40), y + key.height + 16
    name = "; ".join(heading(workload) for workload in plan.get("workloads") or []) or "Nothing to roll out"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'width="{_n(width)}" height="{_n(height)}" role="img">\n<title>{escape(name)}</title>\n'
        f"<style>{COLORS}{STYLE}</style>\n{DEFINITIONS}"
        f'<rect class="ground" width="100%" height="100%"/>\n{"".join(blocks)}\n</svg>\n'
    )


def heading(workload: Json) -> str:
    """Say which workload it is and what happens to it."""
    title = workload.get("title") or workload.get("operation") or ""
    about = f"{workload['kind']} {workload['namespace']}/{workload['name']}"
    return f"{about}: {title}" if title else about


def outcome(workload: Json) -> str:
    """Say in one line how a plan ends and what holds on the way."""
    summary = workload.get("summary") or {}
    rounds = count(int(summary.get("rounds") or 0), "round")
    end = (
        f"completes in {rounds}" if summary.get("completes") else f"does not complete; stands after {rounds}"
    )
    with_terminating = summary.get("max_pods_with_terminating")
    most = f"at most {count(int(summary.get('max_pods') or 0), 'pod')}"
    if with_terminating is not None and with_terminating != summary.get("max_pods"):
        most += f" ({with_terminating} with terminating ones)"
    return f"{end[0].upper()}{end[1:]} · at least {summary.get('min_available', 0)} available · {most}"


def _facts(workload: Json) -> Iterator[tuple[str, str]]:
    yield "facts", outcome(workload)
    stuck = (workload.get("summary") or {}).get("stuck")
    if stuck:
        from textwrap import wrap

        text = str(stuck.get("message") or stuck.get("reason") or "stuck")
        yield from (("facts stuck", line) for line in wrap(text, 90))


def draw(timeline: Timeline) -> Drawing:
    """Draw one workload: the lanes of its revisions above the curve, on the same columns."""
    single = len(timeline.columns) <= _MAX_DRAWN_COLUMNS and all(
        lane.height <= _MAX_ROWS for lane in timeline.lanes
    )
    frame = _frame(timeline, single=single)
    lanes: list[tuple[Lane, float]] = []
    y = float(_HEAD)
    for lane in timeline.lanes:
        y += _TITLE
        lanes.append((lane, y))
        y += _lane_height(lane, single=single) + _GAP
    curve = y + _TITLE + 6
    height = curve + _CURVE + 12
    parts = [_columns(timeline, frame, lanes, height)]
    for lane, top in lanes:
        parts.append(_lane_title(lane, top))
        if single:
            parts += [
                f'<text class="row" x="{_n(frame.left - 8)}" y="{_n(top + _ROW * (row + 0.5) + 4)}">{escape(_cut(name, 22))}</text>'
                for row, name in enumerate(lane.rows)
            ]
    parts.append(f'<text class="lane" x="0" y="{_n(curve - 14)}">pods over time</text>')
    parts.append(_curve(timeline, frame, curve))
    return Drawing(max(frame.right + _RIGHT, 420), height, "".join(parts))


def legend() -> Drawing:
    """Draw what the signs mean."""
    words = {
        "ready": "ready",
        "waiting": "waiting to become ready",
        "created": "created this round",
        "terminating": "terminating",
    }
    parts, x = [], 8.0
    for state in STATES:
        parts.append(_pod(state, x, 10) + f'<text x="{_n(x + 13)}" y="14">{words[state]}</text>')
        x += 34 + _CHARACTER * len(words[state])
    widest, x = x, 0.0
    for name, word in (("available", "available"), ("total", "pods"), ("all", "with terminating ones")):
        parts.append(
            f'<path class="line {name}" d="M{_n(x)} 34h22"/><text x="{_n(x + 28)}" y="38">{word}</text>'
        )
        x += 50 + _CHARACTER * len(word)
    return Drawing(max(widest, x), 44, "".join(parts))


def _frame(timeline: Timeline, *, single: bool) -> _Frame:
    number = max(1, len(timeline.columns))
    names = [name for lane in timeline.lanes for name in lane.rows] if single else []
    longest = max((min(len(name), 22) for name in names), default=0)
    left = max(46.0, 14 + _CHARACTER * max(longest, len(str(timeline.top))))
    narrowest = 24.0 if single else 7.0
    return _Frame(left, min(72.0, max(narrowest, 660 / number)), number, single)


def _lane_height(lane: Lane, *, single: bool) -> float:
    return _ROW * lane.height if single else _BARS


def _columns(timeline: Timeline, frame: _Frame, lanes: list[tuple[Lane, float]], height: float) -> str:
    widest = _CHARACTER * max((len(column.label) for column in timeline.columns), default=1) + 8
    every = math.ceil(widest / frame.column)
    tallest = max((cell.total for lane, _ in lanes for cell in lane.cells), default=1) or 1
    parts = [f'<text x="0" y="{_HEAD - 10}">round</text>']
    for index, column in enumerate(timeline.columns):
        x = frame.x(index)
        inside = [
            (
                f"<title>{escape_lines(column.title)}</title>"
                f'<rect class="band" x="{_n(x)}" y="0" width="{_n(frame.column)}" height="{_n(height)}"/>'
            )
        ]
        if column.operation:
            inside.append(
                f'<path class="operation" d="M{_n(x + frame.column / 2 - 4)} {_HEAD - 5}h8l-4 5z"/>'
            )
        for lane, top in lanes:
            if frame.single:
                inside += _pods(lane, index, x + frame.column / 2, top)
            else:
                inside += _bars(lane, index, x, frame.column, top, tallest)
        even = " even" if index % 2 == 0 and frame.column >= _STRIPED else ""
        parts.append(f'<g class="column{even}" data-column="{index}">{"".join(inside)}</g>')
    # The numbers come last: a wide one reaches into the next column.
    parts += [
        f'<text class="number" x="{_n(frame.x(index + 0.5))}" y="{_HEAD - 10}">{column.label}</text>'
        for index, column in enumerate(timeline.columns)
        if index % every == 0
    ]
    return "".join(parts)


def escape_lines(text: str) -> str:
    """Escape a text line by line, keeping the lines."""
    return without_commands("\n".join(map(escape, text.split("\n"))))


def _lane_title(lane: Lane, top: float) -> str:
    name = f"{lane.role} {lane.revision}".strip()
    image = f'<tspan dx="7">{escape(_cut(lane.image, 60))}</tspan>' if lane.image else ""
    return f'<text class="lane" x="0" y="{_n(top - 7)}">{escape(name)}{image}</text>'


def _pods(lane: Lane, column: int, x: float, top: float) -> Iterator[str]:
    cell = lane.cells[column]
    if lane.rows:
        for row in range(len(lane.rows)):
            here = [pod.state for pod in cell.pods if pod.row == row]
            for number, state in enumerate(here):
                # A pod and its successor on the same node stand side by side.
                shift = 9.0 * (number - (len(here) - 1) / 2)
                yield _pod(state, x + shift, top + _ROW * (row + 0.5))
        return
    stacked = [state for state in STATES for _ in range(cell.counts[state])]
    for row, state in enumerate(stacked):
        yield _pod(state, x, top + _ROW * (lane.height - row - 0.5))


def _pod(state: State, x: float, y: float) -> str:
    return f'<use href="#pod-{state}" x="{_n(x)}" y="{_n(y)}"/>'


def _bars(lane: Lane, column: int, x: float, width: float, top: float, tallest: int) -> Iterator[str]:
    margin = 1.0 if width < 14 else 3.0
    y = top + _BARS
    for state in STATES:
        number = lane.cells[column].counts[state]
        if number:
            height = (_BARS - 14) * number / tallest
            y -= height
            yield (
                f'<rect class="pod bar {state}" x="{_n(x + margin)}" y="{_n(y)}" '
                f'width="{_n(width - 2 * margin)}" height="{_n(height)}"/>'
            )
    total = lane.cells[column].total
    if total and width >= 7 * len(str(total)):
        yield f'<text class="number" x="{_n(x + width / 2)}" y="{_n(y - 4)}">{total}</text>'


def _curve(timeline: Timeline, frame: _Frame, top: float) -> str:
    scale = _CURVE / timeline.top
    bottom = top + _CURVE

    def y(number: int) -> float:
        return bottom - scale * number

    parts = []
    labelled: list[float] = []
    for number in (timeline.desired, 0, timeline.top):
        if all(abs(y(number) - other) >= _APART for other in labelled):
            labelled.append(y(number))
            parts.append(
                f'<path class="rule" d="M{_n(frame.left)} {_n(y(number))}H{_n(frame.right)}"/>'
                f'<text class="row" x="{_n(frame.left - 8)}" y="{_n(y(number) + 4)}">{number}</text>'
            )
    points = list(runs(timeline.points))
    available = _path(points, frame, [y(point.available) for point in timeline.points])
    total = _path(points, frame, [y(point.total) for point in timeline.points])
    everything = _path(points, frame, [y(point.total + point.terminating) for point in timeline.points])
    if points:
        parts += [
            f'<path class="area" d="{available}V{_n(bottom)}H{_n(frame.left)}z"/>',
            f'<path class="line all" d="{everything}"/>',
            f'<path class="line total" d="{total}"/>',
        ]
    parts += _limits(timeline, frame, y)
    if points:
        parts.append(f'<path class="line available" d="{available}"/>')
    for point, start, end in points:
        x, height = frame.x(point.column + (start + end) / 2), y(point.available)
        if timeline.floor is not None and point.available < timeline.floor:
            parts.append(f'<path class="below" d="M{_n(x - 4)} {_n(height + 11)}h8l-4-7z"/>')
        if point.step is not None:
            parts.append(
                f'<circle class="dot" data-step="{point.step}" cx="{_n(x)}" cy="{_n(height)}" r="4.5"/>'
            )
    return "".join(parts)


def _path(points: Sequence[tuple[Point, float, float]], frame: _Frame, heights: Sequence[float]) -> str:
    """Return a line of steps: level within a step, upright between two."""
    path, last = "", None
    for (point, _, end), height in zip(points, heights, strict=True):
        if last is None:
            path = f"M{_n(frame.x(point.column))} {_n(height)}"
        elif height != last:
            path += f"V{_n(height)}"
        path += f"H{_n(frame.x(point.column + end))}"
        last = height
    # Level stretches in a row are one.
    return re.sub(r"(?:H[\d.]+)+(H[\d.]+)", r"\1", path)


def _limits(timeline: Timeline, frame: _Frame, y: Callable[[int], float]) -> Iterator[str]:
    """Draw floor and ceiling, their names beside them; the floor's gives way where both are close."""
    heights = {
        name: y(number)
        for name, number in (("ceiling", timeline.ceiling), ("floor", timeline.floor))
        if number is not None
    }
    for name, height in heights.items():
        number = timeline.ceiling if name == "ceiling" else timeline.floor
        close = name == "floor" and abs(height - heights.get("ceiling", -_CURVE)) < _APART
        yield (
            f'<path class="limit {name}" d="M{_n(frame.left)} {_n(height)}H{_n(frame.right)}"/>'
            f'<text class="{name}-label" x="{_n(frame.right + 8)}" y="{_n(height + (14 if close else 4))}">{name} {number}</text>'
        )


def _n(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")


def _cut(text: str, length: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"
