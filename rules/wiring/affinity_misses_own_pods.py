"""Affinities of pods to their like that are misspelt."""

from __future__ import annotations

from linter.engine.filing import requirements
from linter.engine.rule import Problem, rule
from linter.kube.selectors import matches
from linter.rules.facts.manifests import items
from linter.rules.facts.pods import PODS, pods_of, template_labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.engine.filing import Requirement
    from linter.engine.rule import Context
    from linter.loading.resource import Resource
    from linter.path import FieldPath

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


@rule("affinity-misses-own-pods", kinds=PODS, severity="warning", needs={"podAffinity", "podAntiAffinity"})
def affinity_misses_own_pods(resource: Resource, context: Context) -> Iterator[Problem]:
    """An affinity or anti-affinity is nearly about the workload's own pods, and selects none.

    Its selector has the keys of the pods' own labels, with values that differ in a letter or two. An anti-affinity that is misspelt
    keeps nothing apart: all replicas may land on one node. A required affinity that is misspelt is never met, so that no pod starts.
    Write the label as the pods have it.

    A selector that matches other pods of the run is about them, and one that is not nearly right is for pods that the run does not
    show: neither is reported.

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: frontend
    spec:
      replicas: 3
      selector:
        matchLabels: {app: frontend}
      template:
        metadata:
          labels: {app: frontend}
        spec:
          affinity:
            podAntiAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
              - topologyKey: kubernetes.io/hostname
                labelSelector:
                  matchLabels: {app: fronted}
          containers:
          - name: web
            image: nginx:1.25
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: frontend
    spec:
      replicas: 3
      selector:
        matchLabels: {app: frontend}
      template:
        metadata:
          labels: {app: frontend}
        spec:
          affinity:
            podAntiAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
              - topologyKey: kubernetes.io/hostname
                labelSelector:
                  matchLabels: {app: frontend}
          containers:
          - name: web
            image: nginx:1.25
    ```
    """
    pods = pods_of(resource)
    labels = template_labels(resource)
    affinity = pods.spec.get("affinity") or {}
    for kind in ("podAffinity", "podAntiAffinity"):
        if kind not in affinity:
            continue
        for path, term in _terms(affinity[kind], (*pods.path, "affinity", kind)):
            selector = term.get("labelSelector")
            elsewhere = term.get("namespaces") or term.get("namespaceSelector") is not None
            if elsewhere or matches(selector, labels):
                continue
            from linter.rules.facts.near_miss import difference
            from linter.rules.facts.selectors import spell_selector
            from linter.rules.facts.visibility import may_be_about_others

            conditions = requirements(selector) or ()
            if _nearly(conditions, labels) and not may_be_about_others(selector, resource, context.inventory):
                yield Problem(
                    (*path, "labelSelector"),
                    f"No pod of the run has {spell_selector(conditions)}, and those of this {resource.kind} have "
                    f"{difference(conditions, labels)}. Write that, if its own pods are meant.",
                )


def _terms(affinity: Any, path: FieldPath) -> Iterator[tuple[FieldPath, dict[str, Any]]]:
    for index, term in items(affinity, _REQUIRED):
        yield (*path, _REQUIRED, index), term
    for index, preferred in items(affinity, _PREFERRED):
        yield (*path, _PREFERRED, index, "podAffinityTerm"), preferred.get("podAffinityTerm") or {}


def _nearly(conditions: tuple[Requirement, ...], labels: dict[str, str]) -> bool:
    """Tell whether every condition is met by the labels, or asks for a value that is nearly theirs."""
    from linter.kube.suggest import suggest

    return bool(conditions) and all(
        key in labels
        and operator == "In"
        and (labels[key] in values or any(suggest(value, [labels[key]]) for value in values))
        for key, operator, values in conditions
    )
