"""Workloads whose selectors match the pods of others."""

from __future__ import annotations

from itertools import islice

from linter.engine.filing import fulfils, identity, is_controlled, pod_labels, requirements, selector_of
from linter.engine.rule import WORKLOADS, Context, Problem, rule
from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import ENOUGH, describe_all, distinct
from linter.rules.facts.memo import once, once_per_resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from linter.engine.filing import Identity, Requirement
    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource

# These adopt a pod that matches and has no controller. A Deployment's ReplicaSets also ask for their hash.
_ADOPT_PODS = frozenset({"ReplicaSet", "DaemonSet", "ReplicationController"})
_SELECTING = WORKLOADS | {"ReplicationController"}
_SELECTING_AND_PODS = _SELECTING | {"Pod"}


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
    if not conditions or is_controlled(resource):
        return  # refused by the API server; or its controller keeps its pods apart
    inventory = context.inventory.beside(resource)
    matched = inventory.fulfilling(conditions, resource.namespace)
    if len(matched) == 1 and matched[0] is resource:
        return  # as nearly always
    owners = _owners(inventory, resource.namespace, conditions)
    others = _others(resource, owners)
    if owners.some_are_pods and resource.kind not in _ADOPT_PODS:
        others = [other for other in others if other.kind != "Pod"]
    if others:
        adopts = " It would adopt that pod." if others[0].kind == "Pod" else ""
        message = (
            f"The selector {owners.selector} also matches the pods of {describe_all(others, resource)}.{adopts} "
            f"Give this {resource.kind} a label of its own, in selector and template."
        )
        yield Problem(("spec", "selector"), message)


@once_per_resource
def _conditions(resource: Resource) -> tuple[Requirement, ...] | None:
    """Return the conditions of a workload's selector; None where it has none."""
    selector = selector_of(resource)
    if resource.kind == "ReplicationController" and selector is not None:
        return requirements({"matchLabels": selector})
    return requirements(selector)


class _Owners(NamedTuple):
    """The owners of the pods that a selector matches: the same for all workloads that select alike."""

    selector: str
    """The selector, as messages spell it."""
    first: list[Resource]
    """Workloads and Pods."""
    each_once: Sequence[Resource]
    """The same, each object once."""
    positions: Mapping[Identity, int]
    """Where each object stands among the first."""
    conditions: Sequence[tuple[Requirement, ...] | None]
    """What each of the first selects by itself; None: nothing."""
    different: AbstractSet[tuple[Requirement, ...] | None]
    """The same, without those that are equal."""
    some_are_pods: bool


@once
def _owners(inventory: Inventory, namespace: str, conditions: tuple[Requirement, ...]) -> _Owners:
    """Return the first owners of the pods that a selector matches."""
    from linter.rules.facts.selectors import spell_selector

    first = [
        owner
        for owner in islice(inventory.fulfilling(conditions, namespace), ENOUGH)
        if owner.kind in _SELECTING_AND_PODS and not is_controlled(owner)
    ]
    own = [None if owner.kind == "Pod" else _conditions(owner) for owner in first]
    positions: dict[Identity, int] = {}
    for position, owner in enumerate(first):
        positions.setdefault(identity(owner), position)
    return _Owners(
        spell_selector(conditions),
        first,
        first if len(positions) == len(first) else distinct(first),
        positions,
        own,
        {*own},
        any(owner.kind == "Pod" for owner in first),
    )


def _others(resource: Resource, owners: _Owners) -> Sequence[Resource]:
    """Return the owners whose pods a workload may take: those before it, and those behind it that do not take its own."""
    own = identity(resource)
    position = owners.positions.get(own)
    if position is None:
        return owners.each_once
    labels = pod_labels(resource) or {}
    modest = {each for each in owners.different if not each or not fulfils(labels, each)}
    others = owners.first[:position]
    if modest:
        behind = zip(owners.first[position:], owners.conditions[position:], strict=True)
        others += [owner for owner, each in behind if each in modest and identity(owner) != own]
    return others if owners.each_once is owners.first else distinct(others)
