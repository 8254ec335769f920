"""Pods behind a Service that get requests before they can answer."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.readiness import unguarded_service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("service-without-readiness", kinds={"Deployment", "StatefulSet", "DaemonSet"}, severity="info")
def service_without_readiness(resource: Resource, context: Context) -> Iterator[Problem]:
    """During an update the Service sends requests to pods that have only just started.

    Without a readiness probe a container counts as ready as soon as its process runs. In a rolling update that is the moment
    when the Service sends it traffic and the controller removes an old pod: requests fail until the program listens, and a new
    version that starts but does not work replaces all of the old one.

    Add a readinessProbe that asks the port of the Service. A startupProbe holds traffic back as well until it succeeds.
    Reported once for each workload, where a Service of the run selects its pods and none of its containers has a probe.

    Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector: {app: web}
      ports:
      - port: 80
        targetPort: 8080
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.25
            ports:
            - containerPort: 8080
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector: {app: web}
      ports:
      - port: 80
        targetPort: 8080
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.25
            ports:
            - containerPort: 8080
            readinessProbe:
              httpGet: {path: /ready, port: 8080}
    ```
    """
    served = unguarded_service(resource, context)
    if served is not None:
        yield Problem(
            (*served.container, "readinessProbe"),
            f"The Service {served.service} sends requests to each new pod as soon as its process runs, and the update removes "
            "an old one at that moment. Add a readinessProbe.",
        )
