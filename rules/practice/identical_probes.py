"""Containers whose liveness and readiness probes are the same."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import LONG_RUNNING, long_running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("identical-probes", kinds=LONG_RUNNING | {"Pod"}, severity="warning", needs={"livenessProbe"})
def identical_probes(resource: Resource, context: Context) -> Iterator[Problem]:
    """Liveness and readiness probe of a container are identical.

    Readiness takes the pod out of the Service until it has caught up; liveness restarts it. With the same check, period and
    threshold both happen at once: a container that is only busy is restarted, which makes the others busier. Give the
    livenessProbe a cheaper check or a higher failureThreshold.

    Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/

    ```yaml bad
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
            livenessProbe:
              httpGet: {path: /ready, port: 8080}
    ```

    ```yaml good
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
            livenessProbe:
              httpGet: {path: /ready, port: 8080}
              failureThreshold: 6
    ```
    """
    for container in long_running(resource):
        liveness = container.spec.get("livenessProbe")
        if liveness is not None and liveness == container.spec.get("readinessProbe"):
            yield Problem(
                (*container.path, "livenessProbe"),
                f"The livenessProbe of container {container.spec.get('name')} is the same as its readinessProbe: it is "
                "restarted when it only needs a pause. Raise its failureThreshold or ask something cheaper.",
                at_key=True,
            )
