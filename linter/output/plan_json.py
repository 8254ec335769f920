"""A plan as JSON; docs/outputs.md and tests/conformance/README.md describe the fields."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, assert_never

from linter.output.terminal import escape_in_json
from linter.planner.errors import SimulationLimitError
from linter.planner.model import Node
from linter.planner.operations import verb_of
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
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from linter.planner.assessment import Hazard, Strategy, Stuck
    from linter.planner.model import ObjectId, Snapshot
    from linter.planner.operations import Instruction
    from linter.planner.records import PodRows, Record
    from linter.planner.refusal import Refusal
    from linter.planner.report.differences import Difference
    from linter.planner.report.drain import Disrupted, DrainReport
    from linter.planner.report.outcome import Summary
    from linter.planner.report.plan import Change, Plan, WorkloadPlan
    from linter.planner.report.steps import Step
    from linter.planner.rounds import BudgetStatus, Eviction, Round

Json = dict[str, Any]

_MOST_ROWS = 50_000_000


def render(plan: Plan) -> str:
    """Write a plan as JSON, with a line break at its end."""
    return "".join(pieces(plan))


def pieces(plan: Plan) -> Iterator[str]:
    """Yield the text of `render` bit by bit: it lists every pod in every round, which may be too much for the memory."""
    bits = json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(document(plan))
    while some := "".join(islice(bits, 50_000)):
        yield escape_in_json(some)
    yield "\n"


def document(plan: Plan) -> Json:
    """Return a plan as plain values."""
    result: Json = {
        "kubernetes": plan.kubernetes,
        "changes": [_change(each) for each in plan.changes],
        "workloads": [_workload(each) for each in plan.workloads],
    }
    if plan.drain is not None:
        result["drain"] = _drain(plan.drain)
    return result


def _drain(report: DrainReport) -> Json:
    return {
        "title": report.title,
        "completes": report.completes,
        "waves": report.waves,
        "nodes": [each._asdict() for each in report.nodes],
        "workloads": [{**each.workload._asdict(), **_disruption(each)} for each in report.workloads],
        "warnings": list(report.warnings),
        "command": report.command,
    }


def _disruption(disrupted: Disrupted) -> Json:
    return {
        "evicted": disrupted.evicted,
        "desired": disrupted.desired,
        "min_ready": disrupted.min_ready,
        "budgets": list(disrupted.budgets),
        "below_budget": disrupted.below_budget,
        "at_zero": disrupted.at_zero,
    }


def _change(change: Change) -> Json:
    result: Json = {
        "kind": change.kind,
        "namespace": change.namespace,
        "name": change.name,
        "change": change.change,
        "refused": [each._asdict() for each in change.refused],
    }
    if change.apply_set:
        result["apply_set"] = change.apply_set
    if change.commands:
        result["commands"] = list(change.commands)
    if change.effects:
        result["effects"] = [
            {"message": each.message, "commands": list(each.commands)} for each in change.effects
        ]
    if change.differences:
        result["differences"] = [_difference(each) for each in change.differences]
    return result


def _workload(plan: WorkloadPlan) -> Json:
    return {
        **({"apply_set": plan.apply_set} if plan.apply_set else {}),
        "kind": plan.kind,
        "namespace": plan.namespace,
        "name": plan.name,
        "operation": plan.operation,
        "title": plan.title,
        "differences": [_difference(each) for each in plan.differences],
        "strategy": _strategy(plan.strategy),
        "revisions": {
            name: {"role": role, "image": plan.images.get(name, "")} for name, role in plan.roles.items()
        },
        "rounds": list(render_rounds(plan.rounds, plan.workload)),
        "steps": [_step(each) for each in plan.steps],
        "summary": _summary(plan.summary),
        "hazards": [_hazard(each) for each in plan.hazards],
        "notes": list(plan.notes),
        "dns": list(plan.dns),
        "victims": [name for name, _ in plan.victims],
        "ranking": [{"pod": name, "why": why} for name, why in plan.victims],
    }


def _difference(difference: Difference) -> Json:
    return {"field": difference.field, "old": difference.old, "new": difference.new}


def _strategy(strategy: Strategy) -> Json:
    result: Json = {"type": strategy.type or None, "replicas": strategy.replicas}
    for number in strategy.numbers:
        name = _SNAKE[number.field]
        result[name] = number.value
        result[f"{name}_raw"] = number.raw
        if number.how:
            result[f"{name}_rounding"] = number.how
    if strategy.pod_management:
        result["pod_management_policy"] = strategy.pod_management
    return result


_SNAKE = {"maxSurge": "max_surge", "maxUnavailable": "max_unavailable", "partition": "partition"}


def _step(step: Step) -> Json:
    snapshot = step.snapshot
    return {
        "step": step.number,
        "round": step.round,
        "action": step.action,
        "target": step.target,
        "revision": step.revision,
        "from": step.before,
        "to": step.after,
        "gone": step.after if step.action == "pods-gone" else step.gone,
        "ready": snapshot.ready,
        "available": snapshot.available,
        "total": snapshot.total,
        "terminating": snapshot.terminating,
        "text": step.text,
    }


def _summary(summary: Summary) -> Json:
    return {
        "completes": summary.completes,
        "stuck": _stuck(summary.stuck) if summary.stuck else None,
        "rounds": summary.rounds,
        "waves": summary.waves,
        "desired": summary.desired,
        "min_available": summary.min_available,
        "max_pods": summary.max_pods,
        "max_pods_with_terminating": summary.max_pods_with_terminating,
        "duration": {"best": summary.duration.best, "worst": summary.duration.worst},
        "pod_startup": summary.pod_startup,
        "pod_shutdown": summary.pod_shutdown,
        "resources": summary.resources,
        "new_claims": list(summary.new_claims),
    }


def _stuck(stuck: Stuck) -> Json:
    return {"reason": stuck.reason, "message": stuck.message, "commands": list(stuck.commands)}


def _hazard(hazard: Hazard) -> Json:
    return {"rule": hazard.rule, "severity": hazard.severity, "message": hazard.message}


# Rounds, as tests/conformance/README.md has them.


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
                result["operation"]["result"] = [{"rejected": _rejection(each.refusals)}]
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


# Operations.


def operation(instruction: Instruction) -> Json:
    """Write an operation as a scenario file has it."""
    if instruction.source is not None:
        return dict(instruction.source)
    result: Json = {"op": verb_of(instruction.operation), **_plain(instruction.operation)}
    if instruction.after is not None:
        result["after"] = instruction.after
    return result


def _plain(value: Any) -> Any:
    """Return plain values for an operation's fields; those that are None are left out."""
    if isinstance(value, Node):
        return _node(value)
    if isinstance(value, tuple):
        if hasattr(value, "_asdict"):
            fields = value._asdict()
            return {name: _plain(each) for name, each in fields.items() if each is not None}
        return [_plain(each) for each in value]
    return value


