"""Autoscalers that measure a container which their target does not have."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.kube.suggest import did_you_mean, quote
from linter.rules.facts.autoscalers import TARGET
from linter.rules.facts.manifests import describe, items, text
from linter.rules.facts.pods import running_containers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule(
    "autoscaler-container-unknown",
    kinds={"HorizontalPodAutoscaler"},
    severity="error",
    needs={"containerResource"},
)
def autoscaler_container_unknown(resource: Resource, context: Context) -> Iterator[Problem]:
    """An autoscaler measures a container that its target does not have.

    A metric of type ContainerResource names one container of the target's pods. If there is none of that name, the
    autoscaler gets no number and does not scale. Correct the name.

    ```yaml bad
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      maxReplicas: 10
      metrics:
        - type: ContainerResource
          containerResource: {name: cpu, container: app, target: {type: Utilization, averageUtilization: 80}}
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

    ```yaml good
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      maxReplicas: 10
      metrics:
        - type: ContainerResource
          containerResource: {name: cpu, container: web, target: {type: Utilization, averageUtilization: 80}}
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
    kind, name = text(resource.manifest, *TARGET, "kind"), text(resource.manifest, *TARGET, "name")
    targets = context.inventory.named(kind, resource.namespace, name)
    known = {each.name for target in targets for each in running_containers(target)}
    for index, metric in items(resource.manifest, "spec", "metrics"):
        container = text(metric, "containerResource", "container")
        if known and container and container not in known:
            message = f"{describe(targets[0], resource)} has no container {quote(container)}.{did_you_mean(container, known)}"
            yield Problem(("spec", "metrics", index, "containerResource", "container"), message)
