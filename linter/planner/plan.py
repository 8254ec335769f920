"""Plans: what a change to workloads will do, computed by playing it through.

Each entry point takes plain manifests, builds a scenario for each workload among them, plays it and says what came out.
Nothing here reads files or prints.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.defaults.apply import apply_defaults
from linter.kube.kinds import WORKLOADS
from linter.planner.differences import Difference, differences
from linter.planner.outcome import Hazard, Summary, judge
from linter.planner.refusals import merged_strategy, way_out
from linter.planner.scenario import (
    DEFAULT_VERSION,
    READINESS,
    Scenario,
    ScenarioError,
    list_items,
    parse_nodes,
    parse_scenario,
)
from linter.planner.simulation import DEFAULT_MAX_PODS, DEFAULT_MAX_ROUNDS, Round, Simulation, render
from linter.planner.sound import check_state
from linter.planner.state import Admit, Manifest, Node, Refusal, template_key
from linter.planner.steps import Step, build_steps, describe_operation
from linter.planner.strategy import Strategy, describe_strategy
from linter.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ASSUMED_NODES = 3
"""How many nodes a DaemonSet is planned on when none are given."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a plan depends on beside manifests.

    Attributes:
        kubernetes: The version, such as "1.36".
        feature_gates: Gates that differ from the version's default.
        readiness: `together` or `one-by-one`.
        failing_images: Pods with such an image never become Ready.
        fail_new: Nor do pods of a template that was not there before.
        nodes: Node objects (or a List, or mappings with name, labels, taints) for DaemonSets.
        state: Live objects to start from: a List, or a list of objects.
        admit: Asked about every object that is created or updated, as it is sent; returns why it is refused.
        workload: Plan this one alone: "Kind/name".
        pod_startup: Seconds that the application takes to start.
        pod_shutdown: Seconds that it takes to stop.
        max_rounds: Give up after so many rounds.
        max_pods: Give up at a StatefulSet of more pods.
    """

    kubernetes: str = DEFAULT_VERSION
    feature_gates: Mapping[str, bool] = field(default_factory=dict)
    readiness: str = "together"
    failing_images: frozenset[str] = frozenset()
    fail_new: bool = False
    nodes: Any = None
    state: Any = None
    admit: Admit | None = None
    workload: str | None = None
    pod_startup: float | None = None
    pod_shutdown: float | None = None
    max_rounds: int = DEFAULT_MAX_ROUNDS
    max_pods: int = DEFAULT_MAX_PODS


class Change(NamedTuple):
    """What becomes of one object of the input.

    Attributes:
        kind: Its kind.
        namespace: Its namespace.
        name: Its name.
        change: created, deleted, rollout, scale, no-rollout, none or refused.
        refused: Why the API server refuses it.
        commands: What to do instead, as kubectl commands, if it is refused and there is a way.
    """

    kind: str
    namespace: str
    name: str
    change: str
    refused: tuple[Refusal, ...] = ()
    commands: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the change as the JSON of a plan has it."""
        result: dict[str, Any] = {
            "kind": self.kind,
            "namespace": self.namespace,
            "name": self.name,
            "change": self.change,
            "refused": [each.to_dict() for each in self.refused],
        }
        if self.commands:
            result["commands"] = list(self.commands)
        return result