def _node(node: Node) -> Json:
    result: Json = {"name": node.name, "labels": dict(node.labels), "taints": list(node.taints)}
    if node.unschedulable:
        result["unschedulable"] = True
    if node.allocatable is not None:
        result["allocatable"] = {
            resource: f"{amount}m" if resource == "cpu" else str(amount)
            for resource, amount in node.allocatable.items()
        }
    if node.conditions:
        result["conditions"] = [{"type": name, "status": status} for name, status in node.conditions.items()]
    return result


_REASONS = {
    "Required": "FieldValueRequired",
    "Invalid": "FieldValueInvalid",
    "NotSupported": "FieldValueNotSupported",
    "Forbidden": "FieldValueForbidden",
    "Duplicate": "FieldValueDuplicate",
    "TooLong": "FieldValueTooLong",
    "TooMany": "FieldValueTooMany",
    "NotFound": "FieldValueNotFound",
    "TypeMismatch": "FieldValueTypeInvalid",
}
"""What the API server's `causes[].reason` calls an error kind."""


def _rejection(refusals: Sequence[Refusal]) -> Json:
    return {
        "code": 400 if any(each.reason in {"UnknownField", "Malformed"} for each in refusals) else 422,
        "causes": [
            {"reason": _REASONS.get(each.reason, each.reason), "field": each.field} for each in refusals
        ],
        "message": "; ".join(
            f"{each.field}: {each.message}" if each.field else each.message for each in refusals
        ),
    }
