"""Plans: what a change to workloads will do, computed by playing it through.

Each entry point takes plain manifests, builds a scenario for each workload among them, plays it and says what came out.
Nothing here reads files or prints.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, assert_never

from linter.kube.defaults.apply import apply_defaults
from linter.kube.job_selectors import with_generated_selector
from linter.planner.autoscalers import (
    autoscalers,
    scaling_note,
    settled,
    with_replicas,
    written_replicas,
)
from linter.planner.errors import ScenarioError
from linter.planner.incomplete_state import completed, holds, nodes_of_pods
from linter.planner.leap.progression import ends
from linter.planner.model import Manifest, object_id
from linter.planner.nodes import (
    assumed_nodes,
    holds_claim_of_one_pod,
    needs_scheduler,
    nodes_of_state,
    parse_nodes,
)
from linter.planner.objects import (
    is_controlled,
    is_impossible,
    live_objects,
    state_has_nodes,
    surroundings,
    with_name,
)
from linter.planner.operations import (
    Apply,
    Delete,
    DeletePod,
    Instruction,
    Operation,
    Patch,
    Restart,
    Scale,
    SetImage,
    Undo,
)
from linter.planner.options import Options
from linter.planner.refusal import Refusal
from linter.planner.report.differences import differences
from linter.planner.report.node_notes import node_notes
from linter.planner.report.plan import (
    Change,
    Plan,
    WorkloadPlan,
    change_of,
    describe_workload,
    word_for_change,
)
from linter.planner.report.unplanned_pods import with_unplanned_pods
from linter.planner.scenario import READINESS, Scenario, kubernetes_version, parse_scenario
from linter.planner.simulate import Simulation
from linter.planner.targets import is_wanted, is_workload, require_failing_images, require_wanted
from linter.planner.three_way_merge import applied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from linter.planner.autoscalers import Autoscaler, Autoscalers
    from linter.planner.controllers import Kind
    from linter.planner.report.effects import Outcomes
    from linter.planner.report.plan import Command
    from linter.planner.rounds import Round


# Entry points.


def create(manifests: Sequence[Manifest], options: Options | None = None) -> Plan:
    """Plan the creation of objects.

    Raises:
        ScenarioError: The options or the state are wrong. (The same holds for all entry points.)
        SimulationLimitError: A simulation does not come to an end. (Likewise.)
    """
    return _plan_transition("create", [], manifests, options)


def update(old: Sequence[Manifest], new: Sequence[Manifest], options: Options | None = None) -> Plan:
    """Plan the way from some objects to others.

    With a state the workloads start from their live objects; `old` then only says which objects are gone in `new`.
    """
    return _plan_transition("update", old, new, options)


def scale(manifests: Sequence[Manifest], replicas: int, options: Options | None = None) -> Plan:
    """Plan `kubectl scale` of the workloads among the manifests (DaemonSets cannot be scaled and are refused)."""
    return _plan_operation("scale", manifests, lambda *_: Scale(replicas), options)


def set_image(
    manifests: Sequence[Manifest], images: Mapping[str, str], options: Options | None = None
) -> Plan:
    """Plan `kubectl set image`.

    Args:
        manifests: The workloads as they are.
        images: Images by container name; "*" stands for every container.
        options: The options.
    """
    return _plan_operation(
        "set-image", manifests, lambda manifest, _: _image_change(images, manifest), options
    )


def restart(manifests: Sequence[Manifest], options: Options | None = None) -> Plan:
    """Plan `kubectl rollout restart`."""
    return _plan_operation("restart", manifests, lambda *_: Restart(), options)


def undo(
    revisions: Sequence[Sequence[Manifest]], to_revision: int | None = None, options: Options | None = None
) -> Plan:
    """Plan `kubectl rollout undo`.

    Args:
        revisions: The manifests of each revision, oldest first; the last one is live. May be empty with a state.
        to_revision: The revision to go back to; None: the one before.
        options: The options.
    """
    current = revisions[-1] if revisions else ()
    return _plan_operation("undo", current, lambda *_: Undo(to_revision), options, before=revisions[:-1])


def delete(manifests: Sequence[Manifest], options: Options | None = None) -> Plan:
    """Plan the deletion of objects."""
    return _plan_transition("delete", manifests, [], options)


def delete_pod(manifests: Sequence[Manifest], pod: str, options: Options | None = None) -> Plan:
    """Plan `kubectl delete pod`.

    Args:
        manifests: The workload.
        pod: A StatefulSet's pod, a DaemonSet's node, or a pod of the state. A ReplicaSet's pods have random names:
            without a state any name stands for one of them.
        options: The options.
    """
    return _plan_operation(
        "delete-pod", manifests, lambda manifest, live: _pod_deletion(pod, manifest, live), options
    )


def scenario(data: Any, options: Options | None = None) -> Plan:
    """Plan a scenario file.

    Args:
        data: The decoded file, or a Scenario.
        options: Only admit, pod_startup, pod_shutdown, max_rounds, max_pods and by_node count; the rest stands in the file.
    """
    options = options or Options()
    parsed = data if isinstance(data, Scenario) else parse_scenario(data)
    if parsed.state:
        from linter.planner.validate_state import validate_state

        validate_state(parsed.state, options.admit)
    if parsed.objects:
        from linter.planner.validate_state import validate_objects

        validate_objects(parsed.objects, options.admit)
    plan = _simulate(parsed, "scenario", parsed.name or "scenario", options)
    major, minor, _ = parsed.version
    word = word_for_change(plan, created=parsed.state is None)
    return Plan(f"{major}.{minor}", (Change(plan.kind, plan.namespace, plan.name, word),), (plan,))


# From manifests to scenarios.


def _plan_operation(
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
    changes: list[Change] = []
    workloads: list[WorkloadPlan] = []
    live = live_objects(options)
    around = surroundings(manifests, options)
    scalers = autoscalers([*(live or ()), *manifests])
    targets = [*manifests] or [each for each in live or () if is_workload(each) and not is_controlled(each)]
    require_wanted(targets, options)
    for manifest in targets:
        if not is_wanted(manifest, options):
            continue
        if not is_workload(manifest):
            changes.append(with_unplanned_pods(change_of(manifest, "none"), manifest))
            continue
        if live is None and options.admit and (faults := tuple(options.admit(None, manifest))):
            changes.append(change_of(manifest, "refused", faults))
            continue
        if not object_id(manifest).name:
            unnamed = Refusal("metadata.name", "Required", "an object that is there already has a name")
            changes.append(change_of(manifest, "refused", (unnamed,)))
            continue
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
        scenario = _build_scenario(baseline[-1], baseline, operation, options, live, around)
        scenario = _with_autoscaler(scenario, scaler, reached)
        plan = _simulate(scenario, command, operation.describe(), options)
        if scaler is not None and (note := scaling_note(scaler, manifest, reached, live=live is not None)):
            plan = plan._replace(notes=(note, *plan.notes))
        refused = tuple(refusal for each in ends(plan.rounds) for refusal in each.refusals)
        if refused:
            changes.append(change_of(manifest, "refused", refused))
        else:
            changes.append(change_of(manifest, word_for_change(plan, created=False)))
            workloads.append(plan)
    require_failing_images(workloads, options)
    return Plan(options.kubernetes, tuple(changes), tuple(workloads))


def _plan_transition(
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
    found: Outcomes = {}
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        manifest = now or was
        if manifest is None or not is_wanted(manifest, options):
            continue
        if now is not None:
            change, plan = _plan_update(command, was, now, options, live, around, scalers)
            if plan is not None and was is not None and change.change != "created":
                # Over live objects replicas that are left out stay what they are.
                notes = tuple(deviations(was, now, () if live is not None else tuple(after.values())))
                plan = plan._replace(notes=(*notes, *plan.notes))
            found[key] = change, plan
        else:
            found[key] = _plan_deletion(manifest, options, live, around)
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
    was: Manifest, options: Options, live: list[Manifest] | None, around: Sequence[Manifest]
) -> tuple[Change, WorkloadPlan | None]:
    """Plan that an object goes."""
    plan = None
    if is_workload(was) and (live is not None or not is_impossible(was, options)):
        scenario = _build_scenario(was, [was], Delete(), options, live, around)
        plan = _simulate(scenario, "delete", "delete", options)
    return change_of(was, "deleted"), plan


def _plan_update(
    command: Command,
    was: Manifest | None,
    now: Manifest,
    options: Options,
    live: list[Manifest] | None,
    around: Sequence[Manifest],
    scalers: tuple[Autoscalers, Autoscalers],
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
        unseen = live is not None and not _knows(live, str(now.get("kind")), options)
        return change_of(now, "unknown" if unseen else "created"), None
    options = replace(options, admit=None)  # asked above
    command = command if was is not None else "create"
    scenario = _build_scenario(now, [was] if was is not None else [], Apply((now,)), options, live, around)
    plan = _simulate(_with_autoscaler(scenario, scaler, reached), command, command, options)
    if scaler is not None and (note := scaling_note(scaler, sent, reached, live=live is not None)):
        plan = plan._replace(notes=(note, *plan.notes))
    return change_of(now, word_for_change(plan, created=was is None)), plan


def _knows(live: Sequence[Manifest], kind: str, options: Options) -> bool:
    """Tell whether a state was asked for objects of a kind: one that it does not hold is not there then."""
    return kind in options.listed or holds(live, kind)


def _with_autoscaler(scenario: Scenario, scaler: Autoscaler | None, reached: int | None) -> Scenario:
    """Let an autoscaler act on a number of replicas that is out of its bounds, before the kubelet does anything.

    Args:
        scenario: What is planned.
        scaler: What scales its workload, if something does.
        reached: How many replicas the operation leaves the workload with; None: it does not touch them.
    """
    if scaler is None or reached is None or (number := scaler.bounded(reached)) == reached:
        return scenario
    return scenario._replace(operations=(*scenario.operations, Instruction(Scale(number), after=0)))


def _as_applied(was: Manifest | None, now: Manifest) -> Manifest:
    """Return an object as `kubectl apply` sends it over a stored one: of a Job it leaves what the server made up."""
    if was is None or not (was.get("kind") == now.get("kind") == "Job"):
        return now
    metadata = now.get("metadata") or {}
    uid = (was.get("metadata") or {}).get("uid")
    named = now if uid is None else {**now, "metadata": {**metadata, "uid": uid}}
    return with_generated_selector(named, metadata.get("name") or "")


def _build_scenario(
    manifest: Manifest,
    baseline: Sequence[Manifest],
    operation: Operation,
    options: Options,
    live: list[Manifest] | None,
    around: Sequence[Manifest],
) -> Scenario:
    """Build the scenario for one workload.

    Args:
        manifest: The workload.
        baseline: What is applied, one manifest after another, before the plan begins; not asked where the workload is
            in the state.
        operation: What is planned.
        options: The options.
        live: The objects of the state, if there is one.
        around: What is there beside workloads.
    """
    if options.readiness not in READINESS:
        raise ScenarioError("readiness", f"{options.readiness!r} is neither together nor one-by-one")
    nodes = parse_nodes(options.nodes) if options.nodes is not None else None
    if nodes is None and live is not None:
        nodes = nodes_of_state(live) or None
    if nodes is None and manifest["kind"] == "DaemonSet":
        nodes = nodes_of_pods(live or ()) or assumed_nodes([*baseline, manifest])
    if nodes is None and holds_claim_of_one_pod(manifest, (*around, *(live or ()))):
        nodes = assumed_nodes([*baseline, manifest])
    stored = next((each for each in live or () if object_id(each) == object_id(manifest)), None)
    is_live = stored is not None
    state, assumptions = completed(live or (), stored) if stored is not None else ((), ())
    if live is not None and not is_live and not _knows(live, manifest["kind"], options):
        assumptions = (f"The state holds no {manifest['kind']}s: planned as if this one were new.",)
    applied = () if is_live else tuple(Instruction(Apply((each,))) for each in baseline)
    return Scenario(
        kind=manifest["kind"],
        # From a live state: what is planned happens now, not once the state has come to rest.
        operations=(*applied, Instruction(operation, after=0 if is_live else None)),
        version=kubernetes_version(options.kubernetes),
        feature_gates=options.feature_gates,
        one_by_one=options.readiness == "one-by-one",
        failing_images=options.failing_images,
        fail_new=options.fail_new,
        nodes=nodes,
        state=state if is_live else None,
        baseline=len(applied),
        workload=object_id(manifest).name,
        objects=tuple(around) if is_live else (*around, *(live or ())),
        placement="kube-scheduler" if nodes and needs_scheduler([*baseline, manifest], nodes, live) else "",
        assumptions=assumptions,
    )


# From scenarios to plans.


def _simulate(scenario: Scenario, command: Command, title: str, options: Options) -> WorkloadPlan:
    """Play a scenario and say what came out."""
    with no_garbage_collection():
        simulation, rounds = play(scenario, options)
        together = rounds
        if scenario.one_by_one:
            # Pods start side by side, however the rounds tell them apart.
            _, together = play(scenario._replace(one_by_one=False), options)
        workload = simulation.workload
        if workload is None:
            reasons = "; ".join(refusal.message for each in rounds for refusal in each.refusals)
            raise ScenarioError("operations", f"no {scenario.kind} was created: {reasons}")
        plan = describe_workload(simulation, workload, rounds, together, command, title, options)
        if scenario.assumptions:
            plan = plan._replace(notes=(*scenario.assumptions, *plan.notes))
        if scenario.nodes is not None and command != "scenario":
            notes = node_notes(simulation, assumed=options.nodes is None and not state_has_nodes(options))
            plan = plan._replace(notes=(*notes, *plan.notes))
    return plan


def play(scenario: Scenario, options: Options) -> tuple[Simulation, Sequence[Round]]:
    """Play a scenario; return it played, and its rounds."""
    # What a plan's entry points apply has been admitted before; a scenario file's operations have not.
    simulation = Simulation(
        scenario,
        options.admit,
        max_rounds=options.max_rounds,
        max_pods=options.max_pods,
        by_node=options.by_node,
    )
    return simulation, simulation.play()


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Spare the search for cycles: a large plan makes millions of objects, and each of them is kept."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# What operations mean for a manifest.


def _pod_deletion(pod: str, manifest: Manifest, live: list[Manifest] | None) -> DeletePod:
    """Return the deletion of a pod by what tells pods of that kind apart."""
    kind: Kind = manifest["kind"]
    match kind:
        case "DaemonSet":
            for each in live or ():
                if each.get("kind") == "Pod" and object_id(each).name == pod:
                    pod = (each.get("spec") or {}).get("nodeName") or pod
            return DeletePod(node=pod)
        case "StatefulSet":
            return DeletePod(name=pod)
        case "Deployment" | "ReplicaSet":
            # Names are random: without a state any name stands for one of them.
            return DeletePod() if live is None else DeletePod(name=pod)
        case _:
            assert_never(kind)


def _image_change(images: Mapping[str, str], manifest: Manifest) -> SetImage | Patch:
    """Return one operation for the images of several containers: one command makes one update."""
    if len(images) == 1:
        ((container, image),) = images.items()
        return SetImage(container, image)
    present = _container_names(manifest)
    unknown = [container for container in images if container not in present]
    if unknown:
        return SetImage(unknown[0], images[unknown[0]])
    pod = manifest["spec"]["template"]["spec"]
    patch = {
        field: [
            {"name": each["name"], "image": images[each["name"]]}
            for each in pod[field]
            if each.get("name") in images
        ]
        for field in ("initContainers", "containers")
        if pod.get(field)
    }
    return Patch({"spec": {"template": {"spec": patch}}})


def _container_names(manifest: Manifest) -> set[str]:
    pod = (((manifest.get("spec") or {}).get("template") or {}).get("spec")) or {}
    return {str(each.get("name")) for key in ("initContainers", "containers") for each in pod.get(key) or ()}
