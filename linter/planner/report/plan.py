"""A plan: what becomes of every object of the input, and step by step of every workload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, assert_never

from linter.kube.kinds import is_builtin
from linter.planner.leap.progression import ends
from linter.planner.model import images_of, object_id
from linter.planner.report.differences import Difference, differences
from linter.planner.report.outcome import assess
from linter.planner.report.steps import Listing, Step, build_steps
from linter.planner.revisions import template_key
from linter.planner.rounds import NOTHING_YET
from linter.planner.scheduler.base import knows_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linter.planner.assessment import Effect, Hazard, Strategy
    from linter.planner.controllers.base import Controller
    from linter.planner.model import Manifest, NamedPod, ObjectId, PodsOnNode, Revision
    from linter.planner.options import Options
    from linter.planner.refusal import Refusal
    from linter.planner.report.drain import DrainReport
    from linter.planner.report.outcome import Summary
    from linter.planner.rounds import Round
    from linter.planner.simulate import Simulation

Command = Literal[
    "create", "update", "scale", "set-image", "restart", "undo", "delete", "delete-pod", "scenario", "drain",
    "upgrade-nodes",
]  # fmt: skip
"""What a plan can be asked for: `podplan plan COMMAND`, `linter.plan(COMMAND, …)`."""


def keeps_pods(command: Command) -> bool:
    """Tell whether a command sets out from the pods that it wants to keep: only then is there a floor."""
    match command:
        case "update" | "set-image" | "restart" | "undo":
            return True
        case "create" | "scale" | "delete" | "delete-pod" | "scenario" | "drain" | "upgrade-nodes":
            return False
        case _:
            assert_never(command)


Word = Literal[
    "created", "deleted", "rollout", "scale", "no-rollout", "evicted", "unknown", "none", "refused"
]
"""What becomes of an object."""


class Change(NamedTuple):
    """What becomes of one object of the input.

    Attributes:
        kind: Its kind.
        namespace: Its namespace; "" where it is in none, and where nobody can know it: a custom resource that names none.
        name: Its name.
        change: What becomes of it.
        refused: Why the API server refuses it.
        commands: What to do instead, as kubectl commands, if it is refused and there is a way.
        effects: What it does to pods, if it is none of the workloads and changes.
        differences: What changes of it, if it has no plan of its own.
        apply_set: The folder of the kustomization that builds it; "" where there is none.
    """

    kind: str
    namespace: str
    name: str
    change: Word
    refused: tuple[Refusal, ...] = ()
    commands: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    differences: tuple[Difference, ...] = ()
    apply_set: str = ""


class WorkloadPlan(NamedTuple):
    """What will happen to one workload.

    Attributes:
        kind: Its kind.
        namespace: Its namespace.
        name: Its name.
        operation: The command.
        title: The operation in plain words.
        differences: What the operation changes.
        strategy: The numbers in force, as written and as resolved.
        roles: What each revision is called in the texts: "old", "new", "r3", or "".
        images: The first container's image of each revision.
        initial: The pods before the first step.
        initial_pods: The same one by one, where they have an identity.
        workload: What tells the workload from others in `rounds`.
        rounds: What the simulation wrote down.
        steps: What happens, one by one.
        summary: How it ends, and what is guaranteed on the way.
        hazards: What may hurt.
        notes: What was assumed, and what is worth knowing.
        dns: A StatefulSet's pods, as DNS names.
        victims: For live ReplicaSets: pods, with the reason, in the order in which a scale-down deletes them.
        apply_set: The folder of the kustomization that builds it; "" where there is none.
        on_nodes: Where the pods are before the first round and after each; None where nobody asks, or nodes are not known.
    """

    kind: str
    namespace: str
    name: str
    operation: Command
    title: str
    differences: tuple[Difference, ...]
    strategy: Strategy
    roles: Mapping[str, str]
    images: Mapping[str, str]
    initial: Step
    initial_pods: Sequence[NamedPod]
    workload: ObjectId
    rounds: Sequence[Round]
    steps: Sequence[Step]
    summary: Summary
    hazards: tuple[Hazard, ...]
    notes: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    victims: tuple[tuple[str, str], ...] = ()
    apply_set: str = ""
    on_nodes: tuple[tuple[PodsOnNode, ...], ...] | None = None

    @property
    def deletes(self) -> bool:
        """Whether the object is gone in the end."""
        if self.operation == "delete":
            return True
        if not self.rounds:
            return False
        record = self.rounds[-1].records.get(self.workload)
        return record is None or record.status is None

    @property
    def all_images(self) -> set[str]:
        """The images of all containers of the pods that are there at some time."""
        snapshots = [self.initial.snapshot, *(step.snapshot for step in ends(self.steps))]
        revisions = {tally.revision for snapshot in snapshots for tally in snapshot.tallies}
        return {image for revision in revisions for image in images_of(revision.template)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen to every object of the input.

    Attributes:
        kubernetes: The version that was planned for.
        changes: One for each object.
        workloads: One for each workload that has something to plan, in the same order.
        drain: What becomes of nodes that are drained, for the commands that do so.
    """

    kubernetes: str
    changes: tuple[Change, ...]
    workloads: tuple[WorkloadPlan, ...]
    drain: DrainReport | None = None

    @property
    def completes(self) -> bool:
        """Whether nothing is refused and nothing gets stuck."""
        if self.drain is not None and not self.drain.completes:
            return False
        return all(each.change != "refused" for each in self.changes) and all(
            each.summary.completes for each in self.workloads
        )


