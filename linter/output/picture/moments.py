"""A workload's pods at the end of each round, put together from what the rounds say has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.planner.model import Snapshot
from linter.planner.records import (
    DaemonSetRecord,
    DeploymentRecord,
    ReplicaSetRecord,
    StatefulSetRecord,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linter.planner.records import PodRow, PodRows, Record
    from linter.planner.report.plan import WorkloadPlan

BEFORE = -1
"""The number of the moment before the first round."""
_NO_PODS = Snapshot(0, 0, 0, 0, ())


class Counts(NamedTuple):
    """The pods of one revision; those that never become Ready are waiting ones, and so are those without a node."""

    ready: int = 0
    waiting: int = 0
    terminating: int = 0
    unschedulable: int = 0
    fails: bool = False


class Moment(NamedTuple):
    """The pods at the end of a round.

    Attributes:
        number: The round's number, or BEFORE.
        snapshot: All pods, counted.
        rows: Key and name of every row, where each pod has a row: the same for all moments. None: pods are only counted.
        pods: By the key of their row.
        unschedulable: How many pods fit on no node, by revision.
        after_kubelet: The kubelet acted before it.
        operation: An operation was done before it.
    """

    number: int
    snapshot: Snapshot
    rows: tuple[tuple[Any, str], ...] | None
    pods: Mapping[Any, tuple[PodRow, ...]]
    unschedulable: Mapping[str, int]
    after_kubelet: bool
    operation: bool

    def counts(self, revision: str) -> Counts:
        """Count the pods of a revision."""
        found = Counts(unschedulable=self.unschedulable.get(revision, 0))
        for tally in self.snapshot.tallies:
            if tally.revision.name == revision:
                # A revision whose ReplicaSet was cleaned up may be there twice: its pods are still going.
                found = Counts(
                    found.ready + tally.ready,
                    found.waiting + tally.waiting,
                    found.terminating + tally.terminating,
                    found.unschedulable,
                    found.fails or tally.revision.fails,
                )
        return found


def moments(plan: WorkloadPlan, max_rows: int) -> list[Moment]:
    """Return the pods before the first round, and at the end of each.

    Args:
        plan: The workload's plan.
        max_rows: With more pods than these, they have no rows of their own.
    """
    records = [each.records.get(plan.workload) for each in plan.rounds]
    rows = _rows(plan, records, max_rows)
    pods: dict[Any, tuple[PodRow, ...]] = {}
    if rows is not None:
        for key, name, revision, state in plan.initial_pods:
            pods[key] = (*pods.get(key, ()), (name, revision.name, state))
    found = [
        Moment(
            BEFORE,
            plan.initial.snapshot,
            rows,
            dict(pods),
            plan.initial.unschedulable,
            after_kubelet=False,
            operation=False,
        )
    ]
    for each, record in zip(plan.rounds, records, strict=True):
        if rows is not None:
            pods.update(_changed(record))
        found.append(
            Moment(
                each.number,
                _NO_PODS if record is None else record.snapshot,
                rows,
                dict(pods),
                each.unschedulable.get(plan.workload, {}),
                after_kubelet=each.instruction is None,
                operation=each.instruction is not None,
            )
        )
    return found


def _rows(
    plan: WorkloadPlan, records: Sequence[Record | None], max_rows: int
) -> tuple[tuple[Any, str], ...] | None:
    """Return a row for each pod that has an identity, in the order of ordinals or nodes."""
    names = {pod.key: pod.name for pod in plan.initial_pods}
    for record in records:
        for key, pods in _changed(record):
            if pods:
                names[key] = pods[0][0]
            if len(names) > max_rows:
                return None
    return tuple(sorted(names.items())) if 0 < len(names) <= max_rows else None


def _changed(record: Record | None) -> PodRows:
    match record:
        case StatefulSetRecord() | DaemonSetRecord():
            return record.changed
        case DeploymentRecord() | ReplicaSetRecord() | None:
            return ()
