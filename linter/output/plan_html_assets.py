"""The style and the script of the page of a plan."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
header { margin-bottom: 1.75rem; }
.definitions { position: absolute; }
table { border-collapse: collapse; margin-top: .9rem; }
th, td { padding: .25rem 1.2rem .25rem 0; text-align: left; vertical-align: top; }
th { color: var(--soft); font-size: .8rem; font-weight: 600; }
td { border-top: 1px solid var(--rule); overflow-wrap: anywhere; }
.verdict { margin: .4rem 0; font-size: 1.25rem; font-weight: 650; }
td.numeric { font-variant-numeric: tabular-nums; }
td:first-child { min-width: 8rem; }
.object { scroll-margin-top: 1rem; margin: 0 0 2rem; padding: 1.2rem 1.4rem 1.4rem; border: 1px solid var(--rule); border-radius: .8rem; }
.object h2 .soft { font-weight: 400; }
.object:target { border-color: var(--link); }
.lines { margin: .6rem 0; padding: 0; list-style: none; } .lines li { overflow-wrap: anywhere; }
.differences { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .85em; }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 2rem; margin: .9rem 0 1rem; padding: 0; list-style: none; }
.facts li { display: flex; flex-direction: column; }
.facts b { font-size: 1.35rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.facts span { color: var(--soft); font-size: .8rem; }
.note { margin: .6rem 0; padding: .5rem .9rem; border-left: 4px solid currentColor; border-radius: .2rem; background: var(--panel); }
.note p, .note pre { color: var(--ink); } .note pre { margin: .4rem 0 0; white-space: pre-wrap; }
.note ul { margin: .3rem 0; padding-left: 1.2rem; color: var(--ink); }
.plan { display: grid; grid-template-columns: minmax(0, 8fr) minmax(19rem, 5fr); gap: 1.6rem; align-items: start; }
.scroll { overflow-x: auto; padding-bottom: .4rem; }
.chart { display: block; }
.chart.fits { width: 100%; max-width: 60rem; height: auto; }
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
@media (max-width: 62rem) { .plan { grid-template-columns: minmax(0, 1fr); } .steps { max-height: 20rem; } }
@media print {
  body { padding: 0; } .object { padding: 0; border: 0; }
  .plan { display: block; } .plan > div + div { margin-top: 1rem; } .steps { max-height: none; margin-top: 1rem; columns: 2; } .steps li { break-inside: avoid; }
  .scroll { overflow: visible; } .chart { max-width: 100%; height: auto; } .hint { display: none; }
  .chart, .chart * { print-color-adjust: exact; }
}
"""

SCRIPT: Final = """
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
