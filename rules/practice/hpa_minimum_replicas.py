"""Autoscalers that go down to too few replicas."""

from __future__ import annotations

from linter.engine.rule import Problem, rule

from ._options import option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("hpa-minimum-replicas", kinds={"HorizontalPodAutoscaler"}, severity="warning", options={"minimum": 2})
def hpa_minimum_replicas(resource: Resource, context: Context) -> Iterator[Problem]:
    """The autoscaler may go down to fewer replicas than there should be.

    At a quiet time only minReplicas pods are left (1, where it is not set), and then the drain of a node or a crash is an
    outage. Write at least 2 (option `minimum`).

    Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/

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
    ---
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata:
      name: web
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      minReplicas: 1
      maxReplicas: 10
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
              requests: {cpu: 100m}
    ---
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata:
      name: web
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      minReplicas: 2
      maxReplicas: 10
    ```
    """
    minimum = option(context, "hpa-minimum-replicas", "minimum", default=2)
    replicas = resource.object["spec"].get("minReplicas", 1)
    if replicas < minimum:
        yield Problem(
            ("spec", "minReplicas"), f"minReplicas is {replicas}; keep at least {minimum} replicas."
        )
