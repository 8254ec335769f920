"""The update strategy of a DaemonSet in numbers."""

from __future__ import annotations

from linter.rules.facts.replicas import resolved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.loading.resource import Resource


def surges(resource: Resource) -> bool:
    """Tell whether an update starts new pods beside the old ones on their nodes."""
    strategy = resource.object["spec"]["updateStrategy"]
    if strategy["type"] != "RollingUpdate":
        return False
    # Of any number of nodes: a percentage is rounded up, so that only 0 comes to 0.
    return (resolved(strategy["rollingUpdate"]["maxSurge"], 1, round_up=True) or 0) > 0
