"""Gives a ReplicaSet the pods of a live state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.controllers.replicaset.deletion_order import deletion_cost
from linter.planner.controllers.replicaset.pods import KnownPod
from linter.planner.live_state.objects import created, name_of
from linter.planner.live_state.pods import owned_pods, ready_since, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.planner.controllers.replicaset.replicaset import ReplicaSet
    from linter.planner.model import Manifest


def load_pods(owner: ReplicaSet, item: Manifest, items: Iterable[Manifest], now: float) -> None:
    """Give a ReplicaSet its live pods.

    Args:
        owner: The ReplicaSet; is changed.
        item: The same as a live object.
        items: All live objects.
        now: The time at which they were listed.
    """
    owner.now = now
    for pod in owned_pods(item, items):
        metadata, status = pod.get("metadata") or {}, pod.get("status") or {}
        node = (pod.get("spec") or {}).get("nodeName")
        if metadata.get("deletionTimestamp"):
            if node:
                owner.add_terminating(node)
            continue
        owner.add(
            KnownPod(
                name=name_of(pod),
                state=state_of(pod, owner.min_ready_seconds, now),
                created=created(pod),
                ready_since=ready_since(pod),
                phase=status.get("phase") or "Pending",
                node=node,
                cost=deletion_cost(metadata.get("annotations") or {}),
                restarts=max(
                    (each.get("restartCount") or 0 for each in status.get("containerStatuses") or ()),
                    default=0,
                ),
                uid=str(metadata.get("uid") or ""),
            )
        )
