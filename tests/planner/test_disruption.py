"""Budgets, evictions and drains beyond what was recorded."""

from __future__ import annotations

from typing import Any

import pytest

from linter.planner import plan as plans
from linter.planner.cluster import Cluster
from linter.planner.disruption.eviction import SEVERAL_BUDGETS, Disruptions
from linter.planner.model import Node
from linter.planner.options import Options
from linter.planner.rounds import BudgetStatus, Eviction
from linter.planner.scheduler.kube_scheduler import KubeScheduler
from linter.version import KubeVersion

Make = Any
NODES = ("a", "b")


def budget(name: str = "web", app: str = "web", **spec: Any) -> dict[str, Any]:
    selector = {"matchLabels": {"app": app}}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name},
        "spec": {"selector": selector, **spec},
    }


def cluster_of(*objects: dict[str, Any], ready: bool = True) -> Cluster:
    """Return a cluster of two nodes in which the workloads run."""
    from linter.planner import kubelet

    budgets = [each for each in objects if each["kind"] == "PodDisruptionBudget"]
    nodes = [Node(name, {}, allocatable={"cpu": 4000, "memory": 2**33, "pods": 110}) for name in NODES]
    cluster = Cluster(
        nodes, KubeVersion(1, 37), {}, lambda _: not ready, scheduler=KubeScheduler(()),
        disruptions=Disruptions(budgets),
    )  # fmt: skip
    for each in objects:
        if each["kind"] != "PodDisruptionBudget":
            assert not cluster.create(each)
    cluster.run()
    while (step := kubelet.step(cluster, one_by_one=False)).gone or step.became_ready:
        cluster.run()
    return cluster


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"minAvailable": 2}, BudgetStatus(2, 4, 2, 4)),
        ({"minAvailable": 9}, BudgetStatus(0, 4, 9, 4)),
        ({"minAvailable": "30%"}, BudgetStatus(2, 4, 2, 4)),
        ({"minAvailable": "100%"}, BudgetStatus(0, 4, 4, 4)),
        ({"maxUnavailable": 1}, BudgetStatus(1, 4, 3, 4)),
        ({"maxUnavailable": "30%"}, BudgetStatus(2, 4, 2, 4)),
        ({"maxUnavailable": 9}, BudgetStatus(4, 4, 0, 4)),
        ({"maxUnavailable": 0}, BudgetStatus(0, 4, 4, 4)),
        ({}, BudgetStatus(4, 4, 0, 4)),
    ],
)
def test_status(workload: Make, spec: dict[str, Any], expected: BudgetStatus) -> None:
    cluster = cluster_of(workload("Deployment", replicas=4), budget(**spec))
    assert cluster.disruptions.statuses(cluster) == {"web": expected}


def test_a_budget_sums_up_what_it_selects(workload: Make) -> None:
    everything = {**budget(), "spec": {"selector": {}, "maxUnavailable": "50%"}}
    cluster = cluster_of(
        workload("Deployment", replicas=4),
        workload("StatefulSet", name="db", replicas=2),
        everything,
        budget("nothing", app="other", minAvailable=1),
    )
    assert cluster.disruptions.statuses(cluster) == {
        "web": BudgetStatus(3, 6, 3, 6),
        "nothing": BudgetStatus(0, 0, 1, 0),
    }


def test_budgets_of_one_name_are_told_apart_by_namespace() -> None:
    there = {**budget(minAvailable=1), "metadata": {"name": "web", "namespace": "prod"}}
    cluster = cluster_of(budget(minAvailable=1), there)
    assert list(cluster.disruptions.statuses(cluster)) == ["default/web", "prod/web"]


def test_nobody_knows_the_scale_of_a_daemonset(workload: Make) -> None:
    cluster = cluster_of(
        workload("DaemonSet"), budget("percent", maxUnavailable=1), budget("number", minAvailable=1)
    )
    assert cluster.disruptions.statuses(cluster) == {
        "percent": BudgetStatus(0, 0, 0, 0),
        "number": BudgetStatus(1, 2, 1, 2),
    }


def drain(cluster: Cluster, node: str = "a") -> Eviction:
    return cluster.disruptions.drain(cluster, node)


