"""Containers that count as ready as soon as they run."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import LONG_RUNNING, long_running
from linter.rules.facts.readiness import unguarded_service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("no-readiness-probe", kinds=LONG_RUNNING, severity="warning")
def no_readiness_probe(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container has no readiness probe.

    It counts as ready as soon as its process runs. An update then goes on although the new version does not work, and
    requests come before it listens. Add a readinessProbe, also where no Service selects the pods: rolling updates wait for it.

    A workload behind a Service of the run in which no container has a probe is reported by `service-without-readiness`
    (group rollout, on by default) and not here.

    Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe

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
    ```
    """
    if unguarded_service(resource, context) is not None:
        return
    for container in long_running(resource):
        if container.is_regular and "readinessProbe" not in container.spec:
            name = container.spec.get("name")
            yield Problem(
                (*container.path, "readinessProbe"),
                f"Container {name} has no readinessProbe: it counts as ready as soon as its process runs.",
            )
