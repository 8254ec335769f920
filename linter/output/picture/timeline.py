"""What the picture of a plan shows: columns for rounds, lanes of pods, a curve of the pods step by step.

Everything in this module is counting; where things stand on paper is the business of the drawing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from linter.output.picture.moments import BEFORE, Moment, moments
from linter.output.plan_nodes import node_lanes
from linter.planner.report.plan import keeps_pods

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linter.output.plan_nodes import Group
    from linter.planner.model import Snapshot
    from linter.planner.report.plan import WorkloadPlan
    from linter.planner.report.steps import Step

State = Literal["ready", "waiting", "created", "failing", "unschedulable", "terminating"]
STATES: tuple[State, ...] = ("ready", "waiting", "created", "failing", "unschedulable", "terminating")
"""In the order in which they are stacked. `created` are waiting pods that did not exist a round before, `failing` those that
never become Ready, `unschedulable` those that fit on no node."""
Color = Literal["old", "new", "third", "fourth"]

MAX_COLUMNS = 120
"""More rounds than these are drawn several to a column."""
MAX_ROWS = 20
"""With more pods than these, a row for each of them would be too high a picture: they are counted."""
MAX_POINTS = 24
"""More steps than these in a column are thinned out."""


class Pod(NamedTuple):
    """A pod with an identity: the row it stands in, its revision, and its state; by node, how many are alike there."""

    row: int
    revision: str
    state: State
    number: int = 1


class Cell(NamedTuple):
    """The pods of a lane at the end of a column's last round."""

    counts: Mapping[State, int]
    pods: tuple[Pod, ...] = ()
    """The same one by one, for pods with an identity."""

    @property
    def total(self) -> int:
        """All pods, terminating ones too."""
        return sum(self.counts.values())


class Revision(NamedTuple):
    """What a picture calls a revision, and the colour of its pods."""

    name: str
    role: str
    image: str
    color: Color


class Lane(NamedTuple):
    """Pods in every column: those of one revision, or all those that have an identity, a row each, or all by node."""

    revisions: tuple[Revision, ...]
    rows: tuple[str, ...]
    """The pods' names or nodes, where they have any."""
    cells: tuple[Cell, ...]
    by_node: bool = False
    """Each row is a node with any number of pods."""

    @property
    def longest_name(self) -> int:
        """Names of rows are cut behind so many characters; those of nodes often differ at their end."""
        return 44 if self.by_node else 22

    @property
    def height(self) -> int:
        """The number of rows needed to draw every pod."""
        return max(len(self.rows) or max((cell.total for cell in self.cells), default=0), 1)


class Point(NamedTuple):
    """The pods after one step."""

    column: int
    step: int | None
    """The step's number; None for a round without steps."""
    available: int
    total: int
    terminating: int


class Column(NamedTuple):
    """One round, or several of a long plan."""

    first: int
    last: int
    title: str
    operation: bool
    """An operation starts there."""

    @property
    def label(self) -> str:
        """The round's number, or the last one's."""
        return "now" if self.last == BEFORE else str(self.last)


class Timeline(NamedTuple):
    """A workload's plan, ready to be drawn."""

    columns: tuple[Column, ...]
    lanes: tuple[Lane, ...]
    points: tuple[Point, ...]
    desired: int
    floor: int | None
    ceiling: int | None

    @property
    def top(self) -> int:
        """The highest number that the curve has to show."""
        return max(
            1, self.desired, self.ceiling or 0, *(point.total + point.terminating for point in self.points)
        )

    @property
    def states(self) -> tuple[State, ...]:
        """The states that any pod is in."""
        return tuple(
            state
            for state in STATES
            if any(cell.counts.get(state) for lane in self.lanes for cell in lane.cells)
        )


def build(plan: WorkloadPlan) -> Timeline:
    """Count what the picture of a workload's plan shows."""
    found = moments(plan, MAX_ROWS)
    groups = _groups(len(found))
    column_of = {found[index].number: column for column, group in enumerate(groups) for index in group}
    numbers = {each.field: each.value for each in plan.strategy.numbers}
    surge, unavailable = numbers.get("maxSurge"), numbers.get("maxUnavailable")
    keeps, desired = keeps_pods(plan.operation), plan.strategy.replicas
    return Timeline(
        columns=tuple(_column(found[group.start : group.stop], plan.steps) for group in groups),
        lanes=tuple(_lanes(plan, found, groups)),
        points=tuple(_points(found, plan.steps, column_of)),
        desired=desired,
        floor=max(0, desired - unavailable) if keeps and unavailable is not None else None,
        ceiling=desired + surge if keeps and surge is not None else None,
    )


