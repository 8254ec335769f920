"""Pods that mount a folder of the system they run on."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS

from ._host_paths import SENSITIVE, is_sensitive
from ._options import option
from ._pods import host_paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule(
    "sensitive-host-mounts", kinds=PODS, severity="warning", options={"paths": SENSITIVE}, needs={"hostPath"}
)
def sensitive_host_mounts(resource: Resource, context: Context) -> Iterator[Problem]:
    """The pod mounts a system folder of its node.

    Through folders such as / or /etc a container reads the node's secrets and, where it may write, takes the node over. Mount the one file
    or folder that it needs, read-only, or use another kind of volume. Option `paths` holds the folders, which count without
    what is below them.

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
              path: /etc
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
    paths = option(context, "sensitive-host-mounts", "paths", default=SENSITIVE)
    for path, name, folder in host_paths(resource):
        if is_sensitive(folder, paths):
            yield Problem(
                path,
                f"Volume {name} is the folder {folder} of the node, through which a container can control it.",
            )
