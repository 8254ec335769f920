"""StatefulSets in a run without the Services around them."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.visibility import missing_object

from ._stateful import SERVICE_NAME, governing_services, headless_selecting, service_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule(
    "governing-service-unseen", kinds={"StatefulSet"}, severity="info", needs={"serviceName"}, asks_run=True
)
def governing_service_unseen(resource: Resource, context: Context) -> Iterator[Problem]:
    """The run shows a StatefulSet, but not the Services around it.

    The headless Service that `serviceName` names is needed for the pods' DNS names. It may well be in the cluster; this
    is a reminder, not a fault. Lint the Service's file in the same run, and the finding goes away (or becomes
    `governing-service-missing`).

    ```yaml bad
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
    name = service_name(resource)
    inventory = context.inventory
    if not name or governing_services(inventory, resource) or headless_selecting(inventory, resource):
        return
    if missing_object(inventory, resource, "Service", name) is None:
        message = (
            f"This run does not show the Service `{name}` that gives the pods their DNS names: "
            f"it must exist in namespace {resource.namespace}, be headless and select the pods."
        )
        yield Problem(SERVICE_NAME, message)
