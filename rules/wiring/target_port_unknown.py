"""Service ports that name a container port which does not exist."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.kube.suggest import did_you_mean, quote
from linter.rules.facts.manifests import describe, describe_all
from linter.rules.facts.memo import once
from linter.rules.facts.pods import list_ports, ports_of, running_containers
from linter.rules.facts.services import backends, runs_to_completion, service_ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource


@rule("target-port-unknown", kinds={"Service"}, severity="error", needs={"targetPort"})
def target_port_unknown(resource: Resource, context: Context) -> Iterator[Problem]:
    """A Service's `targetPort` is a name that no container of the selected pods gives to a port.

    The name is looked up in each pod, among the ports of its containers with the same protocol. Where it is not found,
    the pod gets no connections for this port. Correct the name, name the container's port, or write the number.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports: [{port: 80, targetPort: web}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: nginx:1.25
              ports: [{name: http, containerPort: 80}]
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports: [{port: 80, targetPort: http}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: nginx:1.25
              ports: [{name: http, containerPort: 80}]
              readinessProbe: {httpGet: {port: http}}
    ```
    """
    for port in service_ports(resource):
        if not isinstance(port.target, str):
            continue
        owners = backends(context.inventory, resource)
        lacking = owners and _lacking(context.inventory, owners, port.target, port.protocol)
        if lacking:
            message = (
                f"No container of {describe_all(lacking, resource)} has a {port.protocol} port called "
                f"{quote(port.target)}.{_hint(lacking[0], port.target, resource)}"
            )
            yield Problem(port.path, message)


@once
def _lacking(
    inventory: Inventory, owners: tuple[Resource, ...], name: str, protocol: str
) -> Sequence[Resource]:
    """Return the owners whose pods have no such port: the same for all Services that select alike."""
    return [
        owner
        for owner in owners
        if not runs_to_completion(owner) and not _offers(inventory, owner, name, protocol)
    ]


def _offers(inventory: Inventory, owner: Resource, name: str, protocol: str) -> bool:
    """Tell whether one of the manifests of an owner has the port, or shows no containers to look at."""
    return any(
        not any(running_containers(each))
        or any(port.name == name and port.protocol == protocol for port in ports_of(each))
        for each in inventory.definitions(owner)
    )


def _hint(owner: Resource, name: str, service: Resource) -> str:
    ports = ports_of(owner)
    if not ports:
        return " Its containers declare no ports: name one there, or write the number here."
    if same := [port for port in ports if port.name == name]:
        return f" The one it has speaks {same[0].protocol}: write `protocol: {same[0].protocol}`."
    near = did_you_mean(name, [port.name for port in ports if port.name])
    return f"{near} {describe(owner, service)} has {list_ports(ports)}."
