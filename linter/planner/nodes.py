"""Nodes as users write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from linter.kube.quantities import whole_units
from linter.planner.errors import ScenarioError
from linter.planner.model import Node, object_id

if TYPE_CHECKING:
    from linter.planner.model import Manifest

DEFAULT_SIZE: Mapping[str, int] = MappingProxyType(
    {"cpu": 4000, "memory": 8 * 2**30, "pods": 110, "ephemeral-storage": 100 * 2**30}
)
"""What a node of a scenario with `placement` allocates where it says nothing else, as the recorded ones do."""

_NOTHING: Mapping[str, str] = MappingProxyType({})

ASSUMED_NODES = 3
"""How many nodes a DaemonSet is planned on when none are given."""


def parse_nodes(data: Any, path: str = "nodes") -> tuple[Node, ...]:
    """Read nodes: Node objects, a List of them, or mappings with name, labels, taints, unschedulable, allocatable.

    Raises:
        ScenarioError: One of them is wrong, or two have one name.
    """
    if isinstance(data, dict):
        data = data.get("items") if "items" in data else [data]
        path = f"{path}.items"
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise ScenarioError(path, "must be a list of nodes")
    nodes: dict[str, Node] = {}
    for index, each in enumerate(data):
        try:
            node = _node(each)
        except ScenarioError as error:
            raise error.below(f"{path}[{index}]") from None
        if node.name in nodes:
            raise ScenarioError(f"{path}[{index}]", f"a second node named {node.name}")
        nodes[node.name] = node
    return tuple(nodes.values())


def nodes_of_state(items: Sequence[Manifest]) -> tuple[Node, ...]:
    """Read the nodes among live objects.

    Raises:
        ScenarioError: One of them is wrong.
    """
    return tuple(
        parse_node(each, f"state.items[{index}]")
        for index, each in enumerate(items)
        if each.get("kind") == "Node"
    )


def parse_node(data: Any, path: str) -> Node:
    """Read one node.

    Raises:
        ScenarioError: It is wrong.
    """
    try:
        return _node(data)
    except ScenarioError as error:
        raise error.below(path) from None


def _node(data: Any) -> Node:
    """Read one node. There may be 100,000, of which most say little."""
    if not isinstance(data, dict):
        raise ScenarioError("", "a node is a mapping with `name`")
    metadata, spec, status = data, data, data
    if isinstance(data.get("metadata"), dict):
        metadata, spec, status = data["metadata"], data.get("spec") or {}, data.get("status") or {}
    name = metadata.get("name")
    if not isinstance(name, str) or not name:
        raise ScenarioError("name", "is missing")
    labels = metadata.get("labels") or _NOTHING
    if labels is not _NOTHING:
        if not isinstance(labels, dict):
            raise ScenarioError("labels", "must be a mapping")
        labels = {str(key): str(value) for key, value in labels.items()}
    taints = parse_taints(written, "taints") if (written := spec.get("taints")) else ()
    unschedulable = spec.get("unschedulable") or False
    if not isinstance(unschedulable, bool):
        raise ScenarioError("unschedulable", "must be true or false")
    allocatable = None
    if (written := status.get("allocatable")) is not None:
        allocatable = _allocatable(written, "allocatable")
        if status is data:
            allocatable = {**DEFAULT_SIZE, **allocatable}
    conditions = _conditions(written, "conditions") if (written := status.get("conditions")) else _NOTHING
    return Node(name, labels, taints, unschedulable, allocatable, conditions)


def _allocatable(data: Any, path: str) -> dict[str, int]:
    """Read what pods may request on a node."""
    if not isinstance(data, dict):
        raise ScenarioError(path, "must be a mapping")
    result = {}
    for resource, amount in data.items():
        try:
            result[str(resource)] = whole_units(str(resource), amount)
        except ValueError:
            raise ScenarioError(f"{path}.{resource}", f"{amount!r} is not a quantity") from None
    return result


def _conditions(data: Any, path: str) -> dict[str, str]:
    if isinstance(data, str) or not isinstance(data, Sequence):
        raise ScenarioError(path, "must be a list")
    return {str(each.get("type")): str(each.get("status")) for each in data if isinstance(each, dict)}


def completed(node: Node) -> Node:
    """Return a node with the labels that every kubelet sets, and of the default size unless it has one of its own."""
    labels = {"kubernetes.io/hostname": node.name, "kubernetes.io/os": "linux", **node.labels}
    size = DEFAULT_SIZE if node.allocatable is None else node.allocatable
    return node._replace(labels=labels, allocatable=size)


def parse_taints(data: Any, path: str) -> tuple[Mapping[str, Any], ...]:
    """Read the taints of a node.

    Raises:
        ScenarioError: One of them is wrong.
    """
    if not isinstance(data, list):
        raise ScenarioError(path, "must be a list")
    for index, each in enumerate(data):
        if not isinstance(each, dict) or not isinstance(each.get("key"), str):
            raise ScenarioError(f"{path}[{index}].key", "is missing")
        if str(each.get("effect")) not in {"NoSchedule", "PreferNoSchedule", "NoExecute"}:
            raise ScenarioError(
                f"{path}[{index}].effect", "must be NoSchedule, PreferNoSchedule or NoExecute"
            )
    return tuple(data)


def needs_scheduler(
    manifests: Sequence[Manifest], nodes: Sequence[Node], live: Sequence[Manifest] | None
) -> bool:
    """Tell whether it takes a scheduler to say where the pods of a workload come to.

    A DaemonSet's pods come to the nodes that they are made for where nothing is known that could keep them off.

    Args:
        manifests: The workload, one revision after another.
        nodes: The nodes.
        live: All live objects, if there is a state.
    """
    if live is not None or any(each.allocatable is not None for each in nodes):
        return True
    return any(each["kind"] != "DaemonSet" or _is_choosy(each) for each in manifests)


def _is_choosy(manifest: Manifest) -> bool:
    """Tell whether another pod could keep one of a workload's pods off a node."""
    spec = manifest["spec"]["template"]["spec"]
    affinity = spec.get("affinity") or {}
    containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    return bool(
        spec.get("hostNetwork")
        or spec.get("topologySpreadConstraints")
        or spec.get("schedulingGates")
        or affinity.get("podAffinity")
        or affinity.get("podAntiAffinity")
        or any(volume.get("persistentVolumeClaim") for volume in spec.get("volumes") or ())
        or any(port.get("hostPort") for each in containers for port in each.get("ports") or ())
    )


