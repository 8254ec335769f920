"""Containers that see all of /proc."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of

from ._pods import context_path, security

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("unsafe-proc-mount", kinds=PODS, severity="warning", needs={"procMount"})
def unsafe_proc_mount(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container sees the parts of /proc that are hidden otherwise.

    `procMount: Unmasked` shows it kernel settings and data that the container runtime masks. Leave the field out, unless the
    container builds containers itself.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline

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
          hostUsers: false
          containers:
          - name: web
            image: nginx:1.25
            securityContext:
              procMount: Unmasked
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
              procMount: Default
    ```
    """
    for container in containers_of(resource):
        if security(container).get("procMount") == "Unmasked":
            yield Problem(
                context_path(container, "procMount"),
                f"Container {container.spec.get('name')} sees all of /proc; leave procMount out.",
            )
