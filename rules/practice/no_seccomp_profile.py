"""Containers that may use every system call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.rule import Problem, rule
from linter.kube.pods import POD

from ._pods import all_containers, context_path, effective, on_windows, pod_spec, security

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource

_POD_TYPE = (*POD, "securityContext", "seccompProfile", "type")


@rule("no-seccomp-profile", severity="warning")
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
    for container in all_containers(resource):
        profile = effective(container, pod, "seccompProfile")
        if security(container).get("privileged"):
            continue  # a privileged container is never confined
        if profile is None or profile.get("type") == "Unconfined":
            name = container.spec.get("name")
            what = "has no seccomp profile" if profile is None else "is Unconfined"
            own = security(container).get("seccompProfile") is not None
            path = (
                (*context_path(container, "seccompProfile"), "type") if own or profile is None else _POD_TYPE
            )
            yield Problem(
                path, f"Container {name} {what}; write seccompProfile type RuntimeDefault for the pod."
            )
