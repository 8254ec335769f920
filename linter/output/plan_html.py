"""A plan as a page: for each workload the drawing, and beside it the steps; a step and its column light up together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.output import plan_svg
from linter.output.page import escape, page
from linter.output.summary import count
from linter.output.timeline import build

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.output.timeline import Json, Timeline

MAX_STEPS = 1000
"""More steps than these are not listed: the page would get slow."""

_STYLE = """
header { margin-bottom: 1.75rem; }
.definitions { position: absolute; }
table { border-collapse: collapse; margin-top: .9rem; }
th, td { padding: .25rem 1.2rem .25rem 0; text-align: left; vertical-align: top; }
th { color: var(--soft); font-size: .8rem; font-weight: 600; }
td { border-top: 1px solid var(--rule); overflow-wrap: anywhere; }
.workload { margin: 0 0 2rem; padding: 1.2rem 1.4rem 1.4rem; border: 1px solid var(--rule); border-radius: .8rem; }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 2rem; margin: .9rem 0 1rem; padding: 0; list-style: none; }
.facts li { display: flex; flex-direction: column; }
.facts b { font-size: 1.35rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.facts span { color: var(--soft); font-size: .8rem; }
.note { margin: .6rem 0; padding: .5rem .9rem; border-left: 4px solid currentColor; border-radius: .2rem; background: var(--panel); }
.note p, .note pre { color: var(--ink); } .note pre { margin: .4rem 0 0; white-space: pre-wrap; }
.plan { display: grid; grid-template-columns: minmax(0, max-content) minmax(19rem, 1fr); gap: 1.6rem; align-items: start; }
.scroll { overflow-x: auto; padding-bottom: .4rem; }
.chart { display: block; }
.legend { margin-top: .5rem; max-width: 100%; height: auto; }
.steps { position: relative; max-height: 34rem; overflow-y: auto; margin: 0; padding: 0; list-style: none; border: 1px solid var(--rule); border-radius: .5rem; }
.steps button {
  display: grid; grid-template-columns: 2.4rem 1fr auto; gap: 0 .5rem; width: 100%; padding: .32rem .7rem .32rem .3rem; border: 0;
  background: none; color: inherit; font: inherit; font-size: .9rem; text-align: left; cursor: default;
}
.steps li + li button { border-top: 1px solid var(--rule); }
.steps li.first:not(:first-child) button { border-top: 2px solid var(--soft); }
.steps .number { color: var(--soft); text-align: right; font-variant-numeric: tabular-nums; }
.steps .what { overflow-wrap: anywhere; }
.steps .counts { color: var(--soft); white-space: nowrap; font-variant-numeric: tabular-nums; }
.steps button.lit { background: var(--mark); }
.steps button:focus-visible { outline-offset: -2px; }
.hint { font-size: .8rem; }
.hazards { margin: .4rem 0 0; padding-left: 1.1rem; }
@media (max-width: 62rem) { .plan { grid-template-columns: minmax(0, 1fr); } .steps { max-height: 20rem; } }
@media print {
  body { padding: 0; } .workload { padding: 0; border: 0; }
  .plan { display: block; } .plan > div + div { margin-top: 1rem; } .steps { max-height: none; margin-top: 1rem; columns: 2; } .steps li { break-inside: avoid; }
  .scroll { overflow: visible; } .chart { max-width: 100%; height: auto; } .hint { display: none; }
  .chart, .chart * { print-color-adjust: exact; }
}
"""

_SCRIPT = """
for (const workload of document.querySelectorAll('.workload')) {
  const steps = [...workload.querySelectorAll('.steps button')];
  const columns = [...workload.querySelectorAll('.column')];
  const dots = new Map([...workload.querySelectorAll('.dot')].map((dot) => [dot.dataset.step, dot]));
  let lit = [];
  const light = (elements) => {
    for (const element of lit) element.classList.remove('lit');
    lit = elements.filter(Boolean);
    for (const element of lit) element.classList.add('lit');
  };
  const lightStep = (step) => light([step, columns[step.dataset.column], dots.get(step.dataset.step)]);
  const focused = () => steps.find((step) => step === document.activeElement);
  const rest = () => { const step = focused(); if (step) lightStep(step); else light([]); };
  const go = (step) => {
    if (!step) return;
    for (const other of steps) other.tabIndex = other === step ? 0 : -1;
    step.focus();
    columns[step.dataset.column]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  steps.forEach((step, index) => {
    step.addEventListener('pointerenter', () => lightStep(step));
    step.addEventListener('pointerleave', rest);
    step.addEventListener('focus', () => lightStep(step));
    step.addEventListener('blur', () => light([]));
    step.addEventListener('keydown', (event) => {
      const column = step.dataset.column;
      const before = steps.slice(0, index).reverse();
      const target = {
        ArrowDown: () => steps[index + 1],
        ArrowUp: () => steps[index - 1],
        Home: () => steps[0],
        End: () => steps.at(-1),
        ArrowRight: () => steps.slice(index).find((other) => other.dataset.column !== column),
        ArrowLeft: () => {
          const last = before.find((other) => other.dataset.column !== column);
          return last && steps.find((other) => other.dataset.column === last.dataset.column);
        },
      }[event.key];
      if (!target) return;
      event.preventDefault();
      go(target());
    });
  });
  columns.forEach((column, index) => {
    const within = steps.filter((step) => Number(step.dataset.column) === index);
    column.addEventListener('pointerenter', () => light([column, ...within]));
    column.addEventListener('pointerleave', rest);
    column.addEventListener('click', () => go(within[0]));
  });
}
"""


def render(plan: Json) -> str:
    """Return one page that needs nothing else.

    Args:
        plan: The plan as its JSON (see docs/outputs.md).
    """
    workloads: Sequence[Json] = plan.get("workloads") or []
    body = [
        '<svg class="definitions" width="0" height="0" aria-hidden="true">',
        plan_svg.DEFINITIONS,
        "</svg>\n<header>\n<h1>Rollout plan</h1>\n",
        f'<p class="soft">Planned for Kubernetes {escape(str(plan.get("kubernetes", "")))} by podplan, without a cluster.</p>\n',
        *_changes(plan.get("changes") or []),
        "</header>\n",
        *map(_workload, workloads),
    ]
    if not workloads:
        body.append("<p>No workload has anything to roll out.</p>\n")
    names = ", ".join(f"{each['kind']} {each['namespace']}/{each['name']}" for each in workloads)
    return page(
        f"Rollout plan: {names or 'nothing to roll out'}", "".join(body), plan_svg.STYLE + _STYLE, _SCRIPT
    )


def _changes(changes: Sequence[Json]) -> Iterator[str]:
    if not changes:
        return
    yield '<table>\n<tr><th scope="col">Object</th><th scope="col">What becomes of it</th></tr>\n'
    for each in changes:
        refused = "".join(
            f"<br><code>{escape(refusal['field'])}</code>: {escape(refusal['message'])}"
            for refusal in each["refused"]
        )
        kind = ' class="bad"' if each["refused"] else ""
        yield (
            f"<tr><td>{escape(each['kind'])} {escape(each['namespace'])}/{escape(each['name'])}</td>"
            f"<td><span{kind}>{escape(each['change'])}</span>{refused}</td></tr>\n"
        )
    yield "</table>\n"


def _workload(workload: Json) -> str:
    timeline = build(workload)
    drawn = plan_svg.draw(timeline)
    name = escape(plan_svg.heading(workload))
    key = plan_svg.legend()
    return (
        f'<section class="workload">\n<h2>{name}</h2>\n{_strategy(workload)}{_facts(workload)}'
        f"{_stuck(workload)}{_hazards(workload)}"
        f'<div class="plan">\n<div>\n<div class="scroll">{_svg(drawn, name)}</div>\n'
        f"{_svg(key, 'What the signs mean', 'legend')}\n</div>\n{_steps(workload, timeline)}</div>\n"
        f"{_notes(workload)}</section>\n"
    )


def _svg(drawn: plan_svg.Drawing, label: str, name: str = "") -> str:
    width, height = round(drawn.width), round(drawn.height)
    return (
        f'<svg class="chart {name}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{label}">{drawn.body}</svg>'
    )


def _strategy(workload: Json) -> str:
    strategy = workload.get("strategy") or {}
    parts = [str(strategy.get("type") or "")]
    for name, label in (
        ("max_surge", "maxSurge"),
        ("max_unavailable", "maxUnavailable"),
        ("partition", "partition"),
    ):
        value = strategy.get(name)
        if value is not None:
            parts.append(f"{label} {value}")
    images = [
        f"{each.get('role') or revision}: {each['image']}"
        for revision, each in (workload.get("revisions") or {}).items()
        if each.get("image")
    ]
    text = " · ".join(part for part in (*parts, *images) if part)
    return f'<p class="soft">{escape(text)}</p>\n' if text else ""


def _facts(workload: Json) -> str:
    summary = workload.get("summary") or {}
    completes = summary.get("completes")
    facts = [
        (
            f'<b class="{"good" if completes else "bad"}">{"completes" if completes else "gets stuck"}</b>',
            "outcome",
        ),
        (f"<b>{summary.get('min_available', 0)}</b>", "pods available, at least"),
        (f"<b>{summary.get('max_pods', 0)}</b>", "pods, at most"),
    ]
    if summary.get("max_pods_with_terminating") is not None:
        facts.append((f"<b>{summary['max_pods_with_terminating']}</b>", "with terminating ones"))
    rounds = int(summary.get("rounds") or 0)
    facts.append((f"<b>{rounds}</b>", "round" if rounds == 1 else "rounds"))
    items = "".join(f"<li>{value}<span>{label}</span></li>\n" for value, label in facts)
    return f'<ul class="facts">\n{items}</ul>\n'


def _stuck(workload: Json) -> str:
    stuck = (workload.get("summary") or {}).get("stuck")
    if not stuck:
        return ""
    commands = "\n".join(escape(command) for command in stuck.get("commands") or [])
    remedy = f"<p>The way out:</p>\n<pre>{commands}</pre>\n" if commands else ""
    return (
        f'<div class="note bad">\n<p><strong>{escape(str(stuck.get("message") or stuck.get("reason") or ""))}</strong></p>\n'
        f"{remedy}</div>\n"
    )


def _hazards(workload: Json) -> str:
    stuck = (workload.get("summary") or {}).get("stuck") or {}
    return "".join(
        f'<div class="note {escape(each["severity"])}">\n<p>{escape(each["message"])} '
        f'<code class="soft">{escape(each["rule"])}</code></p>\n</div>\n'
        for each in workload.get("hazards") or []
        if each["message"] != stuck.get("message")
    )


def _notes(workload: Json) -> str:
    notes = workload.get("notes") or []
    items = "".join(f"<li>{escape(note)}</li>\n" for note in notes)
    return f'<ul class="hazards soft">\n{items}</ul>\n' if items else ""


def _steps(workload: Json, timeline: Timeline) -> str:
    steps: Sequence[Json] = workload.get("steps") or []
    column_of = {
        number: index
        for index, column in enumerate(timeline.columns)
        for number in range(column.first, column.last + 1)
    }
    items, before = [], None
    for step in steps[:MAX_STEPS]:
        column = column_of[step["round"]]
        first = ' class="first"' if column != before else ""
        before = column
        terminating = step.get("terminating") or 0
        counts = f"{step['available']} of {step['total']}" + (f" +{terminating}" if terminating else "")
        title = f"{step['available']} available, {count(step['total'], 'pod')}"
        if terminating:
            title += f" and {terminating} terminating"
        # One step is in the tab order; the arrow keys go to the others.
        items.append(
            f'<li{first}><button type="button" tabindex="{0 if step is steps[0] else -1}" data-step="{step["step"]}" '
            f'data-column="{column}"><span class="number">{step["step"]}</span>'
            f'<span class="what">{escape(step["text"])}</span>'
            f'<span class="counts" title="{title}">{counts}</span></button></li>\n'
        )
    if not items:
        return "<p>Nothing happens.</p>\n"
    rest = len(steps) - MAX_STEPS
    more = f'<p class="soft">{rest} more steps are in the plan as JSON.</p>\n' if rest > 0 else ""
    return (
        '<div>\n<h3>Steps <span class="soft">(available of all pods, + terminating)</span></h3>\n'
        f'<ol class="steps" aria-label="Steps">\n{"".join(items)}</ol>\n{more}'
        '<p class="soft hint">Point at a step, or use the arrow keys: its round lights up in the drawing.</p>\n</div>\n'
    )
