"""Nodes as users write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from linter.planner.errors import ScenarioError
from linter.planner.model import Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.planner.model import Manifest

ASSUMED_NODES = 3
"""How many nodes a DaemonSet is planned on when none are given."""


def parse_nodes(data: Any, path: str = "nodes") -> tuple[Node, ...]:
    """Read nodes: Node objects, a List of them, or mappings with name, labels, taints.

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
        node = parse_node(each, f"{path}[{index}]")
        if node.name in nodes:
            raise ScenarioError(f"{path}[{index}]", f"a second node named {node.name}")
        nodes[node.name] = node
    return tuple(nodes.values())


def parse_node(data: Any, path: str) -> Node:
    """Read one node.

    Raises:
        ScenarioError: It is wrong.
    """
    if not isinstance(data, dict):
        raise ScenarioError(path, "a node is a mapping with `name`")
    metadata, spec = data, data
    if isinstance(data.get("metadata"), dict):
        metadata, spec = data["metadata"], data.get("spec") or {}
    name = metadata.get("name")
    if not isinstance(name, str) or not name:
        raise ScenarioError(f"{path}.name", "is missing")
    labels = metadata.get("labels") or {}
    if not isinstance(labels, dict):
        raise ScenarioError(f"{path}.labels", "must be a mapping")
    taints = parse_taints(spec.get("taints") or [], f"{path}.taints")
    return Node(name, {str(key): str(value) for key, value in labels.items()}, taints)


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
