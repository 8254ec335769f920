"""Ingresses that send requests to a port which the Service does not have."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.manifests import describe, dig, items

from ._backends import ingress_backends

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("ingress-port-unknown", kinds={"Ingress"}, severity="error", needs={"service"})
def ingress_port_unknown(resource: Resource, context: Context) -> Iterator[Problem]:
    """An Ingress sends requests to a port that the Service does not have.

    `number` is the Service's `port` (not the container's), `name` the name of one of the Service's ports. Without a match
    requests are answered with an error.

    ```yaml bad
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web}
    spec:
      defaultBackend: {service: {name: web, port: {number: 8080}}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports: [{port: 80, targetPort: 8080}]
    ```

    ```yaml good
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web}
    spec:
      defaultBackend: {service: {name: web, port: {number: 80}}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports: [{port: 80, targetPort: 8080}]
    ```
    """
    for backend in ingress_backends(resource):
        services = context.inventory.named("Service", resource.namespace, backend.service)
        ports = [port for each in services for _, port in items(each.manifest, "spec", "ports")]
        field = "port" if isinstance(backend.port, int) else "name"
        if not ports or any(dig(port, field) == backend.port for port in ports):
            continue
        listed = ", ".join(_show(port) for port in ports[:6])
        message = f"{describe(services[0], resource)} has no port `{backend.port}`; it has {listed}."
        yield Problem(backend.port_path, message)


def _show(port: dict[str, object]) -> str:
    name = port.get("name")
    return f"`{name}` ({port.get('port')})" if name else str(port.get("port"))
