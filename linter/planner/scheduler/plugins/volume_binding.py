"""VolumeBinding and VolumeZone: a volume can be reached from some nodes only.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#node-affinity
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.scheduling import matches_term
from linter.planner.scheduler.status import Plugin, Status

if TYPE_CHECKING:
    from linter.planner.model import Manifest, Node
    from linter.planner.scheduler.pod_info import PodInfo
    from linter.planner.scheduler.volumes import Volumes

_OTHER_NODE = Status(Plugin.VOLUME_BINDING, ("node(s) didn't match PersistentVolume's node affinity",))
_OTHER_ZONE = Status(Plugin.VOLUME_ZONE, ("node(s) had no available volume zone",))
_ZONE_LABELS = (
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
)


def check(pod: PodInfo, node: Node, volumes: Volumes) -> Status | None:
    """Tell why a node cannot reach the volumes that a pod's claims are bound to; unknown ones are left out."""
    if not pod.claims:
        return None
    bound = [volumes.bound(pod.namespace, claim) for claim in pod.claims]
    found = [volume for volume in bound if volume is not None]
    if any(not _matches(volume, node) for volume in found):
        return _OTHER_NODE
    if any(label in node.labels for label in _ZONE_LABELS) and any(
        not _in_zone(volume, node) for volume in found
    ):
        return _OTHER_ZONE
    return None


def _matches(volume: Manifest, node: Node) -> bool:
    required = ((volume.get("spec") or {}).get("nodeAffinity") or {}).get("required")
    if not required:
        return True
    return any(matches_term(term, node.name, node.labels) for term in required.get("nodeSelectorTerms") or ())


def _in_zone(volume: Manifest, node: Node) -> bool:
    labels = (volume.get("metadata") or {}).get("labels") or {}
    return all(
        node.labels.get(label) in str(labels[label]).split("__") for label in _ZONE_LABELS if label in labels
    )
