"""A plan as a page: its verdict, then a card for each object: the drawing, and beside it the steps; a step and its column light up together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.output import plan_drain, plan_summary
from linter.output.page import escape, page
from linter.output.picture.chart import draw, legend
from linter.output.picture.style import BARS, DEFINITIONS
from linter.output.picture.style import STYLE as PICTURE_STYLE
from linter.output.picture.timeline import build
from linter.output.plan_html_assets import SCRIPT, STYLE
from linter.output.plan_verdict import fate, paired, verdict
from linter.output.summary import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.output.picture.chart import Drawing
    from linter.output.picture.timeline import Timeline
    from linter.output.plan_verdict import Fate
    from linter.planner.report.drain import DrainReport
    from linter.planner.report.plan import Change, Plan, WorkloadPlan
    from linter.planner.report.steps import Step

MAX_STEPS = 1000
"""More steps than these are not listed: the page would get slow."""
_FITS = 900
"""A drawing that is wider than this scrolls; others fill the card."""


def render(plan: Plan) -> str:
    """Return one page that needs nothing else."""
    objects = list(paired(plan))
    title = verdict(plan) or "Nothing to plan."
    body = [
        '<svg class="definitions" width="0" height="0" aria-hidden="true">',
        DEFINITIONS,
        "</svg>\n<header>\n<h1>Rollout plan</h1>\n",
        f'<p class="verdict {class_of_verdict(plan)}">{title}</p>\n',
        f'<p class="soft">Planned for Kubernetes {escape(plan.kubernetes)} by podplan, without a cluster.</p>\n',
        *_overview(objects),
        *_unchanged(objects),
        "</header>\n",
    ]
    if plan.drain is not None:
        body.append(_drain(plan.drain))
    for index, (change, workload) in enumerate(objects):
        if workload is not None:
            body.append(_workload(workload, f"object-{index}"))
        elif change.refused:
            body.append(_refused(change, f"object-{index}"))
        elif plan_summary.effects(change):
            body.append(_affecting(change, f"object-{index}"))
    return page(f"Rollout plan: {title}", "".join(body), PICTURE_STYLE + BARS + STYLE, SCRIPT)


# The head.


def class_of_verdict(plan: Plan) -> str:
    """Return how bad a plan is, as a class of the page's style: `good`, `warning` (an outage) or `bad` (refused, stuck)."""
    if not plan.completes:
        return "bad"
    return "warning" if any(map(_has_outage, plan.workloads)) else "good"


def _has_outage(workload: WorkloadPlan | None) -> bool:
    return workload is not None and any(hazard.rule == "outage" for hazard in workload.hazards)


def _overview(objects: Sequence[tuple[Change, WorkloadPlan | None]]) -> Iterator[str]:
    """Write a row for each object that changes, with a link to its card."""
    rows = [
        _overview_row(change, workload, f"object-{index}")
        for index, (change, workload) in enumerate(objects)
        if fate(change, workload) != "unchanged" or workload is not None
    ]
    if rows:
        heads = ("Object", "What becomes of it", "Available, at least", "Pods, at most", "Waves")
        yield "<table>\n<tr>"
        yield "".join(f'<th scope="col">{head}</th>' for head in heads)
        yield f"</tr>\n{''.join(rows)}</table>\n"


def _overview_row(change: Change, workload: WorkloadPlan | None, anchor: str) -> str:
    name = escape(plan_summary.name_of(change))
    if workload is not None or change.refused or plan_summary.effects(change):
        name = f'<a href="#{anchor}">{name}</a>'
    result = fate(change, workload)
    outage = ' <span class="warning">with an outage</span>' if _has_outage(workload) else ""
    word = f'<span class="{_class_of(result)}">{result}</span>{outage}'
    numbers = ["", "", ""]
    if workload is not None:
        summary = workload.summary
        numbers = [
            f"{summary.min_available} of {summary.desired}",
            str(summary.max_pods),
            str(summary.waves),
        ]
    cells = "".join(f'<td class="numeric">{each}</td>' for each in numbers)
    return f"<tr><td>{name}</td><td>{word}</td>{cells}</tr>\n"


