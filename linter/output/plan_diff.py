"""What an update changes, object by object: all fields that change, and in a line how each workload gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.output import plan_summary
from linter.output.plan_rows import ASCII, UNICODE
from linter.output.plan_text import Style, change_lines, wrapped
from linter.output.plan_verdict import fate, paired, verdict
from linter.output.summary import count
from linter.output.terminal import ascii_only, paint, sanitize, without_commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.planner.report.plan import Change, Plan, WorkloadPlan


def render(plan: Plan, *, color: bool = False, width: int = 100, unicode: bool = True) -> str:
    """Write what a plan changes as text.

    Args:
        plan: The plan of an update.
        color: Use ANSI colours.
        width: Break prose at this column.
        unicode: Write what is not ASCII as it is.

    Returns:
        The text, with a line break at its end. Its last line says how many objects meet which fate; objects that do not change are in
        there alone.
    """
    style = Style(color, width, UNICODE if unicode else ASCII, all_steps=False)
    blocks = [
        "\n".join(_block(change, workload, style))
        for change, workload in paired(plan)
        if fate(change, workload) != "unchanged"
    ]
    blocks.append(paint(verdict(plan), "bold", color=color) if plan.changes else "Nothing to compare.")
    text = "\n\n".join(blocks)
    return without_commands(text if unicode else ascii_only(text)) + "\n"


def _block(change: Change, workload: WorkloadPlan | None, style: Style) -> Iterator[str]:
    if workload is None:
        yield from change_lines(change, style)
        found = change.differences
    else:
        name = paint(plan_summary.name_of(change), "bold", color=style.color)
        yield f"{name} {fate(change, workload)}."
        found = workload.differences
    for each in found:
        yield from wrapped(plan_summary.difference(each), style, "  ")
    if workload is None:
        return
    if not workload.differences:
        yield "  The files change nothing of it; it is still on its way."
    if workload.steps:
        text = plan_summary.guarantee(workload)
        if workload.summary.waves and workload.initial.snapshot.available:
            text += f" Takes {count(workload.summary.waves, 'wave')}."
        yield from wrapped(text, style, "  ")
    if (stuck := workload.summary.stuck) is not None:
        yield from wrapped(f"Stuck: {sanitize(stuck.message)}", style, "  ")
    for hazard in plan_summary.hazards(workload):
        yield from wrapped(f"{hazard.severity}: {sanitize(hazard.message)}", style, "  ")
    for note in workload.notes:
        yield from wrapped(f"Note: {sanitize(note)}", style, "  ")
