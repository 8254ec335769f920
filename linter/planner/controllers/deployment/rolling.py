"""A rolling update: the new ReplicaSet grows and the old ones shrink, as far as maxSurge and maxUnavailable allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.controllers.deployment.scaling import size_of

if TYPE_CHECKING:
    from linter.planner.controllers.deployment.controller import DeploymentController
    from linter.planner.controllers.replicaset.replicaset import ReplicaSet


def grow(workload: DeploymentController, new: ReplicaSet) -> bool:
    """Scale the new ReplicaSet up as far as maxSurge allows; tell whether that did anything."""
    size = new.replicas
    if size == workload.replicas:
        return False
    if size > workload.replicas:
        workload.resize(new, workload.replicas)
        return True
    room = workload.max_pods - size_of(workload.replicasets)
    if room <= 0:
        return False
    workload.resize(new, size + min(room, workload.replicas - size))
    return True


def shrink(workload: DeploymentController, new: ReplicaSet, old: list[ReplicaSet]) -> bool:
    """Scale the old ReplicaSets down as far as availability allows; tell whether that did anything.

    Status counts as it was when the sync began: the ReplicaSets' controllers write theirs later.
    """
    active = [each for each in old if each.replicas]
    if not active:
        return False
    limit = size_of(workload.replicasets) - workload.min_available - (new.replicas - new.status_available)
    if limit <= 0:
        return False
    # Pods that are not available serve nobody: they go first, whatever the strategy allows.
    done = 0
    for each in active:
        if done >= limit:
            break
        if each.replicas == each.status_available:
            continue
        broken = min(limit - done, each.replicas - each.status_available)
        if broken < 0:
            return False
        workload.resize(each, each.replicas - broken)
        done += broken
    spare = sum([each.status_available for each in active]) + new.status_available - workload.min_available
    removed = 0
    for each in active:
        if removed >= spare:
            break
        if each.replicas:
            number = min(each.replicas, spare - removed)
            workload.resize(each, each.replicas - number)
            removed += number
    return done + removed > 0
