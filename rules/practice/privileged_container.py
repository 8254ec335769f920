"""Containers that are root on the node."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of

from ._pods import context_path, security

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("privileged-container", kinds=PODS, severity="warning", needs={"privileged"})
def privileged_container(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container is privileged.

    It has every capability and every device of the node: whoever gets into it owns the node and all its pods. Few programs
    need that (device plugins, network and storage drivers); give others the one capability or the one host path they need.

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
          containers:
          - name: web
            image: nginx:1.25
            securityContext:
              privileged: true
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
              privileged: false
    ```
    """
    for container in containers_of(resource):
        if security(container).get("privileged"):
            yield Problem(
                context_path(container, "privileged"),
                f"Container {container.spec.get('name')} is privileged: whoever gets into it owns the node.",
            )
