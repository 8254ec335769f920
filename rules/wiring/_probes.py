"""The ports that the kubelet asks: those of probes and lifecycle hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ._objects import dig
from ._pods import running_containers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Path
    from linter.loading.resource import Resource

    from ._pods import Container

ASKING = frozenset({"livenessProbe", "readinessProbe", "startupProbe", "lifecycle"})
"""The fields that hold these ports, one of them at least (what a rule about them needs)."""
_HANDLERS = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)
_ACTIONS = ("httpGet", "tcpSocket", "grpc")


class AskedPort(NamedTuple):
    """A port that the kubelet asks of a container."""

    container: Container
    handler: str
    """The field that asks: `readinessProbe`, `preStop` …"""
    port: str | int
    path: Path


def asked_ports(resource: Resource) -> Iterator[AskedPort]:
    """Yield the ports that probes and hooks name; without those that are asked of another host."""
    for container in running_containers(resource):
        for handler in _HANDLERS:
            for action in _ACTIONS:
                found = dig(container.spec, *handler, action)
                port = dig(found, "port")
                if isinstance(port, (str, int)) and not isinstance(port, bool) and not dig(found, "host"):
                    yield AskedPort(container, handler[-1], port, (*container.path, *handler, action, "port"))
