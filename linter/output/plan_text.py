"""A plan for people: what changes, every step with its pods, what is guaranteed, and what may go wrong."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from linter.output import plan_drain, plan_summary
from linter.output.plan_rows import ASCII, UNICODE, Cell, Fold, Marks, cells, columns, drawn, rows, total
from linter.output.plan_text_nodes import node_table
from linter.output.plan_verdict import fate, paired, verdict
from linter.output.terminal import ascii_only, paint, sanitize, without_commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.planner.report.drain import DrainReport
    from linter.planner.report.plan import Change, Plan, WorkloadPlan


class Style(NamedTuple):
    """How the text is to look."""

    color: bool
    width: int
    marks: Marks
    all_steps: bool


def render(
    plan: Plan, *, color: bool = False, width: int = 100, unicode: bool = True, all_steps: bool = False
) -> str:
    """Write a plan as text.

    Args:
        plan: The plan.
        color: Use ANSI colours.
        width: Break prose at this column.
        unicode: Draw with ● ○ ◇ ◌ instead of # o ? x, and write what is not ASCII as it is.
        all_steps: Show every step; otherwise repeated ones are folded.

    Returns:
        The text, with a line break at its end. Its last line says how many objects meet which fate; objects that do not change
        are in there alone.
    """
    style = Style(color, width, UNICODE if unicode else ASCII, all_steps)
    blocks: list[str] = []
    if plan.drain is not None:
        blocks.append("\n".join(_drain(plan.drain, style)))
    others = [
        change
        for change, workload in paired(plan)
        if workload is None and (fate(change, workload) != "unchanged" or plan_summary.effects(change))
    ]
    if others:
        blocks.append("\n".join(line for each in others for line in change_lines(each, style)))
    if plan.drain is None or len(plan.workloads) <= _MOST_DRAINED or all_steps:
        blocks += ["\n".join(_workload(each, style)) for each in plan.workloads]
    blocks.append(paint(verdict(plan), "bold", color=color) if plan.changes else "Nothing to plan.")
    text = "\n\n".join(blocks)
    if not unicode:
        text = ascii_only(text)
    return without_commands(text) + "\n"


_MOST_DRAINED = 3
"""A drain of more workloads tells of each of them in one line."""


def _drain(report: DrainReport, style: Style) -> Iterator[str]:
    yield paint(plan_drain.heading(report), "bold", color=style.color)
    yield ""
    yield from _columns([plan_drain.NODE_HEADS, *map(plan_drain.node_row, report.nodes)], style)
    if report.workloads:
        yield ""
        yield from _columns(
            [plan_drain.WORKLOAD_HEADS, *map(plan_drain.workload_row, report.workloads)], style
        )
    yield ""
    for each in plan_drain.sentences(report):
        yield from wrapped(each, style)
    yield from _commands([report.command], style)


def _columns(table: Sequence[Sequence[str]], style: Style) -> Iterator[str]:
    widths = [max(_width(row[index]) for row in table) for index in range(len(table[0]))]
    for number, row in enumerate(table):
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        line = f"  {'  '.join(cells).rstrip()}"
        yield paint(line, "bold", color=style.color) if number == 0 else line


# Objects without a plan.


def change_lines(change: Change, style: Style) -> Iterator[str]:
    """Yield what becomes of an object that has no plan, and why it is refused if it is."""
    name = plan_summary.name_of(change)
    if change.change != "refused":
        yield f"{paint(name, 'bold', color=style.color)} {plan_summary.outcome_of(change)}."
        for effect in plan_summary.effects(change):
            yield from wrapped(sanitize(effect.message), style, "  ")
            yield from _commands(effect.commands, style)
        return
    text = plan_summary.outcome_of(change)
    yield f"{paint(name, 'bold', color=style.color)} {paint(text, 'red', color=style.color)}:"
    for each in change.refused:
        prefix = f"{sanitize(each.field)}: {each.reason}: " if each.field else ""
        yield from wrapped(f"{prefix}{sanitize(each.message)}", style, "  ")
    if change.commands:
        yield f"  {plan_summary.way_out(change)}"
        yield from _commands(change.commands, style)


# A workload.


def _workload(plan: WorkloadPlan, style: Style) -> Iterator[str]:
    yield from _header(plan, style)
    if plan.steps:
        yield ""
        yield from _table(plan, style)
        if plan.on_nodes is not None:
            yield ""
            yield from _nodes(plan, style)
    yield ""
    yield from _conclusions(plan, style)


def _header(plan: WorkloadPlan, style: Style) -> Iterator[str]:
    name, *rest = plan_summary.heading(plan)
    yield " · ".join([paint(name, "bold", color=style.color), *rest])
    for each in [*plan_summary.changes(plan), plan_summary.numbers(plan)]:
        yield from wrapped(each, style, "  ")
    for revision, image in plan_summary.images(plan):
        yield from wrapped(f"{revision}: {sanitize(image)}", style, "  ")


# The table.


def _table(plan: WorkloadPlan, style: Style) -> Iterator[str]:
    draw = drawn(plan)
    lines, pods = _lines(plan, style, draw=draw)
    if draw and sum(_widths(lines)) + _GAPS * len(lines[0]) > style.width:
        # Counts take less room than drawn pods.
        lines, pods = _lines(plan, style, draw=False)
    widths = _widths(lines)
    spare = style.width - sum(widths) - _GAPS * len(widths) + widths[1]
    widths[1] = min(widths[1], max(spare, _SHORTEST_TEXT))
    for number, line in enumerate(lines):
        yield _line(line, widths, pods.get(number), style, head=number == 0)
    marks = style.marks
    signs = [f"{marks.ready} Ready", f"{marks.waiting} waiting", f"{marks.terminating} terminating"]
    if any(cell.unschedulable for row in pods.values() for cell in row):
        signs.insert(2, f"{marks.unschedulable} unschedulable")
    legend = "  ".join(signs)
    if any("(+" in line[-1] for line in lines):
        legend += ", in the total as (+1)"
    yield paint(f"  {legend}", "dim", color=style.color)


def _nodes(plan: WorkloadPlan, style: Style) -> Iterator[str]:
    head, *lines = map(sanitize, node_table(plan, style.marks, style.width, all_steps=style.all_steps))
    yield paint(head, "bold", color=style.color)
    yield from (_painted(line, style) for line in lines)


_GAPS = 2
"""Blanks before each column."""
_SHORTEST_TEXT = 20
"""A step is not cut shorter than that."""


def _lines(plan: WorkloadPlan, style: Style, *, draw: bool) -> tuple[list[list[str]], dict[int, list[Cell]]]:
    """Return the table's cells as text, a row of two for steps that are left out, and the pods of each other row."""
    heads = columns(plan)
    revisions = [name for name, _ in heads]
    steps = list(rows(plan.steps, all_steps=style.all_steps))
    with_available = any(
        step.snapshot.available != step.snapshot.ready for step in steps if not isinstance(step, Fold)
    )
    lines: list[list[str]] = []
    pods: dict[int, list[Cell]] = {}
    header = ["step", "", *(heading for _, heading in heads), "ready"]
    lines.append([*header, *(["available"] if with_available else []), "total"])
    for step in [plan.initial, *steps] if plan.initial.snapshot.tallies else steps:
        if isinstance(step, Fold):
            text = f"{style.marks.fold} the same {step.times} times more (steps {step.first} to {step.last})"
            lines.append(["", text])
            continue
        snapshot = step.snapshot
        found = cells(step, revisions)
        pods[len(lines)] = found
        numbers = [str(snapshot.ready), *([str(snapshot.available)] if with_available else [])]
        drawings = [each.text(style.marks, drawn=draw) for each in found]
        label = str(step.number) if step.number else ""
        text = sanitize(step.text).replace(UNICODE.arrow, style.marks.arrow)
        lines.append([label, text, *drawings, *numbers, total(snapshot)])
    return lines, pods