def _class_of(result: Fate) -> str:
    return "bad" if result in {"is refused", "gets stuck"} else "plain"


def _unchanged(objects: Iterable[tuple[Change, WorkloadPlan | None]]) -> Iterator[str]:
    names = [
        escape(plan_summary.name_of(change))
        for change, workload in objects
        if workload is None and fate(change, None) == "unchanged"
    ]
    if names:
        items = "".join(f"<li>{name}</li>\n" for name in names)
        yield f"<details>\n<summary>{len(names)} unchanged</summary>\n<ul>\n{items}</ul>\n</details>\n"


# Cards.


def _drain(report: DrainReport) -> str:
    tables = [
        [plan_drain.NODE_HEADS, *map(plan_drain.node_row, report.nodes)],
        [plan_drain.WORKLOAD_HEADS, *map(plan_drain.workload_row, report.workloads)],
    ]
    return (
        f'<section class="object">\n<h2>{escape(plan_drain.heading(report))}</h2>\n'
        f"{''.join(_table(table) for table in tables if len(table) > 1)}"
        f"{_list('sentences', plan_drain.sentences(report))}{_commands([report.command])}</section>\n"
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in body)
    return f"<table>\n<tr>{heads}</tr>\n{lines}</table>\n"


def _refused(change: Change, anchor: str) -> str:
    reasons = "".join(
        "<li>"
        + (f"<code>{escape(each.field)}</code>: {escape(each.reason)}: " if each.field else "")
        + f"{escape(each.message)}</li>\n"
        for each in change.refused
    )
    return (
        f'<section class="object" id="{anchor}">\n<h2>{escape(plan_summary.name_of(change))} '
        f'<span class="badge bad">refused</span></h2>\n'
        f"<p>{escape(plan_summary.name_of(change))} {plan_summary.outcome_of(change)}:</p>\n"
        f'<div class="note bad">\n<ul>\n{reasons}</ul>\n{_way_out(plan_summary.way_out(change), change.commands)}</div>\n</section>\n'
    )


def _affecting(change: Change, anchor: str) -> str:
    items = "".join(
        f"<p>{escape(effect.message)}</p>\n{_commands(effect.commands)}"
        for effect in plan_summary.effects(change)
    )
    return (
        f'<section class="object" id="{anchor}">\n<h2>{escape(plan_summary.name_of(change))} '
        f'<span class="soft">{plan_summary.outcome_of(change)}</span></h2>\n{items}</section>\n'
    )


def _workload(plan: WorkloadPlan, anchor: str) -> str:
    timeline = build(plan)
    name, *rest = map(escape, plan_summary.heading(plan))
    drawn = draw(timeline)
    fits = "chart fits" if drawn.width <= _FITS else "chart"
    return (
        f'<section class="object workload" id="{anchor}">\n<h2>{name} <span class="soft">{" · ".join(rest)}</span></h2>\n'
        f"{_list('differences', _differences(plan))}{_facts(plan)}{_stuck(plan)}{_hazards(plan)}"
        f'<div class="plan">\n<div>\n<div class="scroll">{_svg(drawn, f"{name}: pods by round", fits)}</div>\n'
        f"{_svg(legend(timeline.states), 'What the signs mean', 'chart legend')}\n</div>\n{_steps(plan, timeline)}</div>\n"
        f"{_list('sentences', plan_summary.sentences(plan))}{_list('notes soft', plan.notes)}</section>\n"
    )


def _svg(drawn: Drawing, label: str, classes: str) -> str:
    width, height = round(drawn.width), round(drawn.height)
    return (
        f'<svg class="{classes}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{label}">{drawn.body}</svg>'
    )


