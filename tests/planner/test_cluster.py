"""What a cluster is beyond one workload: several of them, pods on nodes, and what may be put in between."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from linter.planner import kubelet
from linter.planner.cluster import Cluster, Target
from linter.planner.model import Node, ObjectId, PodState, Revision
from linter.planner.pod_admission.refusals import Admitted
from linter.planner.quota.refusals import QuotaExceeded
from linter.version import parse_version

Make = Any
KINDS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")
NODES = (Node("a", {}), Node("b", {}))


def cluster_of(*manifests: dict[str, Any], **hooks: Any) -> Cluster:
    cluster = Cluster(NODES, parse_version("1.36"), {}, lambda _: False, **hooks)
    for manifest in manifests:
        assert not cluster.create(manifest)
    cluster.run()
    return cluster


def rest(cluster: Cluster) -> None:
    while (step := kubelet.step(cluster, one_by_one=False)).gone or step.became_ready:
        cluster.pass_min_ready_seconds(step.workloads)
        cluster.run()


def sized(workload: Make, kind: str, name: str = "web") -> dict[str, Any]:
    spec: dict[str, Any] = {} if kind == "DaemonSet" else {"replicas": 2}
    manifest: dict[str, Any] = workload(kind, name=name, **spec)
    return manifest


def alternate(cluster: Cluster) -> bool:
    """Bind pods to the nodes in turn."""
    turn, bound = 0, False
    for each in cluster.workloads.values():
        for pods in list(each.pods_alike()):
            if pods.state is PodState.UNSCHEDULED and not pods.terminating:
                for _ in range(pods.number):
                    each.bind(pods, NODES[turn % 2].name, 1)
                    turn, bound = turn + 1, True
    return bound


def on_nodes(cluster: Cluster, kind: str) -> Counter[str | None]:
    found = cluster.find(Target(kind))
    assert found is not None
    counts: Counter[str | None] = Counter()
    for pods in found.pods_alike():
        counts[pods.node] += pods.number
    return counts


def test_workloads_run_side_by_side(workload: Make) -> None:
    cluster = cluster_of(*(sized(workload, kind, kind.lower()) for kind in KINDS))
    rest(cluster)
    assert [each.snapshot().available for each in cluster.workloads.values()] == [2, 2, 2, 2]
    events = cluster.journal.take()
    assert {event.workload.kind for event in events} == set(KINDS)
    assert all(event.snapshot.total <= 2 for event in events)


def test_one_by_one_is_one_pod_of_all(workload: Make) -> None:
    cluster = cluster_of(*(sized(workload, kind, kind.lower()) for kind in KINDS))
    step = kubelet.step(cluster, one_by_one=True)
    assert step.became_ready == 1
    assert [each.id.kind for each in step.workloads] == ["Deployment"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_pod_knows_its_node_and_goes_with_it(workload: Make, kind: str) -> None:
    cluster = cluster_of(sized(workload, kind), place_pods=alternate)
    rest(cluster)
    if kind != "StatefulSet":  # whose pods come one after another
        assert on_nodes(cluster, kind) == {"a": 1, "b": 1}
    before = on_nodes(cluster, kind)["a"]
    assert cluster.remove_node("a")
    (left,) = cluster.workloads.values()
    assert on_nodes(cluster, kind)["a"] == 0
    assert left.snapshot().total == 2 - before


@pytest.mark.parametrize("kind", KINDS)
def test_a_pod_that_is_not_bound_does_not_become_ready(workload: Make, kind: str) -> None:
    cluster = cluster_of(sized(workload, kind), place_pods=lambda _: False)
    rest(cluster)
    (only,) = cluster.workloads.values()
    assert only.snapshot().ready == 0
    assert only.snapshot().total == (1 if kind == "StatefulSet" else 2)


@pytest.mark.parametrize("kind", KINDS)
def test_an_evicted_pod_is_replaced(workload: Make, kind: str) -> None:
    cluster = cluster_of(sized(workload, kind), place_pods=alternate)
    rest(cluster)
    (only,) = cluster.workloads.values()
    victim = next(pods for pods in only.pods_alike() if pods.node == "a")
    only.evict(victim)
    assert (only.snapshot().ready, only.snapshot().terminating) == (1, 1)
    cluster.run()
    rest(cluster)
    assert (only.snapshot().ready, only.snapshot().total) == (2, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_admitted_is_tried_again(workload: Make, kind: str) -> None:
    quota = 1

    def admit(cluster: Cluster, workload: ObjectId, revision: Revision, number: int) -> Admitted:
        nonlocal quota
        admitted = min(number, quota)
        quota -= admitted
        refusal = QuotaExceeded("team", {}, {}, {}) if admitted < number else None
        return Admitted(admitted, refusal)

    cluster = cluster_of(sized(workload, kind), admit_pods=admit)
    rest(cluster)
    (only,) = cluster.workloads.values()
    assert only.snapshot().ready == 1
    assert only.id in cluster.refused
    quota = 1
    cluster.run()
    rest(cluster)
    assert only.snapshot().ready == 2
    assert not cluster.refused


def test_a_scale_down_takes_from_the_fullest_node(workload: Make) -> None:
    def crowd(cluster: Cluster) -> bool:
        bound = False
        for each in cluster.workloads.values():
            for pods in list(each.pods_alike()):
                if pods.state is PodState.UNSCHEDULED:
                    each.bind(pods, "a", pods.number - 1)
                    each.bind(pods, "b", 1)
                    bound = True
        return bound

    cluster = cluster_of(workload("Deployment", replicas=4), place_pods=crowd)
    rest(cluster)
    assert on_nodes(cluster, "Deployment") == {"a": 3, "b": 1}
    (only,) = cluster.workloads.values()
    cluster.update(only, workload("Deployment", replicas=3))
    cluster.run()
    rest(cluster)
    assert on_nodes(cluster, "Deployment") == {"a": 2, "b": 1}
