"""Whether the pods of a workload get requests before they say that they are ready."""

from __future__ import annotations

from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import dig
from linter.rules.facts.memo import once
from linter.rules.facts.pods import long_running, pods_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.engine.inventory import Inventory
    from linter.engine.rule import Context
    from linter.kube.pods import Container
    from linter.loading.resource import Resource
    from linter.path import FieldPath


class Unguarded(NamedTuple):
    """A Service that sends requests to pods that never said they are ready, and the container that gets them."""

    service: str
    container: FieldPath


def unguarded_service(resource: Resource, context: Context) -> Unguarded | None:
    """Return the first Service that sends requests to new pods during a rolling update whether they are ready or not."""
    spec = resource.object["spec"]
    strategy = spec.get("strategy") or spec.get("updateStrategy") or {}
    if strategy.get("type") != "RollingUpdate" or spec.get("replicas") == 0:
        return None
    containers = long_running(resource)
    if any("readinessProbe" in each.spec or "startupProbe" in each.spec for each in containers):
        return None
    if pods_of(resource).spec.get("readinessGates"):
        return None
    regular = [each for each in containers if each.is_regular]
    if not regular:
        return None
    from linter.rules.facts.services import services_of

    service = _first_to_wait(context.inventory, services_of(resource, context))
    return None if service is None else Unguarded(service.name, serving_container(regular, service).path)


@once
def _first_to_wait(_inventory: Inventory, services: tuple[Resource, ...]) -> Resource | None:
    """Return the first Service that waits for pods to be ready, as all do that are not told otherwise."""
    return next(
        (
            service
            for service in services
            if dig(service.manifest, "spec", "publishNotReadyAddresses") is not True
        ),
        None,
    )


def serving_container(containers: list[Container], service: Resource) -> Container:
    """Return the container that has a port of the Service, else the first."""
    ports = dig(service.manifest, "spec", "ports")
    wanted = (
        [dig(each, "targetPort") or dig(each, "port") for each in ports] if isinstance(ports, list) else []
    )
    for container in containers:
        for port in container.spec.get("ports") or ():
            if port.get("name") in wanted or port.get("containerPort") in wanted:
                return container
    return containers[0]
