"""StatefulSets whose governing Service is not in the run."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.manifests import describe
from linter.rules.facts.visibility import missing_object

from ._stateful import SERVICE_NAME, governing_services, headless_selecting, service_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule(
    "governing-service-missing",
    kinds={"StatefulSet"},
    severity="warning",
    needs={"serviceName"},
    asks_run=True,
)
def governing_service_missing(resource: Resource, context: Context) -> Iterator[Problem]:
    """A StatefulSet's `serviceName` names none of the Services in its namespace.

    Without the Service there are no DNS names for the pods; the StatefulSet runs all the same, and its members can't
    find each other. Correct the name, or add the headless Service. The Service must be in the set's namespace.

    Where the run holds no Service of that namespace (of a StatefulSet without a namespace: in its folder) and nothing
    that may have been meant, `governing-service-unseen` speaks instead.

    ```yaml bad
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
      serviceName: ngnix
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
    if not name or governing_services(inventory, resource):
        return
    hint = missing_object(inventory, resource, "Service", name)
    if headless := headless_selecting(inventory, resource):
        hint = f"The headless {describe(headless[0], resource)} selects the pods: write `{headless[0].name}`."
    if hint is None:
        return
    message = (
        f"The run defines no Service `{name}` in namespace {resource.namespace}: the pods get no DNS names."
    )
    yield Problem(SERVICE_NAME, f"{message} {hint or 'Correct the name, or add the headless Service.'}")
