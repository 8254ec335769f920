"""Autoscalers of what has no replicas."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.autoscalers import TARGET
from linter.rules.facts.manifests import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

_WHY = {
    "DaemonSet": "it runs one pod on each node",
    "Pod": "a Pod is one pod",
    "Job": "its `parallelism` is not a scale",
    "CronJob": "it makes Jobs",
    "Service": "name the workload behind it",
}


@rule(
    "autoscaler-target-cannot-scale",
    kinds={"HorizontalPodAutoscaler"},
    severity="error",
    needs={"scaleTargetRef"},
)
def autoscaler_target_cannot_scale(resource: Resource, context: Context) -> Iterator[Problem]:
    """An autoscaler's target is of a kind that can't be scaled.

    A DaemonSet, Job, CronJob, Pod or Service has no number of replicas that could be set; the autoscaler only reports an
    error. Name a Deployment, StatefulSet or ReplicaSet, or remove the autoscaler.

    ```yaml bad
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: agent}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: DaemonSet, name: agent}
      maxReplicas: 5
    ```

    ```yaml good
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: agent}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: agent}
      maxReplicas: 5
    ```
    """
    kind = text(resource.manifest, *TARGET, "kind")
    if kind in _WHY:
        message = f"A {kind} can't be scaled: {_WHY[kind]}. Name a Deployment, StatefulSet or ReplicaSet."
        yield Problem((*TARGET, "kind"), message)
