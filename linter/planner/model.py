"""What the simulated cluster consists of: plain data, shared by the controllers, the kubelet and the plan."""

from __future__ import annotations

from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from linter.kube.kinds import CLUSTER_SCOPED, is_builtin

if TYPE_CHECKING:
    from collections.abc import Mapping

Manifest = dict[str, Any]


class ObjectId(NamedTuple):
    """What tells an object from all others of the cluster; the namespace of one that belongs to the whole cluster is ""."""

    kind: str
    namespace: str
    name: str


def object_id(manifest: Manifest) -> ObjectId:
    """Return what tells an object from others; of one that nobody has decoded yet the metadata may be anything."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, dict):
        metadata = {}
    kind = str(manifest.get("kind") or "")
    in_none = kind in CLUSTER_SCOPED and is_builtin(str(manifest.get("apiVersion") or ""))
    namespace = "" if in_none else str(metadata.get("namespace") or "default")
    return ObjectId(kind, namespace, str(metadata.get("name") or ""))


class PodState(IntEnum):
    """How far a pod is, in the order in which a ReplicaSet picks its victims: the least useful first."""

    UNSCHEDULED = 0
    PENDING = 1
    """On a node, not Ready yet."""
    UNREADY = 2
    """Running, but has lost readiness for good."""
    READY = 3
    """Ready, but not for minReadySeconds yet."""
    AVAILABLE = 4


class Revision:
    """A pod template that became a ReplicaSet or a ControllerRevision.

    Attributes:
        template: The pod template, defaults applied.
        key: Equal for templates that Kubernetes holds for equal.
        number: The revision number.
        fails: Its pods never become Ready.
        name: r1, r2 … in the order of appearance; None until then.
    """

    __slots__ = ("fails", "key", "name", "number", "template")

    def __init__(
        self, template: Manifest, key: str, number: int, *, fails: bool = False, name: str | None = None
    ) -> None:
        self.template = template
        self.key = key
        self.number = number
        self.fails = fails
        self.name = name

    @property
    def image(self) -> str:
        """The image of the first container."""
        return first_image(self.template)


def images_of(template: Manifest) -> list[str]:
    """Return the images of a template's containers, those of its init containers first."""
    spec = template.get("spec") or {}
    containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    return [str(each.get("image", "")) for each in containers]


def first_image(template: Manifest) -> str:
    """Return the image of a template's first container, "" without one."""
    containers = (template.get("spec") or {}).get("containers") or ()
    return str(containers[0].get("image", "")) if containers else ""


class Pod:
    """A pod with an identity: of a StatefulSet (name, ordinal) or a DaemonSet (node).

    Attributes:
        revision: What it was made of.
        key: What orders pods: the ordinal or the node's name.
        node: The node that it is bound to; None before that, and in a cluster whose nodes nobody named.
        state: How far it is.
        terminating: Whether it is being deleted.
        sequence: The order of creation.
    """

    __slots__ = ("key", "node", "revision", "sequence", "state", "terminating")

    def __init__(
        self,
        revision: Revision,
        key: Any,
        state: PodState = PodState.UNSCHEDULED,
        *,
        terminating: bool = False,
        sequence: int = 0,
        node: str | None = None,
    ) -> None:
        self.revision = revision
        self.key = key
        self.node = node
        self.state = state
        self.terminating = terminating
        self.sequence = sequence

    @property
    def ready(self) -> bool:
        """Whether its Ready condition is true. A terminating pod keeps it."""
        return self.state >= PodState.READY

    @property
    def available(self) -> bool:
        """Whether it has been Ready for minReadySeconds."""
        return self.state is PodState.AVAILABLE


class NamedPod(NamedTuple):
    """A pod with an identity, as it is at one moment.

    Attributes:
        key: What orders pods: the ordinal or the node's name.
        name: What rounds call it: its name, or its node's.
        revision: What it was made of.
        state: ready, waiting or terminating.
    """

    key: Any
    name: str
    revision: Revision
    state: str


class Claim:
    """A PersistentVolumeClaim made from a volumeClaimTemplate. It goes with its owner, if it has one."""

    __slots__ = ("name", "ordinal", "owned_by_pod", "owned_by_set", "terminating")

    def __init__(
        self, name: str, ordinal: int, *, owned_by_pod: bool = False, owned_by_set: bool = False
    ) -> None:
        self.name = name
        self.ordinal = ordinal
        self.owned_by_pod = owned_by_pod
        self.owned_by_set = owned_by_set
        self.terminating = False


class Node(NamedTuple):
    """A node, as far as controllers and the scheduler look at it.

    Attributes:
        name: Its name.
        labels: Its labels.
        taints: Its taints.
        unschedulable: Whether it is cordoned.
        allocatable: What pods may request there: `cpu` in thousandths, everything else in whole units; None where
            nobody says how large it is.
        conditions: The status ("True", "False", "Unknown") of its conditions by type.
    """

    name: str
    labels: Mapping[str, str]
    taints: tuple[Mapping[str, Any], ...] = ()
    unschedulable: bool = False
    allocatable: Mapping[str, int] | None = None
    conditions: Mapping[str, str] = MappingProxyType({})

    @property
    def is_dead(self) -> bool:
        """Whether its kubelet does not answer: pods there neither start nor stop."""
        if not self.conditions and not self.taints:
            return False
        silent = self.conditions.get("Ready", "True") != "True"
        return silent or any(taint.get("key") in _DEAD for taint in self.taints)


_DEAD = {"node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready"}


class Tally(NamedTuple):
    """The pods of one revision, counted."""

    revision: Revision
    ready: int
    waiting: int
    terminating: int


class PodsOnNode(NamedTuple):
    """Pods of a workload that are on the same node, of the same revision and in the same state.

    Attributes:
        node: The node's name; None: they are on none.
        revision: What they were made of.
        state: How far they are.
        number: How many they are.
    """

    node: str | None
    revision: Revision
    state: Literal["ready", "waiting", "terminating"]
    number: int


class Snapshot(NamedTuple):
    """How many pods there are at one moment; terminating pods count in `terminating` alone."""

    ready: int
    available: int
    total: int
    terminating: int
    tallies: tuple[Tally, ...]


class Pods(NamedTuple):
    """Pods of a workload that do not differ, as a scheduler or an eviction looks at them.

    Attributes:
        revision: What they were made of.
        node: The node that they are bound to, or None.
        state: How far they are.
        number: How many they are.
        handle: By which their controller knows them.
        terminating: Whether they are being deleted; how far terminating ones of ReplicaSets were is forgotten.
        pinned: The only node that they are made for, or None.
        claims: The PersistentVolumeClaims that were made for them.
    """

    revision: Revision
    node: str | None
    state: PodState
    number: int
    handle: Any
    terminating: bool = False
    pinned: str | None = None
    claims: tuple[str, ...] = ()
