"""Containers whose processes may gain privileges."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of

from ._pods import context_path, on_windows, pod_spec, security

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("privilege-escalation-container", kinds=PODS, severity="warning")
def privilege_escalation_container(resource: Resource, context: Context) -> Iterator[Problem]:
    """A process of a container may gain more privileges than its parent has.

    Unless `allowPrivilegeEscalation` is false, a setuid program such as sudo works in the container. Set it to false in the
    container's securityContext. Privileged containers are left to `privileged-container`: for them it is always true.

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
          containers:
          - name: web
            image: nginx:1.25
            securityContext:
              allowPrivilegeEscalation: false
    ```
    """
    if on_windows(pod_spec(resource)):
        return
    for container in containers_of(resource):
        settings = security(container)
        if settings.get("allowPrivilegeEscalation") is False or settings.get("privileged"):
            continue
        yield Problem(
            context_path(container, "allowPrivilegeEscalation"),
            f"Container {container.spec.get('name')} may gain privileges; set allowPrivilegeEscalation: false.",
        )
