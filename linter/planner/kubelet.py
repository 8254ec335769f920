"""The kubelet's part of the model: terminating pods go away, waiting pods become Ready.

A step works on what was there when it began. Pods that controllers create in answer to it wait for the next step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from linter.planner.cluster import Cluster
    from linter.planner.controllers.base import Controller, PodChange
    from linter.planner.journal import Action, Journal


class KubeletStep(NamedTuple):
    """What a step did.

    Attributes:
        gone: How many pods went away.
        became_ready: How many pods became Ready.
        bound: Whether pods were put on nodes.
        made_room: Whether pods that no workload keeps went away.
        workloads: The workloads whose pods became Ready.
    """

    gone: int
    became_ready: int
    bound: bool
    made_room: bool
    workloads: tuple[Controller, ...]


def step(cluster: Cluster, *, one_by_one: bool) -> KubeletStep:
    """Let the kubelet act once, for all workloads.

    Args:
        cluster: Its pods and claims are changed; its journal gets an event when pods of a workload are gone
            (`pods-gone`) and when some are Ready (`pods-ready`).
        one_by_one: Make only the first waiting pod Ready: of the lowest revision, ordinal or node name.
    """
    bound = cluster.place_pods(cluster)
    made_room = cluster.bystanders.remove_terminated(cluster.dead_nodes)
    gone = became_ready = 0
    workloads = []
    for workload in cluster.workloads.values():
        left = workload.remove_terminated()
        if left.number:
            gone += left.number
            _record(cluster.journal, workload, "pods-gone", left)
        ready = workload.become_ready(1 - became_ready if one_by_one else None)
        if ready.number:
            became_ready += ready.number
            workloads.append(workload)
            _record(cluster.journal, workload, "pods-ready", ready)
    return KubeletStep(gone, became_ready, bound, made_room, tuple(workloads))


def _record(journal: Journal, workload: Controller, action: Action, change: PodChange) -> None:
    """Write down what was done to pods of a workload, with their revision if they have all the same one."""
    number, revisions, names = change
    first = revisions[0]
    same = len(revisions) == 1 or all(each is first for each in revisions)
    journal.record(workload, action, names, first if same else None, None, number)


def place_anywhere(cluster: Cluster) -> bool:
    """Bind every pod that is not scheduled yet: in a cluster in which all of them fit, it does not matter where.

    Returns:
        Whether there was one.
    """
    bound = [workload.bind_all() for workload in cluster.workloads.values()]
    return any(bound)


def place_nowhere(cluster: Cluster) -> bool:  # noqa: ARG001  as every way to place pods
    """Bind no pod: a scheduler does it."""
    return False
