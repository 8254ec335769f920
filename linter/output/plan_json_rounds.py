"""The rounds of a plan as JSON; tests/conformance/README.md describes the fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from linter.output.plan_json_operation import operation, rejection
from linter.planner.errors import SimulationLimitError
from linter.planner.records import (
    DaemonSetRecord,
    DaemonSetStatus,
    DeploymentRecord,
    DeploymentStatus,
    ReplicaSetRecord,
    ReplicaSetStatus,
    StatefulSetRecord,
    StatefulSetStatus,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from linter.output.plan_json_operation import Json
    from linter.planner.model import ObjectId, Snapshot
    from linter.planner.records import PodRows, Record
    from linter.planner.rounds import BudgetStatus, Eviction, Round


_MOST_ROWS = 50_000_000


def render_rounds(rounds: Iterable[Round], workload: ObjectId | None = None) -> Iterator[Json]:
    """Turn rounds into the JSON of tests/conformance/rollouts.jsonl.

    Args:
        rounds: All rounds of a simulation from the first on: each knows only what changed.
        workload: Whose pods and status are shown; None: those of the only one.

    Raises:
        SimulationLimitError: They list so many pods that they would take all memory.
    """
    shown = _Shown()
    for each in rounds:
        result: Json = {"round": each.number}
        if each.instruction is not None:
            result["operation"] = operation(each.instruction)
            if each.refusals:
                result["operation"]["result"] = [{"rejected": rejection(each.refusals)}]
            elif each.eviction is not None:
                result["operation"]["result"] = [_eviction(each.eviction)]
        elif each.eviction is not None:
            result["eviction"] = _eviction(each.eviction)
        else:
            done = {"gone": each.gone, "ready": each.ready}
            result["kubelet"] = {"waited": each.waited} if each.waited else done
        record = _only(each.records) if workload is None else each.records.get(workload)
        result.update(_record(record, shown) if record is not None else {"pods": {}, "status": "deleted"})
        result.update(_surroundings(each, workload or next(iter(each.records), None)))
        yield result


def _surroundings(round_: Round, workload: ObjectId | None) -> Json:
    """Return what a round shows of the cluster around a workload; nothing of what does not matter there."""
    result: Json = {}
    if workload is not None:
        if unschedulable := round_.unschedulable.get(workload):
            result["unschedulable"] = dict(unschedulable)
            result["reasons"] = list(round_.reasons.get(workload, ()))
        if failures := round_.failures.get(workload):
            result["failures"] = list(failures)
    if round_.budgets:
        result["budgets"] = {name: _budget(status) for name, status in round_.budgets.items()}
    if round_.placed is not None:
        result["placed"] = dict(round_.placed)
    return result


def _eviction(eviction: Eviction) -> Json:
    result: Json = {"evicted": eviction.evicted, "blocked": eviction.blocked}
    if eviction.error is not None:
        result["error"] = eviction.error
    return result


def _budget(status: BudgetStatus) -> Json:
    return {
        "disruptionsAllowed": status.disruptions_allowed,
        "currentHealthy": status.current_healthy,
        "desiredHealthy": status.desired_healthy,
        "expectedPods": status.expected_pods,
    }


def _only(records: Mapping[ObjectId, Record]) -> Record | None:
    """Return the record of the only workload; None before it is created."""
    if not records:
        return None
    (record,) = records.values()
    return record


class _Shown:
    """The pods and claims of the last round, which the next one's changes are put into."""

    def __init__(self) -> None:
        self.rows: dict[Any, list[Json]] = {}
        self.claims: dict[str, str] = {}
        self.total = 0


def _record(record: Record, shown: _Shown) -> Json:
    """Return what a round shows of a workload."""
    status = "deleted" if record.status is None else status_fields(record.status)
    match record:
        case DeploymentRecord():
            replicasets = {
                row.name: {"revision": row.revision, "replicas": row.replicas} for row in record.replicasets
            }
            result: Json = {"replicasets": replicasets, "pods": _counted(record.snapshot), "status": status}
            if record.status is not None:
                result["conditions"] = conditions(record.status)
            if record.scalings:
                result["scalings"] = [
                    f"{name} {before} -> {after}" for name, before, after in record.scalings
                ]
            return result
        case ReplicaSetRecord():
            return {"pods": _counted(record.snapshot), "status": status}
        case StatefulSetRecord():
            pods = _listed(record.changed, "name", shown)
            for name, text in record.claims.items():
                if text:
                    shown.claims[name] = text
                else:
                    shown.claims.pop(name, None)
            claims = [shown.claims[name] for name in sorted(shown.claims)]
            return {"pods": pods, "claims": claims, "status": status}
        case DaemonSetRecord():
            return {"pods": _listed(record.changed, "node", shown), "status": status}
        case _:
            assert_never(record)


def _counted(snapshot: Snapshot) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for revision, ready, waiting, terminating in snapshot.tallies:
        # A revision whose ReplicaSet was cleaned up may be there twice: its pods are still going.
        row = counts.setdefault(revision.name or "", {"ready": 0, "waiting": 0, "terminating": 0})
        row["ready"] += ready
        row["waiting"] += waiting
        row["terminating"] += terminating
    return counts


def _listed(changed: PodRows, label: str, shown: _Shown) -> list[Json]:
    """List all pods, by what tells them apart: name or node."""
    rows = shown.rows
    for key, pods in changed:
        if pods:
            rows[key] = [
                {label: name, "revision": revision, "state": state} for name, revision, state in pods
            ]
        else:
            rows.pop(key, None)
    listed = [row for key in sorted(rows) for row in rows[key]]
    shown.total += len(listed)
    if shown.total > _MOST_ROWS:
        raise SimulationLimitError(
            f"the rounds list more than {_MOST_ROWS} pods in all, which fits into no file; text and markdown do with less."
        )
    return listed


def status_fields(
    status: DeploymentStatus | ReplicaSetStatus | StatefulSetStatus | DaemonSetStatus,
) -> dict[str, int]:
    """Return the numbers of a status under the names that the API has for them."""
    match status:
        case DeploymentStatus():
            return {
                "replicas": status.replicas,
                "updatedReplicas": status.updated,
                "readyReplicas": status.ready,
                "availableReplicas": status.available,
                "unavailableReplicas": status.unavailable,
            }
        case ReplicaSetStatus():
            return {
                "replicas": status.replicas,
                "readyReplicas": status.ready,
                "availableReplicas": status.available,
            }
        case StatefulSetStatus():
            return {
                "replicas": status.replicas,
                "currentReplicas": status.current,
                "updatedReplicas": status.updated,
                "readyReplicas": status.ready,
                "availableReplicas": status.available,
            }
        case DaemonSetStatus():
            return {
                "desiredNumberScheduled": status.desired,
                "currentNumberScheduled": status.current,
                "numberMisscheduled": status.misscheduled,
                "updatedNumberScheduled": status.updated,
                "numberReady": status.ready,
                "numberAvailable": status.available,
                "numberUnavailable": status.desired - status.available,
            }
        case _:
            assert_never(status)


def conditions(status: DeploymentStatus) -> dict[str, str]:
    """Return a Deployment's conditions, as status and reason."""
    pairs = {
        "Available": status.available_condition,
        "Progressing": status.progressing,
        "ReplicaFailure": status.replica_failure,
    }
    return {name: str(value) for name, value in pairs.items() if value is not None}
