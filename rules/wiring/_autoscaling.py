"""Autoscalers and what they scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.inventory import identity

from ._objects import dig, number, text

if TYPE_CHECKING:
    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource

TARGET = ("spec", "scaleTargetRef")
SCALABLE = {"Deployment": "apps", "ReplicaSet": "apps", "StatefulSet": "apps", "ReplicationController": ""}
"""The built-in kinds that can be scaled, with their API group."""


def scalers(inventory: Inventory, workload: Resource) -> list[Resource]:
    """Return what scales a workload, each object once: HorizontalPodAutoscalers and the like (KEDA's ScaledObject)."""
    return scalers_of(inventory, workload.kind, workload.namespace, workload.name)


def scalers_of(inventory: Inventory, kind: str, namespace: str, name: str) -> list[Resource]:
    """Return what scales the workload of that name, whether the run defines it or not."""
    if "scalers" not in inventory.memo:
        found: dict[tuple[str, str, str], dict[object, Resource]] = {}
        for each in inventory.resources:
            if target := text(each.manifest, *TARGET, "name"):
                # KEDA's reference may leave the kind out.
                key = text(each.manifest, *TARGET, "kind") or "Deployment", each.namespace, target
                found.setdefault(key, {}).setdefault(identity(each), each)
        inventory.memo["scalers"] = found
    result: dict[object, Resource] = inventory.memo["scalers"].get((kind, namespace, name), {})
    return list(result.values())


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
