"""What is said about nodes that are drained, the same in every output for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.output.summary import count
from linter.output.terminal import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.planner.report.drain import Disrupted, DrainReport, NodeDrain

NODE_HEADS = ("node", "evicted", "left", "empty")
WORKLOAD_HEADS = ("workload", "evicted", "Ready, at least", "below its budget", "at zero")


def heading(report: DrainReport) -> str:
    """Return what was asked for, and whether it comes to an end."""
    title = sanitize(report.title)
    done = sum(each.emptied is not None for each in report.nodes)
    if report.completes and not report.waves:
        return f"{title[0].upper()}{title[1:]}: nothing has to go."
    if report.completes:
        return f"{title[0].upper()}{title[1:]}: all empty after {count(report.waves, 'wave')}."
    return f"{title[0].upper()}{title[1:]}: {done} of {count(len(report.nodes), 'node')} empty in the end."


def node_row(each: NodeDrain) -> list[str]:
    """Return the cells of a node."""
    if each.emptied is not None and each.started is not None:
        result = "at once" if each.emptied < each.started else f"after wave {each.emptied}"
    else:
        result = f"never: {sanitize(each.reason)}" if each.reason else "never"
    return [sanitize(each.node), str(each.evicted), str(each.left), result]


def workload_row(each: Disrupted) -> list[str]:
    """Return the cells of a workload."""
    kind, namespace, name = each.workload
    return [
        sanitize(f"{kind} {namespace}/{name}"),
        str(each.evicted),
        f"{each.min_ready} of {each.desired}",
        _lasts(each.below_budget) if each.budgets else "(no budget)",
        _lasts(each.at_zero),
    ]


def _lasts(waves: int) -> str:
    return count(waves, "wave") if waves else "never"


def sentences(report: DrainReport) -> Iterator[str]:
    """Yield what `kubectl drain` warns of, and what the plan leaves out."""
    for each in report.warnings:
        yield f"kubectl warns: {sanitize(each)}."
    for each in report.notes:
        yield f"Note: {sanitize(each)}"
