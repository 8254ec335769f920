"""A plan as JSON; docs/outputs.md and tests/conformance/README.md describe the fields."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from linter.output.plan_json_rounds import render_rounds
from linter.output.terminal import escape_in_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.output.plan_json_operation import Json
    from linter.planner.assessment import Hazard, Strategy, Stuck
    from linter.planner.report.differences import Difference
    from linter.planner.report.drain import Disrupted, DrainReport
    from linter.planner.report.outcome import Summary
    from linter.planner.report.plan import Change, Plan, WorkloadPlan
    from linter.planner.report.steps import Step


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
        "notes": list(report.notes),
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
