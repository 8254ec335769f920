"""The table of a plan by node in text: a row for each node, a column for each round, named by the last step before."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, NamedTuple, assert_never

from linter.output.plan_nodes import node_lanes
from linter.output.plan_rows import columns, drawn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.output.plan_nodes import Group, State
    from linter.output.plan_rows import Marks
    from linter.planner.report.plan import WorkloadPlan

_MAX_COLUMNS = 24
"""Of more rounds than these some in the middle are left out."""
_LAST = 4
"""So many of the last rounds are always there."""
_GAP = "  "


class _Column(NamedTuple):
    """A round: its heading, and the pods of each lane."""

    heading: str
    cells: tuple[str, ...]


def node_table(plan: WorkloadPlan, marks: Marks, width: int, *, all_steps: bool) -> Iterator[str]:
    """Yield the lines of the table, a legend of the revisions last; nothing where the plan is not by node.

    Args:
        plan: The plan of a workload.
        marks: How pods are drawn.
        width: Columns that do not fit into so many characters stand in a table below.
        all_steps: Leave no round out.
    """
    lanes = node_lanes(plan)
    if lanes is None:
        return
    # With one revision there is nothing to tell apart.
    letters = dict(zip(plan.roles, ascii_lowercase, strict=False)) if len(plan.roles) > 1 else {}
    last_step = {step.round: str(step.number) for step in plan.steps}
    heading = "now"
    found: dict[str, _Column] = {}
    for number, moment in enumerate(lanes.moments, -1):
        heading = last_step.get(number, heading)
        # Of rounds between two steps the last one shows what came of the first.
        cells = tuple(_cell(groups, letters, marks, one_by_one=drawn(plan)) for groups in moment)
        found[heading] = _Column(heading, cells)
    if not any(found["now"].cells):
        del found["now"]
    table = _some([*found.values()], len(lanes.names), marks.fold) if not all_steps else [*found.values()]
    first = _Column("node, after step", lanes.names)
    for block in _blocks(first, table, width):
        yield from _lines(block)
    if letters:
        heads = dict(columns(plan))
        yield _GAP + _GAP.join(f"{letter} {heads[name]}" for name, letter in letters.items())


def _some(table: Sequence[_Column], lanes: int, fold: str) -> list[_Column]:
    if len(table) <= _MAX_COLUMNS:
        return [*table]
    return [*table[: _MAX_COLUMNS - _LAST], _Column(fold, ("",) * lanes), *table[-_LAST:]]


def _blocks(first: _Column, table: Sequence[_Column], width: int) -> Iterator[list[_Column]]:
    """Yield as many columns as fit, behind the one with the names."""
    block = [first]
    left = width - _wide(first)
    for column in table:
        if len(block) > 1 and _wide(column) > left:
            yield block
            block, left = [first], width - _wide(first)
        block.append(column)
        left -= _wide(column)
    yield block


def _wide(column: _Column) -> int:
    return len(_GAP) + max(len(column.heading), *map(len, column.cells), 0)


def _lines(block: Sequence[_Column]) -> Iterator[str]:
    widths = [_wide(column) for column in block]
    for row in zip(*((column.heading, *column.cells) for column in block), strict=True):
        yield "".join(f"{_GAP}{cell}".ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cell(groups: Sequence[Group], letters: dict[str, str], marks: Marks, *, one_by_one: bool) -> str:
    """Write the pods of a lane: the letter of each revision, and its pods."""
    by_revision: dict[str, list[str]] = {}
    for each in groups:
        mark = _mark(each.state, marks)
        signs = mark * each.number if one_by_one else f"{each.number}{mark}"
        by_revision.setdefault(each.revision, []).append(signs)
    joint = "" if one_by_one else " "
    return " ".join(f"{letters.get(name, '')}{joint.join(signs)}" for name, signs in by_revision.items())


def _mark(state: State, marks: Marks) -> str:
    match state:
        case "ready":
            return marks.ready
        case "waiting" | "failing":
            return marks.waiting
        case "unschedulable":
            return marks.unschedulable
        case "terminating":
            return marks.terminating
        case _:
            assert_never(state)
