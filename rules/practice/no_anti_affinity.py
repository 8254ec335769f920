"""Several replicas that may all run on one node."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.kube.pods import POD
from linter.kube.selectors import matches
from linter.rules.facts.pods import template_labels
from linter.rules.facts.replicas import REPLICATED, replicas_of

from ._options import option
from ._pods import pod_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("no-anti-affinity", kinds=REPLICATED, severity="warning", options={"minimum": 2})
def no_anti_affinity(resource: Resource, context: Context) -> Iterator[Problem]:
    """Nothing in the manifest keeps the replicas apart.

    The scheduler spreads the pods of a workload only as one wish among others; they can end up on the same node, and its
    failure takes all of them. Add a podAntiAffinity with topologyKey kubernetes.io/hostname, or topologySpreadConstraints, with
    a selector that matches the pods' own labels. Counts from 2 replicas on (option `minimum`).

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/

    ```yaml bad
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
          affinity:
            podAntiAffinity:
              preferredDuringSchedulingIgnoredDuringExecution:
              - weight: 100
                podAffinityTerm:
                  topologyKey: kubernetes.io/hostname
                  labelSelector:
                    matchLabels: {app: web}
          containers:
          - name: web
            image: nginx:1.25
    ```
    """
    minimum = option(context, "no-anti-affinity", "minimum", default=2)
    replicas = replicas_of(resource, context)
    pod, labels = pod_spec(resource), template_labels(resource)
    if resource.is_controlled:
        return  # its Deployment is told
    if replicas.high < minimum or any(matches(each, labels) for each in _keeping_apart(pod)):
        return
    yield Problem(
        (*POD, "affinity"),
        f"{replicas} may all run on one node: add a podAntiAffinity or topologySpreadConstraints that select the pods' own "
        "labels.",
    )


def _keeping_apart(pod: dict[str, Any]) -> Iterator[dict[str, Any] | None]:
    """Yield the selectors of what spreads pods over nodes or zones."""
    affinity = (pod.get("affinity") or {}).get("podAntiAffinity") or {}
    for term in affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ():
        yield term.get("labelSelector")
    for wish in affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
        yield (wish.get("podAffinityTerm") or {}).get("labelSelector")
    for constraint in pod.get("topologySpreadConstraints") or ():
        yield constraint.get("labelSelector")
