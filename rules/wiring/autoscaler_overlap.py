"""Several autoscalers of one workload."""

from __future__ import annotations

from linter.engine.filing import identity
from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.autoscalers import TARGET, first_scaler
from linter.rules.facts.manifests import describe, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("autoscaler-overlap", kinds={"HorizontalPodAutoscaler"}, severity="error")
def autoscaler_overlap(resource: Resource, context: Context) -> Iterator[Problem]:
    """Two autoscalers have the same target.

    The controller notices that the pods belong to more than one HorizontalPodAutoscaler and then scales by neither. Keep
    one, and put the metrics of both into it: it takes the highest of the numbers that they ask for.

    Reported at the second autoscaler and those after it.

    ```yaml bad
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web-cpu}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      maxReplicas: 5
    ---
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web-memory}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      maxReplicas: 5
      metrics:
        - type: Resource
          resource: {name: memory, target: {type: Utilization, averageUtilization: 70}}
    ```

    ```yaml good
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      maxReplicas: 5
      metrics:
        - type: Resource
          resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
        - type: Resource
          resource: {name: memory, target: {type: Utilization, averageUtilization: 70}}
    ```
    """
    kind, name = text(resource.manifest, *TARGET, "kind"), text(resource.manifest, *TARGET, "name")
    first = first_scaler(context.inventory.beside(resource), kind, resource.namespace, name)
    if first is not None and identity(first) != identity(resource):
        message = (
            f"{describe(first, resource)} scales {kind} {resource.namespace}/{name}, too, so that neither takes effect. "
            "Keep one, with the metrics of both."
        )
        yield Problem((*TARGET, "name"), message)