def holds_claim_of_one_pod(manifest: Manifest, objects: Iterable[Manifest]) -> bool:
    """Tell whether pods use a ReadWriteOncePod claim: whatever nodes there are, only one of them can run.

    Args:
        manifest: A workload.
        objects: The objects among which its claims may be.
    """
    spec = manifest["spec"]["template"]["spec"]
    names = {
        volume["persistentVolumeClaim"].get("claimName")
        for volume in spec.get("volumes") or ()
        if volume.get("persistentVolumeClaim")
    }
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    if not names or affinity.get("requiredDuringSchedulingIgnoredDuringExecution"):
        return False  # on which nodes they may run is not known
    namespace = object_id(manifest).namespace
    return any(
        object_id(each) == ("PersistentVolumeClaim", namespace, object_id(each).name)
        and object_id(each).name in names
        and (each.get("spec") or {}).get("accessModes") == ["ReadWriteOncePod"]
        for each in objects
    )


def assumed_nodes(manifests: Sequence[Manifest]) -> tuple[Node, ...]:
    """Return nodes for a DaemonSet that comes without any: node-1 … node-3, labelled as its nodeSelector wants."""
    labels: dict[str, str] = {"kubernetes.io/os": "linux"}
    for manifest in manifests:
        pod = (((manifest.get("spec") or {}).get("template") or {}).get("spec")) or {}
        labels.update(pod.get("nodeSelector") or {})
    return tuple(
        Node(f"node-{number}", {**labels, "kubernetes.io/hostname": f"node-{number}"})
        for number in range(1, ASSUMED_NODES + 1)
    )
