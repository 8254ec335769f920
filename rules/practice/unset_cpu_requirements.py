"""Containers that do not say how much CPU they need."""

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


@rule("unset-cpu-requirements", kinds=PODS, severity="warning", options={"limit": False})
def unset_cpu_requirements(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container requests no CPU.

    The scheduler then counts it as needing nothing and may put it on a node that is busy already; under load it gets what
    the others leave, and an autoscaler that measures CPU cannot work. Set `resources.requests.cpu` to what the container uses
    on an ordinary day. Option `limit: true` asks for a limit as well; many clusters leave that out on purpose, because a CPU
    limit slows a container down even where the node is idle.

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
              requests: {memory: 64Mi}
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
    ```
    """
    limit = option(context, "unset-cpu-requirements", "limit", default=False)
    yield from missing_requirements(resource, context, "cpu", limit=limit)
