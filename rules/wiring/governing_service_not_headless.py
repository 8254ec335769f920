"""StatefulSets whose governing Service has a cluster IP."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.manifests import describe, text
from linter.rules.facts.services import is_headless

from ._stateful import SERVICE_NAME, governing_services, headless_selecting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule(
    "governing-service-not-headless",
    kinds={"StatefulSet"},
    severity="warning",
    needs={"serviceName"},
    asks_run=True,
)
def governing_service_not_headless(resource: Resource, context: Context) -> Iterator[Problem]:
    """The Service that governs a StatefulSet is not headless.

    Only a headless Service (`clusterIP: None`) gives each pod a DNS name. With a cluster IP, clients are spread over
    all pods, and `web-0.nginx` does not resolve. `clusterIP` can't be changed in place: add a second, headless Service
    and name that one, and keep this one for clients.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata: {name: nginx}
    spec:
      selector: {app: nginx}
      ports: [{port: 80}]
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: web}
    spec:
      serviceName: nginx
      selector: {matchLabels: {app: nginx}}
      template:
        metadata: {labels: {app: nginx}}
        spec:
          containers: [{name: nginx, image: "nginx:1.25"}]
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata: {name: nginx}
    spec:
      clusterIP: None
      selector: {app: nginx}
      ports: [{port: 80}]
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: web}
    spec:
      serviceName: nginx
      selector: {matchLabels: {app: nginx}}
      template:
        metadata: {labels: {app: nginx}}
        spec:
          containers:
            - name: nginx
              image: nginx:1.25
              readinessProbe: {tcpSocket: {port: 80}}
    ```
    """
    services = governing_services(context.inventory, resource)
    if not services or any(map(is_headless, services)):
        return
    service = services[0]
    if text(service.manifest, "spec", "type") == "ExternalName":
        message = f"{describe(service, resource)} is of type ExternalName and gives the pods no DNS names."
    else:
        message = f"{describe(service, resource)} is not headless: the pods get no DNS names."
    if headless := headless_selecting(context.inventory, resource):
        message += f" Name the headless {describe(headless[0], resource)} instead."
    else:
        message += " Name a Service with `clusterIP: None` that selects the pods."
    yield Problem(SERVICE_NAME, message)
