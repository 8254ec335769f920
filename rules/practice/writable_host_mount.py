"""Containers that can write to the disk of their node."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of

from ._host_paths import SENSITIVE, is_runtime_socket, is_sensitive
from ._options import option
from ._pods import host_paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("writable-host-mount", kinds=PODS, severity="warning", needs={"hostPath"})
def writable_host_mount(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container can write to a folder of its node.

    What it writes there outlives the pod, fills the node's disk, and may be read by other pods. Set `readOnly: true` on the
    mount, or use an emptyDir or a claim. Folders that other rules report (`sensitive-host-mounts`, `docker-sock`) are left to
    them.

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
            - {name: host, mountPath: /host}
          volumes:
          - name: host
            hostPath:
              path: /var/log/app
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
    folders = {
        name: folder
        for _, name, folder in host_paths(resource)
        if not is_runtime_socket(folder) and not is_sensitive(folder, paths)
    }
    for container in containers_of(resource) if folders else ():
        for index, mount in enumerate(container.spec.get("volumeMounts") or ()):
            if mount.get("name") in folders and not mount.get("readOnly"):
                yield Problem(
                    (*container.path, "volumeMounts", index, "readOnly"),
                    f"Container {container.spec.get('name')} can write to {folders[mount['name']]} of the node; set readOnly: true.",
                )
