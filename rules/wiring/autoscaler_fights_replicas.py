"""Workloads with a fixed number of replicas and an autoscaler."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.autoscalers import SCALABLE, is_horizontal, least_replicas, scalers
from linter.rules.facts.manifests import describe, dig, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule(
    "autoscaler-fights-replicas",
    kinds=frozenset(SCALABLE),
    severity="warning",
    needs={"replicas"},
    asks_run=True,
)
def autoscaler_fights_replicas(resource: Resource, context: Context) -> Iterator[Problem]:
    """A workload with an autoscaler fixes its replicas in the manifest.

    Each `kubectl apply` sets the replicas back to the manifest's number, whatever the load, and the autoscaler starts
    again from there. Leave `replicas` out, and let `minReplicas` say the least. (When the field is removed from a
    manifest that was applied with it, `kubectl apply` sets the replicas to 1 once; remove it from the annotation
    `kubectl.kubernetes.io/last-applied-configuration` first, with `kubectl apply edit-last-applied`.)

    ```yaml bad
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      minReplicas: 2
      maxReplicas: 10
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
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
      minReplicas: 2
      maxReplicas: 10
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
    if not scalers(context.inventory, resource):
        return  # as nearly always: what lies in its folder alone need not be looked through
    replicas = number(resource.manifest, "spec", "replicas")
    if replicas is None:
        return
    autoscalers = scalers(context.inventory.beside(resource), resource)
    if not autoscalers:
        return
    scaler = autoscalers[0]
    least = least_replicas(scaler)
    most = number(scaler.manifest, "spec", "maxReplicas" if is_horizontal(scaler) else "maxReplicaCount")
    if dig(scaler.manifest, "spec", "minReplicas") is not None and least == most == replicas:
        return  # it never changes anything
    bounds = f" between {least} and {most}" if least is not None and most is not None else ""
    message = (
        f"{describe(scaler, resource)} sets the replicas{bounds}, and each apply sets them back to {replicas}. "
        "Remove `replicas`, first of all from the last-applied annotation (kubectl apply edit-last-applied): else the next "
        "apply sets them to 1."
    )
    yield Problem(("spec", "replicas"), message)