def _widths(lines: Sequence[Sequence[str]]) -> list[int]:
    return [max(_width(line[index]) for line in lines if len(line) > 2) for index in range(len(lines[0]))]


def _cut(text: str, width: int) -> str:
    """Shorten a text to a width."""
    if _width(text) <= width:
        return text
    while _width(text) >= width:
        text = text[:-1]
    return f"{text}…"


def _line(
    line: Sequence[str], widths: Sequence[int], found: list[Cell] | None, style: Style, *, head: bool
) -> str:
    if len(line) == 2:
        return paint(f"  {' ' * widths[0]}  {line[1]}", "dim", color=style.color)
    parts = [line[0].rjust(widths[0])]
    for index, cell in enumerate(line[1:], 1):
        text = _cut(cell, widths[index])
        padding = " " * (widths[index] - _width(text))
        is_pods = found is not None and 2 <= index < 2 + len(found)
        parts.append((_painted(text, style) if is_pods else text) + padding)
    joined = "  " + "  ".join(parts).rstrip()
    return paint(joined, "bold", color=style.color) if head else joined


def _painted(text: str, style: Style) -> str:
    """Colour runs of drawn or counted pods."""
    if not style.color:
        return text
    marks = style.marks
    for mark, color in (
        (marks.ready, "green"),
        (marks.waiting, "yellow"),
        (marks.unschedulable, "magenta"),
        (marks.terminating, "red"),
    ):
        runs = re.compile(rf"[0-9]*(?:{re.escape(mark)})+")
        text = "".join(
            paint(part, color, color=True) if runs.fullmatch(part) else part
            for part in re.split(rf"({runs.pattern})", text)
        )
    return text


def _width(text: str) -> int:
    """Return how many columns a text takes; East Asian characters take two."""
    if text.isascii():
        return len(text)
    return sum(
        2 if unicodedata.east_asian_width(each) in "WF" else 0 if unicodedata.combining(each) else 1
        for each in text
    )


# What it comes to.


def _conclusions(plan: WorkloadPlan, style: Style) -> Iterator[str]:
    for sentence in plan_summary.sentences(plan):
        yield from wrapped(sentence, style)
    for hazard in plan_summary.hazards(plan):
        color = {"error": "red", "warning": "yellow"}.get(hazard.severity, "cyan")
        label = paint(f"{hazard.severity}:", color, color=style.color)
        yield from wrapped(f"{sanitize(hazard.message)} [{hazard.rule}]", style, "  ", label)
    if plan.summary.stuck is not None:
        label = paint("Stuck:", "red", "bold", color=style.color)
        yield from wrapped(sanitize(plan.summary.stuck.message), style, "  ", label)
        if plan.summary.stuck.commands:
            yield "Way out:"
            yield from _commands(plan.summary.stuck.commands, style)
    for note in plan.notes:
        yield from wrapped(sanitize(note), style, "  ", "Note:")


def _commands(commands: Sequence[str], style: Style) -> Iterator[str]:
    for command in commands:
        yield f"  $ {paint(sanitize(command), 'cyan', color=style.color)}"


def wrapped(text: str, style: Style, indent: str = "", label: str = "") -> list[str]:
    """Break prose into lines; words such as commands and names are never broken."""
    bare = re.sub(r"\x1b\[[0-9;]*m", "", label)
    lines = textwrap.wrap(
        text,
        max(style.width, 40),
        initial_indent=" " * (len(bare) + 1) if bare else indent,
        subsequent_indent=indent + ("  " if indent and not bare else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )
    if bare and lines:
        lines[0] = f"{label} {lines[0].lstrip()}"
    return lines
