"""What is said about a workload beside its pods: its strategy in numbers, what holds it up, what may hurt."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """Seconds, at best and at worst."""

    best: float
    worst: float

    def then(self, other: Span) -> Span:
        """Return one span after the other."""
        return Span(self.best + other.best, self.worst + other.worst)


class StrategyNumber(NamedTuple):
    """A number of the strategy.

    Attributes:
        field: Its name in the manifest: maxSurge, maxUnavailable or partition.
        raw: As written (or defaulted).
        value: As it is used.
        how: How one led to the other, "" where they are the same.
    """

    field: str
    raw: int | str
    value: int
    how: str = ""


class Strategy(NamedTuple):
    """An update strategy with its numbers: as written, as resolved, and how they were rounded.

    Attributes:
        type: RollingUpdate, Recreate, OnDelete, or "" for a ReplicaSet, which has none.
        replicas: How many pods are wanted: spec.replicas, or the number of nodes.
        numbers: maxSurge, maxUnavailable, partition.
        pod_management: A StatefulSet's podManagementPolicy, "" for other kinds.
        counts: What `replicas` counts: "replicas" or "eligible nodes".
    """

    type: str
    replicas: int
    numbers: tuple[StrategyNumber, ...] = ()
    pod_management: str = ""
    counts: str = "replicas"


class Stuck(NamedTuple):
    """Why a rollout cannot finish, and the way out.

    Attributes:
        reason: A word for it: failing-pods, paused, claim-terminating, unschedulable, dead-node, quota-exceeded, quota-needs-resources,
            outside-limits, pod-security, drain-blocked.
        message: It in plain words, with what the cluster reports.
        commands: The way out as kubectl commands.
    """

    reason: str
    message: str
    commands: tuple[str, ...]


class Hazard(NamedTuple):
    """Something that may hurt.

    Attributes:
        rule: Its name: outage, availability-drop, stuck, deadline-too-short, no-eligible-node, not-updated, waits-for-room,
            operation-refused, pod-security, and rules of group `rollout` where the plan cannot tell for certain:
            read-write-once-handover, host-port-surge, host-network-surge, liveness-kills-slow-start,
            grace-period-too-short, no-revision-history, service-without-readiness.
        severity: error, warning or info.
        message: It in plain words.
    """

    rule: str
    severity: str
    message: str


class Effect(NamedTuple):
    """What a change of an object that has no pods does to the pods of others.

    Attributes:
        message: It in plain words.
        commands: What to do about it, as kubectl commands.
    """

    message: str
    commands: tuple[str, ...] = ()


NO_EFFECT = Effect("No pod is touched.")
