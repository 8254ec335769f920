"""Budgets that keep broken pods on a node that is drained."""

from __future__ import annotations

from linter.engine.rule import Problem, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("pdb-unhealthy-pod-eviction-policy", kinds={"PodDisruptionBudget"}, severity="info")
def pdb_unhealthy_pod_eviction_policy(resource: Resource, context: Context) -> Iterator[Problem]:
    """A drain waits for pods that are broken.

    By default (IfHealthyBudget) a pod that runs, but is not ready, is only evicted while enough others are healthy. An
    application that crashes in a loop then blocks the drain of its nodes until somebody fixes it. Write
    `unhealthyPodEvictionPolicy: AlwaysAllow`, or set IfHealthyBudget openly where broken pods shall stay.

    Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy

    ```yaml bad
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web
    spec:
      maxUnavailable: 1
      selector:
        matchLabels: {app: web}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 3
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.25
    ```

    ```yaml good
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web
    spec:
      maxUnavailable: 1
      selector:
        matchLabels: {app: web}
      unhealthyPodEvictionPolicy: AlwaysAllow
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 3
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.25
    ```
    """
    if "unhealthyPodEvictionPolicy" not in resource.object.get("spec", {}):
        yield Problem(
            ("spec", "unhealthyPodEvictionPolicy"),
            "Without unhealthyPodEvictionPolicy: AlwaysAllow, pods that are broken can block the drain of their node.",
        )
