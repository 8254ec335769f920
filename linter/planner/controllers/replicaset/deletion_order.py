"""Which pods a ReplicaSet's controller deletes first when there are too many.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset and the recorded rollouts.
"""

from __future__ import annotations

import re
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from linter.planner.controllers.replicaset.pods import READY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linter.planner.controllers.replicaset.pods import KnownPod, PodGroup
    from linter.planner.controllers.replicaset.replicaset import ReplicaSet

_COST = re.compile(r"0|[1-9][0-9]{0,9}|-[0-9]{1,20}", re.ASCII)


def deletion_cost(annotations: dict[str, Any]) -> int:
    """Return the annotation controller.kubernetes.io/pod-deletion-cost, 0 where it is missing or not valid.

    A plus sign or leading zeros make it invalid, and so does what does not fit 32 bits.
    """
    text = str(annotations.get("controller.kubernetes.io/pod-deletion-cost", ""))
    if not _COST.fullmatch(text) or not -(2**31) <= int(text) < 2**31:
        return 0
    return int(text)


def pods_by_node(owners: Iterable[ReplicaSet]) -> dict[str, int]:
    """Count pods that share a node, over all ReplicaSets of one owner; of one that stands alone there are none."""
    on_node: dict[str, int] = {}
    for owner in owners:
        for pod in owner.known:
            if pod.node:
                on_node[pod.node] = on_node.get(pod.node, 0) + 1
        for group in owner.groups:
            if group.node and (number := sum(group.counts)):
                on_node[group.node] = on_node.get(group.node, 0) + number
    return on_node


def youngest_first(oldest_first: Sequence[PodGroup], owners: Iterable[ReplicaSet]) -> list[list[PodGroup]]:
    """Return the groups in the order in which they lose pods: from the fullest node, then the youngest.

    Those among which chance decides are together.
    """
    groups = [[group] for group in reversed(oldest_first)]
    if len(groups) < 2 or not (on_node := pods_by_node(owners)):
        return groups
    by_rank: dict[int, list[PodGroup]] = {}
    for (group,) in groups:
        by_rank.setdefault(on_node.get(group.node or "", 0), []).append(group)
    return [by_rank[rank] for rank in sorted(by_rank, reverse=True)]


def in_order(pods: list[KnownPod], on_node: Mapping[str, int], now: float) -> list[KnownPod]:
    """Sort pods by the ranking of the controller: first deleted first.

    Args:
        pods: Listed pods of one ReplicaSet.
        on_node: How many pods are on each node.
        now: The time of the live state.
    """

    def compare(a: KnownPod, b: KnownPod) -> int:
        phases = {"Pending": 0, "Unknown": 1}
        for left, right in (
            (a.node is not None, b.node is not None),
            (phases.get(a.phase, 2), phases.get(b.phase, 2)),
            (a.state >= READY, b.state >= READY),
            (a.cost, b.cost),
            (-on_node.get(a.node or "", 0), -on_node.get(b.node or "", 0)),
        ):
            if left != right:
                return -1 if left < right else 1
        if a.ready_since is not None and b.ready_since is not None and a.ready_since != b.ready_since:
            return _by_age(now - a.ready_since, now - b.ready_since, a.uid, b.uid)
        if a.restarts != b.restarts:
            return -1 if a.restarts > b.restarts else 1
        if a.created != b.created:
            return _by_age(now - a.created, now - b.created, a.uid, b.uid)
        return 0

    return sorted(pods, key=cmp_to_key(compare))


def _by_age(a: float, b: float, a_uid: str, b_uid: str) -> int:
    """Compare by the logarithm of the age, so that among pods of about the same age chance decides: here the UID."""
    left, right = _magnitude(a), _magnitude(b)
    if left != right:
        return -1 if left < right else 1
    return (a_uid > b_uid) - (a_uid < b_uid)


def _magnitude(seconds: float) -> int:
    return int(seconds * 1e9).bit_length() if seconds > 0 else 0


def why(pod: KnownPod, on_node: Mapping[str, int]) -> str:
    """Say what makes a pod go early or late, in the order of the ranking."""
    beside = on_node.get(pod.node or "", 0)
    reasons = (
        ("on no node", pod.node is None),
        (pod.phase, pod.node is not None and pod.phase != "Running"),
        ("not Ready", pod.phase == "Running" and pod.state < READY),
        (f"cost {pod.cost}", pod.cost != 0),
        (f"one of {beside} on {pod.node}", beside > 1),
        (f"{pod.restarts} restarts", pod.restarts > 0),
    )
    return ", ".join(text for text, holds in reasons if holds)
