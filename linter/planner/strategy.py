"""A workload's update strategy in numbers: as written, as resolved, and how they were rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.int_or_percent import resolve
from linter.planner import daemonset, deployment
from linter.planner.daemonset import DaemonSet
from linter.planner.deployment import Deployment
from linter.planner.statefulset import StatefulSet

if TYPE_CHECKING:
    from linter.planner.simulation import Simulation
    from linter.planner.state import Manifest


class Number(NamedTuple):
    """A number of the strategy.

    Attributes:
        field: Its name in the manifest.
        raw: As written (or defaulted).
        value: As it is used.
        how: How one led to the other, "" where they are the same.
    """

    field: str
    raw: int | str
    value: int
    how: str = ""


class Strategy(NamedTuple):
    """A strategy with its numbers.

    Attributes:
        type: RollingUpdate, Recreate, OnDelete, or "" for a ReplicaSet, which has none.
        replicas: How many pods are wanted: spec.replicas, or the number of nodes.
        numbers: maxSurge, maxUnavailable, partition.
        pod_management: A StatefulSet's podManagementPolicy, "" for other kinds.
    """

    type: str
    replicas: int
    numbers: tuple[Number, ...] = ()
    pod_management: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the strategy as the JSON of a plan has it."""
        result: dict[str, Any] = {"type": self.type or None, "replicas": self.replicas}
        for number in self.numbers:
            name = _SNAKE[number.field]
            result[name] = number.value
            result[f"{name}_raw"] = number.raw
            if number.how:
                result[f"{name}_rounding"] = number.how
        if self.pod_management:
            result["pod_management_policy"] = self.pod_management
        return result


_SNAKE = {"maxSurge": "max_surge", "maxUnavailable": "max_unavailable", "partition": "partition"}


def describe_strategy(simulation: Simulation) -> Strategy:
    """Return the strategy in force at the end of a simulation."""
    workload = simulation.workload
    if workload is None:
        return Strategy("", 0)
    spec = workload.manifest["spec"]
    if isinstance(workload, Deployment):
        return _of_deployment(spec, workload)
    if isinstance(workload, StatefulSet):
        return _of_statefulset(spec, workload)
    if isinstance(workload, DaemonSet):
        return _of_daemonset(spec, workload)
    return Strategy("", spec["replicas"])


def _of_deployment(spec: Manifest, workload: Deployment) -> Strategy:
    replicas = spec["replicas"]
    if not workload.strategy.rolling:
        return Strategy(spec["strategy"]["type"], replicas)
    raw = spec["strategy"]["rollingUpdate"]
    resolved = deployment.resolve_strategy(spec)
    both_zero = (
        resolved.surge == 0
        and resolved.unavailable == min(1, replicas)
        and not _floor(raw["maxUnavailable"], replicas)
    )
    how = _rounded("down", raw["maxUnavailable"], replicas)
    if both_zero and replicas:
        how = "both came to 0, so 1"
    elif not both_zero and _floor(raw["maxUnavailable"], replicas) > replicas:
        how = "no more than replicas"
    return Strategy(
        "RollingUpdate",
        replicas,
        (
            Number(
                "maxSurge",
                raw["maxSurge"],
                resolved.surge,
                _rounded("up", raw["maxSurge"], replicas),
            ),
            Number("maxUnavailable", raw["maxUnavailable"], resolved.unavailable, how),
        ),
    )


def _floor(value: int | str, total: int) -> int:
    return resolve(value, total, round_up=False)


def _rounded(direction: str, value: int | str, total: int) -> str:
    """Say how a percentage was rounded, if it was."""
    exact = resolve(value, total, round_up=True) == resolve(value, total, round_up=False)
    return "" if exact else f"rounded {direction}"


def _of_statefulset(spec: Manifest, workload: StatefulSet) -> Strategy:
    kind = spec["updateStrategy"]["type"]
    numbers: list[Number] = []
    if kind == "RollingUpdate":
        block = spec["updateStrategy"].get("rollingUpdate") or {}
        partition = workload.partition or 0
        numbers.append(Number("partition", partition, partition))
        if (raw := block.get("maxUnavailable")) is not None:
            how = "ignored: MaxUnavailableStatefulSet is off"
            if workload.heeds_max_unavailable:
                how = (
                    "at least 1"
                    if _floor(raw, spec["replicas"]) < 1
                    else _rounded("down", raw, spec["replicas"])
                )
            numbers.append(Number("maxUnavailable", raw, workload.max_unavailable, how))
    return Strategy(kind, spec["replicas"], tuple(numbers), spec["podManagementPolicy"])


def _of_daemonset(spec: Manifest, workload: DaemonSet) -> Strategy:
    kind = spec["updateStrategy"]["type"]
    nodes = workload.desired
    if kind != "RollingUpdate":
        return Strategy(kind, nodes)
    raw = spec["updateStrategy"]["rollingUpdate"]
    resolved = daemonset.resolve_strategy(spec, nodes)
    return Strategy(
        kind,
        nodes,
        tuple(
            Number(field, raw.get(field, 0), value, _rounded("up", raw.get(field, 0), nodes))
            for field, value in (("maxSurge", resolved.surge), ("maxUnavailable", resolved.unavailable))
        ),
    )
