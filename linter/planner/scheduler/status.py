"""Why a pod cannot come to a node."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Plugin(Enum):
    """The plugins whose filters keep pods off nodes."""

    INTER_POD_AFFINITY = "InterPodAffinity"
    NODE_AFFINITY = "NodeAffinity"
    NODE_PORTS = "NodePorts"
    NODE_RESOURCES_FIT = "NodeResourcesFit"
    NODE_UNSCHEDULABLE = "NodeUnschedulable"
    POD_TOPOLOGY_SPREAD = "PodTopologySpread"
    TAINT_TOLERATION = "TaintToleration"
    VOLUME_BINDING = "VolumeBinding"
    VOLUME_RESTRICTIONS = "VolumeRestrictions"
    VOLUME_ZONE = "VolumeZone"


class Status(NamedTuple):
    """Why a pod cannot come to a node.

    Attributes:
        plugin: Whose filter refuses it.
        reasons: The scheduler's words, each without the number of nodes that it holds for.
        resolvable: Whether it might help to push out pods of lower priority.
    """

    plugin: Plugin
    reasons: tuple[str, ...]
    resolvable: bool = False
