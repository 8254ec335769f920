"""The ports that the kubelet asks: those of probes and lifecycle hooks."""

from __future__ import annotations

from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import dig, items
from linter.rules.facts.memo import once_per_resource
from linter.rules.facts.pods import long_running, running_containers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.pods import Container
    from linter.loading.resource import Resource
    from linter.path import FieldPath

ASKING = frozenset({"port"})
"""The field that holds these ports (what a rule about them needs): a probe that runs a command has none."""
_HANDLERS = (
    ("livenessProbe",), ("readinessProbe",), ("startupProbe",), ("lifecycle", "postStart"), ("lifecycle", "preStop"),
)  # fmt: skip
_HOLDING = frozenset(path[0] for path in _HANDLERS)
_ACTIONS = ("httpGet", "tcpSocket", "grpc")


class AskedPort(NamedTuple):
    """A port that the kubelet asks of a container."""

    container: Container
    handler: str
    """The field that asks: `readinessProbe`, `preStop` …"""
    port: str | int
    path: FieldPath


@once_per_resource
def asked_ports(resource: Resource) -> list[AskedPort]:
    """Return the ports that probes and hooks of a resource that decodes ask, save those with which nothing can be wrong.

    These are the names that the container itself declares, and what is asked of another host.
    """
    # Most rules look at the containers with defaults; of values that are not known defaults may not be either.
    containers = running_containers(resource) if resource.partly_known else long_running(resource)
    return [
        asked
        for container in containers
        if not _HOLDING.isdisjoint(container.spec)
        for asked in _asked_by(container)
    ]


def _asked_by(container: Container) -> list[AskedPort]:
    spec = container.spec
    handlers = [
        (path, handler)
        for path in _HANDLERS
        if path[0] in spec and isinstance(handler := dig(spec, *path), dict)
    ]
    declared = {
        port.get("name", "") for _, port in items(spec, "ports") if port.get("containerPort") is not None
    }
    return [
        AskedPort(container, path[-1], port, (*container.path, *path, action, "port"))
        for path, handler in handlers
        for action in _ACTIONS
        if action in handler
        and (port := dig(handler, action, "port")) is not None
        and not (isinstance(port, str) and port in declared)
        and not dig(handler, action, "host")
    ]
