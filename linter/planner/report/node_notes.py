"""What a plan does not know of the nodes that it was made for, and what chance has decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.pod_resources import pod_requests
from linter.kube.scheduling import daemon_tolerations, taint_text, tolerated
from linter.planner.controllers.base import some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.planner.simulate import Simulation


def node_notes(simulation: Simulation, *, assumed: bool) -> Iterator[str]:
    """Yield what is worth knowing about the nodes.

    Args:
        simulation: A simulation, played to its end.
        assumed: Whether nobody has named the nodes.
    """
    cluster, nodes = simulation.cluster, simulation.first_nodes
    if assumed:
        names = ", ".join(node.name for node in nodes)
        yield f"No nodes were given: planned on {len(nodes)} assumed ones ({names})."
        return
    yield from _left_out(simulation)
    unsized = [node.name for node in nodes if node.allocatable is None]
    workload = simulation.workload
    if unsized and workload is not None and pod_requests(workload.manifest["spec"]["template"]["spec"]):
        yield f"How much room there is on {some(unsized)} is not said (status.allocatable): pods of any size count as fitting."
    if len(unsized) < len(nodes) and not cluster.bystanders:
        yield "No other pods on the nodes are known (--state): apart from this workload they count as empty."
    if cluster.scheduler is not None and cluster.scheduler.tossed:
        yield "Which of several equally good nodes a pod comes to is left to chance; here it is the first by name."


def _left_out(simulation: Simulation) -> Iterator[str]:
    """Yield which nodes a DaemonSet leaves out because of taints; where it has none at all, that has been said."""
    workload = simulation.workload
    if workload is None or workload.id.kind != "DaemonSet" or workload.deleted or not workload.desired:
        return
    tolerations = daemon_tolerations(workload.manifest["spec"]["template"]["spec"])
    for node in simulation.cluster.nodes.values():
        taint = next(
            (
                each
                for each in node.taints
                if each.get("effect") != "PreferNoSchedule" and not tolerated(each, tolerations)
            ),
            None,
        )
        if taint is not None:
            yield f"The node {node.name} gets no pod: the template does not tolerate its taint {taint_text(taint)}."
