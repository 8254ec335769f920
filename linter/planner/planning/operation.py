"""An operation on every workload among the objects: `kubectl scale`, `set image`, `rollout restart` and `undo`, `delete pod`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.autoscalers import autoscalers, scaling_note, settled
from linter.planner.leap.progression import ends
from linter.planner.model import Manifest, object_id
from linter.planner.objects import is_controlled, is_impossible, live_objects, surroundings
from linter.planner.operations import Operation, Scale
from linter.planner.options import Options
from linter.planner.planning.build_scenario import build_scenario, with_autoscaler
from linter.planner.planning.play import simulate
from linter.planner.planning.quotas import open_ledger, plan_in_order
from linter.planner.refusal import Refusal
from linter.planner.report.plan import Change, Plan, WorkloadPlan, change_of, word_for_change
from linter.planner.report.unplanned_pods import makes_pods_unplanned, with_unplanned_pods
from linter.planner.targets import is_wanted, is_workload, require_failing_images, require_wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linter.planner.report.plan import Command


def plan_operation(
    command: Command,
    manifests: Sequence[Manifest],
    operation_for: Callable[[Manifest, list[Manifest] | None], Operation],
    options: Options | None,
    *,
    before: Sequence[Sequence[Manifest]] = (),
) -> Plan:
    """Plan an operation on every workload among the manifests.

    Args:
        command: What was asked for.
        manifests: The objects as they are; without any, the workloads of the state.
        operation_for: Returns what is done to a workload, given it and the objects of the state.
        options: The options.
        before: Earlier revisions of the manifests, oldest first.
    """
    options = options or Options()
    live = live_objects(options)
    around = surroundings(manifests, options)
    scalers = autoscalers([*(live or ()), *manifests])
    targets = [*manifests] or [
        each
        for each in live or ()
        if (is_workload(each) or makes_pods_unplanned(each)) and not is_controlled(each)
    ]
    require_wanted(targets, options)
    ledger = open_ledger(around, targets, (), live, scalers, options)

    def plan_one(manifest: Manifest) -> tuple[Change, WorkloadPlan | None]:
        if not is_workload(manifest):
            return with_unplanned_pods(change_of(manifest, "none"), manifest), None
        if live is None and options.admit and (faults := tuple(options.admit(None, manifest))):
            return change_of(manifest, "refused", faults), None
        if not object_id(manifest).name:
            unnamed = Refusal("metadata.name", "Required", "an object that is there already has a name")
            return change_of(manifest, "refused", (unnamed,)), None
        earlier = [
            each
            for revision in before
            for each in revision
            if object_id(each) == object_id(manifest) and not is_impossible(each, options)
        ]
        operation = operation_for(manifest, live)
        scaler = scalers.get(object_id(manifest))
        baseline = [settled(each, scaler) for each in (*earlier, manifest)]
        reached = operation.replicas if isinstance(operation, Scale) else None
        scenario = build_scenario(baseline[-1], baseline, operation, options, live, around, ledger)
        scenario = with_autoscaler(scenario, scaler, reached)
        plan = simulate(scenario, command, operation.describe(), options, ledger)
        if scaler is not None and (note := scaling_note(scaler, manifest, reached, live=live is not None)):
            plan = plan._replace(notes=(note, *plan.notes))
        refused = tuple(refusal for each in ends(plan.rounds) for refusal in each.refusals)
        if refused:
            return change_of(manifest, "refused", refused), None
        return change_of(manifest, word_for_change(plan, created=False)), plan

    wanted = [each for each in targets if is_wanted(each, options)]
    found = plan_in_order(wanted, plan_one, ledger)
    workloads = tuple(plan for _, plan in found if plan is not None)
    require_failing_images(workloads, options)
    return Plan(options.kubernetes, tuple(change for change, _ in found), workloads)
