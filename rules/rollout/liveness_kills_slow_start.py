"""Containers that are killed before they are expected to answer."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.kube.probes import killed_before_ready, spelled
from linter.rules.facts.pods import LONG_RUNNING, long_running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule(
    "liveness-kills-slow-start",
    kinds=LONG_RUNNING | {"Pod"},
    severity="warning",
    needs={"initialDelaySeconds"},
)
def liveness_kills_slow_start(resource: Resource, context: Context) -> Iterator[Problem]:
    """The kubelet kills the container before the readiness probe expects an answer from it.

    A liveness probe that fails failureThreshold times in a row restarts the container. If the readiness probe of the same
    port waits longer than that with its first look, the container is said to need that time to start, and it does not get it:
    it restarts over and over, at the latest when a node is slower than usual. An update then never ends.

    Add a startupProbe with the same handler and enough attempts: until it succeeds, liveness and readiness wait. Where there
    is a startupProbe already, raise its failureThreshold. (Raising initialDelaySeconds of the livenessProbe helps, too, but
    then a container that starts quickly is watched late.)

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
              initialDelaySeconds: 60
            livenessProbe:
              httpGet: {path: /healthz, port: 8080}
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
            startupProbe:
              httpGet: {path: /healthz, port: 8080}
              failureThreshold: 30
            readinessProbe:
              httpGet: {path: /ready, port: 8080}
            livenessProbe:
              httpGet: {path: /healthz, port: 8080}
    ```
    """
    for container in long_running(resource):
        killed = killed_before_ready(container.spec)
        if killed is None:
            continue
        name, probe, given_up, expected = killed
        yield Problem(
            (*container.path, name),
            f"The {name} gives up after {given_up} s ({spelled(probe)}) and the container is restarted, but the "
            f"readinessProbe expects no answer before {expected} s; {killed.remedy}.",
            at_key=True,
        )
