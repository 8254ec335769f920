"""Ingresses that send requests to Services which do not exist."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.visibility import made_for_custom_resource, missing_object

from ._backends import ingress_backends

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("ingress-backend-missing", kinds={"Ingress"}, severity="warning", needs={"service"})
def ingress_backend_missing(resource: Resource, context: Context) -> Iterator[Problem]:
    """An Ingress sends requests to a Service that the run does not define.

    Requests for that host or path are answered with an error. Correct the name; the Service must be in the Ingress's
    namespace.

    Nothing is reported where the run shows no Service in that namespace. For an Ingress without a namespace only its folder
    counts, unless another one shows what was meant.

    ```yaml bad
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web}
    spec:
      defaultBackend: {service: {name: wbe, port: {number: 80}}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports: [{port: 80}]
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
      ports: [{port: 80}]
    ```
    """
    inventory, namespace = context.inventory, resource.namespace
    for backend in ingress_backends(resource):
        name = backend.service
        if inventory.named("Service", namespace, name) or made_for_custom_resource(
            inventory, namespace, name
        ):
            continue
        hint = missing_object(inventory, resource, "Service", name)
        if hint is not None:
            message = f"The run defines no Service `{name}` in namespace {namespace}. {hint}"
            yield Problem(backend.path, message.rstrip())
