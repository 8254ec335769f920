"""A workload's pods by node, round by round: what text and pictures show where a plan is asked for by node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.model import PodsOnNode
    from linter.planner.report.plan import WorkloadPlan

MAX_NODES = 40
"""Of more nodes than these the last ones share a lane."""
NO_NODE = "no node"
"""The lane of the pods that are on none."""

State = Literal["ready", "waiting", "failing", "unschedulable", "terminating"]
_ORDER: tuple[State, ...] = ("ready", "waiting", "failing", "unschedulable", "terminating")


class Group(NamedTuple):
    """Pods of a lane that do not differ: the name of their revision, their state, and their number."""

    revision: str
    state: State
    number: int


class NodeLanes(NamedTuple):
    """The lanes of a plan by node.

    Attributes:
        names: What each lane is called.
        moments: The pods of each lane, before the first round and after each.
    """

    names: tuple[str, ...]
    moments: tuple[tuple[tuple[Group, ...], ...], ...]


def node_lanes(plan: WorkloadPlan) -> NodeLanes | None:
    """Return a lane for each node that has pods at some time, and one for pods without a node, if there are any.

    Returns:
        The lanes in the order of the nodes' names; None where the plan does not say where pods are.
    """
    if plan.on_nodes is None:
        return None
    nodes = {pods.node for moment in plan.on_nodes for pods in moment}
    named = sorted(node for node in nodes if node is not None)
    shown = named if len(named) <= MAX_NODES else named[: MAX_NODES - 1]
    names = [*shown, *([f"{len(named) - len(shown)} more nodes"] if len(shown) < len(named) else [])]
    lane_of: dict[str | None, int] = {node: min(lane, len(shown)) for lane, node in enumerate(named)}
    if None in nodes:
        lane_of[None] = len(names)
        names.append(NO_NODE)
    revisions = list(plan.roles)
    return NodeLanes(
        tuple(names),
        tuple(
            # Rounds are written down when the scheduler has looked at every pod; of what was there before the plan says so.
            _lanes(
                moment, lane_of, revisions, len(names), looked=number > 0 or bool(plan.initial.unschedulable)
            )
            for number, moment in enumerate(plan.on_nodes)
        ),
    )


def _lanes(
    moment: Sequence[PodsOnNode],
    lane_of: dict[str | None, int],
    revisions: Sequence[str],
    lanes: int,
    *,
    looked: bool,
) -> tuple[tuple[Group, ...], ...]:
    counts: list[dict[tuple[str, State], int]] = [{} for _ in range(lanes)]
    for pods in moment:
        found = counts[lane_of[pods.node]]
        key = pods.revision.name or "", _state(pods, looked=looked)
        found[key] = found.get(key, 0) + pods.number
    return tuple(
        tuple(
            Group(revision, state, number)
            for revision in revisions
            for state in _ORDER
            if (number := found.get((revision, state)))
        )
        for found in counts
    )


def _state(pods: PodsOnNode, *, looked: bool) -> State:
    if pods.state != "waiting":
        return pods.state
    if pods.node is None:
        return "unschedulable" if looked else "waiting"
    return "failing" if pods.revision.fails else "waiting"
