"""Pods that can start containers on their node."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS

from ._host_paths import is_runtime_socket
from ._pods import host_paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("docker-sock", kinds=PODS, severity="warning", needs={"hostPath"})
def docker_sock(resource: Resource, context: Context) -> Iterator[Problem]:
    """The pod mounts the socket of the container runtime.

    Whoever can talk to that socket starts any container on the node, privileged ones among them: it is root on the node. Build
    images with a tool that needs no daemon, and read metrics from the kubelet.

    Source: https://kubernetes.io/docs/concepts/storage/volumes/#hostpath

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
            volumeMounts:
            - {name: host, mountPath: /host, readOnly: true}
          volumes:
          - name: host
            hostPath:
              path: /var/run/docker.sock
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
            volumeMounts:
            - {name: host, mountPath: /host, readOnly: true}
          volumes:
          - name: host
            hostPath:
              path: /var/log/app
    ```
    """
    for path, name, folder in host_paths(resource):
        if is_runtime_socket(folder):
            yield Problem(
                path, f"Volume {name} is the socket {folder}, with which a container controls the node."
            )
