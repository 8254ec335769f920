"""Autoscalers: between how many replicas they keep a workload. What they do in between depends on the load, which nobody knows.

Source: https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/ and, for KEDA,
https://keda.sh/docs/latest/reference/scaledobject-spec/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.planner.model import ObjectId, object_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.planner.model import Manifest

_PAUSED = "autoscaling.keda.sh/paused-replicas"
_KEDA_MOST = 100
"""What KEDA goes up to where nothing is said."""


class Autoscaler(NamedTuple):
    """What keeps a workload between two numbers of replicas.

    Attributes:
        kind: Its kind: HorizontalPodAutoscaler, or KEDA's ScaledObject.
        name: Its name.
        least: The fewest replicas.
        most: The most.
    """

    kind: str
    name: str
    least: int
    most: int

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    def bounded(self, replicas: int) -> int:
        """Return how many replicas it makes of a number. A workload that is scaled to 0 is left alone."""
        if replicas == 0:
            return 0
        return min(max(replicas, self.least), max(self.most, self.least))


Autoscalers = dict[ObjectId, Autoscaler]
"""By the workload that they scale."""


def autoscalers(objects: Iterable[Manifest]) -> Autoscalers:
    """Return the autoscalers among objects; those that do not say what they scale, or how far, are left out."""
    found: Autoscalers = {}
    for each in objects:
        group = str(each.get("apiVersion")).partition("/")[0]
        kind, namespace, name = object_id(each)
        spec = each.get("spec")
        target = spec.get("scaleTargetRef") if isinstance(spec, dict) else None
        if (
            not isinstance(spec, dict)
            or not isinstance(target, dict)
            or not isinstance(target.get("name"), str)
        ):
            continue
        if (group, kind) == ("autoscaling", "HorizontalPodAutoscaler"):
            scaler = Autoscaler(
                kind, name, _number(spec.get("minReplicas"), 1), _number(spec.get("maxReplicas"), 0)
            )
        elif (group, kind) == ("keda.sh", "ScaledObject"):
            scaler = _scaled_object(each, name, spec)
        else:
            continue
        if scaler.most:
            found[ObjectId(str(target.get("kind") or "Deployment"), namespace, target["name"])] = scaler
    return found


def _scaled_object(manifest: Manifest, name: str, spec: dict[str, Any]) -> Autoscaler:
    least = _number(spec.get("minReplicaCount"), 0)
    most = _number(spec.get("maxReplicaCount"), _KEDA_MOST)
    paused = str(((manifest.get("metadata") or {}).get("annotations") or {}).get(_PAUSED, ""))
    if paused.isascii() and paused.isdigit():
        least = most = int(paused[:9])
    return Autoscaler("ScaledObject", name, least, most)


def _number(value: Any, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default


def written_replicas(manifest: Manifest) -> int | None:
    """Return the replicas that a manifest asks for; None where it leaves them to others."""
    spec = manifest.get("spec")
    value = spec.get("replicas") if isinstance(spec, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def with_replicas(manifest: Manifest, replicas: int) -> Manifest:
    """Return a workload with a number of replicas."""
    return {**manifest, "spec": {**manifest["spec"], "replicas": replicas}}


def settled(manifest: Manifest, scaler: Autoscaler | None) -> Manifest:
    """Return a workload as it stands in a cluster where an autoscaler has looked after it.

    What it asks for is kept within the bounds; where it asks for nothing the fewest are taken, but one at least.
    """
    if scaler is None or not isinstance(manifest.get("spec"), dict):
        return manifest
    written = written_replicas(manifest)
    number = max(1, scaler.least) if written is None else scaler.bounded(written)
    return manifest if number == written else with_replicas(manifest, number)


def scaling_note(scaler: Autoscaler, manifest: Manifest, reached: int | None, *, live: bool) -> str | None:
    """Say what an autoscaler has to do with a plan; None where that is nothing.

    Args:
        scaler: The autoscaler.
        manifest: The workload as it is sent, or as it is.
        reached: How many replicas the operation leaves it with; None: it does not touch them.
        live: Whether the replicas are those of a live state.
    """
    if reached is not None and (number := scaler.bounded(reached)) != reached:
        bound = "minimum" if number > reached else "maximum"
        return f"{scaler} makes {number} replicas of {reached} at once: its {bound}."
    if written_replicas(manifest) is None and not live and scaler.least > 1:
        return f"{scaler} keeps {scaler.least} to {scaler.most} replicas: planned with {scaler.least}, its minimum."
    return None
