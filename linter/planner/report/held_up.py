"""Why a workload cannot become what its manifest says although its pods would: the nodes do not let them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner import kubectl
from linter.planner.assessment import Stuck
from linter.planner.controllers.base import describe_left, some
from linter.planner.model import PodState

if TYPE_CHECKING:
    from linter.planner.controllers.base import Controller
    from linter.planner.simulate import Simulation


def held_up_by_nodes(simulation: Simulation, workload: Controller) -> Stuck | None:
    """Say why a workload is stuck for which some pods find no node, or stand on dead nodes.

    Args:
        simulation: It, played to its end.
        workload: The workload at rest, which is not what its manifest says.

    Returns:
        None if the nodes are not to blame.
    """
    return _unschedulable(simulation, workload) or _on_dead_nodes(simulation, workload)


def _unschedulable(simulation: Simulation, workload: Controller) -> Stuck | None:
    cluster = simulation.cluster
    number = sum(pods.number for pods in workload.unscheduled_pods())
    if cluster.scheduler is None or not number:
        return None
    from linter.planner.report.ways_out import ways_out

    sentences = " ".join(cluster.scheduler.reasons(cluster).get(workload.id, ()))
    found = ways_out(simulation, workload)
    parts = (
        f"{number} pod finds no node: {sentences}"
        if number == 1
        else f"{number} pods find no node: {sentences}",
        describe_left(workload.snapshot(), workload.desired),
        *found.sentences,
    )
    return Stuck("unschedulable", " ".join(parts), found.commands)


def _on_dead_nodes(simulation: Simulation, workload: Controller) -> Stuck | None:
    dead = simulation.cluster.dead_nodes
    kept = [
        pods
        for pods in workload.pods_alike()
        if pods.node in dead and (pods.terminating or pods.state is PodState.PENDING)
    ]
    if not kept:
        return None
    names = sorted({pods.node or "" for pods in kept})
    leaving = sum(pods.number for pods in kept if pods.terminating)
    starting = sum(pods.number for pods in kept if not pods.terminating)
    fates = [
        f"{number} {'pod' if number == 1 else 'pods'} there {verb} for ever"
        for number, verb in (
            (leaving, "stays terminating" if leaving == 1 else "stay terminating"),
            (starting, "waits" if starting == 1 else "wait"),
        )
        if number
    ]
    one = len(names) == 1
    return Stuck(
        "dead-node",
        f"The {'node' if one else 'nodes'} {some(names)} {'does' if one else 'do'} not answer: {' and '.join(fates)}, "
        f"and the controller waits for {'it' if leaving + starting == 1 else 'them'}. "
        f"{describe_left(workload.snapshot(), workload.desired)}",
        (
            f"kubectl get pods{kubectl.namespace_flag(workload.id)} --field-selector spec.nodeName={names[0]}",
            f"kubectl delete node {names[0]}  # once it is certain that it is off: its pods go with it",
        ),
    )
