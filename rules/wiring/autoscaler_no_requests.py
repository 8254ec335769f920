"""Workloads whose autoscaler has no requests to measure against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.inventory import pod_template
from linter.engine.rule import Context, Problem, rule

from ._autoscaling import SCALABLE, is_horizontal, scalers
from ._metrics import requests, utilizations
from ._objects import dig, items, who
from ._pods import running_containers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource


@rule("autoscaler-no-requests", kinds=frozenset(SCALABLE), severity="warning")
def autoscaler_no_requests(resource: Resource, context: Context) -> Iterator[Problem]:
    """An autoscaler measures the utilisation of a resource that a container does not request.

    Utilisation is a percentage of the requests. If a single container of the pod lacks one, sidecars included, the
    autoscaler can't compute it and does not scale. Add the request, or give the metric an `averageValue`.

    A limit counts as a request, as do the resources of the pod as a whole. Nothing is said where a LimitRange of the run
    gives the namespace default requests.

    ```yaml bad
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      maxReplicas: 10
      metrics:
        - type: Resource
          resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers: [{name: web, image: "nginx:1.25"}]
    ```

    ```yaml good
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      maxReplicas: 10
      metrics:
        - type: Resource
          resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: nginx:1.25
              resources: {requests: {cpu: 100m}}
    ```
    """
    autoscalers = [each for each in scalers(context.inventory, resource) if is_horizontal(each)]
    if not autoscalers:
        return
    pod = dig(pod_template(resource), "spec")
    seen = set()
    for autoscaler in autoscalers:
        for metric in utilizations(autoscaler):
            if requests(pod, metric.resource) or _has_default(context.inventory, resource, metric.resource):
                continue
            for container in running_containers(resource):
                asked = metric.container is None or metric.container == container.name
                if (
                    asked
                    and not requests(container.spec, metric.resource)
                    and (container.path, metric.resource) not in seen
                ):
                    seen.add((container.path, metric.resource))
                    message = (
                        f"{who(autoscaler, resource)} measures {metric.resource} against the requests, and container "
                        f"`{container.name}` has none: nothing is scaled. Add `resources.requests.{metric.resource}`."
                    )
                    yield Problem((*container.path, "resources", "requests", metric.resource), message)


def _has_default(inventory: Inventory, workload: Resource, resource: str) -> bool:
    """Tell whether a LimitRange of the namespace gives containers a request."""
    return any(
        dig(limit, field, resource) is not None
        for limit_range in inventory.of_kind("LimitRange", workload.namespace)
        for _, limit in items(limit_range.manifest, "spec", "limits")
        for field in ("defaultRequest", "default")
    )
