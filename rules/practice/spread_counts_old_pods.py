"""Spread constraints that count the pods of the revision that is on its way out."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.kube.selectors import matches
from linter.rules.facts.manifests import items
from linter.rules.facts.pods import pods_of, template_labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("spread-counts-old-pods", kinds={"Deployment"}, severity="info", needs={"topologySpreadConstraints"})
def spread_counts_old_pods(resource: Resource, _context: Context) -> Iterator[Problem]:
    """A topology spread constraint counts old and new pods alike, so that an update leaves the new ones uneven.

    During a rolling update the new pods go where the old ones leave room. When the old ones are gone, the new ones may stand together,
    and nothing moves them. `matchLabelKeys: [pod-template-hash]` lets the constraint count the pods of one revision alone.

    Constraints with `whenUnsatisfiable: ScheduleAnyway` and Deployments that do not roll are not reported.

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#spread-constraint-definition

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
            topologyKey: topology.kubernetes.io/zone
            whenUnsatisfiable: DoNotSchedule
            labelSelector:
              matchLabels: {app: web}
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
            topologyKey: topology.kubernetes.io/zone
            whenUnsatisfiable: DoNotSchedule
            labelSelector:
              matchLabels: {app: web}
            matchLabelKeys: [pod-template-hash]
          containers:
          - name: web
            image: nginx:1.25
    ```
    """
    if resource.object["spec"]["strategy"]["type"] != "RollingUpdate":
        return
    pods = pods_of(resource)
    for index, constraint in items(pods.spec, "topologySpreadConstraints"):
        if (
            constraint.get("whenUnsatisfiable") == "DoNotSchedule"
            and not constraint.get("matchLabelKeys")
            and matches(constraint.get("labelSelector"), template_labels(resource))
        ):
            yield Problem(
                (*pods.path, "topologySpreadConstraints", index),
                "In an update the constraint counts the old pods, too, and the new ones may end up together. Add "
                "`matchLabelKeys: [pod-template-hash]`.",
            )
