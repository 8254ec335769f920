"""Workloads whose autoscaler has no requests to measure against."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.autoscalers import SCALABLE
from linter.rules.facts.manifests import describe
from linter.rules.facts.requests import missing_requests

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("autoscaler-no-requests", kinds=frozenset(SCALABLE), severity="warning", asks_run=True)
def autoscaler_no_requests(resource: Resource, context: Context) -> Iterator[Problem]:
    """An autoscaler measures the utilisation of a resource that a container does not request.

    Utilisation is a percentage of the requests. If a single container of the pod lacks one, sidecars included, the
    autoscaler can't compute it and does not scale. Add the request, or give the metric an `averageValue`.

    A limit counts as a request, as do the resources of the pod as a whole. Nothing is reported where a LimitRange of the run
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
    for lack in missing_requests(resource, context):
        message = (
            f"{describe(lack.autoscaler, resource)} measures {lack.resource} against the requests, and container "
            f"`{lack.container}` has none: nothing is scaled. Add `resources.requests.{lack.resource}`."
        )
        yield Problem(lack.path, message)
