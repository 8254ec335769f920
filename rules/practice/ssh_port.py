"""Containers that offer SSH."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("ssh-port", kinds=PODS, severity="info", needs={"ports"})
def ssh_port(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container declares port 22.

    That is the port of SSH. Containers are entered with `kubectl exec`, which is logged and checked by RBAC; a server for SSH in them
    is one more way in. Remove it, or use another port if it is something else.

    Source: https://kubernetes.io/docs/tasks/debug/debug-application/get-shell-running-container/

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
            - containerPort: 22
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
    ```
    """
    for container in containers_of(resource):
        for index, port in enumerate(container.spec.get("ports") or ()):
            if port.get("containerPort") == 22 and port["protocol"] == "TCP":
                yield Problem(
                    (*container.path, "ports", index, "containerPort"),
                    f"Container {container.spec.get('name')} declares port 22, the port of SSH; use kubectl exec instead.",
                )
