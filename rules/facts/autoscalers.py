"""Autoscalers and what they scale."""

from __future__ import annotations

from linter.engine.inventory import identity
from linter.path import value_at
from linter.rules.facts.manifests import dig, number, text
from linter.rules.facts.memo import once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.engine.inventory import Inventory
    from linter.engine.rule import Context
    from linter.loading.resource import Resource

TARGET = ("spec", "scaleTargetRef")
SCALABLE = {"Deployment": "apps", "ReplicaSet": "apps", "StatefulSet": "apps", "ReplicationController": ""}
"""The built-in kinds that can be scaled, with their API group."""


def scalers(inventory: Inventory, workload: Resource) -> list[Resource]:
    """Return what scales a workload, each object once: HorizontalPodAutoscalers and the like (KEDA's ScaledObject)."""
    return scalers_of(inventory, workload.kind, workload.namespace, workload.name)


def scalers_of(inventory: Inventory, kind: str, namespace: str, name: str) -> list[Resource]:
    """Return what scales the workload of that name, whether the run defines it or not."""
    return list(_by_target(inventory).get((kind, namespace, name), {}).values())


@once
def _by_target(inventory: Inventory) -> dict[tuple[str, str, str], dict[object, Resource]]:
    found: dict[tuple[str, str, str], dict[object, Resource]] = {}
    for resource in inventory.resources:
        target = value_at(resource.manifest, TARGET)
        if target is not None and (name := text(target, "name")):
            # KEDA's reference may leave the kind out.
            kind = text(target, "kind") or "Deployment"
            found.setdefault((kind, resource.namespace, name), {}).setdefault(identity(resource), resource)
    return found


def autoscaler_of(resource: Resource, context: Context) -> Resource | None:
    """Return the HorizontalPodAutoscaler of the run that scales a workload."""
    return next(filter(is_horizontal, scalers(context.inventory, resource)), None)


def is_horizontal(scaler: Resource) -> bool:
    """Tell whether it is Kubernetes' own autoscaler."""
    return scaler.kind == "HorizontalPodAutoscaler" and scaler.group == "autoscaling"


def least_replicas(scaler: Resource) -> int | None:
    """Return the number of replicas that an autoscaler goes down to; None where the manifest does not tell."""
    if is_horizontal(scaler):
        return (
            1
            if dig(scaler.manifest, "spec", "minReplicas") is None
            else number(scaler.manifest, "spec", "minReplicas")
        )
    return number(scaler.manifest, "spec", "minReplicaCount")
