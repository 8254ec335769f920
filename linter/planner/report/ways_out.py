"""The way out for a workload whose pods find no node: what is offered has been played from there, and it completes."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.pod_resources import pod_requests
from linter.kube.quantities import Quantity
from linter.kube.scheduling import matches_node, tolerated
from linter.planner import kubectl
from linter.planner.errors import OperationError, SimulationLimitError
from linter.planner.operations import AddNode, Instruction, LabelNode, Patch, Scale, Undo
from linter.planner.scheduler.pod_info import whole_units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.planner.controllers.base import Controller
    from linter.planner.model import Manifest, Node
    from linter.planner.operations import Operation
    from linter.planner.scenario import Scenario
    from linter.planner.simulate import Simulation

_MOST_ROUNDS = 100
"""A rollout that still goes on after so many more rounds counts as one that completes."""

_MOST_NODES = 50
"""Nobody adds more nodes than that for one workload."""

_MOST_PODS = 1_000
"""Of a workload with more pods only the first way out is tried: each try plays all of it."""

_HASH = "pod-template-hash"

_LAST_RESORT = "last resort"
"""The topic of what is worth a word only where nothing else helps."""


class WaysOut(NamedTuple):
    """What helps a workload: as kubectl commands, and in words where it is no command."""

    commands: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


class _Attempt(NamedTuple):
    """Something that might help.

    Attributes:
        scenario: The scenario with it.
        command: It as a kubectl command, or "".
        sentence: Or in words.
        topic: Of several on one topic the first that helps is enough.
    """

    scenario: Scenario
    topic: str
    command: str = ""
    sentence: str = ""


def ways_out(simulation: Simulation, workload: Controller) -> WaysOut:
    """Return what lets a workload come to what its manifest says.

    Args:
        simulation: A simulation at whose end pods find no node.
        workload: The workload.
    """
    helping: dict[str, _Attempt] = {}
    attempts = _attempts(simulation, workload)
    for each in islice(attempts, 1) if workload.desired > _MOST_PODS else attempts:
        needless = each.topic in helping or (each.topic == _LAST_RESORT and helping)
        if not needless and _completes(simulation, each.scenario):
            helping[each.topic] = each
    return WaysOut(
        tuple(each.command for each in helping.values() if each.command),
        tuple(each.sentence for each in helping.values() if each.sentence),
    )


def _completes(simulation: Simulation, scenario: Scenario) -> bool:
    """Play a scenario; tell whether the workload comes to what its manifest says, or is on its way there."""
    attempt = simulation.again(scenario, more_rounds=_MOST_ROUNDS)
    try:
        for _ in attempt.rounds():
            pass
    except OperationError:
        return False
    except SimulationLimitError:
        return True
    workload = attempt.workload
    return workload is not None and workload.stuck() is None and not list(workload.unscheduled_pods())


def _attempts(simulation: Simulation, workload: Controller) -> Iterator[_Attempt]:
    for patch, why in _patches(workload):
        yield _patch(simulation, workload, patch, why)
    yield from _labelled(simulation, workload)
    yield from _more_nodes(simulation, workload)
    yield from _last_resorts(simulation, workload)


def _last_resorts(simulation: Simulation, workload: Controller) -> Iterator[_Attempt]:
    target = kubectl.target(workload.id)
    if workload.describe_strategy().type == "RollingUpdate" and workload.id.kind == "Deployment":
        recreate = {"spec": {"strategy": {"type": "Recreate", "rollingUpdate": None}}}
        why = "all old pods go before new ones come: an outage"
        yield _patch(simulation, workload, recreate, why)._replace(topic=_LAST_RESORT)
    fitting = workload.snapshot().total - sum(pods.number for pods in workload.unscheduled_pods())
    if workload.id.kind != "DaemonSet" and 0 < fitting < workload.desired:
        yield _Attempt(
            _then(simulation, workload, Scale(fitting)),
            _LAST_RESORT,
            f"kubectl scale {target} --replicas={fitting}  # so many fit",
        )
    if workload.id.kind != "ReplicaSet":
        yield _Attempt(
            _then(simulation, workload, Undo()),
            _LAST_RESORT,
            f"kubectl rollout undo {target}  # back to a template whose pods fit",
        )


# Other manifests.


def _patch(simulation: Simulation, workload: Controller, patch: Manifest, why: str) -> _Attempt:
    text = json.dumps(patch)
    return _Attempt(
        _then(simulation, workload, Patch(patch)),
        text,
        f"kubectl patch {kubectl.target(workload.id)} -p '{text}'  # {why}",
    )


def _patches(workload: Controller) -> Iterator[tuple[Manifest, str]]:
    """Yield strategic merge patches that might help, with what they do."""
    strategy = workload.describe_strategy()
    numbers = {each.field: each.value for each in strategy.numbers}
    kind, spec = workload.id.kind, workload.manifest["spec"]
    field = "strategy" if kind == "Deployment" else "updateStrategy"
    if kind in {"Deployment", "DaemonSet"} and numbers.get("maxSurge"):
        rolling = {"maxSurge": 0, "maxUnavailable": max(1, numbers.get("maxUnavailable", 0))}
        yield {"spec": {field: {"rollingUpdate": rolling}}}, "an old pod goes before a new one comes"
    if kind != "Deployment":
        return
    if constraints := _with_label_keys(spec["template"]["spec"].get("topologySpreadConstraints") or ()):
        spreading = {"topologySpreadConstraints": constraints}
        yield {"spec": {"template": {"spec": spreading}}}, "new pods are spread among themselves"
    rules = (spec["template"]["spec"].get("affinity") or {}).get("podAntiAffinity") or {}
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    if terms := _with_label_keys(rules.get(required) or ()):
        apart = {"affinity": {"podAntiAffinity": {required: terms}}}
        yield {"spec": {"template": {"spec": apart}}}, "a new pod may stand beside an old one"


def _with_label_keys(rules: Any) -> list[Manifest]:
    """Return rules on other pods so that they mean those of the same ReplicaSet; none where all do that already."""
    if all(_HASH in (each.get("matchLabelKeys") or ()) for each in rules):
        return []
    return [{**each, "matchLabelKeys": [*(each.get("matchLabelKeys") or ()), _HASH]} for each in rules]


def _then(simulation: Simulation, workload: Controller, *operations: Operation) -> Scenario:
    """Return a scenario at whose end something else is done to a workload or to nodes."""
    kind, _, name = workload.id
    scenario = simulation.scenario
    more = tuple(Instruction(each) for each in operations)
    return scenario._replace(kind=kind, workload=name, operations=(*scenario.operations, *more))


# Other nodes.


def _labelled(simulation: Simulation, workload: Controller) -> Iterator[_Attempt]:
    """Yield that nodes get the labels which the pods ask for, where no node has them."""
    wanted: dict[str, str] = workload.manifest["spec"]["template"]["spec"].get("nodeSelector") or {}
    nodes = list(simulation.cluster.nodes.values())
    missing = {
        key: value for key, value in wanted.items() if all(node.labels.get(key) != value for node in nodes)
    }
    if missing:
        labelled = [LabelNode(node.name, missing) for node in nodes]
        text = " ".join(f"{key}={value}" for key, value in missing.items())
        yield _Attempt(
            _then(simulation, workload, *labelled),
            "labels",
            f"kubectl label nodes NODE {text}  # each node that may take these pods",
        )


def _more_nodes(simulation: Simulation, workload: Controller) -> Iterator[_Attempt]:
    """Yield more nodes like the largest that may take the pods, and large enough for one: a single one first."""
    spec = workload.manifest["spec"]["template"]["spec"]
    suitable = [node for node in simulation.cluster.nodes.values() if _is_suitable(node, spec)]
    if not suitable:
        return
    like = max(suitable, key=lambda each: (each.allocatable or {}).get("cpu", 0))
    node = _large_enough(like, spec)
    waiting = sum(pods.number for pods in workload.unscheduled_pods())
    noun = f"like {node.name}{_size(node)}" if node is like else f"with {_amounts(node)}"
    for number in sorted({1, waiting, workload.desired}):
        if number > _MOST_NODES:
            return
        names = [f"another-{node.name}-{index}" for index in range(number)]
        new = [
            AddNode(node._replace(name=name, labels={**node.labels, "kubernetes.io/hostname": name}))
            for name in names
        ]
        how_many = f"One more node {noun} is" if number == 1 else f"{number} more nodes {noun} are"
        yield _Attempt(_then(simulation, workload, *new), "nodes", sentence=f"{how_many} enough.")


def _large_enough(node: Node, spec: Manifest) -> Node:
    """Return a node that a pod fits on: it, or a larger one like it."""
    wanted = whole_units(pod_requests(spec))
    room = node.allocatable
    if room is None or all(room.get(name, 0) >= amount for name, amount in wanted.items()):
        return node
    larger = {name: max(room.get(name, 0), wanted.get(name, 0)) for name in {**room, **wanted}}
    return node._replace(allocatable=larger)


def _is_suitable(node: Node, spec: Manifest) -> bool:
    """Tell whether a node takes new pods, and pods of a template in particular."""
    tolerations = spec.get("tolerations") or ()
    return (
        not node.unschedulable
        and not node.is_dead
        and matches_node(spec, node.name, node.labels)
        and all(
            taint.get("effect") == "PreferNoSchedule" or tolerated(taint, tolerations)
            for taint in node.taints
        )
    )


def _size(node: Node) -> str:
    """Return what pods may request on a node, in brackets; "" where nobody says it."""
    return f" ({_amounts(node)})" if node.allocatable is not None else ""


def _amounts(node: Node) -> str:
    room = node.allocatable or {}
    amounts = (
        ("cpu", Quantity(room.get("cpu", 0) * 10**6)),
        ("memory", Quantity(room.get("memory", 0) * 10**9, "BinarySI")),
    )
    return ", ".join(f"{name} {amount}" for name, amount in amounts if amount.nanos)
