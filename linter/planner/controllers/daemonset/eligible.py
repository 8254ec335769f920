"""Which nodes may run the pods of a DaemonSet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.scheduling import Eligibility, daemon_eligibility, scheduling_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.planner.model import Manifest, Node

_NOWHERE = Eligibility(run=False, keep=False)
_EVERYWHERE = Eligibility(run=True, keep=True)


class EligibleNodes:
    """What a DaemonSet's pod template makes of each node."""

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        """Begin with no node looked at.

        Args:
            nodes: The cluster's nodes by name; they may change.
        """
        self._nodes = nodes
        self._eligible: dict[str, Eligibility] = {}
        self._pod_spec: Manifest = {}
        self._scheduling: Manifest = {}

    def take(self, pod_spec: Manifest) -> bool:
        """Look at all nodes with another pod spec; return whether that may make a difference."""
        self._pod_spec = pod_spec
        scheduling = scheduling_fields(pod_spec)
        if scheduling == self._scheduling:
            return False
        self._scheduling = scheduling
        choosy = any(value for field, value in scheduling.items() if field != "tolerations")
        self._eligible = dict.fromkeys(self._nodes, _EVERYWHERE)
        self._eligible.update(
            (name, daemon_eligibility(pod_spec, name, node.labels, node.taints))
            for name, node in self._nodes.items()
            if choosy or node.taints
        )
        return True

    def look_at(self, name: str) -> tuple[Eligibility | None, Eligibility]:
        """Look at a node that joined or changed; return whether it might run pods before, and whether it may now."""
        node = self._nodes[name]
        before = self._eligible.get(name)
        now = self._eligible[name] = daemon_eligibility(self._pod_spec, name, node.labels, node.taints)
        return before, now

    def forget(self, name: str) -> None:
        """Let no pod run on a node that is gone."""
        self._eligible.pop(name, None)

    def at(self, name: str) -> Eligibility:
        """Return whether pods may be started on a node, and whether they may stay."""
        return self._eligible.get(name, _NOWHERE)

    def names(self) -> list[str]:
        """Return the names of nodes that may run pods."""
        return [name for name, (run, _) in self._eligible.items() if run]
