"""The containers of a pod template and the ports they declare, of any manifest, whether it decodes or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.engine.inventory import pod_template, template_path
from linter.engine.rule import WORKLOADS

from ._objects import items, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.loading.resource import Resource
    from linter.path import FieldPath

PODS = WORKLOADS | {"ReplicationController", "Pod", "Job", "CronJob"}
"""The built-in kinds that describe pods."""


class Container(NamedTuple):
    """A container that runs as long as its pod: one of `containers`, or an init container that is a sidecar."""

    spec: dict[str, Any]
    path: FieldPath
    name: str
    """The name, "" where there is none."""
    ports: tuple[Port, ...]
    """The ports it declares."""


class Port(NamedTuple):
    """A port that a container declares."""

    name: str
    number: int
    protocol: str

    def __str__(self) -> str:
        shown = str(self.number) if self.protocol == "TCP" else f"{self.number}/{self.protocol}"
        return f"`{self.name}` ({shown})" if self.name else shown


def pod_path(resource: Resource) -> FieldPath:
    """Return where the pod spec stands."""
    return (*template_path(resource.kind), "spec")


def running_containers(resource: Resource) -> list[Container]:
    """Return the containers of the resource's pods that keep running: only their ports and requests count."""
    found: list[Container] | None = resource.memo.get(running_containers)
    if found is None:
        found = resource.memo[running_containers] = list(_running_containers(resource))
    return found


def _running_containers(resource: Resource) -> Iterator[Container]:
    template = pod_template(resource) or {}
    path = pod_path(resource)
    for index, spec in items(template, "spec", "containers"):
        yield Container(spec, (*path, "containers", index), text(spec, "name"), _ports(spec))
    for index, spec in items(template, "spec", "initContainers"):
        if spec.get("restartPolicy") == "Always":
            yield Container(spec, (*path, "initContainers", index), text(spec, "name"), _ports(spec))


def _ports(container: dict[str, Any]) -> tuple[Port, ...]:
    if "ports" not in container:
        return ()
    return tuple(
        Port(text(port, "name"), value, text(port, "protocol") or "TCP")
        for _, port in items(container, "ports")
        if (value := number(port, "containerPort")) is not None
    )


def ports_of(resource: Resource) -> list[Port]:
    """Return the ports that the resource's pods declare."""
    if "ports" not in resource.memo:
        resource.memo["ports"] = [port for each in running_containers(resource) for port in each.ports]
    ports: list[Port] = resource.memo["ports"]
    return ports


def list_ports(ports: Sequence[Port]) -> str:
    """Name ports in a message."""
    return ", ".join(map(str, ports[:6])) + (" …" if len(ports) > 6 else "")
