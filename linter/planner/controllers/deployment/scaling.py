"""How a Deployment's size is shared among its ReplicaSets when it is scaled while a rollout goes on, or paused.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#proportional-scaling and the recorded rollouts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.planner.controllers.replicaset.replicaset import ReplicaSet


def size_of(owners: Iterable[ReplicaSet]) -> int:
    """Return how many pods ReplicaSets are to have."""
    return sum([each.replicas for each in owners])


def in_proportion(
    active: Sequence[ReplicaSet], replicas: int, max_pods: int, before: int
) -> list[tuple[ReplicaSet, int]]:
    """Share the pods of a Deployment among the ReplicaSets that have some, in proportion to their sizes.

    Args:
        active: The ReplicaSets, oldest first.
        replicas: How many pods the Deployment wants.
        max_pods: How many it may have while the strategy adds some.
        before: How many it wanted when the status was last written.

    Returns:
        The ReplicaSets with their new sizes, in the order in which they get them.
    """
    add = (max_pods if replicas else 0) - size_of(active)
    # Equally large ones: the newest gets more first, the oldest loses first.
    order = list(reversed(active)) if add > 0 else list(active)
    order.sort(key=lambda each: -each.replicas)
    sizes: list[int] = []
    added = 0
    for each in order:
        share = _share(each, add - added, replicas, max_pods, before)
        sizes.append(each.replicas + share)
        added += share
    if add:
        sizes[0] = max(0, sizes[0] + add - added)
    return list(zip(order, sizes, strict=True))


def _share(owner: ReplicaSet, left: int, replicas: int, max_pods: int, before: int) -> int:
    """Return how many of the pods that are left to add (or to remove, where negative) a ReplicaSet gets."""
    if not left:
        return 0
    before = owner.max_replicas or before
    if not replicas:
        fraction = -owner.replicas
    elif not before:
        fraction = 0
    else:
        # Half a pod is rounded away from zero; the value is never negative here.
        fraction = math.floor(owner.replicas * max_pods / before + 0.5) - owner.replicas
    return min(fraction, left) if left > 0 else max(fraction, left)
