"""The ports that the kubelet asks: those of probes and lifecycle hooks."""

from __future__ import annotations

from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import dig
from linter.rules.facts.memo import once_per_resource
from linter.rules.facts.pods import running_containers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.kube.pods import Container
    from linter.loading.resource import Resource
    from linter.path import FieldPath

ASKING = frozenset({"livenessProbe", "readinessProbe", "startupProbe", "lifecycle"})
"""The fields that hold these ports, one of them at least (what a rule about them needs)."""
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
    """Return the ports that probes and hooks name; without those that are asked of another host."""
    return list(_asked_ports(resource))


def _asked_ports(resource: Resource) -> Iterator[AskedPort]:
    for container in running_containers(resource):
        spec = container.spec
        for name in _HANDLERS:
            if name in spec:
                yield from _asked_by(container, spec[name], (name,))
        hooks = spec.get("lifecycle")
        if isinstance(hooks, dict):
            for name in _HOOKS:
                if name in hooks:
                    yield from _asked_by(container, hooks[name], ("lifecycle", name))


def _asked_by(container: Container, handler: Any, path: tuple[str, ...]) -> Iterator[AskedPort]:
    for action in _ACTIONS if isinstance(handler, dict) else ():
        if action in handler:
            asked = handler[action]
            port = dig(asked, "port")
            if isinstance(port, (str, int)) and not isinstance(port, bool) and not dig(asked, "host"):
                yield AskedPort(container, path[-1], port, (*container.path, *path, action, "port"))
