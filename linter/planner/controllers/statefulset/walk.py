"""What a look at a StatefulSet's pods leads to: its pod management policy and its update strategy, in the order of ordinals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linter.planner.controllers.statefulset.controller import StatefulSetController


def walk(workload: StatefulSetController) -> bool:
    """Create, delete or replace the pods whose turn it is; tell whether there were any."""
    return _walk_parallel(workload) if workload.parallel else _walk_in_order(workload)


def _walk_in_order(workload: StatefulSetController) -> bool:
    """Do the one thing that is next: nothing may happen while a pod before it is not available."""
    first = workload.ordinals.unhealthy.first()
    workload.claims.own_before(first)
    if first is not None:
        return first not in workload.pods and workload.create(first)
    top = workload.ordinals.condemned.first()
    if top is not None:
        pod = workload.pods[-top]
        if pod.terminating or not (pod.available or _is_first_unhealthy(workload, -top)):
            return False
        workload.delete_ordinal(-top)
        return True
    return _update(workload)


def _is_first_unhealthy(workload: StatefulSetController, ordinal: int) -> bool:
    return all(
        pod.available and not pod.terminating
        for each in workload.ordinals.condemned.sorted()
        if (pod := workload.pods[-each]) and -each < ordinal
    )


def _walk_parallel(workload: StatefulSetController) -> bool:
    acted, refused = _create_missing(workload)
    if refused:
        return acted
    workload.claims.own_before(None)
    if workload.ordinals.condemned:
        for ordinal in workload.ordinals.condemned.sorted():
            if not workload.pods[-ordinal].terminating:
                workload.delete_ordinal(-ordinal)
                acted = True
    return _update(workload) or acted


def _create_missing(workload: StatefulSetController) -> tuple[bool, bool]:
    """Create all pods that are missing; tell whether there were any, and whether the API server refused one.

    It is asked in batches of 1, 2, 4 … ordinals, and not again after one with a refusal: nothing else is done then, either.
    """
    acted = False
    last = None
    for ordinal in sorted(workload.ordinals.missing) if workload.ordinals.missing else ():
        batch = (ordinal - workload.start + 1).bit_length()
        if last is not None and batch > last:
            break
        workload.is_refused = False
        acted |= workload.create(ordinal)
        if workload.is_refused:
            last = batch
    return acted, last is not None


def _update(workload: StatefulSetController) -> bool:
    """Replace outdated pods, the highest ordinal first."""
    if not workload.rolling:
        return False
    lowest = workload.start + (workload.partition or 0)
    if workload.honors_max_unavailable:
        acted = workload.parallel and workload.replaces_unavailable and _replace_unavailable(workload, lowest)
        budget = workload.max_unavailable - len(workload.ordinals.unhealthy)
        while budget > 0 and (target := workload.ordinals.behind.first()) is not None and -target >= lowest:
            workload.delete_ordinal(-target)
            budget -= 1
            acted = True
        return acted
    target = workload.ordinals.behind.first()
    if target is None or -target < lowest:
        return False
    # A pod that is not available and stands above it has to recover first.
    blocking = workload.ordinals.unhealthy_top.first()
    if blocking is not None and blocking < target:
        return False
    workload.delete_ordinal(-target)
    return True


def _replace_unavailable(workload: StatefulSetController, lowest: int) -> bool:
    """Replace outdated pods that are unavailable anyway, whatever maxUnavailable says."""
    if not workload.ordinals.behind:
        return False
    targets = [
        -each
        for each in workload.ordinals.unhealthy_top.sorted()
        if each in workload.ordinals.behind and -each >= lowest
    ]
    for target in targets:
        workload.delete_ordinal(target)
    return bool(targets)
