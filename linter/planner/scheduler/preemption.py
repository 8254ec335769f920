"""Preemption: a pod for which there is no room may push out pods of lower priority; disruption budgets are heeded where possible.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from linter.planner.scheduler import fit_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linter.planner.disruption.budgets import Budget
    from linter.planner.scheduler.cycle import Cycle
    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.pod_info import PodInfo
    from linter.planner.scheduler.status import Status

_NOT_HELPFUL = "Preemption is not helpful for scheduling"
_NO_VICTIMS = "No preemption victims found for incoming pod"


_Cost = tuple[int, int, int, int, int]


class Victim(NamedTuple):
    """A pod that another one pushes out."""

    pod: PodInfo
    terminating: bool


class Preemption(NamedTuple):
    """What preemption comes to.

    Attributes:
        text: The scheduler's words.
        info: The node on which the pod is to have room, or None.
        victims: The pods that have to go for it.
        by_chance: Whether another node is as good, but for when its pods started, which is known to the round only.
    """

    text: str
    info: NodeInfo | None = None
    victims: tuple[Victim, ...] = ()
    by_chance: bool = False


def preempt(
    cycle: Cycle,
    statuses: Sequence[tuple[NodeInfo, Status]],
    budgets: Callable[[], Sequence[tuple[Budget, int]]],
) -> Preemption:
    """Look for the node on which pushing out pods costs least.

    Args:
        cycle: The scheduling of pods like the one that finds no node.
        statuses: Why each of the nodes cannot take it.
        budgets: Returns the disruption budgets, with how many disruptions each allows.
    """
    pod = cycle.pod
    if not pod.preempts:
        return Preemption("preemption: not eligible due to preemptionPolicy=Never.")
    reasons = []
    found: list[tuple[_Cost, NodeInfo, tuple[Victim, ...]]] = []
    allowed: Sequence[tuple[Budget, int]] | None = None
    for info, status in statuses:
        if not status.resolvable:
            reasons.append(_NOT_HELPFUL)
            continue
        candidates = _candidates(pod, info)
        if not candidates:
            reasons.append(_NO_VICTIMS)
            continue
        allowed = budgets() if allowed is None else allowed
        chosen = _victims(cycle, info, candidates, allowed)
        if isinstance(chosen, _Victims):
            found.append((chosen.cost, info, chosen.pods))
        else:
            reasons.extend(chosen)
    if not found:
        return Preemption(f"preemption: {fit_error.sentence(len(statuses), reasons)}")
    cost, info, victims = min(found, key=lambda each: (each[0], each[1].index))
    return Preemption(
        f"preemption: found a potential placement for pod on node {info.node.name}, "
        f"preempting {len(victims)} victims",
        info,
        victims,
        by_chance=sum(each[0][:-1] == cost[:-1] for each in found) > 1,
    )


def _candidates(pod: PodInfo, info: NodeInfo) -> list[Victim]:
    """Return the pods of lower priority on a node, the most important first."""
    found = [
        Victim(other, terminating)
        for terminating, pods in ((False, info.running), (True, info.terminating))
        for other, number in pods.items()
        if other.priority < pod.priority
        for _ in range(number)
    ]
    return sorted(found, key=lambda each: -each.pod.priority)


class _Victims(NamedTuple):
    """The pods that have to go from a node.

    Attributes:
        pods: The pods.
        cost: What compares nodes: how many go although a budget does not allow it, the highest priority that goes, the sum
            of priorities, the number of pods, and how long the first of those with the highest priority has been there.
    """

    pods: tuple[Victim, ...]
    cost: _Cost


def _victims(
    cycle: Cycle,
    info: NodeInfo,
    candidates: Sequence[Victim],
    budgets: Sequence[tuple[Budget, int]],
) -> _Victims | list[str]:
    """Return as few pods of a node as make room there, or why not even all of them do.

    Those that a budget keeps are the first to stay if there is room for them; where there is none, they go all the same.
    """
    for each in candidates:
        cycle.add(each.pod, info, -1, terminating=each.terminating)
    status = cycle.check(info)
    if status is not None:
        for each in candidates:
            cycle.add(each.pod, info, 1, terminating=each.terminating)
        return list(status.reasons)
    victims: list[Victim] = []
    kept, others = _kept_by_budgets(candidates, budgets)
    violations = 0
    for group in (kept, others):
        for each in group:
            cycle.add(each.pod, info, 1, terminating=each.terminating)
            if cycle.check(info) is not None:
                cycle.add(each.pod, info, -1, terminating=each.terminating)
                victims.append(each)
        if group is kept:
            violations = len(victims)
    for each in victims:
        cycle.add(each.pod, info, 1, terminating=each.terminating)
    priorities = [each.pod.priority + 2**31 for each in victims]
    highest = max(priorities, default=0)
    going = Counter(each.pod for each in victims if each.pod.priority + 2**31 == highest)
    first = min((info.since[pod][-number] for pod, number in going.items() if pod in info.since), default=0)
    cost = violations, highest, sum(priorities), len(priorities), -first
    return _Victims(tuple(victims), cost)


def _kept_by_budgets(
    candidates: Sequence[Victim], budgets: Sequence[tuple[Budget, int]]
) -> tuple[list[Victim], list[Victim]]:
    """Tell pods whose disruption some budget does not allow from others, one after another."""
    left = dict(budgets)
    kept: list[Victim] = []
    others: list[Victim] = []
    for each in candidates:
        # To the scheduler a budget with an empty selector is about no pod.
        over = [
            budget
            for budget in left
            if budget.selector and budget.is_over(each.pod.namespace, each.pod.labels)
        ]
        for budget in over:
            left[budget] -= 1
        (kept if any(left[budget] < 0 for budget in over) else others).append(each)
    return kept, others
