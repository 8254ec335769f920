"""The rows of a lane by node: as high as its pods need, with a line of signs, or signs with numbers where a line is too short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.output.picture.paper import CHARACTER, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linter.output.picture.paper import Frame
    from linter.output.picture.timeline import Color, Lane, Pod

ROW = 24
_SIGN = 18.0
"""How wide a pod is with the space around it."""


def row_lines(lane: Lane, frame: Frame) -> list[int]:
    """Return how many lines each row of a lane needs."""
    return [
        max(1, *(len(_arranged(_of_row(cell.pods, row), frame)) for cell in lane.cells))
        for row in range(len(lane.rows))
    ]


def row_tops(lane: Lane, frame: Frame, top: float) -> list[float]:
    """Return where each row of a lane begins, and where the last one ends."""
    tops = [top]
    for lines in row_lines(lane, frame):
        tops.append(tops[-1] + ROW * lines)
    return tops


def draw_pods(lane: Lane, column: int, frame: Frame, tops: Sequence[float]) -> Iterator[str]:
    """Draw the pods of a lane in one column."""
    colors: Mapping[str, Color] = {revision.name: revision.color for revision in lane.revisions}
    middle = frame.x(column + 0.5)
    for row, top in enumerate(tops[:-1]):
        for line, items in enumerate(_arranged(_of_row(lane.cells[column].pods, row), frame)):
            y = top + ROW * (line + 0.5)
            x = middle - sum(map(_width, items)) / 2
            for pod in items:
                yield (
                    f'<use class="{colors[pod.revision]}" href="#pod-{pod.state}" x="{number(x + _SIGN / 2)}" y="{number(y)}"/>'
                )
                if pod.number > 1:
                    yield f'<text x="{number(x + _SIGN)}" y="{number(y + 4)}">{pod.number}</text>'
                x += _width(pod)


def _of_row(pods: Sequence[Pod], row: int) -> list[Pod]:
    return [pod for pod in pods if pod.row == row]


def _arranged(pods: Sequence[Pod], frame: Frame) -> list[list[Pod]]:
    """Return the signs of each line: every pod in one line if it is long enough, else a line for those that are alike."""
    if _SIGN * sum(pod.number for pod in pods) <= frame.column:
        return [[pod._replace(number=1) for pod in pods for _ in range(pod.number)]]
    return [[pod] for pod in pods]


def _width(pod: Pod) -> float:
    return _SIGN if pod.number == 1 else _SIGN + CHARACTER * len(str(pod.number))
