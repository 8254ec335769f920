"""Pods that everybody in the cluster may talk to."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS
from linter.rules.facts.selectors import selected_by

from ._pods import pod_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("non-isolated-pod", kinds=PODS, severity="info")
def non_isolated_pod(resource: Resource, context: Context) -> Iterator[Problem]:
    """No NetworkPolicy of the run selects the pods.

    Pods that no policy selects accept connections from every pod of the cluster and may open any. Add a NetworkPolicy for
    them, or one for the whole namespace.

    Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/

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
    ```

    ```yaml good
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
    spec:
      podSelector:
        matchLabels: {app: web}
      policyTypes: [Ingress]
    ---
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
    ```
    """
    # A policy selects nothing of the node's own network.
    if pod_spec(resource).get("hostNetwork") or selected_by(
        resource, "NetworkPolicy", "podSelector", context
    ):
        return
    yield Problem(
        ("metadata", "name"),
        "No NetworkPolicy selects these pods: every pod of the cluster may talk to them.",
    )
