"""The cluster in which a scenario is played: its nodes, what stands around the workloads, and what a state holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.defaults.apply import apply_defaults
from linter.planner.cluster import Cluster, admit_all_pods, admit_any_object
from linter.planner.disruption.eviction import Disruptions
from linter.planner.errors import ScenarioError
from linter.planner.model import object_id
from linter.planner.nodes import nodes_of_state
from linter.planner.operations import Apply
from linter.planner.pod_admission import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from linter.planner.cluster import Target
    from linter.planner.model import Manifest
    from linter.planner.pod_admission.admit import PodAdmission
    from linter.planner.scenario import Scenario
    from linter.planner.scheduler.base import Scheduler


def build_cluster(
    scenario: Scenario,
    fails: Callable[[Manifest], bool],
    pod_admission: PodAdmission | None,
    max_pods: int,
    target: Target,
) -> Cluster:
    """Return the cluster of a scenario, without its workloads.

    Args:
        scenario: The scenario.
        fails: Tells whether pods of a template never become Ready.
        pod_admission: What is asked of pods; None where no object asks for anything.
        max_pods: Give up at a StatefulSet of more pods.
        target: The workload that operations are done to.
    """
    items = list(scenario.state or ())
    nodes = scenario.nodes
    if nodes is None:
        nodes = nodes_of_state(items)
    cluster = Cluster(
        nodes,
        scenario.version,
        scenario.feature_gates,
        fails,
        max_pods=max_pods,
        scheduler=_scheduler((*items, *scenario.objects)) if scenario.placement else None,
        admit_pods=pod_admission.admit if pod_admission else admit_all_pods,
        admit_object=pod_admission.refusal_of if pod_admission else admit_any_object,
        disruptions=Disruptions(_objects(scenario), lists_once=scenario.waits_for_drains),
    )
    if scenario.placement:
        _load_bystanders(cluster, scenario, [*items, *scenario.objects], target)
    return cluster


def load_workloads(cluster: Cluster, scenario: Scenario, target: Target) -> None:
    """Take over the workloads of a scenario's state.

    Raises:
        ScenarioError: The state does not hold the one that operations are done to.
    """
    from linter.planner.live_state.objects import find_workload

    items = list(scenario.state or ())
    for each in scenario.workloads:
        cluster.load(apply_defaults(each), items)
    if scenario.workloads:
        return
    kind, name = target
    manifest = find_workload(items, kind, name)
    if manifest is not None:
        cluster.load(manifest, items)
        return
    first = scenario.operations[:1]
    if not first or not isinstance(first[0].operation, Apply):
        raise ScenarioError("state", f"holds no {kind}{f' {name}' if name else ''}")


def _load_bystanders(cluster: Cluster, scenario: Scenario, items: Sequence[Manifest], target: Target) -> None:
    """Take over the live pods that no workload of the scenario keeps."""
    from linter.planner.live_state.objects import find_workload, identity
    from linter.planner.live_state.replicasets import kept_pods

    found = find_workload(list(items), *target)
    workloads = scenario.workloads or ((found,) if found is not None else ())
    kept = [pod for each in workloads for pod in kept_pods(each, list(items))]
    cluster.bystanders.load(items, {identity(each) for each in kept})


def _objects(scenario: Scenario) -> Iterable[Manifest]:
    """Return what is there beside workloads; what is given by itself takes the place of what the state has."""
    return {object_id(each): each for each in (*(scenario.state or ()), *scenario.objects)}.values()


def _scheduler(items: Iterable[Manifest]) -> Scheduler:
    """Return the scheduler; most plans know no nodes, and do without its modules."""
    from linter.planner.scheduler.kube_scheduler import KubeScheduler

    return KubeScheduler(items)


def build_pod_admission(scenario: Scenario) -> PodAdmission | None:
    """Return what is asked of pods; None where no object asks for anything."""
    objects = [each for each in _objects(scenario) if str(each.get("kind")) in KINDS]
    if not objects:
        return None
    from linter.planner.pod_admission.admit import PodAdmission

    return PodAdmission(objects, scenario.version)
