"""A plan as Markdown, for a comment on a pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linter.output import markdown, plan_drain, plan_summary
from linter.output.plan_rows import UNICODE, Fold, cells, columns, drawn, rows, total
from linter.output.plan_verdict import fate, paired, verdict
from linter.output.terminal import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.planner.report.drain import DrainReport
    from linter.planner.report.plan import Change, Plan, WorkloadPlan

_MOST_CHARACTERS = 60_000
"""A comment on a pull request takes 65,536 characters."""
_PLAIN = re.compile(r"[A-Za-z0-9.,:;/@%+=()\[\] _-]+")
"""What means nothing between backticks, not even in a table."""


def render(plan: Plan, *, all_steps: bool = False) -> str:
    """Write a plan as Markdown.

    Args:
        plan: The plan.
        all_steps: Show every step; otherwise repeated ones are folded.

    Returns:
        The text, with a line break at its end.
    """
    blocks = ["\n".join(_overview(plan))] if plan.changes else []
    if plan.drain is not None:
        blocks.insert(0, "\n".join(_drain(plan.drain)))
    for change, workload in paired(plan):
        if workload is None and change.refused:
            blocks.append("\n".join(_refused(change)))
        elif workload is None and plan_summary.effects(change):
            blocks.append("\n".join(_affecting(change)))
    left = _MOST_CHARACTERS - sum(map(len, blocks))
    for workload in plan.workloads:
        block = "\n".join(_workload(workload, all_steps=all_steps))
        if len(block) > left:
            block = (
                f"*{markdown.escape(plan_summary.heading(workload)[0])}: left out, a comment takes no more.*"
            )
        left -= len(block)
        blocks.append(block)
    return ("\n\n".join(blocks) or "Nothing to plan.") + "\n"


def _drain(report: DrainReport) -> Iterator[str]:
    """Write what becomes of the nodes that are drained, and how far their workloads are disrupted."""
    yield f"### {markdown.escape(plan_drain.heading(report))}"
    tables: list[list[Sequence[str]]] = [
        [plan_drain.NODE_HEADS, *map(plan_drain.node_row, report.nodes)],
        [plan_drain.WORKLOAD_HEADS, *map(plan_drain.workload_row, report.workloads)],
    ]
    for heads, *table in tables:
        if table:
            yield ""
            yield _row(heads)
            yield _row(["---"] * len(heads))
            yield from (_row([markdown.escape(cell) for cell in row]) for row in table)
    for each in plan_drain.sentences(report):
        yield ""
        yield markdown.escape(each)
    yield from _commands([report.command])


def _overview(plan: Plan) -> Iterator[str]:
    """Write the verdict, and one row for each object: what becomes of it, and what is guaranteed meanwhile."""
    yield f"**{verdict(plan)}**"
    rows = [
        (change, workload)
        for change, workload in paired(plan)
        if workload is not None or fate(change, workload) != "unchanged"
    ]
    if not rows:
        return
    yield ""
    yield _row(["object", "change", "result", "available, at least", "pods, at most", "waves"])
    yield _row(["---", "---", "---", "---:", "---:", "---:"])
    for change, workload in rows:
        name = markdown.escape(plan_summary.name_of(change))
        yield _row([name, change.change, *_result(change, workload)])


def _result(change: Change, workload: WorkloadPlan | None) -> list[str]:
    if workload is None:
        return ["**refused**" if change.refused else "", "", "", ""]
    summary = workload.summary
    if summary.stuck is not None:
        result = "**gets stuck**"
    elif any(hazard.rule == "outage" for hazard in workload.hazards):
        result = "**outage**, completes"
    else:
        result = "completes" if summary.completes else "does not complete"
    return [
        result,
        f"{summary.min_available} of {summary.desired}",
        str(summary.max_pods),
        str(summary.waves),
    ]


def _refused(change: Change) -> Iterator[str]:
    name = markdown.escape(plan_summary.name_of(change))
    yield f"**{name}** {plan_summary.refusal(change)}:"
    yield ""
    for each in change.refused:
        prefix = f"{_code(each.field)}: {each.reason}: " if each.field else ""
        yield f"- {prefix}{markdown.escape(each.message)}"
    if change.commands:
        yield ""
        yield plan_summary.way_out(change)
        yield from _commands(change.commands)


def _affecting(change: Change) -> Iterator[str]:
    name = markdown.escape(plan_summary.name_of(change))
    yield f"**{name}** {plan_summary.outcome_of(change)}:"
    for effect in plan_summary.effects(change):
        yield ""
        yield f"- {markdown.escape(effect.message)}"
        if effect.commands:
            yield from _commands(effect.commands)


def _workload(plan: WorkloadPlan, *, all_steps: bool) -> Iterator[str]:
    yield f"### {' · '.join(markdown.escape(part) for part in plan_summary.heading(plan))}"
    yield ""
    for each in [*plan_summary.changes(plan), plan_summary.numbers(plan)]:
        yield f"- {markdown.escape(each)}"
    for revision, image in plan_summary.images(plan):
        yield f"- {markdown.escape(revision)}: {_code(image)}"
    if plan.steps:
        yield ""
        yield f"<details><summary>{len(plan.steps)} {'step' if len(plan.steps) == 1 else 'steps'}</summary>"
        yield ""
        yield from _table(plan, all_steps=all_steps)
        yield ""
        if any(step.unschedulable for step in (plan.initial, *plan.steps)):
            yield f"{UNICODE.unschedulable} is a pod that the scheduler has found no node for."
            yield ""
        yield "</details>"
    for sentence in plan_summary.sentences(plan):
        yield ""
        yield markdown.escape(sentence)
    for hazard in plan_summary.hazards(plan):
        yield ""
        yield f"**{hazard.severity}** ({hazard.rule}): {markdown.escape(hazard.message)}"
    if (stuck := plan.summary.stuck) is not None:
        yield ""
        yield f"**Stuck:** {markdown.escape(stuck.message)}"
        if stuck.commands:
            yield ""
            yield "Way out:"
            yield from _commands(stuck.commands)
    for note in plan.notes:
        yield ""
        yield f"*{markdown.escape(note)}*"


def _table(plan: WorkloadPlan, *, all_steps: bool) -> Iterator[str]:
    heads = columns(plan)
    revisions = [name for name, _ in heads]
    yield _row(
        ["step", "", *(markdown.escape(heading) for _, heading in heads), "ready", "available", "total"]
    )
    yield _row(["---:", "---", *("---" for _ in heads), "---:", "---:", "---:"])
    for step in [plan.initial, *rows(plan.steps, all_steps=all_steps)]:
        if isinstance(step, Fold):
            text = f"⋮ the same {step.times} times more (steps {step.first} to {step.last})"
            yield _row(["", text, *("" for _ in heads), "", "", ""])
            continue
        snapshot = step.snapshot
        pods = [cell.text(UNICODE, drawn=drawn(plan)) for cell in cells(step, revisions)]
        numbers = [str(snapshot.ready), str(snapshot.available), total(snapshot)]
        label = str(step.number) if step.number else ""
        yield _row([label, markdown.escape(step.text), *pods, *numbers])


def _row(parts: Sequence[str]) -> str:
    return f"| {' | '.join(parts)} |"


def _commands(commands: Sequence[str]) -> Iterator[str]:
    yield ""
    yield "```sh"
    yield from (sanitize(command) for command in commands)
    yield "```"


def _code(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return f"`{text}`"
    return markdown.code(text) if text else ""
