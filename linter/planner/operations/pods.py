"""Operations on one pod of the workload."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.planner.operations.base import Effect, gone

if TYPE_CHECKING:
    from linter.planner.cluster import Cluster, Target
    from linter.planner.operations.base import Fields


class DeletePod(NamedTuple):
    """Delete a pod, as `kubectl delete pod` does.

    Attributes:
        name: Its name.
        node: Or the node that it runs on. With neither it is the first one that is not terminating.
    """

    name: str | None = None
    node: str | None = None

    @classmethod
    def parse(cls, fields: Fields) -> DeletePod:
        """Read it out of a scenario."""
        return cls(fields.optional_text("name"), fields.optional_text("node"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return f"delete {_describe_pod(self.name, self.node)}"

    def apply(self, cluster: Cluster, target: Target) -> Effect:
        """Carry it out."""
        workload = cluster.need(target)
        if workload.deleted:
            return gone(target)
        workload.delete_pod(self.name, self.node)
        return Effect()


class UnreadyPod(NamedTuple):
    """Let a running pod lose readiness for good.

    Attributes:
        name: Its name.
        node: Or the node that it runs on. With neither it is the first Ready one.
    """

    name: str | None = None
    node: str | None = None

    @classmethod
    def parse(cls, fields: Fields) -> UnreadyPod:
        """Read it out of a scenario."""
        return cls(fields.optional_text("name"), fields.optional_text("node"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return f"lose readiness of {_describe_pod(self.name, self.node)}"

    def apply(self, cluster: Cluster, target: Target) -> Effect:
        """Carry it out."""
        workload = cluster.need(target)
        if workload.deleted:
            return gone(target)
        workload.make_pod_unready(self.name, self.node)
        return Effect()


def _describe_pod(name: str | None, node: str | None) -> str:
    pod = name or node
    return f"pod {'on ' if node else ''}{pod}" if pod else "a pod"
