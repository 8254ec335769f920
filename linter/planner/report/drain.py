"""What becomes of nodes that are drained, and how far the workloads on them are disrupted."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from linter.kube.kinds import is_builtin
from linter.planner.model import ObjectId, object_id
from linter.planner.operations import Drain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from linter.planner.cluster import Cluster
    from linter.planner.controllers.base import Controller
    from linter.planner.model import Manifest
    from linter.planner.report.plan import Command
    from linter.planner.rounds import Round
    from linter.planner.simulate import Simulation


class NodeDrain(NamedTuple):
    """A node that is drained.

    Attributes:
        node: Its name.
        evicted: How many pods were evicted from it.
        left: How many are still there in the end.
        started: In which wave its drain begins, counted from 1; None if it never does.
        emptied: In which wave its last pod is gone; None if it never is.
        reason: What keeps the pods that are left there.
    """

    node: str
    evicted: int
    left: int
    started: int | None
    emptied: int | None
    reason: str = ""


class Disrupted(NamedTuple):
    """A workload with pods on nodes that are drained.

    Attributes:
        workload: The workload.
        evicted: How many of its pods were evicted.
        desired: How many it wants.
        min_ready: The fewest that are Ready at any time.
        budgets: The names of the budgets over its pods.
        below_budget: For how many waves fewer pods are healthy than one of them needs.
        at_zero: For how many waves no pod is Ready.
    """

    workload: ObjectId
    evicted: int
    desired: int
    min_ready: int
    budgets: tuple[str, ...]
    below_budget: int
    at_zero: int


class DrainReport(NamedTuple):
    """What becomes of nodes that are drained.

    Attributes:
        title: What was asked for, in plain words.
        nodes: The nodes, in the order in which they are drained.
        workloads: The workloads whose pods are evicted, the most disrupted first.
        waves: How often all has to wait for pods to go or to become Ready.
        warnings: What `kubectl drain` asks a flag for, and says.
        command: What to type, with the flags that it takes.
        notes: What was taken for granted, and whose pods the plan leaves out.
    """

    title: str
    nodes: tuple[NodeDrain, ...]
    workloads: tuple[Disrupted, ...]
    waves: int
    warnings: tuple[str, ...]
    command: str
    notes: tuple[str, ...] = ()

    @property
    def completes(self) -> bool:
        """Whether all nodes are emptied."""
        return all(each.emptied is not None for each in self.nodes)


def describe_drain(
    simulation: Simulation, rounds: Sequence[Round], names: Sequence[str], command: Command
) -> DrainReport:
    """Say what became of nodes in a simulation that has been played.

    Args:
        simulation: The simulation.
        rounds: What it wrote down.
        names: The nodes that were to be drained, in order.
        command: What was asked for.
    """
    cluster = simulation.cluster
    count = "1 node" if len(names) == 1 else f"{len(names)} nodes"
    few = command == "drain" and len(names) <= _MOST_NAMES
    verb = "drain" if command == "drain" else "upgrade"
    title = f"{verb} {', '.join(names) if few else count}"
    evicted = cluster.disruptions.evicted
    disrupted = [
        _disrupted(
            simulation, workload, rounds, sum(n for (_, key), n in evicted.items() if key == workload.id)
        )
        for workload in cluster.workloads.values()
        if any(key == workload.id for _, key in evicted)
    ]
    disrupted.sort(key=lambda each: (-each.at_zero, -each.below_budget, -each.evicted))
    warnings, flags = _warnings(cluster)
    nodes = tuple(_nodes(cluster, rounds, names))
    waves = sum(1 for each in rounds if _is_wave(each))
    return DrainReport(
        title,
        nodes,
        tuple(disrupted),
        max(waves, *(each.emptied or 0 for each in nodes)),
        tuple(warnings),
        " ".join(["kubectl drain", *(names if few else ["NODE"]), *flags]),
        tuple(_left_out(cluster)),
    )


_MOST_NAMES = 5
"""A title and a command name no more nodes than that."""


def _is_wave(round_: Round) -> bool:
    """Tell whether time passes before a round: pods go, or become Ready."""
    return bool(round_.gone or round_.ready)


def _nodes(cluster: Cluster, rounds: Sequence[Round], names: Sequence[str]) -> Iterator[NodeDrain]:
    started: dict[str, int] = {}
    emptied: dict[str, int] = {}
    wave = 0
    for each in rounds:
        wave += _is_wave(each)
        operation = each.instruction.operation if each.instruction is not None else None
        if isinstance(operation, Drain):
            started[operation.name] = wave + 1
        for name in started:
            if name not in emptied and name not in each.draining:
                emptied[name] = wave
    left = cluster.disruptions.not_drained(cluster)
    for name in started:
        if name not in emptied and name not in left:
            # The last to go were pods that no workload keeps, which makes no round.
            emptied[name] = wave + 1
    for name in names:
        number = sum(amount for (node, _), amount in cluster.disruptions.evicted.items() if node == name)
        reason = ""
        if name in left:
            reason = "; ".join(
                dict.fromkeys(_why(each.budgets) for each in cluster.disruptions.blocked if each.node == name)
            )
        elif name not in started:
            reason = "the nodes before it are never empty"
        yield NodeDrain(name, number, left.get(name, 0), started.get(name), emptied.get(name), reason)


def _why(budgets: tuple[str, ...]) -> str:
    if len(budgets) == 1:
        return f"the budget {budgets[0]} allows no eviction"
    return f"the budgets {' and '.join(budgets)} are about the same pods, which the eviction API refuses"


def _disrupted(
    simulation: Simulation, workload: Controller, rounds: Sequence[Round], evicted: int
) -> Disrupted:
    disruptions = simulation.cluster.disruptions
    statuses = disruptions.statuses(simulation.cluster)
    template = workload.manifest["spec"]["template"]
    counted = disruptions.counted(workload)
    budgets = tuple(
        name
        for name, budget in zip(statuses, disruptions.budgets, strict=True)
        if budget.selects(workload.id.namespace, template) or budget in counted
    )
    key = workload.id

    def ready(round_: Round) -> int:
        return round_.records[key].snapshot.ready

    def is_below(round_: Round) -> bool:
        found = [round_.budgets[name] for name in budgets]
        return any(each.current_healthy < each.desired_healthy for each in found)

    return Disrupted(
        key,
        evicted,
        workload.desired,
        min(map(ready, rounds)),
        budgets,
        _lasting(rounds, is_below),
        _lasting(rounds, lambda each: ready(each) == 0 and workload.desired > 0),
    )


def _lasting(rounds: Sequence[Round], holds: Callable[[Round], bool]) -> int:
    """Count the waves that something lasts for: it holds when they begin. In the end it may hold for ever."""
    return sum(holds(before) for before, after in pairwise(rounds) if _is_wave(after))


def _warnings(cluster: Cluster) -> tuple[list[str], list[str]]:
    """Return what `kubectl drain` warns of, and the flags that it takes."""
    workloads = cluster.workloads
    evicted = {key for _, key in cluster.disruptions.evicted}
    daemons = [_name(key) for key, each in workloads.items() if key.kind == "DaemonSet" and each.desired]
    local = [
        _name(key)
        for key, each in workloads.items()
        if key in evicted and _has_empty_dir(each.manifest["spec"]["template"]["spec"])
    ]
    others = cluster.disruptions.evicted_bystanders
    local += [_name(object_id(each)) for each in others if _has_empty_dir(each.get("spec") or {})]
    alone = [
        _name(object_id(each))
        for each in others
        if not any(owner.get("controller") for owner in each["metadata"].get("ownerReferences") or ())
    ]
    warnings, flags = [], []
    for names, text, flag in (
        (daemons, "ignoring DaemonSet-managed Pods", "--ignore-daemonsets"),
        (local, "deleting Pods with local storage", "--delete-emptydir-data"),
        (alone, "deleting Pods that declare no controller", "--force"),
    ):
        if names:
            warnings.append(f"{text}: {', '.join(names)}")
            flags.append(flag)
    return warnings, flags


def _left_out(cluster: Cluster) -> Iterator[str]:
    """Yield whose evicted pods do not come back in the plan: those that no simulated controller keeps."""
    owners = Counter(
        (
            str(owner.get("apiVersion")),
            ObjectId(str(owner.get("kind")), object_id(each).namespace, str(owner.get("name"))),
        )
        for each in cluster.disruptions.evicted_bystanders
        for owner in each["metadata"].get("ownerReferences") or ()
        if owner.get("controller")
    )
    for (version, key), number in owners.items():
        verb = "play" if is_builtin(version) else "know"
        pods = "1 pod" if number == 1 else f"{number} pods"
        yield (
            f"{key.kind} {_name(key)} loses {pods}: podplan does not {verb} its controller, and leaves out what comes instead."
        )


def _has_empty_dir(spec: Manifest) -> bool:
    return any(each.get("emptyDir") is not None for each in spec.get("volumes") or ())


def _name(key: ObjectId) -> str:
    """Return what stands for an object in a sentence: default/web."""
    return f"{key.namespace}/{key.name}"
