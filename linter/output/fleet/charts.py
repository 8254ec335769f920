"""Charts as inline SVG: bars side by side and columns over time, each of stacked parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from linter.output.page import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

_LABEL: Final = 260
"""Width of the names beside bars."""
_BARS: Final = 420
"""Width of the longest bar."""
_NUMBER: Final = 70
_LINE: Final = 24
_COLUMNS: Final = 160
"""Height of the highest column."""
_STEP: Final = 44
_WIDEST: Final = 30
"""Width of a column."""
_MOST_CHARACTERS: Final = 38

STYLE: Final = """
.chart { display: block; max-width: 100%; height: auto; margin-top: .6rem; }
.chart text { fill: var(--ink); font: 12px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.chart .soft { fill: var(--soft); } .chart line { stroke: var(--rule); }
.chart .errors, .key .errors { fill: var(--bad); background: var(--bad); } .chart .warnings, .key .warnings { fill: var(--warn); background: var(--warn); }
.chart .infos, .key .infos { fill: var(--link); background: var(--link); } .chart .fine, .key .fine { fill: var(--good); background: var(--good); }
.chart .other, .key .other { fill: var(--soft); background: var(--soft); }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .5rem 0 0; padding: 0; list-style: none; color: var(--soft); font-size: .85rem; }
.key i { display: inline-block; width: .75em; height: .75em; margin-right: .4em; border-radius: .15em; }
@media print { .chart, .chart *, .key i { print-color-adjust: exact; } }
"""


class Bar(NamedTuple):
    """A bar or a column."""

    name: str
    parts: Sequence[int]
    """The length of each part, in the order of the key."""
    about: str = ""
    """More about it, shown where a pointer rests."""


class Part(NamedTuple):
    """What a part of each bar stands for."""

    name: str
    style: str
    """errors, warnings, infos, fine or other: its colour."""


def key(parts: Sequence[Part]) -> str:
    """Return what the colours mean."""
    items = "".join(f'<li><i class="{part.style}"></i>{escape(part.name)}</li>' for part in parts)
    return f'<ul class="key">{items}</ul>\n'


def draw_bars(bars: Sequence[Bar], parts: Sequence[Part], label: str) -> str:
    """Return horizontal bars, one below the other, with their names and sums."""
    longest = max((sum(bar.parts) for bar in bars), default=0) or 1
    body = []
    for number, bar in enumerate(bars):
        y, x = number * _LINE, float(_LABEL)
        body.append(
            f'<g><title>{escape(_told(bar, parts))}</title><text x="{_LABEL - 8}" y="{y + 16}" text-anchor="end">'
        )
        body.append(f"{escape(_short(bar.name))}</text>")
        for length, part in zip(bar.parts, parts, strict=True):
            width = length * _BARS / longest
            if width:
                body.append(
                    f'<rect class="{part.style}" x="{x:.1f}" y="{y + 4}" width="{max(width, 1):.1f}" height="16"/>'
                )
            x += width
        body.append(f'<text class="soft" x="{x + 6:.1f}" y="{y + 16}">{sum(bar.parts):,}</text></g>\n')
    return _svg(_LABEL + _BARS + _NUMBER, len(bars) * _LINE, "".join(body), label)


def draw_columns(columns: Sequence[Bar], parts: Sequence[Part], label: str) -> str:
    """Return upright columns, the first one leftmost, with the largest sum at the side."""
    highest = max((sum(column.parts) for column in columns), default=0) or 1
    left = 8 + 7 * len(f"{highest:,}")
    width = left + max(len(columns) * _STEP, 220)
    axes = (
        f'<line x1="{left}" y1="{_COLUMNS + 8}" x2="{width}" y2="{_COLUMNS + 8}"/><line x1="{left}" y1="8" x2="{width}" y2="8"/>'
        f'<text class="soft" x="{left - 6}" y="12" text-anchor="end">{highest:,}</text>'
        f'<text class="soft" x="{left - 6}" y="{_COLUMNS + 12}" text-anchor="end">0</text>\n'
    )
    body = [axes]
    for number, column in enumerate(columns):
        x, y = left + number * _STEP + (_STEP - _WIDEST) / 2, float(_COLUMNS + 8)
        body.append(f"<g><title>{escape(_told(column, parts))}</title>")
        for length, part in zip(column.parts, parts, strict=True):
            height = length * _COLUMNS / highest
            y -= height
            if height:
                body.append(
                    f'<rect class="{part.style}" x="{x:.1f}" y="{y:.1f}" width="{_WIDEST}" height="{height:.1f}"/>'
                )
        body.append(
            f'<text class="soft" x="{x + _WIDEST / 2:.1f}" y="{_COLUMNS + 26}" text-anchor="middle">{escape(column.name[:7])}</text></g>\n'
        )
    return _svg(width, _COLUMNS + 34, "".join(body), label)


def _told(bar: Bar, parts: Sequence[Part]) -> str:
    counts = ", ".join(f"{length:,} {part.name}" for length, part in zip(bar.parts, parts, strict=True))
    return f"{bar.name}: {counts}" + (f"; {bar.about}" if bar.about else "")


def _short(name: str) -> str:
    return name if len(name) <= _MOST_CHARACTERS else f"{name[: _MOST_CHARACTERS - 1]}…"


def _svg(width: int, height: int, body: str, label: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(label)}">\n{body}</svg>\n'
    )
