"""The rows of a plan's step table, shared by the text and Markdown outputs: pods drawn or counted, repeats folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.planner.leap.progression import Progression, Stretch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.planner.model import Snapshot
    from linter.planner.report.plan import WorkloadPlan
    from linter.planner.report.steps import Step

MAX_DRAWN = 20
"""With more pods than these at once they are counted instead of drawn."""
MAX_UNFOLDED = 30
"""With more steps than these, what repeats is folded."""
_LONGEST_CYCLE = 10
_FEWEST_REPEATS = 4
_PIECE = 1_000


class Marks(NamedTuple):
    """How pods are drawn."""

    ready: str
    waiting: str
    unschedulable: str
    terminating: str
    arrow: str
    fold: str
    dot: str
    dash: str


UNICODE = Marks("●", "○", "◇", "◌", "→", "⋮", "·", "–")
ASCII = Marks("#", "o", "?", "x", "->", ":", "-", "-")


class Fold(NamedTuple):
    """Steps that are left out because they go on like the ones before."""

    first: int
    last: int
    times: int


class Cell(NamedTuple):
    """The pods of one revision in a row, as text and as counts."""

    ready: int
    waiting: int
    """Those that have a node, or that the scheduler has yet to look at."""
    unschedulable: int
    terminating: int

    def text(self, marks: Marks, *, drawn: bool) -> str:
        """Draw each pod, or count them."""
        signs = (marks.ready, marks.waiting, marks.unschedulable, marks.terminating)
        pairs = zip(self, signs, strict=True)
        if drawn:
            return "".join(mark * number for number, mark in pairs)
        return " ".join(f"{number}{mark}" for number, mark in pairs if number)


def drawn(plan: WorkloadPlan) -> bool:
    """Tell whether the plan has few enough pods to draw each of them."""
    return plan.summary.max_pods_with_terminating <= MAX_DRAWN


def columns(plan: WorkloadPlan) -> list[tuple[str, str]]:
    """Return (revision, heading) for each revision that has pods, in the order of appearance."""
    return [
        (name, f"{role} {name}" if role in {"old", "new"} else role or "pods")
        for name, role in plan.roles.items()
    ]


def cells(step: Step, revisions: Sequence[str]) -> list[Cell]:
    """Return the pods of each revision after a step."""
    return [_cell(step, name) for name in revisions]


def _cell(step: Step, revision: str) -> Cell:
    # A revision whose ReplicaSet was cleaned up may be there twice: its pods are still going.
    tallies = [tally for tally in step.snapshot.tallies if tally.revision.name == revision]
    waiting = sum(tally.waiting for tally in tallies)
    unschedulable = min(step.unschedulable.get(revision, 0), waiting)
    return Cell(
        sum(tally.ready for tally in tallies),
        waiting - unschedulable,
        unschedulable,
        sum(tally.terminating for tally in tallies),
    )


def total(snapshot: Snapshot) -> str:
    """Write how many pods there are, terminating ones apart."""
    return f"{snapshot.total} (+{snapshot.terminating})" if snapshot.terminating else str(snapshot.total)


def rows(steps: Sequence[Step], *, all_steps: bool) -> Iterator[Step | Fold]:
    """Yield the steps; of a long run of repeats only the first and the last."""
    if all_steps or len(steps) <= MAX_UNFOLDED:
        yield from steps
        return
    shapes = _shapes(steps)
    index = 0
    while index < len(steps):
        cycle, repeats = _cycle(shapes, index)
        if repeats < _FEWEST_REPEATS:
            yield steps[index]
            index += 1
            continue
        end = index + cycle * repeats
        yield from steps[index : index + cycle]
        yield Fold(steps[index + cycle].number, steps[end - cycle - 1].number, repeats - 2)
        yield from steps[end - cycle : end]
        index = end


def _shapes(steps: Sequence[Step]) -> list[int]:
    """Number what kind each step is of: equal for steps that differ only in names and running sizes."""
    known: dict[tuple[object, ...], int] = {}

    def numbered(some: Iterable[Step]) -> list[int]:
        return [known.setdefault(_shape(step), len(known)) for step in some]

    if not isinstance(steps, Progression):
        return numbered(steps)
    result: list[int] = []
    for part in steps.parts:
        if isinstance(part, Stretch) and (cycle := numbered(part.cycle)) == numbered(part.before):
            result += cycle * part.times
        else:
            result += numbered(part.items(0, len(part)) if isinstance(part, Stretch) else part)
    return result


def _shape(step: Step) -> tuple[object, ...]:
    sizing = step.before is not None and step.after is not None
    amount = (step.after or 0) - (step.before or 0) if sizing else step.after
    return step.action, step.revision, amount, step.gone, bool(step.unschedulable)


def _cycle(shapes: Sequence[int], start: int) -> tuple[int, int]:
    """Return (length, repeats) of the repetition that begins here and covers most steps."""
    best = (1, 1)
    for length in range(1, min(_LONGEST_CYCLE, (len(shapes) - start) // _FEWEST_REPEATS) + 1):
        end = start + length
        # Of long runs whole pieces are compared at once.
        while (
            end + _PIECE < len(shapes)
            and shapes[end : end + _PIECE] == shapes[end - length : end - length + _PIECE]
        ):
            end += _PIECE
        while end < len(shapes) and shapes[end] == shapes[end - length]:
            end += 1
        repeats = (end - start) // length
        if repeats >= _FEWEST_REPEATS and repeats * length > best[0] * best[1]:
            best = (length, repeats)
    return best
