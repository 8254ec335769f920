"""Operations on nodes of the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.planner.errors import ScenarioError
from linter.planner.nodes import parse_node, parse_taints
from linter.planner.operations.base import Effect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.planner.cluster import Cluster, Target
    from linter.planner.model import Node
    from linter.planner.operations.base import Fields


class AddNode(NamedTuple):
    """Let a node join."""

    node: Node

    @classmethod
    def parse(cls, fields: Fields) -> AddNode:
        """Read it out of a scenario."""
        return cls(parse_node(fields.value("node"), "node"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return f"add node {self.node.name}"

    def apply(self, cluster: Cluster, target: Target) -> Effect:  # noqa: ARG002  nodes belong to no workload
        """Carry it out."""
        if self.node.name in cluster.nodes:
            raise ScenarioError("node.name", f"there is a node {self.node.name} already")
        return Effect(noticed=cluster.set_node(self.node))


class RemoveNode(NamedTuple):
    """Take a node away; its pods are gone at once."""

    name: str

    @classmethod
    def parse(cls, fields: Fields) -> RemoveNode:
        """Read it out of a scenario."""
        return cls(fields.text("name"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return f"remove node {self.name}"

    def apply(self, cluster: Cluster, target: Target) -> Effect:  # noqa: ARG002  nodes belong to no workload
        """Carry it out."""
        return Effect(noticed=cluster.remove_node(_known(cluster, self.name).name))


class LabelNode(NamedTuple):
    """Set labels of a node; None removes one."""

    name: str
    labels: Mapping[str, Any]

    @classmethod
    def parse(cls, fields: Fields) -> LabelNode:
        """Read it out of a scenario."""
        return cls(fields.text("name"), fields.mapping("labels"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return f"label node {self.name}"

    def apply(self, cluster: Cluster, target: Target) -> Effect:  # noqa: ARG002  nodes belong to no workload
        """Carry it out."""
        node = _known(cluster, self.name)
        labels = {key: value for key, value in {**node.labels, **self.labels}.items() if value is not None}
        return Effect(noticed=cluster.set_node(node._replace(labels=labels)))


class TaintNode(NamedTuple):
    """Give a node these taints and no others."""

    name: str
    taints: tuple[Mapping[str, Any], ...]

    @classmethod
    def parse(cls, fields: Fields) -> TaintNode:
        """Read it out of a scenario."""
        return cls(fields.text("name"), parse_taints(fields.items("taints"), "taints"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return f"taint node {self.name}"

    def apply(self, cluster: Cluster, target: Target) -> Effect:  # noqa: ARG002  nodes belong to no workload
        """Carry it out."""
        return Effect(noticed=cluster.set_node(_known(cluster, self.name)._replace(taints=self.taints)))


class Cordon(NamedTuple):
    """Let no more pods onto a node, as `kubectl cordon` does."""

    name: str

    @classmethod
    def parse(cls, fields: Fields) -> Cordon:
        """Read it out of a scenario."""
        return cls(fields.text("name"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return f"cordon node {self.name}"

    def apply(self, cluster: Cluster, target: Target) -> Effect:  # noqa: ARG002  nodes belong to no workload
        """Carry it out."""
        return Effect(noticed=cluster.set_node(_known(cluster, self.name)._replace(unschedulable=True)))


class Uncordon(NamedTuple):
    """Let pods onto a node again, as `kubectl uncordon` does.

    A drain of it goes on with the pods that are there: `kubectl drain` has listed them, and evicts none that come later.
    """

    name: str

    @classmethod
    def parse(cls, fields: Fields) -> Uncordon:
        """Read it out of a scenario."""
        return cls(fields.text("name"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return f"uncordon node {self.name}"

    def apply(self, cluster: Cluster, target: Target) -> Effect:  # noqa: ARG002  nodes belong to no workload
        """Carry it out."""
        cluster.disruptions.uncordon(cluster, self.name)
        return Effect(noticed=cluster.set_node(_known(cluster, self.name)._replace(unschedulable=False)))


class Drain(NamedTuple):
    """Cordon a node and evict its pods, as `kubectl drain --ignore-daemonsets --delete-emptydir-data --force` does.

    What a budget keeps there is tried again after each kubelet step, until the node is empty.
    """

    name: str

    @classmethod
    def parse(cls, fields: Fields) -> Drain:
        """Read it out of a scenario."""
        return cls(fields.text("name"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return f"drain node {self.name}"

    def apply(self, cluster: Cluster, target: Target) -> Effect:  # noqa: ARG002  nodes belong to no workload
        """Carry it out."""
        node = _known(cluster, self.name)
        noticed = cluster.set_node(node._replace(unschedulable=True))
        eviction = cluster.disruptions.drain(cluster, self.name)
        return Effect(noticed=noticed or eviction.evicted > 0, eviction=eviction)


def _known(cluster: Cluster, name: str) -> Node:
    if name not in cluster.nodes:
        raise ScenarioError("name", f"there is no node {name}")
    return cluster.nodes[name]
