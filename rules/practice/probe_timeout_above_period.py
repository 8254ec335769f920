"""Probes that may take longer than the time until the next one."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource

_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")


@rule("probe-timeout-above-period", kinds=PODS, severity="warning", needs={"timeoutSeconds"})
def probe_timeout_above_period(resource: Resource, _context: Context) -> Iterator[Problem]:
    """A probe's timeout is longer than its period.

    The kubelet starts a probe when the one before has ended. With `timeoutSeconds` above `periodSeconds` a container that
    hangs is asked less often than the manifest says, and failureThreshold times periodSeconds is no longer the time after which it
    counts as failed. Write a timeout up to the period.

    Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes

    ```yaml bad
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
    spec:
      containers:
      - name: web
        image: nginx:1.25
        readinessProbe: {httpGet: {path: /ready, port: 80}, periodSeconds: 5, timeoutSeconds: 15}
    ```

    ```yaml good
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
    spec:
      containers:
      - name: web
        image: nginx:1.25
        readinessProbe: {httpGet: {path: /ready, port: 80}, periodSeconds: 15, timeoutSeconds: 15}
    ```
    """
    for container in containers_of(resource):
        for name in _PROBES:
            probe = container.spec.get(name)
            # The API server refuses negative numbers.
            if probe and probe["timeoutSeconds"] > probe["periodSeconds"] > 0:
                yield Problem(
                    (*container.path, name, "timeoutSeconds"),
                    f"The {name} may take {probe['timeoutSeconds']} s and is due every {probe['periodSeconds']} s: while the "
                    "container hangs it is asked less often than that. Write at most "
                    f"timeoutSeconds {probe['periodSeconds']}, or a longer period.",
                )
