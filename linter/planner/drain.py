"""Plans of nodes that are drained: of some, or of all in turn.

Unlike other plans they are about all workloads at once, which share nodes and budgets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.int_or_percent import resolve
from linter.kube.suggest import did_you_mean
from linter.planner.autoscalers import autoscalers, settled
from linter.planner.errors import ScenarioError
from linter.planner.incomplete_state import budgets_taken_for_granted, holds
from linter.planner.leap.progression import ends
from linter.planner.model import ObjectId, object_id
from linter.planner.nodes import parse_node, parse_nodes
from linter.planner.objects import live_objects, surroundings
from linter.planner.operations import Cordon, Drain, Instruction, Uncordon
from linter.planner.options import Options
from linter.planner.planning.play import no_garbage_collection, play
from linter.planner.report.drain import describe_drain
from linter.planner.report.outcome import why_stuck
from linter.planner.report.plan import Plan, change_of, describe_workload
from linter.planner.scenario import Scenario, kubernetes_version
from linter.planner.targets import is_wanted, is_workload, require_failing_images, require_wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.planner.model import Manifest, Node
    from linter.planner.report.plan import Change, Command


def drain(
    manifests: Sequence[Manifest], nodes: Sequence[str], parallel: int = 1, options: Options | None = None
) -> Plan:
    """Plan `kubectl drain` of nodes: all are cordoned, then one after another is emptied.

    Args:
        manifests: The workloads and budgets; with a state they may be left out.
        nodes: The names of the nodes.
        parallel: How many are emptied at a time.
        options: The options; the nodes are in its `nodes` or its `state`.

    Raises:
        ScenarioError: A node is not there, there are no workloads, or the options or the state are wrong.
        SimulationLimitError: The simulation does not come to an end.
    """
    options = options or Options()
    if parallel < 1:
        raise ScenarioError("parallel", "must be at least 1")
    known = {each.name for each in _nodes(options)}
    for name in nodes:
        if name not in known:
            raise ScenarioError("nodes", f"there is no node {name}.{did_you_mean(name, known)}")
    names = list(dict.fromkeys(nodes))
    if not names:
        raise ScenarioError("nodes", "name a node")
    cordons = [Instruction(Cordon(name), after=0) for name in names]
    batches = [_drained(batch) for batch in _batches(names, parallel)]
    return _plan(
        "drain", manifests, options, names, [*cordons, *(each for batch in batches for each in batch)]
    )


def upgrade_nodes(
    manifests: Sequence[Manifest], max_unavailable: int | str = 1, options: Options | None = None
) -> Plan:
    """Plan an upgrade of all nodes in turn: some are drained, come back, and the next follow.

    Args:
        manifests: The workloads and budgets; with a state they may be left out.
        max_unavailable: How many nodes may be away at a time, as a number or a percentage (rounded down, at least 1).
        options: The options; the nodes are in its `nodes` or its `state`.

    Raises:
        ScenarioError: There are no workloads, or the number, the options or the state are wrong.
        SimulationLimitError: The simulation does not come to an end.
    """
    options = options or Options()
    names = sorted(each.name for each in _nodes(options))
    try:
        number = resolve(max_unavailable, len(names), round_up=False)
    except ValueError as error:
        raise ScenarioError("max_unavailable", str(error)) from None
    instructions: list[Instruction] = []
    for batch in _batches(names, max(1, number)):
        instructions += _drained(batch)
        instructions += [
            Instruction(Uncordon(name), after=None if index == 0 else 0) for index, name in enumerate(batch)
        ]
    return _plan("upgrade-nodes", manifests, options, names, instructions)


def _batches(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]


def _drained(batch: Sequence[str]) -> list[Instruction]:
    """Return what drains some nodes together, once all is at rest."""
    return [Instruction(Drain(name), after=None if index == 0 else 0) for index, name in enumerate(batch)]


def _nodes(options: Options) -> tuple[Node, ...]:
    """Return the nodes of the options, or of the state.

    Raises:
        ScenarioError: There are none.
    """
    if options.nodes is not None:
        return parse_nodes(options.nodes)
    live = live_objects(options) or ()
    found = tuple(
        parse_node(each, f"state.items[{index}]")
        for index, each in enumerate(live)
        if each.get("kind") == "Node"
    )
    if not found:
        where = "the state holds no nodes" if options.state is not None else "no nodes are given"
        raise ScenarioError(
            "nodes", f"{where}: name a file with Node objects by --nodes, or a --state that has them"
        )
    return found


def _plan(
    command: Command,
    manifests: Sequence[Manifest],
    options: Options,
    names: Sequence[str],
    instructions: Sequence[Instruction],
) -> Plan:
    """Play operations on nodes over all workloads."""
    live = live_objects(options)
    if live is not None and not holds(live, "Pod"):
        raise ScenarioError(
            "state", "holds no pods, so that nobody can tell what is on the nodes: export `pods`, too"
        )
    scalers = autoscalers(manifests)
    changes: list[Change] = []
    workloads: dict[ObjectId, Manifest] = {}
    for each in manifests if live is None else live:
        if not is_workload(each):
            continue
        if live is None and options.admit and (faults := tuple(options.admit(None, each))):
            changes.append(change_of(each, "refused", faults))
        elif (key := object_id(each)).name:
            workloads[key] = each if live is not None else settled(each, scalers.get(key))
    workloads = {key: each for key, each in workloads.items() if _owner(each) not in workloads}
    require_wanted(list(workloads.values()), options)
    if not workloads:
        raise ScenarioError("manifests", "there is no workload on these nodes to plan for")
    first = next(iter(workloads))
    scenario = Scenario(
        kind=first.kind,
        workload=first.name,
        operations=tuple(instructions),
        version=kubernetes_version(options.kubernetes),
        feature_gates=options.feature_gates,
        one_by_one=options.readiness == "one-by-one",
        failing_images=options.failing_images,
        nodes=_nodes(options),
        state=tuple(live) if live is not None else None,
        placement="kube-scheduler",
        objects=tuple(surroundings(manifests, options)),
        workloads=tuple(workloads.values()),
        waits_for_drains=True,
    )
    with no_garbage_collection():
        simulation, rounds = play(scenario, options)
        report = describe_drain(simulation, rounds, names, command)
        if live is not None:
            report = report._replace(notes=(*report.notes, *budgets_taken_for_granted(live, options.listed)))
        planned = []
        moved = {
            event.workload for each in rounds for event in ends(each.events) if event.action != "operation"
        }
        for key, workload in simulation.cluster.workloads.items():
            touched = key in moved
            changes.append(change_of(workload.manifest, "evicted" if touched else "none"))
            if (touched or why_stuck(simulation, workload)) and is_wanted(workload.manifest, options):
                planned.append(
                    describe_workload(simulation, workload, rounds, rounds, command, report.title, options)
                )
    require_failing_images(planned, options)
    return Plan(options.kubernetes, tuple(changes), tuple(planned), report)


def _owner(manifest: Manifest) -> ObjectId | None:
    """Return what controls an object; None if nothing does."""
    _, namespace, _ = object_id(manifest)
    references = manifest["metadata"].get("ownerReferences") or ()
    owner = next((each for each in references if each.get("controller")), None)
    return ObjectId(str(owner.get("kind")), namespace, str(owner.get("name"))) if owner else None
