"""The numbers of a workload's update, as the controllers will compute them."""

from __future__ import annotations

from linter.kube.int_or_percent import resolve
from linter.light_typing import NamedTuple
from linter.rules.facts.autoscalers import autoscaler_of
from linter.rules.facts.manifests import dig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


REPLICATED = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"})
"""The built-in kinds that run a number of equal pods for ever."""


class Replicas(NamedTuple):
    """How many pods a workload has: one number, or a range where an autoscaler of the run decides."""

    low: int
    high: int

    def __str__(self) -> str:
        if self.low != self.high:
            return f"{self.low} to {self.high} replicas (autoscaler)"
        return count(self.low, "replica")


def count(number: int, noun: str) -> str:
    """Return e.g. "1 pod" or "3 pods"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def replicas_of(resource: Resource, context: Context) -> Replicas:
    """Return how many replicas a workload, one of REPLICATED, runs."""
    autoscaler = autoscaler_of(resource, context)
    replicas: int = resource.object["spec"]["replicas"]
    # An autoscaler leaves a workload alone that was scaled to 0 by hand.
    if autoscaler is None or replicas == 0:
        return Replicas(replicas, replicas)
    low = dig(autoscaler.manifest, "spec", "minReplicas")
    high = dig(autoscaler.manifest, "spec", "maxReplicas")
    low = low if _is_count(low) else 1
    return Replicas(low, max(low, high) if _is_count(high) else low)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


class Rolling(NamedTuple):
    """What a Deployment's maxSurge and maxUnavailable come to."""

    replicas: int
    surge: int
    unavailable: int


def rolling_numbers(resource: Resource, replicas: int) -> Rolling | None:
    """Return the numbers of a Deployment's rolling update at a number of replicas; None where it does not roll."""
    spec = resource.object["spec"]
    if spec["strategy"]["type"] != "RollingUpdate" or replicas == 0:
        return None
    block = spec["strategy"]["rollingUpdate"]
    surge = resolved(block["maxSurge"], replicas, round_up=True)
    unavailable = resolved(block["maxUnavailable"], replicas, round_up=False)
    if surge is None or unavailable is None:
        return None
    # Where both come to 0 no pod could ever be replaced: the controller then takes one down.
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return Rolling(replicas, surge, min(unavailable, replicas))


def resolved(value: Any, total: int, *, round_up: bool) -> int | None:
    """Return the number that an int-or-percent stands for; None for what the API server refuses."""
    try:
        number = resolve(value, total, round_up=round_up)
    except ValueError:
        return None
    return number if number >= 0 else None


def spelled(value: Any, number: int, total: str, *, rounding: str) -> str:
    """Return how a value meets a total: "25% of 3 replicas rounds down to 0", "5 with 3 replicas"."""
    if isinstance(value, str):
        return f"{value} of {total} rounds {rounding} to {number}"
    return f"{value} with {total}"
