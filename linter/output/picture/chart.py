"""The drawing of one workload's plan: lanes of pods above the curve of available ones, on the same columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from linter.output.page import escape
from linter.output.picture import node_rows
from linter.output.picture.curve import CURVE_HEIGHT, draw_curve
from linter.output.picture.paper import CHARACTER, Frame, cut, number
from linter.output.picture.timeline import STATES
from linter.output.terminal import without_commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.output.picture.timeline import Color, Lane, Revision, State, Timeline

_MAX_STACK = 12
"""Pods without an identity are drawn as bars, not one by one, where they are more than these."""
_MAX_DRAWN_COLUMNS = 60
_WIDTH = 560
"""Short rollouts fill it; long ones are wider."""
_WIDEST_COLUMN = 240
_ROW = node_rows.ROW
_BARS = 96
_HEAD = 26
_TITLE = 18
_GAP = 14
_RIGHT = 84
_STRIPED = 14
"""Columns narrower than this have no ground of their own: stripes would flicker."""

WORDS: dict[State, str] = {
    "ready": "ready",
    "waiting": "waiting to become ready",
    "created": "created this round",
    "failing": "never becomes ready",
    "unschedulable": "fits on no node",
    "terminating": "terminating",
}
"""What the signs mean."""


class Drawing(NamedTuple):
    """The inside of an svg element, and its size."""

    width: float
    height: float
    body: str


def draw(timeline: Timeline) -> Drawing:
    """Draw one workload."""
    single = len(timeline.columns) <= _MAX_DRAWN_COLUMNS and all(
        lane.rows or lane.height <= _MAX_STACK for lane in timeline.lanes
    )
    # Bars would not tell on which nodes the pods are.
    single |= any(lane.by_node for lane in timeline.lanes)
    frame = _frame(timeline, single=single)
    lanes: list[tuple[Lane, float]] = []
    y = float(_HEAD)
    for lane in timeline.lanes:
        y += 6 + _TITLE * len(lane.revisions)
        lanes.append((lane, y))
        y += _height(lane, frame) + _GAP
    curve = y + 30
    height = curve + CURVE_HEIGHT + 12
    parts = [_columns(timeline, frame, lanes, height)]
    for lane, top in lanes:
        parts += _lane_titles(lane.revisions, top)
        if lane.by_node:
            parts += [
                f'<path class="rule" d="M0 {number(y)}H{number(frame.right)}"/>'
                for y in _row_tops(lane, frame, top)
            ]
        if single:
            parts += [
                f'<text class="row" x="{number(frame.left - 8)}" y="{number(y + _ROW / 2 + 4)}">{escape(cut(name, lane.longest_name))}</text>'
                for name, y in zip(lane.rows, _row_tops(lane, frame, top), strict=False)
            ]
    parts.append(f'<text class="lane" x="0" y="{number(curve - 14)}">pods over time</text>')
    parts.append(draw_curve(timeline, frame, curve))
    return Drawing(frame.right + _RIGHT, height, "".join(parts))


def legend(states: Sequence[State]) -> Drawing:
    """Draw what the signs mean that are in a drawing."""
    parts, x = [], 8.0
    for state in states:
        # The colour tells the revision, and this is none.
        parts.append(
            f'<use href="#pod-{state}" x="{number(x)}" y="10"/>'
            f'<text x="{number(x + 13)}" y="14">{WORDS[state]}</text>'
        )
        x += 34 + CHARACTER * len(WORDS[state])
    widest, x = x, 0.0
    for name, word in (("available", "available"), ("total", "pods"), ("all", "with terminating ones")):
        parts.append(
            f'<path class="line {name}" d="M{number(x)} 34h22"/><text x="{number(x + 28)}" y="38">{word}</text>'
        )
        x += 50 + CHARACTER * len(word)
    return Drawing(max(widest, x), 44, "".join(parts))


def _frame(timeline: Timeline, *, single: bool) -> Frame:
    columns = len(timeline.columns)
    names = [cut(name, lane.longest_name) for lane in timeline.lanes for name in lane.rows] if single else []
    longest = max(map(len, names), default=0)
    left = max(46.0, 14 + CHARACTER * max(longest, len(str(timeline.top))))
    narrowest = 24.0 if single else 7.0
    return Frame(left, min(_WIDEST_COLUMN, max(narrowest, _WIDTH / columns)), columns, single)


def _height(lane: Lane, frame: Frame) -> float:
    if not frame.single:
        return _BARS
    return _row_tops(lane, frame, 0)[-1] if lane.by_node else _ROW * lane.height


def _row_tops(lane: Lane, frame: Frame, top: float) -> list[float]:
    """Return where each row of a lane begins, and where the last one ends."""
    if lane.by_node:
        return node_rows.row_tops(lane, frame, top)
    return [top + _ROW * row for row in range(len(lane.rows) + 1)]


def _columns(timeline: Timeline, frame: Frame, lanes: list[tuple[Lane, float]], height: float) -> str:
    widest = CHARACTER * max(len(column.label) for column in timeline.columns) + 8
    every = math.ceil(widest / frame.column)
    tallest = max((cell.total for lane, _ in lanes for cell in lane.cells), default=1) or 1
    parts = [f'<text x="0" y="{_HEAD - 10}">round</text>']
    for index, column in enumerate(timeline.columns):
        x = frame.x(index)
        inside = [
            (
                f"<title>{escape_lines(column.title)}</title>"
                f'<rect class="band" x="{number(x)}" y="0" width="{number(frame.column)}" height="{number(height)}"/>'
            )
        ]
        if column.operation:
            inside.append(
                f'<path class="operation" d="M{number(x + frame.column / 2 - 4)} {_HEAD - 5}h8l-4 5z"/>'
            )
        for lane, top in lanes:
            if lane.by_node:
                inside += node_rows.draw_pods(lane, index, frame, _row_tops(lane, frame, top))
            elif frame.single:
                inside += _pods(lane, index, frame, top)
            else:
                inside += _bars(lane, index, x, frame.column, top, tallest)
        even = " even" if index % 2 == 0 and frame.column >= _STRIPED else ""
        parts.append(f'<g class="column{even}" data-column="{index}">{"".join(inside)}</g>')
    # The numbers come last: a wide one reaches into the next column.
    parts += [
        f'<text class="number{" now" if index == 0 else ""}" x="{number(frame.x(index + 0.5))}" y="{_HEAD - 10}">{column.label}</text>'
        for index, column in enumerate(timeline.columns)
        if index % every == 0
    ]
    return "".join(parts)


def escape_lines(text: str) -> str:
    """Escape a text line by line, keeping the lines."""
    return without_commands("\n".join(map(escape, text.split("\n"))))


def _lane_titles(revisions: Sequence[Revision], top: float) -> Iterator[str]:
    """Name the revisions, a line each, with their colours."""
    for line, revision in enumerate(reversed(revisions)):
        y = number(top - 7 - _TITLE * line)
        name = escape(f"{revision.role} {revision.name}".strip())
        image = f'<tspan dx="7">{escape(cut(revision.image, 70))}</tspan>' if revision.image else ""
        yield (
            f'<circle class="filled {revision.color}" cx="5" cy="{number(top - 11 - _TITLE * line)}" r="4.5"/>'
            f'<text class="lane" x="15" y="{y}">{name}{image}</text>'
        )


def _pods(lane: Lane, column: int, frame: Frame, top: float) -> Iterator[str]:
    cell, x = lane.cells[column], frame.x(column + 0.5)
    if lane.rows:
        colors = {revision.name: revision.color for revision in lane.revisions}
        for row in range(len(lane.rows)):
            pods = [pod for pod in cell.pods if pod.row == row]
            for index, pod in enumerate(pods):
                # A pod and its successor on the same node stand side by side.
                shift = min(18.0, frame.column / 3) * (index - (len(pods) - 1) / 2)
                yield _pod(pod.state, colors[pod.revision], x + shift, top + _ROW * (row + 0.5))
        return
    stacked = [state for state in STATES for _ in range(cell.counts[state])]
    for row, state in enumerate(stacked):
        yield _pod(state, lane.revisions[0].color, x, top + _ROW * (lane.height - row - 0.5))


def _pod(state: State, color: Color, x: float, y: float) -> str:
    return f'<use class="{color}" href="#pod-{state}" x="{number(x)}" y="{number(y)}"/>'


def _bars(lane: Lane, column: int, x: float, width: float, top: float, tallest: int) -> Iterator[str]:
    margin = 1.0 if width < 14 else min(3.0 + width / 20, 10)
    y = top + _BARS
    for color, state, amount in _amounts(lane, column):
        height = (_BARS - 14) * amount / tallest
        y -= height
        yield (
            f'<rect class="pod bar {color} {state}" x="{number(x + margin)}" y="{number(y)}" '
            f'width="{number(width - 2 * margin)}" height="{number(height)}"/>'
        )
    total = lane.cells[column].total
    if total and width >= 7 * len(str(total)):
        yield f'<text class="number" x="{number(x + width / 2)}" y="{number(y - 4)}">{total}</text>'


def _amounts(lane: Lane, column: int) -> Iterator[tuple[Color, State, int]]:
    """Yield how many pods of a lane have a colour and a state; none that nobody has."""
    cell = lane.cells[column]
    for revision in lane.revisions:
        for state in STATES:
            if lane.rows:
                pods = [pod for pod in cell.pods if (pod.revision, pod.state) == (revision.name, state)]
                amount = len(pods)
            else:
                amount = cell.counts[state]
            if amount:
                yield revision.color, state, amount
