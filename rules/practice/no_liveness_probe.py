"""Containers that nobody restarts when they hang."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import LONG_RUNNING, long_running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("no-liveness-probe", kinds=LONG_RUNNING, severity="warning")
def no_liveness_probe(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container has no liveness probe.

    A process that hangs, but does not exit, then stays as it is. Add a livenessProbe that fails only when a restart helps;
    it must not depend on other services, or their failure restarts this one.

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
              httpGet: {path: /healthz, port: 8080}
    ```
    """
    for container in long_running(resource):
        if "livenessProbe" not in container.spec:
            name = container.spec.get("name")
            yield Problem(
                (*container.path, "livenessProbe"),
                f"Container {name} has no livenessProbe: it is not restarted when it hangs.",
            )
