"""VolumeRestrictions: a claim with access mode ReadWriteOncePod belongs to one pod of the whole cluster.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.scheduler.status import Plugin, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.pod_info import PodInfo
    from linter.planner.scheduler.volumes import Volumes

_IN_USE = Status(
    Plugin.VOLUME_RESTRICTIONS,
    (
        "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
    ),
    resolvable=True,
)


class ClaimFilter:
    """The ReadWriteOncePod claims of pods that are alike."""

    def __init__(self, pod: PodInfo, nodes: Sequence[NodeInfo], volumes: Volumes) -> None:
        self._pod = pod
        self._claims = {name for name in pod.claims if volumes.is_for_one_pod(pod.namespace, name)}
        self._in_use = 0
        for info in nodes if self._claims else ():
            for other, number in info.pods():
                self.add(other, number)

    def add(self, pod: PodInfo, number: int) -> bool:
        """Count pods that come to a node or leave it; tell whether that makes a difference for all nodes."""
        if not self._claims or pod.namespace != self._pod.namespace or self._claims.isdisjoint(pod.claims):
            return False
        self._in_use += number
        return True

    def check(self) -> Status | None:
        """Tell why a pod can come to no node."""
        return _IN_USE if self._in_use > 0 else None
