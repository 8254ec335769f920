"""Deployments whose pods keep apart, and whose update finds no place for one more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Problem, rule
from linter.kube.selectors import matches
from linter.rules.facts.manifests import dig, items
from linter.rules.facts.pods import pods_of, template_labels
from linter.rules.facts.replicas import count, replicas_of, rolling_numbers

from ._nodes import labels_of, nodes_of, schedulable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("anti-affinity-surge", kinds={"Deployment"}, severity="warning", needs={"podAntiAffinity"})
def anti_affinity_surge(resource: Resource, context: Context) -> Iterator[Problem]:
    """Pods that must keep apart leave a rolling update no node for its first new pod.

    A required podAntiAffinity of a workload to its own pods allows one of them in each place (each node, each zone). Old and new pods
    count alike: with maxUnavailable 0 the update starts a new pod before an old one goes, and where there are no more places than
    replicas it stays Pending and the update stands still.

    Set maxUnavailable to 1, or let the affinity count the pods of one revision alone, with `matchLabelKeys: [pod-template-hash]`.
    Reported where the nodes are known (`--nodes`).

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity

    ```yaml bad
    apiVersion: v1
    kind: Node
    metadata:
      name: n1
      labels: {kubernetes.io/hostname: n1}
    ---
    apiVersion: v1
    kind: Node
    metadata:
      name: n2
      labels: {kubernetes.io/hostname: n2}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: shop
    spec:
      replicas: 2
      selector:
        matchLabels: {app: shop}
      template:
        metadata:
          labels: {app: shop}
        spec:
          affinity:
            podAntiAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
              - topologyKey: kubernetes.io/hostname
                labelSelector:
                  matchLabels: {app: shop}
          containers:
          - name: shop
            image: example.org/shop:1.0
    ```

    ```yaml good
    apiVersion: v1
    kind: Node
    metadata:
      name: n1
      labels: {kubernetes.io/hostname: n1}
    ---
    apiVersion: v1
    kind: Node
    metadata:
      name: n2
      labels: {kubernetes.io/hostname: n2}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: shop
    spec:
      replicas: 2
      strategy:
        rollingUpdate:
          maxSurge: 0
          maxUnavailable: 1
      selector:
        matchLabels: {app: shop}
      template:
        metadata:
          labels: {app: shop}
        spec:
          affinity:
            podAntiAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
              - topologyKey: kubernetes.io/hostname
                labelSelector:
                  matchLabels: {app: shop}
          containers:
          - name: shop
            image: example.org/shop:1.0
    ```
    """
    rolling = rolling_numbers(resource, replicas_of(resource, context).low)
    if rolling is None or rolling.unavailable > 0:
        return
    room = [labels_of(node) for node in nodes_of(context) if schedulable(resource, node)]
    pods = pods_of(resource)
    path = (*pods.path, "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    for index, term in items(dig(pods.spec, *path[len(pods.path) :])):
        key = term.get("topologyKey")
        places = {labels[key] for labels in room if key in labels}
        # Without any place the cause is another one. On nodes that lack the label nothing is kept apart.
        if not places or any(key not in labels for labels in room) or not _is_to_itself(term, resource):
            continue
        if len(places) <= rolling.replicas:
            yield Problem(
                (*path, index),
                f"The anti-affinity allows one pod in each `{key}`, and {count(len(places), 'place')} can take one. With "
                f"{count(rolling.replicas, 'replica')}, maxSurge {rolling.surge} and maxUnavailable 0 an update finds none for its first "
                "new pod. Write maxUnavailable 1.",
            )


def _is_to_itself(term: dict[str, Any], resource: Resource) -> bool:
    """Tell whether a term keeps new pods of a workload away from its old ones."""
    if (
        term.get("matchLabelKeys")
        or term.get("mismatchLabelKeys")
        or term.get("namespaceSelector") is not None
    ):
        return False
    namespaces = term.get("namespaces") or [resource.namespace]
    return resource.namespace in namespaces and matches(term.get("labelSelector"), template_labels(resource))
