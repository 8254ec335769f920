"""Containers that do not say how much of the node's disk they need."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS

from ._options import option
from ._resources import missing_requirements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("unset-ephemeral-storage-requirements", kinds=PODS, severity="info", options={"limit": True})
def unset_ephemeral_storage_requirements(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container has no request or no limit for ephemeral storage.

    Logs, the container's own writable layer and emptyDir volumes fill the disk of the node. Without a limit one pod can fill
    it, and the kubelet evicts others. Set `ephemeral-storage` in `resources.requests` and `resources.limits`. Option
    `limit: false` asks for the request alone.

    Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#local-ephemeral-storage

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
            resources:
              requests: {cpu: 100m}
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
            resources:
              limits: {ephemeral-storage: 1Gi}
    ```
    """
    limit = option(context, "unset-ephemeral-storage-requirements", "limit", default=True)
    yield from missing_requirements(resource, context, "ephemeral-storage", limit=limit)
