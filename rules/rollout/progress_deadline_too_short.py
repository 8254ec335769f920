"""Deployments whose pods may start more slowly than the deadline for progress allows."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.kube.probes import give_up_after
from linter.rules.facts.manifests import dig
from linter.rules.facts.pods import long_running, pods_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource
    from linter.path import FieldPath


@rule(
    "progress-deadline-too-short",
    kinds={"Deployment"},
    severity="warning",
    needs={"startupProbe", "initialDelaySeconds", "successThreshold", "progressDeadlineSeconds"},
)
def progress_deadline_too_short(resource: Resource, context: Context) -> Iterator[Problem]:
    """A pod that starts as slowly as its own probes allow exceeds progressDeadlineSeconds.

    When nothing gets better for progressDeadlineSeconds (10 minutes by default), the controller reports
    ProgressDeadlineExceeded: `kubectl rollout status` and most delivery tools then call the update failed, although the pods
    are on their way. A startup probe that waits longer than the deadline, or a readiness probe that starts later, asks for
    that. The clock starts anew when a pod becomes ready, so that minReadySeconds counts on its own; the API server refuses
    a deadline that isn't longer than that.

    Raise progressDeadlineSeconds above the slowest start, or lower failureThreshold or periodSeconds of the probe.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds

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
            startupProbe:
              httpGet: {path: /healthz, port: 8080}
              failureThreshold: 90
              periodSeconds: 10
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      progressDeadlineSeconds: 1200
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.25
            startupProbe:
              httpGet: {path: /healthz, port: 8080}
              failureThreshold: 90
              periodSeconds: 10
    ```
    """
    deadline = resource.object["spec"]["progressDeadlineSeconds"]
    slowest, path = _slowest_start(resource)
    if slowest <= deadline:
        return
    if dig(resource.manifest, "spec", "progressDeadlineSeconds") is not None:
        path = ("spec", "progressDeadlineSeconds")
    yield Problem(
        path,
        f"The probes let a pod take {slowest} s to become ready, but after progressDeadlineSeconds {deadline} the update "
        f"counts as failed. Write more than {slowest}.",
        at_key="progressDeadlineSeconds" not in path,
    )


def _slowest_start(resource: Resource) -> tuple[int, FieldPath]:
    """Return the seconds that a pod may take to become ready as far as its probes say, and the probe that says most."""
    before = slowest = longest = 0
    path = pods_of(resource).path
    for container in long_running(resource):
        startup, readiness = container.spec.get("startupProbe"), container.spec.get("readinessProbe")
        if not startup and not readiness:
            continue
        started = give_up_after(startup) if startup else 0
        ready = started
        if readiness:
            ready = max(started, readiness.get("initialDelaySeconds") or 0)
            ready += (readiness["successThreshold"] - 1) * readiness["periodSeconds"]
        if ready > longest:
            longest = ready
            path = (*container.path, "startupProbe" if startup and ready == started else "readinessProbe")
        slowest = max(slowest, before + ready)
        if container.is_sidecar:
            # The next container starts only when a sidecar has started.
            before += started
    return slowest, path
