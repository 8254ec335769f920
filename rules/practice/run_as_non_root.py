"""Containers that may run as root."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of, pod_path

from ._pods import context_path, effective, on_windows, pod_spec, security

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("run-as-non-root", kinds=PODS, severity="warning")
def run_as_non_root(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container may run as root.

    A process that runs as root in the container is root on the node, too, if it breaks out. Set `runAsNonRoot: true` for the
    pod or the container (the kubelet then refuses an image that would run as root), or a runAsUser above 0.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted

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
          securityContext:
            runAsNonRoot: true
          containers:
          - name: web
            image: nginx:1.25
    ```
    """
    pod = pod_spec(resource)
    if on_windows(pod) or pod.get("hostUsers") is False:
        return
    if (pod.get("securityContext") or {}).get("runAsUser") == 0:
        path = (*pod_path(resource), "securityContext", "runAsUser")
        yield Problem(path, "The pods run as root (runAsUser 0), except containers with a user of their own.")
    for container in containers_of(resource):
        settings, name = security(container), container.spec.get("name")
        if settings.get("runAsUser") == 0:
            path = context_path(container, "runAsUser")
            yield Problem(path, f"Container {name} runs as root (runAsUser 0).")
        elif (
            effective(container, pod, "runAsUser") is None
            and effective(container, pod, "runAsNonRoot") is not True
        ):
            own = "runAsNonRoot" in settings
            path = context_path(container, "runAsNonRoot") if own else (*container.path, "securityContext")
            yield Problem(path, f"Container {name} may run as root; set runAsNonRoot: true.")
