"""Containers that do not say how much memory they need."""

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


@rule("unset-memory-requirements", kinds=PODS, severity="warning", options={"limit": True})
def unset_memory_requirements(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container has no memory request, or no memory limit.

    Without a request the scheduler may put it on a node whose memory is gone already; without a limit a leak in it takes
    memory from every pod of the node, and the kernel kills whichever it likes. Set `resources.requests.memory` and
    `resources.limits.memory`. Option `limit: false` asks for the request alone. (Where only the limit is set, the request
    equals it.)

    A request that an autoscaler of the run needs is reported by `autoscaler-no-requests` (group wiring, on by default).

    Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/

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
              requests: {cpu: 100m, memory: 64Mi}
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
              requests: {cpu: 100m, memory: 64Mi}
              limits: {memory: 64Mi}
    ```
    """
    limit = option(context, "unset-memory-requirements", "limit", default=True)
    yield from missing_requirements(resource, context, "memory", limit=limit)
