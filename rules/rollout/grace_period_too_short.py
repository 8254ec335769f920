"""Pods that are killed while their preStop hook still waits."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.kube.hooks import least_duration, outlasts
from linter.rules.facts.pods import PODS, long_running, pods_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("grace-period-too-short", kinds=PODS, severity="warning", needs={"preStop"})
def grace_period_too_short(resource: Resource, context: Context) -> Iterator[Problem]:
    """The pod is killed while its preStop hook still waits.

    terminationGracePeriodSeconds (30 by default) is the time for the hook *and* the shutdown of the container. If the hook
    takes all of it, the container gets SIGTERM only at the end, with two seconds left before SIGKILL: each update, scale-down
    and drain cuts off what it is doing.

    Make the grace period longer than the hook plus the time that the container needs to finish, or shorten the hook. Known
    durations are `sleep` hooks and commands that call `sleep`.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination

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
            lifecycle:
              preStop:
                exec:
                  command: [sh, -c, sleep 60]
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
          terminationGracePeriodSeconds: 90
          containers:
          - name: web
            image: nginx:1.25
            lifecycle:
              preStop:
                exec:
                  command: [sh, -c, sleep 60]
    ```
    """
    grace = pods_of(resource).spec["terminationGracePeriodSeconds"]
    for container in long_running(resource):
        hook = (container.spec.get("lifecycle") or {}).get("preStop") or {}
        if (seconds := outlasts(hook, grace)) is None:
            continue
        _, path = least_duration(hook)
        yield Problem(
            (*container.path, "lifecycle", "preStop", *path),
            f"The preStop hook waits {seconds:g} s, but the pod has {grace} s to stop (terminationGracePeriodSeconds): the "
            f"container is killed without time to shut down. Write more than {seconds:g}.",
        )
