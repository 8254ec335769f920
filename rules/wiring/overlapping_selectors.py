"""Workloads whose selectors match the pods of others."""

from __future__ import annotations

from itertools import islice

from linter.engine.inventory import fulfils, identity, pod_labels, requirements
from linter.engine.rule import WORKLOADS, Context, Problem, rule
from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import ENOUGH, describe_all, dig, distinct
from linter.rules.facts.memo import once
from linter.rules.facts.selectors import spell_selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.engine.inventory import Identity, Inventory, Requirement
    from linter.loading.resource import Resource

# These adopt a pod that matches and has no controller. A Deployment's ReplicaSets also ask for their hash.
_ADOPT_PODS = frozenset({"ReplicaSet", "DaemonSet", "ReplicationController"})
_SELECTING = WORKLOADS | {"ReplicationController"}


@rule("overlapping-selectors", kinds=_SELECTING, severity="warning", needs={"selector"}, asks_run=True)
def overlapping_selectors(resource: Resource, context: Context) -> Iterator[Problem]:
    """A workload's selector matches the pods of another workload in its namespace.

    Kubernetes does not stop this, but the two get in each other's way: a ReplicaSet, StatefulSet, DaemonSet or
    ReplicationController takes over pods that it finds without a controller, a scaled-down or deleted workload's leftovers
    are adopted by the other one, and autoscalers, budgets and `kubectl` count both workloads' pods as one's own. Give each
    workload a label of its own, in selector and template. (The selector can't be changed in place: the workload has to be
    created anew.)

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
    conditions = _conditions(resource)
    if not conditions or resource.is_controlled:
        return  # refused by the API server; or its controller keeps its pods apart
    inventory = context.inventory.beside(resource)
    owners = _owners(inventory, resource.namespace, conditions)
    found = _others(resource, owners.first)
    others = list(found) if owners.are_distinct else distinct(found)
    if others:
        adopts = " It would adopt that pod." if others[0].kind == "Pod" else ""
        message = (
            f"The selector {spell_selector(conditions)} also matches the pods of {describe_all(others, resource)}.{adopts} "
            f"Give this {resource.kind} a label of its own, in selector and template."
        )
        yield Problem(("spec", "selector"), message)


def _conditions(resource: Resource) -> tuple[Requirement, ...] | None:
    """Return the conditions of a workload's selector; None where it has none."""
    selector = dig(resource.manifest, "spec", "selector")
    if resource.kind == "ReplicationController" and isinstance(selector, dict):
        return requirements({"matchLabels": selector})
    return requirements(selector)


class _Owner(NamedTuple):
    """What makes pods that a selector matches, with what each workload of that selector asks of it."""

    resource: Resource
    identity: Identity
    conditions: tuple[Requirement, ...] | None
    """Its own selector's."""


class _Owners(NamedTuple):
    """What makes the pods that a selector matches."""

    first: Sequence[_Owner]
    are_distinct: bool
    """Whether each is another object."""


@once
def _owners(inventory: Inventory, namespace: str, conditions: tuple[Requirement, ...]) -> _Owners:
    """Return the first owners of the pods that a selector matches: where many select alike, they are gathered once."""
    first = [
        _Owner(owner, identity(owner), _conditions(owner))
        for owner in islice(inventory.fulfilling(conditions, namespace), ENOUGH)
        if not owner.is_controlled
    ]
    return _Owners(first, len({owner.identity for owner in first}) == len(first))


def _others(resource: Resource, owners: Sequence[_Owner]) -> Iterator[Resource]:
    own = identity(resource)
    labels = pod_labels(resource) or {}
    selects: dict[tuple[Requirement, ...] | None, bool] = {None: False, (): False}
    earlier = True
    for owner, its_identity, conditions in owners:
        if its_identity == own:
            earlier = False
        elif owner.kind == "Pod":
            if resource.kind in _ADOPT_PODS:
                yield owner
        elif owner.kind in _SELECTING:
            if not earlier and conditions not in selects:
                selects[conditions] = fulfils(labels, conditions or ())
            if earlier or not selects[conditions]:
                yield owner
