"""What the pictures of a plan show: columns for rounds, a lane for each revision, a curve of the pods step by step.

Everything here is counting; where things stand on paper is the business of the drawing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, Literal, NamedTuple

from linter.planner.report.plan import keeps_pods

Json = Mapping[str, Any]
State = Literal["ready", "waiting", "created", "terminating"]
STATES: tuple[State, ...] = ("ready", "waiting", "created", "terminating")
"""In the order in which they are stacked. `created` are the waiting pods that did not exist a round before."""

MAX_COLUMNS = 120
"""More rounds than these are drawn several to a column."""
BEFORE = -1
"""The number of the column that shows the pods before the first step."""
MAX_POINTS = 24
"""More steps than these in a column are thinned out."""


class Pod(NamedTuple):
    """A pod with an identity in a lane: the row it stands in, and its state."""

    row: int
    state: State


class Cell(NamedTuple):
    """The pods of one revision at the end of a column's last round."""

    counts: Mapping[State, int]
    pods: tuple[Pod, ...]
    """The same one by one, for pods with an identity."""

    @property
    def total(self) -> int:
        """All pods, terminating ones too."""
        return sum(self.counts.values())


class Lane(NamedTuple):
    """A revision and its pods in every column."""

    revision: str
    role: str
    image: str
    rows: tuple[str, ...]
    """The pods' names or nodes, where they have any; one row each."""
    cells: tuple[Cell, ...]

    @property
    def height(self) -> int:
        """The number of rows needed to draw every pod."""
        return max(len(self.rows), *(cell.total for cell in self.cells), 1)


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
    """An operation starts here."""

    @property
    def label(self) -> str:
        """The round's number, or the last one's."""
        return "now" if self.last == BEFORE else str(self.last)


@dataclass(frozen=True, slots=True)
class Timeline:
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


def build(workload: Json) -> Timeline:
    """Read one of a plan's `workloads`, as its JSON has it (see docs/outputs.md)."""
    rounds = [*_before(workload.get("initial")), *(workload.get("rounds") or [])]
    steps: Sequence[Json] = workload.get("steps") or []
    groups = _groups(len(rounds))
    column_of = {rounds[index]["round"]: column for column, group in enumerate(groups) for index in group}
    points = tuple(_points(rounds, steps, column_of))
    strategy = workload.get("strategy") or {}
    desired = strategy.get("replicas", points[-1].total if points else 0)
    surge, unavailable = strategy.get("max_surge"), strategy.get("max_unavailable")
    command = workload.get("operation")
    keeps = command is not None and keeps_pods(command)
    return Timeline(
        columns=tuple(_column(rounds[group.start : group.stop], steps) for group in groups),
        lanes=tuple(_lanes(workload, rounds, groups)),
        points=points,
        desired=desired,
        floor=max(0, desired - unavailable) if keeps and unavailable is not None else None,
        ceiling=desired + surge if keeps and surge is not None else None,
    )


def _before(initial: Json | None) -> Iterator[Json]:
    """Yield the pods before the first step as a round of their own, where there are any."""
    if initial and initial["total"] + initial["terminating"]:
        yield {
            "round": BEFORE,
            "pods": initial["pods"],
            "status": {"availableReplicas": initial["available"]},
        }


