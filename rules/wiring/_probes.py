"""The ports that the kubelet asks: those of probes and lifecycle hooks."""

from __future__ import annotations

from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import dig
from linter.rules.facts.memo import once_per_resource
from linter.rules.facts.pods import long_running, running_containers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.kube.pods import Container
    from linter.loading.resource import Resource
    from linter.path import FieldPath

ASKING = frozenset({"port"})
"""The field that holds these ports (what a rule about them needs): a probe that runs a command has none."""
_HANDLERS = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("postStart", "preStop")
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
    """Return the ports that probes and hooks of a resource that decodes name; without those that are asked of another host."""
    asked: list[AskedPort] = []
    # Most rules look at the containers with defaults; of values that are not known defaults may not be either.
    containers = running_containers(resource) if resource.partly_known else long_running(resource)
    for container in containers:
        spec = container.spec
        for name in _HANDLERS:
            if name in spec:
                asked += _asked_by(container, spec[name], (name,))
        if "lifecycle" in spec:
            for name in _HOOKS:
                asked += _asked_by(container, dig(spec, "lifecycle", name), ("lifecycle", name))
    return asked


def _asked_by(container: Container, handler: Any, path: tuple[str, ...]) -> list[AskedPort]:
    if not isinstance(handler, dict):
        return []
    return [
        AskedPort(container, path[-1], port, (*container.path, *path, action, "port"))
        for action in _ACTIONS
        if action in handler
        and (port := dig(handler, action, "port")) is not None
        and not dig(handler, action, "host")
    ]
