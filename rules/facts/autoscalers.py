"""Autoscalers and what they scale."""

from __future__ import annotations

from linter.engine.told import told
from linter.kube.kinds import is_builtin
from linter.path import value_at
from linter.rules.facts.manifests import dig, first_of_each, number, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.engine.inventory import Inventory
    from linter.engine.rule import Context
    from linter.loading.resource import Resource

TARGET = ("spec", "scaleTargetRef")
SCALABLE = {"Deployment": "apps", "ReplicaSet": "apps", "StatefulSet": "apps", "ReplicationController": ""}
"""The built-in kinds that can be scaled, with their API group."""


def scalers(inventory: Inventory, workload: Resource) -> list[Resource]:
    """Return what scales a workload, each object once: HorizontalPodAutoscalers and the like (KEDA's ScaledObject)."""
    found = inventory.found_by(target_of, workload.kind, workload.namespace, workload.name)
    return first_of_each(found) if found else []


def first_scaler(inventory: Inventory, kind: str, namespace: str, name: str) -> Resource | None:
    """Return the first that scales the workload of that name, whether the run defines it or not."""
    return next(iter(inventory.found_by(target_of, kind, namespace, name)), None)


@told(nothing=())
def target_of(resource: Resource) -> Sequence[tuple[str, str, str]]:
    """Return kind, namespace and name of the workload that something scales; nothing of what scales none."""
    if resource.kind != "HorizontalPodAutoscaler" and is_builtin(resource.api_version):
        return ()  # no other built-in kind does, and a run may hold thousands
    target = value_at(resource.manifest, TARGET)
    if target is None or not (name := text(target, "name")):
        return ()
    # KEDA's reference may leave the kind out.
    return [(text(target, "kind") or "Deployment", resource.namespace, name)]


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
