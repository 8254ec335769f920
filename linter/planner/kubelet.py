"""The kubelet's part of the model: terminating pods go away, waiting pods become Ready.

A step works on what was there when it began. Pods that controllers create in answer to it wait for the next step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.planner.daemonset import DaemonSet
from linter.planner.deployment import Deployment
from linter.planner.replicaset import ReplicaSet, ReplicaSetWorkload
from linter.planner.state import Event
from linter.planner.statefulset import StatefulSet

if TYPE_CHECKING:
    from linter.planner.state import Journal, Pod, Revision

Workload = Deployment | ReplicaSetWorkload | StatefulSet | DaemonSet


class Step(NamedTuple):
    """What a step did: how many pods went away, how many became Ready, whether others were put on a node."""

    gone: int
    ready: int
    scheduled: bool


def step(workload: Workload, journal: Journal, *, one_by_one: bool) -> Step:
    """Let the kubelet act once.

    Args:
        workload: Its pods and claims are changed.
        journal: Gets an event when pods are gone (`pods-gone`) and when some are Ready (`pods-ready`).
        one_by_one: Make only the first waiting pod Ready: of the lowest revision, ordinal or node name.
    """
    if isinstance(workload, (StatefulSet, DaemonSet)):
        return _step_pods(workload, journal, one_by_one=one_by_one)
    return _step_replicasets(workload, journal, one_by_one=one_by_one)


def _step_replicasets(
    workload: Deployment | ReplicaSetWorkload, journal: Journal, *, one_by_one: bool
) -> Step:
    owners = workload.owners()
    gone = sum([owner.terminating for owner in owners])
    if gone:
        revisions = [owner.revision for owner in owners if owner.terminating]
        if isinstance(workload, Deployment):
            workload.orphans = []
        for owner in owners:
            owner.terminating = 0
        _record(workload, journal, "pods-gone", revisions, gone, None)
    ready = 0
    scheduled = False
    revisions = []
    for owner in sorted(workload.replicasets, key=_number) if one_by_one else workload.replicasets:
        waiting = owner.waiting()
        scheduled |= owner.schedule()
        if one_by_one:
            waiting = min(waiting, 1 - ready)
        if waiting:
            owner.become_ready(waiting)
            ready += waiting
            revisions.append(owner.revision)
    if ready:
        _record(workload, journal, "pods-ready", revisions, ready, None)
    return Step(gone, ready, scheduled)


def _number(owner: ReplicaSet) -> int:
    name = owner.revision.name
    return int(name[1:]) if name else 0


def _step_pods(workload: StatefulSet | DaemonSet, journal: Journal, *, one_by_one: bool) -> Step:
    terminating = list(workload.terminating)
    waiting = [workload.waiting.first()] if one_by_one and workload.waiting else list(workload.waiting)
    # A claim on its way out goes once no pod that is listed uses it.
    claims = (
        [claim for claim in workload.terminating_claims.values() if claim.ordinal not in workload.pods]
        if isinstance(workload, StatefulSet) and workload.terminating_claims
        else []
    )
    scheduled = workload.schedule()
    for action, pods, act in (
        ("pods-gone", terminating, workload.remove_terminated),
        ("pods-ready", waiting, workload.become_ready),
    ):
        if pods:
            for pod in pods:
                act(pod)
            named = sorted(pods, key=_order)[:_NAMED] if len(pods) > 1 else pods
            names = ", ".join([workload.pod_name(pod) for pod in named])
            _record(workload, journal, action, [pod.revision for pod in pods], len(pods), names)
    if isinstance(workload, StatefulSet):
        for claim in claims:
            workload.remove_claim(claim)
    return Step(len(terminating), len(waiting), scheduled)


_NAMED = 20
"""An event names no more pods than that."""


def _order(pod: Pod) -> tuple[Any, int]:
    return pod.key, pod.sequence


def _record(
    workload: Workload,
    journal: Journal,
    action: str,
    revisions: list[Revision],
    number: int,
    target: str | None,
) -> None:
    if journal.on:
        same = (
            revisions[0] if len(revisions) == 1 or all(each is revisions[0] for each in revisions) else None
        )
        journal.events.append(Event(action, target, same, None, number, workload.snapshot()))


def pass_min_ready_seconds(workload: Workload) -> None:
    """Let time pass until every Ready pod is available."""
    if isinstance(workload, (StatefulSet, DaemonSet)):
        workload.pass_min_ready_seconds()
    else:
        for owner in workload.replicasets:
            owner.pass_min_ready_seconds()
