"""Spread constraints that do not count the pods they spread."""

from __future__ import annotations

from linter.engine.filing import AUTOMATIC_LABELS, pod_labels, requirements
from linter.engine.rule import Problem, rule
from linter.kube.selectors import matches
from linter.path import format_path
from linter.rules.facts.manifests import items
from linter.rules.facts.near_miss import difference
from linter.rules.facts.pods import PODS, pods_of
from linter.rules.facts.selectors import spell_selector
from linter.rules.facts.visibility import may_be_about_others

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("spread-misses-own-pods", kinds=PODS, severity="warning", needs={"topologySpreadConstraints"})
def spread_misses_own_pods(resource: Resource, context: Context) -> Iterator[Problem]:
    """A topology spread constraint does not select the pods that it is written for.

    The scheduler counts the pods that `labelSelector` selects, and puts a new one where there are fewest. If the pod itself is not among
    them, all its replicas may land on one node or in one zone: the count never changes. Repeat the labels of the workload's selector.

    A constraint that selects other pods of the run is not reported.

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
          topologySpreadConstraints:
          - maxSkew: 1
            topologyKey: kubernetes.io/hostname
            whenUnsatisfiable: DoNotSchedule
            labelSelector:
              matchLabels: {app: webb}
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
          topologySpreadConstraints:
          - maxSkew: 1
            topologyKey: kubernetes.io/hostname
            whenUnsatisfiable: DoNotSchedule
            labelSelector:
              matchLabels: {app: web}
          containers:
          - name: web
            image: nginx:1.25
    ```
    """
    pods = pods_of(resource)
    labels = pod_labels(resource) or {}
    for index, constraint in items(pods.spec, "topologySpreadConstraints"):
        path = (*pods.path, "topologySpreadConstraints")
        selector = constraint.get("labelSelector")
        if selector is None:
            continue  # the API server warns of it: `selects-no-pods`
        conditions = requirements(selector) or ()
        if any(each.key in AUTOMATIC_LABELS for each in conditions) or matches(selector, labels):
            continue
        if not may_be_about_others(selector, resource, context.inventory):
            yield Problem(
                path,
                f"The constraint selects none of the pods that it is to spread: it wants {spell_selector(conditions)}, and they have "
                f"{difference(conditions, labels)}. All of them may land in one place.",
                field=format_path((*path, index, "labelSelector")),
                at_key=True,
            )
