"""What a round shows of a workload: one record a kind, with the status under the API's own name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.planner.model import Snapshot


class Condition(NamedTuple):
    """Status and reason of a Deployment's condition."""

    status: str
    reason: str

    def __str__(self) -> str:
        return f"{self.status} {self.reason}"


class DeploymentStatus(NamedTuple):
    """A Deployment's status, as last written."""

    replicas: int = 0
    updated: int = 0
    ready: int = 0
    available: int = 0
    unavailable: int = 0
    observed_generation: int = 0
    available_condition: Condition | None = None
    progressing: Condition | None = None
    replica_failure: Condition | None = None


class ReplicaSetStatus(NamedTuple):
    """A ReplicaSet's status."""

    replicas: int
    ready: int
    available: int


class StatefulSetStatus(NamedTuple):
    """A StatefulSet's status."""

    replicas: int
    current: int
    updated: int
    ready: int
    available: int


class DaemonSetStatus(NamedTuple):
    """A DaemonSet's status, or what one node adds to it."""

    desired: int = 0
    current: int = 0
    misscheduled: int = 0
    updated: int = 0
    ready: int = 0
    available: int = 0


PodRow = tuple[str, str | None, str]
"""Name or node, revision name, state of one pod."""

PodRows = Sequence[tuple[Any, tuple[PodRow, ...]]]
"""The pods of each ordinal or node where something changed since the round before; none where they are gone."""


class ReplicaSetRow(NamedTuple):
    """A Deployment's ReplicaSet in a round: the name of its revision, the revision's number, spec.replicas."""

    name: str
    revision: int
    replicas: int


class DeploymentRecord(NamedTuple):
    """A Deployment in a round.

    Attributes:
        snapshot: The pods, counted.
        status: The status with its conditions; None once the object is deleted.
        replicasets: The ReplicaSets.
        scalings: How ReplicaSets were resized in the round, as (name, from, to).
    """

    snapshot: Snapshot
    status: DeploymentStatus | None
    replicasets: tuple[ReplicaSetRow, ...]
    scalings: tuple[tuple[str, int, int], ...]


class ReplicaSetRecord(NamedTuple):
    """A ReplicaSet that stands alone, in a round.

    Attributes:
        snapshot: The pods, counted.
        status: The status; None once the object is deleted.
    """

    snapshot: Snapshot
    status: ReplicaSetStatus | None


class StatefulSetRecord(NamedTuple):
    """A StatefulSet in a round.

    Attributes:
        snapshot: The pods, counted.
        status: The status; None once the object is deleted.
        changed: The pods on each ordinal where something changed.
        claims: The claims that changed, by name; None for one that is gone.
    """

    snapshot: Snapshot
    status: StatefulSetStatus | None
    changed: PodRows
    claims: Mapping[str, str | None]


class DaemonSetRecord(NamedTuple):
    """A DaemonSet in a round.

    Attributes:
        snapshot: The pods, counted.
        status: The status; None once the object is deleted.
        changed: The pods on each node where something changed.
    """

    snapshot: Snapshot
    status: DaemonSetStatus | None
    changed: PodRows


Record = DeploymentRecord | ReplicaSetRecord | StatefulSetRecord | DaemonSetRecord
