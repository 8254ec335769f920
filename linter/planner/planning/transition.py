"""From some objects to others, object by object: what is created, updated, deleted, refused, or rolled out by nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from linter.kube.defaults.apply import apply_defaults
from linter.kube.job_selectors import with_generated_selector
from linter.planner.autoscalers import autoscalers, scaling_note, settled, with_replicas, written_replicas
from linter.planner.model import Manifest, object_id
from linter.planner.objects import is_impossible, live_objects, surroundings, with_name
from linter.planner.operations import Apply, Delete
from linter.planner.options import Options
from linter.planner.planning.build_scenario import build_scenario, knows, with_autoscaler
from linter.planner.planning.play import simulate
from linter.planner.planning.quotas import open_ledger, plan_in_order
from linter.planner.report.differences import differences
from linter.planner.report.plan import Change, Plan, WorkloadPlan, change_of, word_for_change
from linter.planner.report.unplanned_pods import with_unplanned_pods
from linter.planner.targets import is_wanted, is_workload, require_failing_images, require_wanted
from linter.planner.three_way_merge import applied

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.autoscalers import Autoscalers
    from linter.planner.model import ObjectId
    from linter.planner.quota.ledger import Ledger
    from linter.planner.report.effects import Outcomes
    from linter.planner.report.plan import Command


def plan_transition(
    command: Command, old: Sequence[Manifest], new: Sequence[Manifest], options: Options | None
) -> Plan:
    """Plan the way from some objects to others."""
    options = options or Options()
    live = live_objects(options)
    before = {object_id(each): each for each in old}
    after = {object_id(each): each for each in map(with_name, new)}
    if live is not None:
        named = {*before, *map(object_id, new)}
        before = {key: each for each in live if (key := object_id(each)) in named}
    around = surroundings([*after.values(), *(before[key] for key in before if key not in after)], options)
    require_wanted([*after.values(), *before.values()], options)
    from linter.planner.report.kubectl_apply import deviations

    scalers = autoscalers([*(live or ()), *before.values()]), autoscalers([*(live or ()), *after.values()])
    ledger = open_ledger(around, [*before.values()], new, live, scalers[0], options)

    def plan_one(key: ObjectId) -> tuple[Change, WorkloadPlan | None]:
        was, now = before.get(key), after.get(key)
        if now is None:
            return _plan_deletion(before[key], options, live, around, ledger)
        change, plan = _plan_update(command, was, now, options, live, around, scalers, ledger)
        if plan is not None and was is not None and change.change != "created":
            # Over live objects replicas that are left out stay what they are.
            notes = tuple(deviations(was, now, () if live is not None else tuple(after.values())))
            plan = plan._replace(notes=(*notes, *plan.notes))
        return change, plan

    # An empty object, which has nothing that it could be known by, is none.
    keys = [
        key
        for key in dict.fromkeys([*after, *before])
        if (manifest := after.get(key) or before.get(key)) and is_wanted(manifest, options)
    ]
    found: Outcomes = dict(zip(keys, plan_in_order(keys, plan_one, ledger), strict=True))
    if command == "update":
        from linter.planner.report.effects import with_effects

        found = with_effects(found, before, after)
    workloads = tuple(plan for _, plan in found.values() if plan is not None)
    require_failing_images(workloads, options)
    changes = tuple(
        change if change.change == "none" else with_unplanned_pods(change, after.get(key) or before[key])
        for key, (change, _) in found.items()
    )
    return Plan(options.kubernetes, changes, workloads)


def _plan_deletion(
    was: Manifest,
    options: Options,
    live: list[Manifest] | None,
    around: Sequence[Manifest],
    ledger: Ledger | None,
) -> tuple[Change, WorkloadPlan | None]:
    """Plan that an object goes."""
    plan = None
    was_there = live is not None or not is_impossible(was, options)
    if is_workload(was) and was_there:
        scenario = build_scenario(was, [was], Delete(), options, live, around, ledger)
        plan = simulate(scenario, "delete", "delete", options, ledger)
    if ledger is not None and was_there:
        ledger.take(was, None)
    return change_of(was, "deleted"), plan


def _plan_update(
    command: Command,
    was: Manifest | None,
    now: Manifest,
    options: Options,
    live: list[Manifest] | None,
    around: Sequence[Manifest],
    scalers: tuple[Autoscalers, Autoscalers],
    ledger: Ledger | None,
) -> tuple[Change, WorkloadPlan | None]:
    """Plan that an object becomes another, or is created where there was none."""
    from linter.planner.report.remedies import remedy

    if was is not None and live is None and is_impossible(was, options):
        was = None
    if live is not None and was is not None:
        now = applied(was, now)
    refused = tuple(options.admit(was, _as_applied(was, now))) if options.admit else ()
    if refused:
        commands = remedy(was, now, refused, options.admit) if was and options.admit else ()
        return change_of(now, "refused", refused, commands), None
    if ledger is not None:
        if (too_much := ledger.refused(was, now)) is not None:
            return change_of(now, "refused", (too_much.refusal,), too_much.commands), None
        ledger.take(was, now)
    scaler = scalers[1].get(object_id(now))
    sent = now
    if live is None and was is not None:
        nobody_asks = written_replicas(was) is None and written_replicas(now) is None
        was = settled(was, scalers[0].get(object_id(now)))
        if scaler is not None and nobody_asks:
            # The number stays what the autoscaler has made of it.
            now = with_replicas(now, written_replicas(was) or 1)
    reached = 1 if written_replicas(now) is None else written_replicas(now)
    changed = differences(apply_defaults(was), apply_defaults(now)) if was is not None else []
    settles = scaler is not None and scaler.bounded(reached or 0) != reached
    if was is not None and not changed and not settles and (live is None or not is_workload(now)):
        return change_of(now, "none"), None
    if not is_workload(now):
        if was is not None:
            return change_of(now, "no-rollout")._replace(differences=tuple(changed)), None
        unseen = live is not None and not knows(live, str(now.get("kind")), options)
        return change_of(now, "unknown" if unseen else "created"), None
    options = replace(options, admit=None)  # asked above
    command = command if was is not None else "create"
    baseline = [was] if was is not None else []
    scenario = build_scenario(now, baseline, Apply((now,)), options, live, around, ledger)
    plan = simulate(with_autoscaler(scenario, scaler, reached), command, command, options, ledger)
    if scaler is not None and (note := scaling_note(scaler, sent, reached, live=live is not None)):
        plan = plan._replace(notes=(note, *plan.notes))
    return change_of(now, word_for_change(plan, created=was is None)), plan


def _as_applied(was: Manifest | None, now: Manifest) -> Manifest:
    """Return an object as `kubectl apply` sends it over a stored one: of a Job it leaves what the server made up."""
    if was is None or not (was.get("kind") == now.get("kind") == "Job"):
        return now
    metadata = now.get("metadata") or {}
    uid = (was.get("metadata") or {}).get("uid")
    named = now if uid is None else {**now, "metadata": {**metadata, "uid": uid}}
    return with_generated_selector(named, metadata.get("name") or "")
