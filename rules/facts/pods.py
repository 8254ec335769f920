"""The containers of pods that keep running, and the ports they declare.

`running_containers` reads any manifest as written, whether it decodes or not; `pods_of` takes a resource that decodes, with
defaults.
"""

from __future__ import annotations

from linter.engine.filing import pod_template
from linter.engine.rule import WORKLOADS
from linter.kube.pods import Container, pod_view, template_path
from linter.kube.unknown import UnknownValueError, is_unknown_at
from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import items, number, text
from linter.rules.facts.memo import once_per_resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.kube.pods import PodView
    from linter.loading.resource import Resource
    from linter.path import FieldPath

PODS = WORKLOADS | {"ReplicationController", "Pod", "Job", "CronJob"}
"""The built-in kinds that describe pods."""
LONG_RUNNING = WORKLOADS | {"ReplicationController"}
"""The kinds whose pods run for ever: it is worth asking whether they are well."""


class Port(NamedTuple):
    """A port that a container declares."""

    name: str
    number: int
    protocol: str

    def __str__(self) -> str:
        shown = str(self.number) if self.protocol == "TCP" else f"{self.number}/{self.protocol}"
        return f"`{self.name}` ({shown})" if self.name else shown


@once_per_resource
def pods_of(resource: Resource) -> PodView:
    """Return what a resource that decodes, of one of PODS, says of its pods."""
    return pod_view(resource.kind, resource.object)


@once_per_resource
def containers_of(resource: Resource) -> Sequence[Container]:
    """Return all containers of the pods of a resource that decodes: init, regular, ephemeral."""
    return tuple(pods_of(resource).containers())


@once_per_resource
def long_running(resource: Resource) -> Sequence[Container]:
    """Return the containers that run as long as the pod does, and so can be probed: the regular ones and the sidecars."""
    return [container for container in containers_of(resource) if container.keeps_running]


def pod_path(resource: Resource) -> FieldPath:
    """Return where the pod spec stands."""
    return (*template_path(resource.kind), "spec")


@once_per_resource
def running_containers(resource: Resource) -> list[Container]:
    """Return the containers of the resource's pods that keep running: only their ports and requests count."""
    template = pod_template(resource)
    path = pod_path(resource)
    return [
        container
        for list_name in ("containers", "initContainers")
        for index, spec in items(template, "spec", list_name)
        if (container := Container(spec, (*path, list_name, index), list_name, index)).keeps_running
    ]


def declared_ports(container: Container) -> list[Port]:
    """Return the ports that a container declares.

    Raises:
        UnknownValueError: Something stands for all of them, or for one, of which nothing is known.
    """
    if is_unknown_at(container.spec, ("ports",)):
        raise UnknownValueError
    return [
        Port(text(port, "name"), value, text(port, "protocol") or "TCP")
        for _, port in items(container.spec, "ports")
        if (value := number(port, "containerPort")) is not None
    ]


@once_per_resource
def ports_of(resource: Resource) -> list[Port]:
    """Return the ports that the resource's pods declare."""
    return [port for container in running_containers(resource) for port in declared_ports(container)]


def list_ports(ports: Sequence[Port]) -> str:
    """Name ports in a message."""
    return ", ".join(map(str, ports[:6])) + (" …" if len(ports) > 6 else "")


def template_labels(resource: Resource) -> dict[str, str]:
    """Return the labels of the pods that a workload makes, which must decode."""
    labels: dict[str, str] = (pods_of(resource).template.get("metadata") or {}).get("labels") or {}
    return labels
