"""The curve below the lanes of a drawing: available pods, all pods, and the limits of the strategy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linter.output.picture.paper import number
from linter.output.picture.timeline import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from linter.output.picture.paper import Frame
    from linter.output.picture.timeline import Point, Timeline

CURVE_HEIGHT = 128
_APART = 12
"""Labels closer than this would touch."""


def draw_curve(timeline: Timeline, frame: Frame, top: float) -> str:
    """Draw the curve.

    Args:
        timeline: What it shows.
        frame: Where its columns are.
        top: Where it begins.
    """
    scale = CURVE_HEIGHT / timeline.top
    bottom = top + CURVE_HEIGHT

    def y(pods: int) -> float:
        return bottom - scale * pods

    parts = []
    labelled: list[float] = []
    for pods in (timeline.desired, 0, timeline.top):
        if all(abs(y(pods) - other) >= _APART for other in labelled):
            labelled.append(y(pods))
            parts.append(
                f'<path class="rule" d="M{number(frame.left)} {number(y(pods))}H{number(frame.right)}"/>'
                f'<text class="row" x="{number(frame.left - 8)}" y="{number(y(pods) + 4)}">{pods}</text>'
            )
    points = list(runs(timeline.points))
    available = _path(points, frame, [y(point.available) for point in timeline.points])
    total = _path(points, frame, [y(point.total) for point in timeline.points])
    everything = _path(points, frame, [y(point.total + point.terminating) for point in timeline.points])
    parts += [
        f'<path class="area" d="{available}V{number(bottom)}H{number(frame.left)}z"/>',
        f'<path class="line all" d="{everything}"/>',
        f'<path class="line total" d="{total}"/>',
    ]
    parts += _limits(timeline, frame, y)
    parts.append(f'<path class="line available" d="{available}"/>')
    for point, start, end in points:
        x, height = frame.x(point.column + (start + end) / 2), y(point.available)
        if timeline.floor is not None and point.available < timeline.floor:
            parts.append(f'<path class="below" d="M{number(x - 4)} {number(height + 11)}h8l-4-7z"/>')
        if point.step is not None:
            parts.append(
                f'<circle class="dot" data-step="{point.step}" cx="{number(x)}" cy="{number(height)}" r="4.5"/>'
            )
    return "".join(parts)


def _path(points: Sequence[tuple[Point, float, float]], frame: Frame, heights: Sequence[float]) -> str:
    """Return a line of steps: level within a step, upright between two."""
    path, last = "", None
    for (point, _, end), height in zip(points, heights, strict=True):
        if last is None:
            path = f"M{number(frame.x(point.column))} {number(height)}"
        elif height != last:
            path += f"V{number(height)}"
        path += f"H{number(frame.x(point.column + end))}"
        last = height
    # Level stretches in a row are one.
    return re.sub(r"(?:H[\d.]+)+(H[\d.]+)", r"\1", path)


def _limits(timeline: Timeline, frame: Frame, y: Callable[[int], float]) -> Iterator[str]:
    """Draw floor and ceiling, their names beside them; the floor's gives way where both are close."""
    limits = (("ceiling", timeline.ceiling), ("floor", timeline.floor))
    heights = {name: y(pods) for name, pods in limits if pods is not None}
    for name, pods in limits:
        if pods is None:
            continue
        height = heights[name]
        close = name == "floor" and abs(height - heights.get("ceiling", -CURVE_HEIGHT)) < _APART
        yield (
            f'<path class="limit {name}" d="M{number(frame.left)} {number(height)}H{number(frame.right)}"/>'
            f'<text class="{name}-label" x="{number(frame.right + 8)}" y="{number(height + (14 if close else 4))}">{name} {pods}</text>'
        )