def of_apply_sets(plans: Iterable[tuple[str, Plan]], kubernetes: str) -> Plan:
    """Return the plans of several apply sets as one.

    Args:
        plans: The plans, each behind the name of its apply set: "" for files that no kustomization uses.
        kubernetes: The version that was planned for.
    """
    changes: list[Change] = []
    workloads: list[WorkloadPlan] = []
    for name, plan in plans:
        changes += (each._replace(apply_set=name) for each in plan.changes)
        workloads += (each._replace(apply_set=name) for each in plan.workloads)
    return Plan(kubernetes, tuple(changes), tuple(workloads))


def change_of(
    manifest: Manifest, change: Word, refused: tuple[Refusal, ...] = (), commands: tuple[str, ...] = ()
) -> Change:
    """Say what becomes of an object."""
    kind, namespace, name = object_id(manifest)
    if not is_builtin(str(manifest.get("apiVersion") or "")) and not _names_namespace(manifest):
        namespace = ""
    return Change(kind, namespace, name, change, refused, commands)


def _names_namespace(manifest: Manifest) -> bool:
    metadata = manifest.get("metadata")
    return isinstance(metadata, dict) and bool(metadata.get("namespace"))


def word_for_change(plan: WorkloadPlan, *, created: bool) -> Word:
    """Return the word for what becomes of a workload."""
    if plan.deletes:
        return "deleted"
    if created:
        return "created"
    touched = any(
        event.action not in {"operation", "refused"}
        for each in ends(plan.rounds)
        for event in ends(each.events_of(plan.workload))
    )
    if not touched:
        return "no-rollout" if plan.differences else "none"
    scaling = {"spec.replicas", "spec.ordinals", "spec.ordinals.start"}
    if plan.differences and all(each.field in scaling for each in plan.differences):
        return "scale"
    return "rollout"


def describe_workload(
    simulation: Simulation,
    workload: Controller,
    rounds: Sequence[Round],
    together: Sequence[Round],
    command: Command,
    title: str,
    options: Options,
) -> WorkloadPlan:
    """Say what happened to a workload in a simulation that has been played.

    Args:
        simulation: The simulation.
        workload: The workload.
        rounds: What the simulation wrote down.
        together: The same with all pods becoming Ready together.
        command: What was asked for.
        title: The operation in plain words.
        options: Of these, how long pods take, and whether to say where they are.
    """
    scenario = simulation.scenario
    # In a story that begins with the creation every template is new at its time.
    plain = command == "scenario" and scenario.state is None
    revisions = _revisions_with_pods(simulation, workload, rounds)
    roles = _roles(revisions, template_key(workload.manifest["spec"]["template"]), plain=plain)
    listing = Listing(
        workload.id,
        roles,
        workload.target_is_node,
        # What a command does to nodes shows in what it does to pods.
        show_operations=command == "scenario" and len(scenario.operations) > 1,
    )
    steps = build_steps(rounds, listing)
    images: dict[str, str] = {}
    for name, revision in revisions:
        images.setdefault(name, revision.image)
    outcome = assess(simulation, workload, rounds, together, steps, options.pod_startup, options.pod_shutdown)
    start = simulation.starts.get(workload.id, NOTHING_YET)
    was = start.manifest
    return WorkloadPlan(
        *object_id(workload.manifest),
        operation=command,
        title=title,
        differences=tuple(differences(was, workload.manifest)) if was is not None else (),
        strategy=workload.describe_strategy(),
        roles=roles,
        images=images,
        initial=Step(
            0,
            -1,
            "start",
            None,
            None,
            None,
            None,
            start.snapshot,
            unschedulable={each.name or "": number for each, number in start.unschedulable.items()},
        ),
        initial_pods=start.pods,
        workload=workload.id,
        rounds=rounds,
        steps=steps,
        summary=outcome.summary,
        hazards=outcome.hazards,
        notes=outcome.notes,
        dns=tuple(workload.dns_names()),
        victims=start.ranking,
        on_nodes=(start.on_nodes, *(each.on_nodes.get(workload.id, ()) for each in rounds))
        if options.by_node and knows_nodes(simulation.cluster, workload)
        else None,
    )


def _revisions_with_pods(
    simulation: Simulation, workload: Controller, rounds: Sequence[Round]
) -> list[tuple[str, Revision]]:
    """Return (name, revision) of those that have pods at some time, in the order in which they get some."""
    # Every revision that has pods at some time has some at the end of a round or right after an event.
    revisions = dict.fromkeys(
        tally.revision for tally in simulation.starts.get(workload.id, NOTHING_YET).snapshot.tallies
    )
    for each in ends(rounds):
        for event in ends(each.events_of(workload.id)):
            for tally in event.snapshot.tallies:
                revisions[tally.revision] = None
    return [(revision.name, revision) for revision in revisions if revision.name is not None]


def _roles(revisions: Iterable[tuple[str, Revision]], current: str, *, plain: bool) -> dict[str, str]:
    """Say what each revision is called: old, new, or plainly r1, r2.

    Args:
        revisions: Revisions by name.
        current: The key of the workload's template.
        plain: Call them by their names.
    """
    newest = None
    for name, revision in revisions:
        if revision.key == current:
            newest = name
    names = sorted({name for name, _ in revisions}, key=lambda name: int(name[1:]))
    if len(names) < 2:
        return dict.fromkeys(names, "")
    if plain:
        return {name: name for name in names}
    if len(names) == 2 and newest is not None:
        return {name: "new" if name == newest else "old" for name in names}
    return {name: f"new {name}" if name == newest else name for name in names}
