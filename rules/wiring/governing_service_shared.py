"""Several StatefulSets behind one governing Service."""

from __future__ import annotations

from linter.engine.filing import identity
from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.manifests import describe

from ._stateful import SERVICE_NAME, first_governed, governing_services, selects, service_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule(
    "governing-service-shared",
    kinds={"StatefulSet"},
    severity="warning",
    needs={"serviceName"},
    asks_run=True,
)
def governing_service_shared(resource: Resource, context: Context) -> Iterator[Problem]:
    """Two StatefulSets name the same governing Service.

    The Service's DNS name then answers with the pods of both, so that members which look for their peers find those of
    the other set. Give each set a headless Service of its own, with a selector that matches its pods alone.

    Reported at the second set and those after it.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec:
      clusterIP: None
      selector: {app: db}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: orders}
    spec:
      serviceName: db
      selector: {matchLabels: {app: db, part: orders}}
      template:
        metadata: {labels: {app: db, part: orders}}
        spec:
          containers: [{name: db, image: "postgres:16.4"}]
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: users}
    spec:
      serviceName: db
      selector: {matchLabels: {app: db, part: users}}
      template:
        metadata: {labels: {app: db, part: users}}
        spec:
          containers: [{name: db, image: "postgres:16.4"}]
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata: {name: orders}
    spec:
      clusterIP: None
      selector: {app: db, part: orders}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: orders}
    spec:
      serviceName: orders
      selector: {matchLabels: {app: db, part: orders}}
      template:
        metadata: {labels: {app: db, part: orders}}
        spec:
          containers:
            - name: db
              image: postgres:16.4
              readinessProbe: {tcpSocket: {port: 5432}}
    ```
    """
    name = service_name(resource)
    inventory = context.inventory
    if not name:
        return
    first = first_governed(inventory.beside(resource), resource.namespace, name)
    if identity(first) == identity(resource):
        return
    services = governing_services(inventory, resource)
    # A set whose pods the Service does not select has another problem: governing-service-selects-other-pods.
    if services and not any(selects(each, resource) and selects(each, first) for each in services):
        return
    message = (
        f"{describe(first, resource)} names the Service `{name}`, too: its DNS name answers with the pods of both. "
        "Give each StatefulSet a headless Service of its own."
    )
    yield Problem(SERVICE_NAME, message)
