"""What may go otherwise than a plan shows, since it hangs on what no plan knows or plays: volumes, probes, listeners, nodes.

Each is named after the rule that says the same of the manifest (`podplan explain RULE`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.hooks import outlasts
from linter.kube.node_sharing import holder_of, pinned_to_one_node, taken_ports
from linter.kube.pods import long_running
from linter.kube.probes import killed_before_ready, spelled
from linter.kube.scheduling import matches_node, tolerated
from linter.kube.selectors import matches_labels
from linter.planner.assessment import Hazard
from linter.planner.model import ObjectId, object_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.planner.assessment import Stuck
    from linter.planner.controllers.base import Controller
    from linter.planner.model import Manifest, Node, Snapshot
    from linter.planner.simulate import Simulation

CAVEATS = frozenset(
    {
        "grace-period-too-short", "host-network-surge", "host-port-surge", "liveness-kills-slow-start", "no-revision-history",
        "read-write-once-handover", "service-without-readiness",
    }
)  # fmt: skip
"""The rules that they are named after."""


def caveats(
    simulation: Simulation, workload: Controller, moments: Sequence[Snapshot], stuck: Stuck | None
) -> Iterator[Hazard]:
    """Yield what may hurt a workload although its plan does not show it.

    Args:
        simulation: It, played to its end.
        workload: The workload.
        moments: Its pods, before the first step and after each.
        stuck: Why the plan is stuck, if it is.
    """
    spec = workload.manifest["spec"]["template"]["spec"]
    if any(each.terminating for each in moments):
        yield from _cut_off(spec)
    if workload.deleted:
        return
    if any(tally.waiting for each in moments for tally in each.tallies):
        yield from _killed(spec)
    if not any(_are_beside_each_other(each) for each in moments):
        return
    yield from _no_way_back(workload)
    if stuck is not None:
        return
    objects = {
        object_id(each): each for each in (*(simulation.scenario.state or ()), *simulation.scenario.objects)
    }
    yield from _unguarded(workload, objects.values())
    strategy = {each.field: each.value for each in workload.describe_strategy().numbers}
    keeps_all = workload.id.kind == "Deployment" and strategy.get("maxUnavailable") == 0
    surges = strategy.get("maxSurge", 0) > 0 and (keeps_all or workload.id.kind == "DaemonSet")
    if surges:
        yield from _same_network(spec, workload, simulation)
    if workload.id.kind == "Deployment" and strategy.get("maxUnavailable", 0) < workload.desired:
        yield from _volume_elsewhere(workload, objects, simulation)


def _are_beside_each_other(moment: Snapshot) -> bool:
    """Tell whether pods of two templates run at once."""
    return sum(1 for tally in moment.tallies if tally.ready + tally.waiting) > 1


def _cut_off(spec: Manifest) -> Iterator[Hazard]:
    grace = spec.get("terminationGracePeriodSeconds", 30)
    for container in long_running(spec):
        seconds = outlasts((container.get("lifecycle") or {}).get("preStop") or {}, grace)
        if seconds is not None:
            yield Hazard(
                "grace-period-too-short",
                "warning",
                f"The preStop hook of {container['name']} waits {seconds:g} s, and a pod has {grace} s to stop"
                " (terminationGracePeriodSeconds): pods that go are killed without time to shut down.",
            )


def _killed(spec: Manifest) -> Iterator[Hazard]:
    for container in long_running(spec):
        if (killed := killed_before_ready(container)) is not None:
            yield Hazard(
                "liveness-kills-slow-start",
                "warning",
                f"The {killed.name} of {container['name']} gives up after {killed.given_up} s ({spelled(killed.probe)}) and"
                f" the container is restarted, but the readinessProbe expects no answer before {killed.expected} s: unless it"
                f" starts faster than that, no new pod becomes Ready. In the template, {killed.remedy}.",
            )


def _no_way_back(workload: Controller) -> Iterator[Hazard]:
    if workload.manifest["spec"].get("revisionHistoryLimit") == 0:
        yield Hazard(
            "no-revision-history",
            "warning",
            "revisionHistoryLimit is 0: once this is complete, `kubectl rollout undo` has nothing to go back to.",
        )


def _unguarded(workload: Controller, objects: Iterable[Manifest]) -> Iterator[Hazard]:
    template = workload.manifest["spec"]["template"]
    spec, labels = template["spec"], (template.get("metadata") or {}).get("labels") or {}
    if spec.get("readinessGates") or any(
        {"readinessProbe", "startupProbe"} & each.keys() for each in long_running(spec)
    ):
        return
    for each in objects:
        selector = (each.get("spec") or {}).get("selector")
        if (
            (each.get("apiVersion"), each.get("kind")) == ("v1", "Service")
            and object_id(each).namespace == workload.id.namespace
            and selector
            and matches_labels(selector, labels)
            and not each["spec"].get("publishNotReadyAddresses")
        ):
            yield Hazard(
                "service-without-readiness",
                "info",
                f"Nothing says when a pod can answer: the Service {object_id(each).name} sends requests to each new one as soon"
                " as its process runs, and an old one goes at that moment. Add a readinessProbe.",
            )
            return


def _same_network(spec: Manifest, workload: Controller, simulation: Simulation) -> Iterator[Hazard]:
    """Yield that old and new pods may not stand beside each other on a node."""
    ports = list(taken_ports(spec))
    if not ports and spec.get("hostNetwork"):
        yield Hazard(
            "host-network-surge",
            "info",
            "New pods start beside old ones in the network of the node: if both listen on the same port, the new one fails while"
            " the old one has it, and the update never ends. Write maxSurge 0 and maxUnavailable 1.",
        )
    elif ports and simulation.cluster.scheduler is None:
        needed = workload.desired + 1
        yield Hazard(
            "host-port-surge",
            "warning",
            f"Port {ports[0]} of the node can be taken once on each node: the update needs {needed} nodes to start the first new"
            " pod, and stands still on fewer. Name the nodes (--nodes), or write maxUnavailable 1.",
        )


def _volume_elsewhere(
    workload: Controller, objects: dict[ObjectId, Manifest], simulation: Simulation
) -> Iterator[Hazard]:
    """Yield that a new pod may come to another node than the one that has its ReadWriteOnce volume.

    The attach-detach controller refuses it there (Multi-Attach error) as long as an old pod uses the volume; whether it does
    hangs on the storage, and where the pod comes to on more than labels and room.
    """
    template = workload.manifest["spec"]["template"]
    spec, labels = template["spec"], (template.get("metadata") or {}).get("labels") or {}
    nodes = simulation.first_nodes if simulation.cluster.scheduler is not None else ()
    only_one = nodes and sum(1 for node in nodes if _may_run(spec, node)) < 2
    if only_one or pinned_to_one_node(spec, labels):
        return
    for volume in spec.get("volumes") or ():
        name = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        claim = objects.get(ObjectId("PersistentVolumeClaim", workload.id.namespace, str(name)))
        if claim is None or holder_of((claim.get("spec") or {}).get("accessModes")) != "node":
            continue
        if _stays_on_its_node(claim, objects):
            continue
        advice = (
            "use strategy Recreate"
            if workload.desired == 1
            else "use a StatefulSet, or a ReadWriteMany claim"
        )
        yield Hazard(
            "read-write-once-handover",
            "warning",
            f"The claim {name} is ReadWriteOnce, and old pods keep its volume until new ones are Ready: one that comes to another"
            " node waits for it for ever (Multi-Attach error), unless the storage lets several nodes have it. To be safe,"
            f" {advice}.",
        )


def _may_run(spec: Manifest, node: Node) -> bool:
    repelled = any(
        taint.get("effect") != "PreferNoSchedule" and not tolerated(taint, spec.get("tolerations") or ())
        for taint in node.taints
    )
    return not repelled and not node.unschedulable and matches_node(spec, node.name, node.labels)


def _stays_on_its_node(claim: Manifest, objects: dict[ObjectId, Manifest]) -> bool:
    """Tell whether the volume of a claim holds its pods on nodes of its own, which the scheduler sees to."""
    volume = objects.get(ObjectId("PersistentVolume", "", str((claim.get("spec") or {}).get("volumeName"))))
    return volume is not None and bool((volume.get("spec") or {}).get("nodeAffinity"))