def test_two_budgets_over_a_pod_are_an_error(workload: Make) -> None:
    cluster = cluster_of(
        workload("Deployment", replicas=4), budget(maxUnavailable=4), budget("more", maxUnavailable=4)
    )
    assert drain(cluster) == Eviction(0, 2, SEVERAL_BUDGETS)


def test_one_budget_over_two_workloads_counts_down(workload: Make) -> None:
    both = {**budget(maxUnavailable=3), "spec": {"selector": {}, "maxUnavailable": 3}}
    cluster = cluster_of(
        workload("Deployment", replicas=4), workload("ReplicaSet", name="api", replicas=4), both
    )
    assert drain(cluster) == Eviction(3, 1)
    assert cluster.disruptions.statuses(cluster) == {"web": BudgetStatus(0, 5, 5, 8)}


def test_a_pod_that_has_not_started_may_always_go(workload: Make) -> None:
    cluster = cluster_of(workload("Deployment", replicas=4), budget(minAvailable=4), ready=False)
    assert drain(cluster) == Eviction(2, 0)


@pytest.mark.parametrize(
    ("spec", "evicted"),
    [
        # Two of four are healthy.
        ({"minAvailable": 2}, 2),
        ({"minAvailable": 3}, 0),
        ({"minAvailable": 3, "unhealthyPodEvictionPolicy": "IfHealthyBudget"}, 0),
        ({"minAvailable": 3, "unhealthyPodEvictionPolicy": "AlwaysAllow"}, 2),
        # Where nothing has to be healthy, the pod counts against what may be missing.
        ({"minAvailable": 0}, 2),
        ({"minAvailable": 1}, 2),
    ],
)
def test_pods_that_are_not_ready(workload: Make, spec: dict[str, Any], evicted: int) -> None:
    cluster = cluster_of(workload("StatefulSet", replicas=4, podManagementPolicy="Parallel"), budget(**spec))
    (web,) = cluster.workloads.values()
    names = [f"web-{number}" for number, pods in enumerate(web.pods_alike()) if pods.node == "a"]
    for name in names:
        web.make_pod_unready(name, None)
    assert drain(cluster) == Eviction(evicted, 2 - evicted)


def test_daemonset_pods_stay(workload: Make) -> None:
    cluster = cluster_of(workload("DaemonSet"))
    assert drain(cluster) == Eviction(0, 0)
    assert cluster.disruptions.draining == []
    assert cluster.disruptions.not_drained(cluster) == {}


def scenario(*objects: dict[str, Any], operations: list[dict[str, Any]]) -> dict[str, Any]:
    (first,) = [each for each in objects if each["kind"] != "PodDisruptionBudget"]
    return {
        "kind": first["kind"],
        "placement": "kube-scheduler",
        "nodes": [{"name": name} for name in NODES],
        "objects": [each for each in objects if each["kind"] == "PodDisruptionBudget"],
        "operations": [{"op": "apply", "manifests": [first]}, *operations],
    }


def test_a_drain_that_waits_for_ever_is_stuck(workload: Make) -> None:
    data = scenario(
        workload("Deployment", replicas=2), budget(minAvailable=2), operations=[{"op": "drain", "name": "a"}]
    )
    (planned,) = plans.scenario(data).workloads
    stuck = planned.summary.stuck
    assert stuck is not None
    assert stuck.reason == "drain-blocked"
    assert stuck.message == (
        "The drain of a waits for ever; 1 pod stays. The disruption budget web needs 2 healthy pods and has 2"
        " currently. No pod may ever be missing, so none can be evicted."
    )
    assert stuck.commands == (
        """kubectl patch pdb web --type merge -p '{"spec": {"minAvailable": null, "maxUnavailable": 1}}'  # one pod at a time may be missing""",
        "kubectl scale deployment/web --replicas=3  # one more than the budget needs",
    )


def test_a_drain_that_comes_through(workload: Make) -> None:
    data = scenario(
        workload("Deployment", replicas=4),
        budget(maxUnavailable=1),
        operations=[{"op": "drain", "name": "a"}],
    )
    (planned,) = plans.scenario(data).workloads
    assert planned.summary.completes
    texts = [step.text for step in planned.steps]
    assert texts.count("evict 1 pod from a") == 2
    assert planned.summary.min_available == 0  # it begins with the creation
    assert min(step.snapshot.available for step in planned.steps[3:]) == 3


