"""The kubelet's part of the model: terminating pods go away, waiting pods become Ready.

A step works on what was there when it began. Pods that controllers create in answer to it wait for the next step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.planner.daemonset import DaemonSet
from linter.planner.deployment import Deployment
from linter.planner.replicaset import ReplicaSet, ReplicaSetWorkload
from linter.planner.statefulset import StatefulSet

if TYPE_CHECKING:
    from linter.planner.state import Pod

Workload = Deployment | ReplicaSetWorkload | StatefulSet | DaemonSet


class Step(NamedTuple):
    """What a step did: how many pods went away, how many became Ready, whether others were put on a node."""

    gone: int
    ready: int
    scheduled: bool


def step(workload: Workload, *, one_by_one: bool) -> Step:
    """Let the kubelet act once.

    Args:
        workload: Its pods and claims are changed.
        one_by_one: Make only the first waiting pod Ready: of the lowest revision, ordinal or node name.
    """
    if isinstance(workload, (StatefulSet, DaemonSet)):
        return _step_pods(workload, one_by_one=one_by_one)
    return _step_replicasets(workload, one_by_one=one_by_one)


def _step_replicasets(workload: Deployment | ReplicaSetWorkload, *, one_by_one: bool) -> Step:
    owners = workload.replicasets
    gone = ready = 0
    scheduled = False
    if isinstance(workload, Deployment):
        gone = sum([owner.terminating for owner in workload.orphans])
        workload.orphans.clear()
    for owner in sorted(owners, key=_number) if one_by_one else owners:
        gone += owner.terminating
        owner.terminating = 0
        waiting = owner.waiting()
        scheduled |= owner.schedule()
        if one_by_one:
            waiting = min(waiting, 1 - ready)
        if waiting:
            owner.become_ready(waiting)
            ready += waiting
    return Step(gone, ready, scheduled)


def _number(owner: ReplicaSet) -> int:
    name = owner.revision.name
    return int(name[1:]) if name else 0


def _step_pods(workload: StatefulSet | DaemonSet, *, one_by_one: bool) -> Step:
    terminating = list(workload.terminating.values())
    waiting = list(workload.waiting.values())
    # A claim on its way out goes once no pod that is listed uses it.
    claims = (
        [claim for claim in workload.terminating_claims.values() if claim.ordinal not in workload.pods]
        if isinstance(workload, StatefulSet)
        else []
    )
    scheduled = workload.schedule()
    if one_by_one:
        waiting = sorted(waiting, key=_order)[:1]
    for pod in terminating:
        workload.remove_terminated(pod)
    for pod in waiting:
        workload.become_ready(pod)
    if isinstance(workload, StatefulSet):
        for claim in claims:
            workload.remove_claim(claim)
    return Step(len(terminating), len(waiting), scheduled)


def _order(pod: Pod) -> tuple[Any, int]:
    return pod.key, pod.sequence


def pass_min_ready_seconds(workload: Workload) -> None:
    """Let time pass until every Ready pod is available."""
    if isinstance(workload, (StatefulSet, DaemonSet)):
        workload.pass_min_ready_seconds()
    else:
        for owner in workload.replicasets:
            owner.pass_min_ready_seconds()
