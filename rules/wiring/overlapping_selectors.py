"""Workloads whose selectors match the pods of others."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from linter.engine.inventory import identity, pod_labels, requirements
from linter.engine.rule import WORKLOADS, Context, Problem, rule
from linter.kube.selectors import matches_expression
from linter.rules.facts.manifests import ENOUGH, describe_all, dig, distinct
from linter.rules.facts.selectors import spell_selector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.loading.resource import Resource

# These adopt a pod that matches and has no controller. A Deployment's ReplicaSets also ask for their hash.
_ADOPT_PODS = frozenset({"ReplicaSet", "DaemonSet"})


@rule("overlapping-selectors", severity="warning", needs={"selector"})
def overlapping_selectors(resource: Resource, context: Context) -> Iterator[Problem]:
    """A workload's selector matches the pods of another workload in its namespace.

    Kubernetes does not stop this, but the two get in each other's way: a ReplicaSet, StatefulSet or DaemonSet takes over
    pods that it finds without a controller, a scaled-down or deleted workload's leftovers are adopted by the other one,
    and autoscalers, budgets and `kubectl` count both workloads' pods as one's own. Give each workload a label of its own,
    in selector and template. (The selector can't be changed in place: the workload has to be created anew.)

    Of two that match each other's pods, the second is reported.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      selector: {matchLabels: {app: shop}}
      template:
        metadata: {labels: {app: shop}}
        spec:
          containers: [{name: web, image: "example.com/shop-web:1.4"}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: worker}
    spec:
      replicas: 2
      selector: {matchLabels: {app: shop}}
      template:
        metadata: {labels: {app: shop}}
        spec:
          containers: [{name: worker, image: "example.com/shop-worker:1.4"}]
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      selector: {matchLabels: {app: shop, part: web}}
      template:
        metadata: {labels: {app: shop, part: web}}
        spec:
          containers: [{name: web, image: "example.com/shop-web:1.4"}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: worker}
    spec:
      replicas: 2
      selector: {matchLabels: {app: shop, part: worker}}
      template:
        metadata: {labels: {app: shop, part: worker}}
        spec:
          containers: [{name: worker, image: "example.com/shop-worker:1.4"}]
    ```
    """
    selector = dig(resource.manifest, "spec", "selector")
    conditions = requirements(selector)
    if not conditions or resource.is_controlled:
        return  # refused by the API server; or its controller keeps its pods apart
    inventory = context.inventory.beside(resource)
    others = distinct(_others(resource, inventory.matched(selector, resource.namespace)))
    if others:
        adopts = " It would adopt that pod." if others[0].kind == "Pod" else ""
        message = (
            f"The selector {spell_selector(conditions)} also matches the pods of {describe_all(others, resource)}.{adopts} "
            f"Give this {resource.kind} a label of its own, in selector and template."
        )
        yield Problem(("spec", "selector"), message)


def _others(resource: Resource, owners: Sequence[Resource]) -> Iterator[Resource]:
    own = identity(resource)
    labels = pod_labels(resource) or {}
    earlier = True
    for owner in islice(owners, ENOUGH):
        if identity(owner) == own:
            earlier = False
        elif owner.is_controlled:
            continue
        elif owner.kind == "Pod":
            if resource.kind in _ADOPT_PODS:
                yield owner
        elif owner.kind in WORKLOADS and (earlier or not _selects(owner, labels)):
            yield owner


def _selects(workload: Resource, labels: dict[str, str]) -> bool:
    conditions = requirements(dig(workload.manifest, "spec", "selector"))
    return bool(conditions) and all(matches_expression(each._asdict(), labels) for each in conditions or ())
