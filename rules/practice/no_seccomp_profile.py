"""Containers that may use every system call."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of, pod_path

from ._pods import context_path, effective, on_windows, pod_spec, security

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("no-seccomp-profile", kinds=PODS, severity="warning")
def no_seccomp_profile(resource: Resource, context: Context) -> Iterator[Problem]:
    """No seccomp profile limits the system calls of a container.

    Unless the kubelet sets one by default, the container may use all of them, among them those that break-outs have used.
    Write `seccompProfile: {type: RuntimeDefault}` for the pod: it leaves out what hardly any program needs.

    Source: https://kubernetes.io/docs/tutorials/security/seccomp/

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
            seccompProfile: {type: RuntimeDefault}
          containers:
          - name: web
            image: nginx:1.25
    ```
    """
    pod = pod_spec(resource)
    if on_windows(pod):
        return
    if _unconfined((pod.get("securityContext") or {}).get("seccompProfile")):
        yield Problem(
            (*pod_path(resource), "securityContext", "seccompProfile", "type"),
            "The pods are Unconfined; write seccompProfile type RuntimeDefault.",
        )
    for container in containers_of(resource):
        settings, name = security(container), container.spec.get("name")
        if settings.get("privileged"):
            continue  # a privileged container is never confined
        path = (*context_path(container, "seccompProfile"), "type")
        if _unconfined(settings.get("seccompProfile")):
            yield Problem(path, f"Container {name} is Unconfined; write seccompProfile type RuntimeDefault.")
        elif effective(container, pod, "seccompProfile") is None:
            yield Problem(
                path,
                f"Container {name} has no seccomp profile; write seccompProfile type RuntimeDefault for the pod.",
            )


def _unconfined(profile: dict[str, Any] | None) -> bool:
    return profile is not None and profile.get("type") == "Unconfined"
