"""What a plan comes to as a whole: `2 roll out, 1 is refused, 1 gets stuck, 61 unchanged`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, assert_never

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.planner.report.plan import Change, Plan, WorkloadPlan

Fate = Literal[
    "rolls out", "is scaled", "is created", "is deleted", "loses a pod", "is evicted", "may be new", "changes",
    "is refused", "gets stuck", "unchanged",
]  # fmt: skip
"""What becomes of one object, in the word that the verdict has for it."""

_PLURALS: Final[dict[Fate, str]] = {
    "rolls out": "roll out",
    "is scaled": "are scaled",
    "is created": "are created",
    "is deleted": "are deleted",
    "loses a pod": "lose a pod",
    "is evicted": "are evicted",
    "may be new": "may be new",
    "changes": "change",
    "is refused": "are refused",
    "gets stuck": "get stuck",
    "unchanged": "unchanged",
}


def verdict(plan: Plan) -> str:
    """Return how many objects meet which fate, good ones first; "" for a plan of nothing."""
    counts: dict[Fate, int] = dict.fromkeys(_PLURALS, 0)
    for change, workload in paired(plan):
        counts[fate(change, workload)] += 1
    return ", ".join(
        f"{number} {word if number == 1 else _PLURALS[word]}" for word, number in counts.items() if number
    )


def fate(change: Change, workload: WorkloadPlan | None) -> Fate:
    """Return what becomes of one object, given its plan if it has one."""
    if workload is not None and workload.summary.stuck is not None:
        return "gets stuck"
    match change.change:
        case "rollout" if workload is not None and workload.operation == "delete-pod":
            return "loses a pod"
        case "rollout":
            return "rolls out"
        case "scale":
            return "is scaled"
        case "created":
            return "is created"
        case "deleted":
            return "is deleted"
        case "no-rollout":
            return "changes"
        case "evicted":
            return "is evicted"
        case "unknown":
            return "may be new"
        case "none":
            return "unchanged"
        case "refused":
            return "is refused"
        case _:
            assert_never(change.change)


def paired(plan: Plan) -> Iterator[tuple[Change, WorkloadPlan | None]]:
    """Yield every object with its plan, if it has one. Several scenarios may be about one and the same object."""
    plans: dict[tuple[str, str, str, str], list[WorkloadPlan]] = {}
    for workload in plan.workloads:
        key = (workload.apply_set, workload.kind, workload.namespace, workload.name)
        plans.setdefault(key, []).append(workload)
    for change in plan.changes:
        found = plans.get((change.apply_set, change.kind, change.namespace, change.name))
        yield change, found.pop(0) if found else None