def _groups(rounds: int) -> list[range]:
    """Spread the rounds over columns."""
    width = -(-rounds // MAX_COLUMNS) or 1
    return [range(start, min(start + width, rounds)) for start in range(0, rounds, width)]


def _column(rounds: Sequence[Json], steps: Sequence[Json]) -> Column:
    first, last = rounds[0]["round"], rounds[-1]["round"]
    within = [step for step in steps if first <= step["round"] <= last]
    what = [str(step["text"]) for step in within[:6]]
    if len(within) > 6:
        what.append(f"and {len(within) - 6} more steps")
    name = f"Round {last}" if first == last else f"Rounds {max(first, 0)} to {last}"
    title = "\n".join(["Before" if last == BEFORE else name, *what])
    return Column(first, last, title, operation=any("operation" in each for each in rounds))


def _lanes(workload: Json, rounds: Sequence[Json], groups: Sequence[range]) -> Iterator[Lane]:
    described: Mapping[str, Json] = workload.get("revisions") or {}
    seen = {revision for each in rounds for revision in _revisions(each["pods"])}
    newest = max(seen, key=_natural, default="")
    rows = _rows(rounds)
    index = {name: row for row, name in enumerate(rows)}
    for revision in sorted(seen, key=_natural):
        about = described.get(revision) or {}
        default = "" if len(seen) < 2 else "new" if revision == newest else "old"
        role = str(about.get("role") or default).replace(revision, "").strip()
        cells = tuple(
            _cell(rounds[group[-1] - 1] if group[-1] else None, rounds[group[-1]], revision, index)
            for group in groups
        )
        yield Lane(revision, role, str(about.get("image") or ""), rows, cells)


def _revisions(pods: Any) -> Iterator[str]:
    yield from pods if isinstance(pods, Mapping) else (each["revision"] for each in pods)


def _rows(rounds: Sequence[Json]) -> tuple[str, ...]:
    """Name the rows of pods that have an identity; every lane has the same, so that a pod keeps its height."""
    names = {_name(pod) for each in rounds if not isinstance(each["pods"], Mapping) for pod in each["pods"]}
    return tuple(sorted(names, key=_natural))


def _name(pod: Json) -> str:
    return str(pod.get("name") or pod.get("node"))


def _natural(text: str) -> list[tuple[int, str]]:
    """Order r10 behind r9 and web-10 behind web-9."""
    return [
        (int(part), "") if part.isdecimal() and len(part) < 1000 else (-1, part)
        for part in re.split(r"(\d+)", text)
        if part
    ]


def _cell(before: Json | None, now: Json, revision: str, rows: Mapping[str, int]) -> Cell:
    if isinstance(now["pods"], Mapping):
        counts = _counted(before, now, revision)
        # Before the first step the pods are only counted; the first rows are theirs then.
        stacked = chain.from_iterable(repeat(state, counts[state]) for state in STATES)
        return Cell(
            counts, tuple(Pod(row, state) for row, state in zip(range(len(rows)), stacked, strict=False))
        )
    pods = tuple(Pod(rows[name], state) for name, state in _identified(before, now["pods"], revision))
    return Cell({state: sum(pod.state == state for pod in pods) for state in STATES}, pods)


def _counted(before: Json | None, now: Json, revision: str) -> dict[State, int]:
    empty = {"ready": 0, "waiting": 0, "terminating": 0}
    counts = now["pods"].get(revision, empty)
    created = 0
    if before is None:
        newest = now["round"] != BEFORE and revision == max(now["pods"], key=_natural, default="")
        created = counts["waiting"] if newest else 0
    else:
        was = before["pods"].get(revision, empty)
        # What terminated is gone once the kubelet has acted; pods that terminate now were alive a round before.
        leaving = counts["terminating"] - (0 if "kubelet" in now else was["terminating"])
        alive, alive_before = counts["ready"] + counts["waiting"], was["ready"] + was["waiting"]
        created = min(counts["waiting"], max(0, alive + max(0, leaving) - alive_before))
    return {
        "ready": counts["ready"],
        "waiting": counts["waiting"] - created,
        "created": created,
        "terminating": counts["terminating"],
    }


def _identified(before: Json | None, pods: Sequence[Json], revision: str) -> Iterator[tuple[str, State]]:
    was: Any = before["pods"] if before is not None else ()
    if isinstance(was, Mapping):
        alive = {_name(pod) for pod in pods if sum(was.get(revision, {}).values())}
    else:
        alive = {_name(pod) for pod in was if pod["revision"] == revision and pod["state"] != "terminating"}
    for pod in pods:
        if pod["revision"] == revision:
            new = pod["state"] == "waiting" and _name(pod) not in alive
            yield _name(pod), "created" if new else pod["state"]


def _points(rounds: Sequence[Json], steps: Sequence[Json], column_of: Mapping[int, int]) -> Iterator[Point]:
    by_column: dict[int, list[Point]] = {}
    for step in steps:
        column = column_of[step["round"]]
        point = Point(column, step["step"], step["available"], step["total"], step.get("terminating") or 0)
        by_column.setdefault(column, []).append(point)
    for each in rounds:
        column = column_of[each["round"]]
        if column not in by_column:
            by_column[column] = [_at_end(column, each)]
    for column in sorted(by_column):
        yield from _telling(by_column[column])


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


def _at_end(column: int, each: Json) -> Point:
    """Count the pods of a round in which no step is noted."""
    counts = {"ready": 0, "waiting": 0, "terminating": 0}
    pods = each["pods"]
    if isinstance(pods, Mapping):
        for revision in pods.values():
            for state in counts:
                counts[state] += revision[state]
    else:
        for pod in pods:
            counts[pod["state"]] += 1
    total = counts["ready"] + counts["waiting"]
    return Point(column, None, _available(each, counts["ready"]), total, counts["terminating"])


def _available(each: Json, ready: int) -> int:
    status = each.get("status")
    if not isinstance(status, Mapping):
        return ready
    for field in ("availableReplicas", "numberAvailable"):
        if isinstance(status.get(field), int):
            return int(status[field])
    return ready


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
