"""Service ports that lead to a number none of the declared ports has."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.manifests import describe, describe_all
from linter.rules.facts.memo import once
from linter.rules.facts.pods import list_ports, ports_of
from linter.rules.facts.services import backends, is_headless, runs_to_completion, service_ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource
    from linter.rules.facts.services import ServicePort


@rule("target-port-undeclared", kinds={"Service"}, severity="warning", needs={"selector"})
def target_port_undeclared(resource: Resource, context: Context) -> Iterator[Problem]:
    """A Service leads to a port number that the selected pods don't declare.

    The pods declare ports, but not this one. Where nothing listens there, connections are refused; a declaration is a mere
    statement, so something may. A frequent cause: `targetPort` is left out, and then equals `port`, while the container listens
    elsewhere. Correct `targetPort`, or declare the port in the container.

    Nothing is reported where the pods declare no ports of that protocol, or where another port of the Service leads to one that is
    declared: the others are then left undeclared on purpose, as a rule.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports: [{port: 80}]
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
              image: example.com/web:1.4
              ports: [{name: http, containerPort: 8080}]
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports: [{port: 80, targetPort: 8080}]
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
              image: example.com/web:1.4
              ports: [{name: http, containerPort: 8080}]
              readinessProbe: {httpGet: {port: http}}
    ```
    """
    if is_headless(resource):
        return  # DNS answers with the pods' addresses: clients choose the port themselves
    owners = backends(context.inventory, resource)
    ports = tuple(service_ports(resource))
    for port in ports:
        if isinstance(port.target, str):
            continue
        lacking = owners and _lacking(context.inventory, owners, port.target, port.protocol, ports)
        if lacking:
            declared = [each for each in ports_of(lacking[0]) if each.protocol == port.protocol]
            implied = " (`targetPort` is left out and equals `port`)" if port.is_implied else ""
            message = (
                f"This leads to port {port.target}{implied}, which {describe_all(lacking, resource)} "
                f"{'does' if len(lacking) == 1 else 'do'} not declare. {describe(lacking[0], resource)} has "
                f"{list_ports(declared)}."
            )
            yield Problem(port.path, message)


@once
def _lacking(
    inventory: Inventory,
    owners: tuple[Resource, ...],
    number: int,
    protocol: str,
    ports: tuple[ServicePort, ...],
) -> Sequence[Resource]:
    """Return the owners that declare other ports alone: the same for all Services that select alike and have the same ports."""
    return [
        owner
        for owner in owners
        if not runs_to_completion(owner)
        and not _may_listen(inventory, owner, number, protocol)
        and not any(_is_declared(owner, other.target, other.protocol) for other in ports)
    ]


def _is_declared(owner: Resource, target: int | str, protocol: str) -> bool:
    return any(target in {port.number, port.name} and port.protocol == protocol for port in ports_of(owner))


def _may_listen(inventory: Inventory, owner: Resource, number: int, protocol: str) -> bool:
    """Tell whether one of the manifests of an owner declares the port, or declares none of that protocol."""
    for each in inventory.definitions(owner):
        declared = {port.number for port in ports_of(each) if port.protocol == protocol}
        if not declared or number in declared:
            return True
    return False