class WorkloadPlan(NamedTuple):
    """What will happen to one workload.

    Attributes:
        kind: Its kind.
        namespace: Its namespace.
        name: Its name.
        operation: create, update, scale, set-image, restart, undo, delete, delete-pod or scenario.
        title: The operation in plain words.
        differences: What the operation changes.
        strategy: The numbers in force, as written and as resolved.
        roles: What each revision is called in the texts: "old", "new", "r3", or "".
        images: The first container's image of each revision.
        initial: The pods before the first step.
        rounds: What the simulation wrote down.
        steps: What happens, one by one.
        summary: How it ends, and what is guaranteed on the way.
        hazards: What may hurt.
        notes: What was assumed, and what is worth knowing.
        dns: A StatefulSet's pods, as DNS names.
        victims: For live ReplicaSets: pods, with the reason, in the order in which a scale-down deletes them.
    """

    kind: str
    namespace: str
    name: str
    operation: str
    title: str
    differences: tuple[Difference, ...]
    strategy: Strategy
    roles: Mapping[str, str]
    images: Mapping[str, str]
    initial: Step
    rounds: tuple[Round, ...]
    steps: tuple[Step, ...]
    summary: Summary
    hazards: tuple[Hazard, ...]
    notes: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    victims: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {
            "kind": self.kind,
            "namespace": self.namespace,
            "name": self.name,
            "operation": self.operation,
            "title": self.title,
            "differences": [each.to_dict() for each in self.differences],
            "strategy": self.strategy.to_dict(),
            "revisions": {
                name: {"role": role, "image": self.images.get(name, "")} for name, role in self.roles.items()
            },
            "rounds": list(render(self.rounds)),
            "steps": [each.to_dict() for each in self.steps],
            "summary": self.summary.to_dict(),
            "hazards": [each.to_dict() for each in self.hazards],
            "notes": list(self.notes),
            "dns": list(self.dns),
            "victims": [name for name, _ in self.victims],
            "ranking": [{"pod": name, "why": why} for name, why in self.victims],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen to every object of the input.

    Attributes:
        kubernetes: The version that was planned for.
        changes: One for each object.
        workloads: One for each workload that has something to plan, in the same order.
    """

    kubernetes: str
    changes: tuple[Change, ...]
    workloads: tuple[WorkloadPlan, ...]

    @property
    def completes(self) -> bool:
        """Whether nothing is refused and nothing gets stuck."""
        return all(each.change != "refused" for each in self.changes) and all(
            each.summary.completes for each in self.workloads
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {
            "kubernetes": self.kubernetes,
            "changes": [each.to_dict() for each in self.changes],
            "workloads": [each.to_dict() for each in self.workloads],
        }


# Entry points.


def create(manifests: Sequence[Manifest], options: Options | None = None) -> Plan:
    """Plan the creation of objects.

    Raises:
        ScenarioError: The options or the state are wrong. (The same holds for all entry points.)
        SimulationLimitError: A simulation does not come to an end. (Likewise.)
    """
    return _plan("create", [], manifests, options)


def update(old: Sequence[Manifest], new: Sequence[Manifest], options: Options | None = None) -> Plan:
    """Plan the way from some objects to others.

    With a state the workloads start from their live objects; `old` then only says which objects are gone in `new`.
    """
    return _plan("update", old, new, options)


def scale(manifests: Sequence[Manifest], replicas: int, options: Options | None = None) -> Plan:
    """Plan `kubectl scale` of the workloads among the manifests (DaemonSets cannot be scaled and are refused)."""
    return _operate("scale", manifests, {"op": "scale", "replicas": replicas}, options)


def set_image(
    manifests: Sequence[Manifest], images: Mapping[str, str], options: Options | None = None
) -> Plan:
    """Plan `kubectl set image`.

    Args:
        manifests: The workloads as they are.
        images: Images by container name; "*" stands for every container.
        options: The options.
    """
    return _operate("set-image", manifests, {"op": "set-image", "images": dict(images)}, options)


def restart(manifests: Sequence[Manifest], options: Options | None = None) -> Plan:
    """Plan `kubectl rollout restart`."""
    return _operate("restart", manifests, {"op": "restart"}, options)


def undo(
    revisions: Sequence[Sequence[Manifest]], to_revision: int | None = None, options: Options | None = None
) -> Plan:
    """Plan `kubectl rollout undo`.

    Args:
        revisions: The manifests of each revision, oldest first; the last one is live. May be empty with a state.
        to_revision: The revision to go back to; None: the one before.
        options: The options.
    """
    operation = {"op": "undo"} if to_revision is None else {"op": "undo", "to_revision": to_revision}
    live = revisions[-1] if revisions else ()
    return _operate("undo", live, operation, options, before=revisions[:-1])


def delete(manifests: Sequence[Manifest], options: Options | None = None) -> Plan:
    """Plan the deletion of objects."""
    return _plan("delete", manifests, [], options)


def delete_pod(manifests: Sequence[Manifest], pod: str, options: Options | None = None) -> Plan:
    """Plan `kubectl delete pod`.

    Args:
        manifests: The workload.
        pod: A StatefulSet's pod, a DaemonSet's node, or a pod of the state. A ReplicaSet's pods have random names:
            without a state any name stands for one of them.
        options: The options.
    """
    return _operate("delete-pod", manifests, {"op": "delete-pod", "name": pod}, options)


def scenario(data: Any, options: Options | None = None) -> Plan:
    """Plan a scenario file.

    Args:
        data: The decoded file, or a Scenario.
        options: Only admit, pod_startup, pod_shutdown, max_rounds and max_pods count; the rest stands in the file.
    """
    options = options or Options()
    parsed = data if isinstance(data, Scenario) else parse_scenario(data)
    check_state(parsed.state or (), options.admit)
    plan = _play(parsed, "scenario", parsed.name or "scenario", options)
    major, minor, _ = parsed.version
    change = Change(plan.kind, plan.namespace, plan.name, _what_changed(plan, created=parsed.state is None))
    return Plan(f"{major}.{minor}", (change,), (plan,))


# How they work.


def _operate(
    name: str,
    manifests: Sequence[Manifest],
    operation: Mapping[str, Any],
    options: Options | None,
    *,
    before: Sequence[Sequence[Manifest]] = (),
) -> Plan:
    """Plan an operation on every workload among the manifests."""
    options = options or Options()
    changes: list[Change] = []
    workloads: list[WorkloadPlan] = []
    live = _live(options)
    targets = [*manifests] or [each for each in live or () if _is_workload(each) and not _controlled(each)]
    for manifest in targets:
        if not _wanted(manifest, options):
            continue
        if not _is_workload(manifest):
            changes.append(_change(manifest, "none"))
            continue
        if live is None and options.admit and (faults := tuple(options.admit(None, manifest))):
            changes.append(_change(manifest, "refused", faults))
            continue
        if not _name(manifest):
            unnamed = Refusal("metadata.name", "Required", "an object that is there already has a name")
            changes.append(_change(manifest, "refused", (unnamed,)))
            continue
        earlier = [
            each
            for revision in before
            for each in revision
            if _identity(each) == _identity(manifest) and not _impossible(each, options)
        ]
        wanted = operation
        if name == "delete-pod":
            wanted = _pod_deletion(operation, manifest, live)
        elif name == "set-image":
            wanted = _image_change(operation["images"], manifest)
        plan = _play(
            _scenario(manifest, [*earlier, manifest], [wanted], options, live),
            name,
            describe_operation(wanted),
            options,
        )
        refused = tuple(refusal for each in plan.rounds for refusal in each.refusals)
        if refused:
            changes.append(_change(manifest, "refused", refused))
        else:
            changes.append(_change(manifest, _what_changed(plan, created=False)))
            workloads.append(plan)
    return Plan(options.kubernetes, tuple(changes), tuple(workloads))


def _plan(name: str, old: Sequence[Manifest], new: Sequence[Manifest], options: Options | None) -> Plan:
    """Plan the way from some objects to others."""
    options = options or Options()
    live = _live(options)
    before = {_identity(each): each for each in old}
    if live is not None:
        before = {
            key: each
            for each in live
            if (key := _identity(each)) in before or key in {_identity(item) for item in new}
        }
    after = {_identity(each): each for each in map(_named, new)}
    changes: list[Change] = []
    workloads: list[WorkloadPlan] = []
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        manifest = now or was
        if manifest is None or not _wanted(manifest, options):
            continue
        change, plan = _plan_object(name, was, now, options, live)
        changes.append(change)
        if plan is not None:
            workloads.append(plan)
    return Plan(options.kubernetes, tuple(changes), tuple(workloads))


def _plan_object(
    name: str,
    was: Manifest | None,
    now: Manifest | None,
    options: Options,
    live: list[Manifest] | None,
) -> tuple[Change, WorkloadPlan | None]:
    """Plan one object that was there, is to be there, or both."""
    if now is None:
        assert was is not None  # noqa: S101  one of the two is there
        plan = None
        if _is_workload(was) and (live is not None or not _impossible(was, options)):
            plan = _play(
                _scenario(was, [was], [{"op": "delete"}], options, live), "delete", "delete", options
            )
        return _change(was, "deleted"), plan
    if was is not None and live is None and _impossible(was, options):
        was = None
    if live is not None and was is not None:
        now = _keep_replicas(was, now)
    refused = tuple(options.admit(was, now)) if options.admit else ()
    if refused:
        commands = way_out(was, now, refused, options.admit) if was and options.admit else ()
        return _change(now, "refused", refused, commands), None
    if was is not None and not differences(apply_defaults(was), apply_defaults(now)) and live is None:
        return _change(now, "none"), None
    if not _is_workload(now):
        return _change(now, "no-rollout" if was else "created"), None
    scene = [was] if was is not None else []
    options = replace(options, admit=None)  # asked above
    operation = name if was is not None else "create"
    plan = _play(
        _scenario(now, scene, [{"op": "apply", "manifests": [now]}], options, live),
        operation,
        operation,
        options,
    )
    if was is not None and (note := merged_strategy(was, now)):
        plan = plan._replace(notes=(note, *plan.notes))
    return _change(now, _what_changed(plan, created=was is None)), plan


def _scenario(
    manifest: Manifest,
    scene: Sequence[Manifest],
    operations: Sequence[Mapping[str, Any]],
    options: Options,
    live: list[Manifest] | None,
) -> Scenario:
    """Build the scenario for one workload: the scene is set by applying manifests, or by the state."""
    if options.readiness not in READINESS:
        raise ScenarioError("readiness", f"{options.readiness!r} is neither together nor one-by-one")
    try:
        version = parse_version(options.kubernetes)
    except ValueError as error:
        raise ScenarioError("kubernetes", str(error)) from None
    nodes = parse_nodes(options.nodes) if options.nodes is not None else None
    known = live is not None and any(each.get("kind") == "Node" for each in live)
    if nodes is None and manifest["kind"] == "DaemonSet" and not known:
        nodes = assumed_nodes([*scene, manifest])
    here = live is not None and any(_identity(each) == _identity(manifest) for each in live)
    if here:
        # What is planned happens now, not once the live state has come to rest.
        operations = [{**each, "after": 0} for each in operations]
    applied = () if here else tuple({"op": "apply", "manifests": [each]} for each in scene)
    return Scenario(
        kind=manifest["kind"],
        operations=(*applied, *operations),
        version=version,
        feature_gates=options.feature_gates,
        one_by_one=options.readiness == "one-by-one",
        failing_images=options.failing_images,
        fail_new=options.fail_new,
        nodes=nodes,
        state=tuple(live or ()) if here else None,
        baseline=len(applied),
        workload=_name(manifest),
    )


def _play(scene: Scenario, operation: str, title: str, options: Options) -> WorkloadPlan:
    """Play a scenario and say what came out."""
    with _no_garbage_collection():
        return _played(scene, operation, title, options)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Spare the search for cycles: a large plan makes millions of objects, and each of them is kept."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _played(scene: Scenario, operation: str, title: str, options: Options) -> WorkloadPlan:
    # What a plan's entry points apply has been admitted before; a scenario file's operations have not.
    simulation = Simulation(scene, options.admit, max_rounds=options.max_rounds, max_pods=options.max_pods)
    rounds = tuple(simulation.rounds())
    together = rounds
    if scene.one_by_one:
        # Pods start side by side, however the rounds tell them apart.
        together = tuple(
            Simulation(
                scene._replace(one_by_one=False),
                options.admit,
                max_rounds=options.max_rounds,
                max_pods=options.max_pods,
            ).rounds()
        )
    workload = simulation.workload
    if workload is None:
        reasons = "; ".join(refusal.message for each in rounds for refusal in each.refusals)
        raise ScenarioError("operations", f"no {scene.kind} was created: {reasons}")
    manifest = workload.manifest
    # In a story that begins with the creation every template is new at its time.
    roles, images = _roles(simulation, rounds, plain=operation == "scenario" and scene.state is None)
    steps = build_steps(
        rounds, roles, kind=scene.kind, show_operations=len(scene.operations) - scene.baseline > 1
    )
    was = simulation.initial_manifest
    outcome = judge(simulation, rounds, together, steps, options.pod_startup, options.pod_shutdown)
    notes = list(outcome.notes)
    if (
        scene.kind == "DaemonSet"
        and options.nodes is None
        and scene.nodes is not None
        and operation != "scenario"
    ):
        names = ", ".join(node.name for node in scene.nodes)
        notes.insert(0, f"No nodes were given: planned on {len(scene.nodes)} assumed ones ({names}).")
    return WorkloadPlan(
        kind=scene.kind,
        namespace=_namespace(manifest),
        name=_name(manifest),
        operation=operation,
        title=title,
        differences=tuple(differences(was, manifest)) if was is not None else (),
        strategy=describe_strategy(simulation),
        roles=roles,
        images=images,
        initial=Step(0, -1, "start", None, None, None, None, simulation.initial),
        rounds=rounds,
        steps=tuple(steps),
        summary=outcome.summary,
        hazards=outcome.hazards,
        notes=tuple(notes),
        dns=outcome.dns,
        victims=outcome.victims,
    )


def _roles(
    simulation: Simulation, rounds: Iterable[Round], *, plain: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """Name the revisions that have pods at some time (old, new, or plainly r1, r2), and say which image each runs."""
    workload = simulation.workload
    key = template_key(workload.manifest["spec"]["template"]) if workload is not None else ""
    # Every revision that has pods at some time has some at the end of a round or right after an event.
    revisions = dict.fromkeys(tally.revision for tally in simulation.initial.tallies)
    for each in rounds:
        for event in each.events:
            for tally in event.snapshot.tallies:
                revisions[tally.revision] = None
    seen: dict[str, str] = {}
    newest = None
    for revision in revisions:
        if revision.name is not None:
            seen.setdefault(revision.name, revision.image)
            if revision.key == key:
                newest = revision.name
    names = sorted(seen, key=lambda name: int(name[1:]))
    if len(names) < 2:
        return dict.fromkeys(names, ""), seen
    if plain:
        return {name: name for name in names}, seen
    if len(names) == 2 and newest is not None:
        return {name: "new" if name == newest else "old" for name in names}, seen
    return {name: f"new {name}" if name == newest else name for name in names}, seen


def _what_changed(plan: WorkloadPlan, *, created: bool) -> str:
    """Return the word for what becomes of a workload."""
    if plan.operation == "delete" or (plan.rounds and plan.rounds[-1].status is None):
        return "deleted"
    if created:
        return "created"
    touched = any(
        event.action not in {"operation", "refused"} for each in plan.rounds for event in each.events
    )
    if not touched:
        return "no-rollout" if plan.differences else "none"
    scaling = {"spec.replicas", "spec.ordinals", "spec.ordinals.start"}
    if plan.differences and all(each.field in scaling for each in plan.differences):
        return "scale"
    return "rollout"


def _keep_replicas(was: Manifest, now: Manifest) -> Manifest:
    """Leave the live number of replicas where the manifest says none, as `kubectl apply` does (an autoscaler's work)."""
    spec = now.get("spec")
    live = (was.get("spec") or {}).get("replicas")
    if not isinstance(spec, dict) or "replicas" in spec or live is None or now.get("kind") == "DaemonSet":
        return now
    return {**now, "spec": {**spec, "replicas": live}}


def _pod_deletion(
    operation: Mapping[str, Any], manifest: Manifest, live: list[Manifest] | None
) -> Mapping[str, Any]:
    pod = operation["name"]
    if manifest["kind"] == "DaemonSet":
        for each in live or ():
            if each.get("kind") == "Pod" and _name(each) == pod:
                pod = (each.get("spec") or {}).get("nodeName") or pod
        return {"op": "delete-pod", "node": pod}
    if manifest["kind"] == "StatefulSet" or live is not None:
        return operation
    return {"op": "delete-pod"}


def _image_change(images: Mapping[str, str], manifest: Manifest) -> Mapping[str, Any]:
    """Return one operation for the images of several containers: one command makes one update."""
    if len(images) == 1:
        ((container, image),) = images.items()
        return {"op": "set-image", "container": container, "image": image}
    present = _container_names(manifest)
    unknown = [container for container in images if container not in present]
    if unknown:
        return {"op": "set-image", "container": unknown[0], "image": images[unknown[0]]}
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
    return {"op": "patch", "patch": {"spec": {"template": {"spec": patch}}}}


def assumed_nodes(manifests: Sequence[Manifest]) -> tuple[Node, ...]:
    """Return nodes for a DaemonSet that comes without any: node-1 … node-3, labelled as its nodeSelector wants."""
    labels: dict[str, str] = {"kubernetes.io/os": "linux"}
    for manifest in manifests:
        pod = (((manifest.get("spec") or {}).get("template") or {}).get("spec")) or {}
        labels.update(pod.get("nodeSelector") or {})
    return tuple(
        Node(f"node-{number}", {**labels, "kubernetes.io/hostname": f"node-{number}"})
        for number in range(1, ASSUMED_NODES + 1)
    )


def _live(options: Options) -> list[Manifest] | None:
    if options.state is None:
        return None
    items = list_items(options.state, "state")
    check_state(items, options.admit)
    return items


def _is_workload(manifest: Manifest) -> bool:
    """Tell whether podplan knows the controller of an object; somebody else's kind may have the same name."""
    return manifest.get("apiVersion") == "apps/v1" and manifest.get("kind") in WORKLOADS


def _named(manifest: Manifest) -> Manifest:
    """Give an object that is created by metadata.generateName a name such as the server would."""
    metadata = _metadata(manifest)
    if metadata.get("name") or not isinstance(prefix := metadata.get("generateName"), str):
        return manifest
    return {**manifest, "metadata": {**metadata, "name": f"{prefix}xxxxx"}}


def _impossible(manifest: Manifest, options: Options) -> bool:
    """Tell whether an object cannot be there: the API server would not have taken it."""
    return not _name(manifest) or (options.admit is not None and bool(options.admit(None, manifest)))


def _controlled(manifest: Manifest) -> bool:
    references = _metadata(manifest).get("ownerReferences") or ()
    return any(each.get("controller") for each in references)


def _wanted(manifest: Manifest, options: Options) -> bool:
    if options.workload is None:
        return True
    kind, _, name = options.workload.partition("/")
    return str(manifest.get("kind", "")).lower() == kind.lower() and _name(manifest) == name


def _container_names(manifest: Manifest) -> set[str]:
    pod = (((manifest.get("spec") or {}).get("template") or {}).get("spec")) or {}
    return {str(each.get("name")) for key in ("initContainers", "containers") for each in pod.get(key) or ()}


def _change(
    manifest: Manifest, change: str, refused: tuple[Refusal, ...] = (), commands: tuple[str, ...] = ()
) -> Change:
    return Change(str(manifest.get("kind")), _namespace(manifest), _name(manifest), change, refused, commands)


def _identity(manifest: Manifest) -> tuple[str, str, str]:
    return str(manifest.get("kind")), _namespace(manifest), _name(manifest)


def _namespace(manifest: Manifest) -> str:
    return str(_metadata(manifest).get("namespace") or "default")


def _name(manifest: Manifest) -> str:
    return str(_metadata(manifest).get("name") or "")


def _metadata(manifest: Manifest) -> Manifest:
    """Return the metadata; of an object that nobody has decoded yet it may be anything."""
    found = manifest.get("metadata")
    return found if isinstance(found, dict) else {}
