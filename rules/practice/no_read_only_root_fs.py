"""Containers that can change their own files."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of

from ._pods import context_path, on_windows, pod_spec, security

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("no-read-only-root-fs", kinds=PODS, severity="warning")
def no_read_only_root_fs(resource: Resource, context: Context) -> Iterator[Problem]:
    """The root file system of a container is writable.

    An intruder can then replace programs and leave files behind; a program that writes there fills the disk of the node. Set
    `readOnlyRootFilesystem: true` and mount an emptyDir where the program must write (often /tmp).

    Source: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/

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
              readOnlyRootFilesystem: true
    ```
    """
    if on_windows(pod_spec(resource)):
        return
    for container in containers_of(resource):
        if security(container).get("readOnlyRootFilesystem") is not True:
            yield Problem(
                context_path(container, "readOnlyRootFilesystem"),
                f"Container {container.spec.get('name')} can write to its root file system; set readOnlyRootFilesystem: true.",
            )