def test_two_budgets_hold_a_drain_up(workload: Make) -> None:
    data = scenario(
        workload("Deployment", replicas=2),
        budget(maxUnavailable=1),
        budget("more", maxUnavailable=1),
        operations=[{"op": "drain", "name": "a"}],
    )
    (planned,) = plans.scenario(data).workloads
    assert planned.summary.stuck is not None
    assert "The budgets web and more are about the same pods" in planned.summary.stuck.message
    assert planned.summary.stuck.commands == ("kubectl delete pdb more  # one budget for each pod",)


def test_a_node_that_is_uncordoned_while_it_is_drained_gets_its_pods_back(workload: Make) -> None:
    data = scenario(
        workload("Deployment", replicas=3),
        budget(maxUnavailable=1),
        operations=[{"op": "drain", "name": "a"}, {"op": "uncordon", "name": "a", "after": 1}],
    )
    data["nodes"] = [{"name": "a"}]
    plan = plans.scenario(data, Options(max_rounds=60))
    (only,) = plan.workloads
    assert only.summary.completes
    evicted = sum(
        event.after or 0 for each in only.rounds for event in each.events if event.action == "evict-pods"
    )
    assert evicted == 3


def by_label(key: str, operator: str, *values: str) -> dict[str, Any]:
    expression = {"key": key, "operator": operator, **({"values": list(values)} if values else {})}
    return {**budget(), "spec": {"minAvailable": 1, "selector": {"matchExpressions": [expression]}}}


@pytest.mark.parametrize(
    ("kind", "key", "operator", "values", "blocked"),
    [
        ("StatefulSet", "statefulset.kubernetes.io/pod-name", "In", ["web-0"], 1),
        ("StatefulSet", "statefulset.kubernetes.io/pod-name", "In", ["db-0"], 0),
        ("StatefulSet", "apps.kubernetes.io/pod-index", "In", ["0", "7"], 1),
        ("Deployment", "apps.kubernetes.io/pod-index", "Exists", [], 0),
        ("Deployment", "pod-template-hash", "In", ["6d4cf56db6"], 0),
        ("StatefulSet", "controller-revision-hash", "In", ["web-6d4cf56db6"], 0),
    ],
)
def test_labels_that_controllers_add_count_in_budgets(
    workload: Make, kind: str, key: str, operator: str, values: list[str], blocked: int
) -> None:
    guard = by_label(key, operator, *values)
    data = scenario(workload(kind, replicas=3), guard, operations=[{"op": "drain", "name": "a"}])
    data["nodes"] = [{"name": "a"}]
    (only,) = plans.scenario(data).workloads
    (drained,) = [each.eviction for each in only.rounds if each.instruction and each.eviction]
    assert (drained.blocked, drained.evicted) == (blocked, 3 - blocked)


def test_a_hash_is_there_whatever_it_is(workload: Make) -> None:
    for kind, key in (
        ("Deployment", "pod-template-hash"),
        ("StatefulSet", "controller-revision-hash"),
    ):
        guard = by_label(key, "Exists")
        data = scenario(workload(kind, replicas=2), guard, operations=[{"op": "drain", "name": "a"}])
        data["nodes"] = [{"name": "a"}]
        (only,) = plans.scenario(data).workloads
        assert only.rounds[-1].budgets["web"].expected_pods == 2


def test_more_replicas_do_not_help_a_budget_over_one_pod(workload: Make) -> None:
    guard = by_label("statefulset.kubernetes.io/pod-name", "In", "web-0")
    data = scenario(workload("StatefulSet", replicas=2), guard, operations=[{"op": "drain", "name": "a"}])
    (only,) = plans.scenario(data).workloads
    assert only.summary.stuck is not None
    assert only.summary.stuck.message.endswith("No pod may ever be missing, so none can be evicted.")
    assert only.summary.stuck.commands == (
        """kubectl patch pdb web --type merge -p '{"spec": {"minAvailable": 0, "maxUnavailable": null}}'  # until the node is drained""",
    )
    guard["spec"]["minAvailable"] = 0
    (after,) = plans.scenario(data).workloads
    assert after.summary.completes