def _differences(plan: WorkloadPlan) -> Iterator[str]:
    yield from plan_summary.changes(plan)
    yield plan_summary.numbers(plan)
    for role, image in plan_summary.images(plan):
        yield f"{role}: {image}"


def _list(classes: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>\n" for line in lines)
    return f'<ul class="lines {classes}">\n{items}</ul>\n' if items else ""


def _facts(plan: WorkloadPlan) -> str:
    summary = plan.summary
    stuck = summary.stuck is not None
    facts = [
        (f'<b class="{"bad" if stuck else "good"}">{"gets stuck" if stuck else "completes"}</b>', "outcome"),
        (f"<b>{summary.min_available}</b>", f"available, at least (of {summary.desired})"),
        (f"<b>{summary.max_pods}</b>", "pods, at most"),
    ]
    if summary.max_pods_with_terminating != summary.max_pods:
        facts.append((f"<b>{summary.max_pods_with_terminating}</b>", "with terminating ones"))
    facts.append((f"<b>{summary.waves}</b>", "wave" if summary.waves == 1 else "waves"))
    items = "".join(f"<li>{value}<span>{label}</span></li>\n" for value, label in facts)
    return f'<ul class="facts">\n{items}</ul>\n'


def _stuck(plan: WorkloadPlan) -> str:
    stuck = plan.summary.stuck
    if stuck is None:
        return ""
    return (
        f'<div class="note bad">\n<p><strong>{escape(stuck.message)}</strong></p>\n'
        f"{_way_out('Way out:', stuck.commands)}</div>\n"
    )


def _way_out(title: str, commands: Sequence[str]) -> str:
    return f"<p>{title}</p>\n{_commands(commands)}" if commands else ""


def _commands(commands: Sequence[str]) -> str:
    lines = "\n".join(escape(command) for command in commands)
    return f"<pre>{lines}</pre>\n" if commands else ""


def _hazards(plan: WorkloadPlan) -> str:
    return "".join(
        f'<div class="note {escape(each.severity)}">\n<p>{escape(each.message)} '
        f'<code class="soft">{escape(each.rule)}</code></p>\n</div>\n'
        for each in plan_summary.hazards(plan)
    )


# Steps.


def _steps(plan: WorkloadPlan, timeline: Timeline) -> str:
    column_of = {
        number: index
        for index, column in enumerate(timeline.columns)
        for number in range(column.first, column.last + 1)
    }
    items, before = [], None
    for step in plan.steps[:MAX_STEPS]:
        column = column_of[step.round]
        items.append(_step(step, column, starts_round=column != before))
        before = column
    if not items:
        return "<p>Nothing happens.</p>\n"
    rest = len(plan.steps) - MAX_STEPS
    more = f'<p class="soft">{rest} more steps are in the plan as JSON.</p>\n' if rest > 0 else ""
    return (
        '<div>\n<h3>Steps <span class="soft">(available of all pods, + terminating)</span></h3>\n'
        f'<ol class="steps" aria-label="Steps">\n{"".join(items)}</ol>\n{more}'
        '<p class="soft hint">Point at a step, or use the arrow keys: its round lights up in the drawing.</p>\n</div>\n'
    )


def _step(step: Step, column: int, *, starts_round: bool) -> str:
    available, total, terminating = step.snapshot.available, step.snapshot.total, step.snapshot.terminating
    counts = f"{available} of {total}" + (f" +{terminating}" if terminating else "")
    title = f"{available} available, {count(total, 'pod')}"
    if terminating:
        title += f" and {terminating} terminating"
    first = ' class="first"' if starts_round else ""
    # One step is in the tab order; the arrow keys go to the others.
    return (
        f'<li{first}><button type="button" tabindex="{0 if step.number == 1 else -1}" '
        f'data-step="{step.number}" data-column="{column}"><span class="number">{step.number}</span>'
        f'<span class="what">{escape(step.text)}</span>'
        f'<span class="counts" title="{title}">{counts}</span></button></li>\n'
    )