def _groups(rounds: int) -> list[range]:
    """Spread the rounds over columns; the pods before the first one have a column of their own."""
    width = -(-(rounds - 1) // MAX_COLUMNS) or 1
    return [range(1), *(range(start, min(start + width, rounds)) for start in range(1, rounds, width))]


def _column(found: Sequence[Moment], steps: Sequence[Step]) -> Column:
    first, last = found[0].number, found[-1].number
    within = [step for step in steps if first <= step.round <= last]
    what = [step.text for step in within[:6]]
    if len(within) > 6:
        what.append(f"and {len(within) - 6} more steps")
    name = f"Round {last}" if first == last else f"Rounds {first} to {last}"
    title = "\n".join(["Before" if last == BEFORE else name, *what])
    return Column(first, last, title, operation=any(each.operation for each in found))


# Lanes.


def _lanes(plan: WorkloadPlan, found: Sequence[Moment], groups: Sequence[range]) -> Iterator[Lane]:
    revisions = _revisions(plan)
    # Before the first round nothing was created yet.
    shown = [(found[max(group[-1] - 1, 0)], found[group[-1]]) for group in groups]
    if (by_node := node_lanes(plan)) is not None:
        cells = tuple(_on_nodes(by_node.moments[group[-1]]) for group in groups)
        yield Lane(revisions, by_node.names, cells, by_node=True)
        return
    rows = found[0].rows
    if rows is not None:
        cells = tuple(_identified(before, now, rows) for before, now in shown)
        yield Lane(revisions, tuple(name for _, name in rows), cells)
        return
    for revision in revisions:
        yield Lane((revision,), (), tuple(_counted(before, now, revision.name) for before, now in shown))


def _revisions(plan: WorkloadPlan) -> tuple[Revision, ...]:
    """Give every revision its colour: the new one is green wherever it is known."""
    names = sorted(plan.roles, key=lambda name: int(name[1:]))
    newest = [name for name in names if plan.roles[name].startswith("new") or len(names) == 1]
    colors: tuple[Color, ...] = ("old", "third", "fourth") if newest else ("old", "new", "third", "fourth")
    others = [name for name in names if name not in newest]
    color_of: dict[str, Color] = dict.fromkeys(newest, "new")
    color_of |= {name: colors[index % len(colors)] for index, name in enumerate(others)}
    return tuple(
        Revision(name, plan.roles[name].replace(name, "").strip(), plan.images.get(name, ""), color_of[name])
        for name in names
    )


def _counted(before: Moment, now: Moment, revision: str) -> Cell:
    """Count the pods of one revision by state."""
    counts, was = now.counts(revision), before.counts(revision)
    if counts.fails:
        stuck, created = counts.waiting, 0
    else:
        stuck = 0
        # What terminated is gone once the kubelet has acted; pods that terminate now were alive a round before.
        leaving = counts.terminating - (0 if now.after_kubelet else was.terminating)
        alive, alive_before = counts.ready + counts.waiting, was.ready + was.waiting
        created = min(counts.waiting, max(0, alive + max(0, leaving) - alive_before))
    homeless = min(counts.unschedulable, counts.waiting)
    created = min(created, counts.waiting - homeless)
    stuck = min(stuck, counts.waiting - homeless)
    return Cell(
        {
            "ready": counts.ready,
            "waiting": counts.waiting - created - stuck - homeless,
            "created": created,
            "failing": stuck,
            "unschedulable": homeless,
            "terminating": counts.terminating,
        }
    )


def _identified(before: Moment, now: Moment, rows: Sequence[tuple[object, str]]) -> Cell:
    """Say of every pod in which state it is."""
    pods = []
    for row, (key, _) in enumerate(rows):
        alive = {revision for _, revision, state in before.pods.get(key, ()) if state != "terminating"}
        for _, revision, state in now.pods.get(key, ()):
            name = revision or ""
            pods.append(Pod(row, name, _state(now, name, state, is_new=revision not in alive)))
    return Cell({state: sum(pod.state == state for pod in pods) for state in STATES}, tuple(pods))


def _on_nodes(lanes: Sequence[Sequence[Group]]) -> Cell:
    """Put the pods of each node into a row."""
    pods = [Pod(row, *group) for row, groups in enumerate(lanes) for group in groups]
    counts = {state: sum(pod.number for pod in pods if pod.state == state) for state in STATES}
    return Cell(counts, tuple(pods))


def _state(now: Moment, revision: str, state: str, *, is_new: bool) -> State:
    if state == "ready":
        return "ready"
    if state == "terminating":
        return "terminating"
    counts = now.counts(revision)
    # Which of several waiting pods has no node is not written down: the sign is drawn where it holds for all of them.
    if counts.unschedulable and counts.unschedulable >= counts.waiting:
        return "unschedulable"
    if counts.fails:
        return "failing"
    return "created" if is_new and now.number != BEFORE else "waiting"


# The curve.


def _points(found: Sequence[Moment], steps: Sequence[Step], column_of: Mapping[int, int]) -> Iterator[Point]:
    by_column: dict[int, list[Point]] = {}
    for step in steps:
        column = column_of[step.round]
        by_column.setdefault(column, []).append(_point(column, step.number, step.snapshot))
    for each in found:
        column = column_of[each.number]
        if column not in by_column:
            by_column[column] = [_point(column, None, each.snapshot)]
    for column in sorted(by_column):
        yield from _telling(by_column[column])


def _point(column: int, step: int | None, snapshot: Snapshot) -> Point:
    return Point(column, step, snapshot.available, snapshot.total, snapshot.terminating)


def _telling(points: list[Point]) -> list[Point]:
    """Leave out points of a crowded column, but none of its extremes."""
    if len(points) <= MAX_POINTS:
        return points
    keep = {
        0,
        len(points) - 1,
        min(range(len(points)), key=lambda index: points[index].available),
        max(range(len(points)), key=lambda index: points[index].total),
        max(range(len(points)), key=lambda index: points[index].total + points[index].terminating),
    }
    return [points[index] for index in sorted(keep)]


def runs(points: Sequence[Point]) -> Iterator[tuple[Point, float, float]]:
    """Yield each point with the stretch of its column that it fills, as fractions from 0 to 1."""
    sizes: dict[int, int] = {}
    for point in points:
        sizes[point.column] = sizes.get(point.column, 0) + 1
    seen: dict[int, int] = {}
    for point in points:
        number = seen.get(point.column, 0)
        seen[point.column] = number + 1
        yield point, number / sizes[point.column], (number + 1) / sizes[point.column]
