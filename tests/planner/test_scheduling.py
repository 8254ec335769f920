"""What the scheduler does beyond the recorded scenarios: other pods of the state, priorities, volumes, dead nodes, ways out."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from linter.planner import plan
from linter.planner.model import PodState
from linter.planner.options import Options
from linter.planner.scenario import parse_scenario
from linter.planner.simulate import Simulation

Manifest = dict[str, Any]
Make = Any


def node(name: str, cpu: str = "2", **labels: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **labels}},
        "status": {"allocatable": {"cpu": cpu, "memory": "4Gi", "pods": "110"}},
    }


READY = [{"type": "Ready", "status": "True"}]


def pod(name: str, node: str, cpu: str, **spec: Any) -> Manifest:
    container = {"name": "app", "image": "other:1", "resources": {"requests": {"cpu": cpu}}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "other", "labels": {"app": name}},
        "spec": {"nodeName": node, "containers": [container], **spec},
        "status": {"phase": "Running"},
    }


def requesting(cpu: str) -> Manifest:
    return {"resources": {"requests": {"cpu": cpu}}}


def placed(manifest: Manifest, nodes: list[Manifest], objects: list[Manifest] | None = None) -> Counter[str]:
    """Return how many pods of a workload come to each node; those that find none are under ""."""
    simulation = Simulation(
        parse_scenario(
            {
                "kind": manifest["kind"],
                "nodes": nodes,
                "objects": objects or [],
                "placement": "kube-scheduler",
                "operations": [{"op": "apply", "manifests": [manifest]}],
            }
        )
    )
    list(simulation.rounds())
    assert simulation.workload is not None
    counts: Counter[str] = Counter()
    for pods in simulation.workload.pods_alike():
        assert (pods.node is None) == (pods.state is PodState.UNSCHEDULED)
        counts[pods.node or ""] += pods.number
    return counts


ZONES = [node("a", zone="1"), node("b", zone="1"), node("c", zone="2")]
SPREAD = {
    "maxSkew": 1,
    "topologyKey": "zone",
    "whenUnsatisfiable": "DoNotSchedule",
    "labelSelector": {"matchLabels": {"app": "web"}},
}


@pytest.mark.parametrize(
    ("replicas", "spec", "container", "expected"),
    [
        pytest.param(4, {}, requesting("1500m"), {"a": 1, "b": 1, "c": 1, "": 1}, id="cpu"),
        pytest.param(2, {"overhead": {"cpu": "1"}}, requesting("1500m"), {"": 2}, id="overhead is on top"),
        pytest.param(
            2,
            {"initContainers": [{"name": "init", "image": "i:1", **requesting("3")}]},
            requesting("100m"),
            {"": 2},
            id="an init container needs its room, too",
        ),
        pytest.param(
            3,
            {
                "initContainers": [
                    {"name": "side", "image": "s:1", "restartPolicy": "Always", **requesting("1")}
                ]
            },
            requesting("600m"),
            {"a": 1, "b": 1, "c": 1},
            id="a sidecar adds up",
        ),
        pytest.param(
            2, {}, {"resources": {"limits": {"example.org/gpu": "1"}}}, {"": 2}, id="extended resource"
        ),
        pytest.param(4, {"topologySpreadConstraints": [SPREAD]}, {}, {"c": 2, "a": 1, "b": 1}, id="spread"),
        pytest.param(
            2,
            {"topologySpreadConstraints": [{**SPREAD, "minDomains": 3}]},
            {},
            {"a": 1, "c": 1},
            id="minDomains",
        ),
        pytest.param(
            3,
            {"topologySpreadConstraints": [SPREAD], "nodeSelector": {"zone": "1"}},
            requesting("600m"),
            {"a": 2, "b": 1},
            id="nodes that are not wanted are no domain",
        ),
        pytest.param(
            3,
            {
                "topologySpreadConstraints": [{**SPREAD, "nodeAffinityPolicy": "Ignore"}],
                "nodeSelector": {"zone": "1"},
            },
            {},
            {"a": 1, "": 2},
            id="unless the policy counts them",
        ),
    ],
)
def test_filters(
    workload: Make, replicas: int, spec: Manifest, container: Manifest, expected: dict[str, int]
) -> None:
    manifest = workload("Deployment", replicas=replicas, pod=spec, container=container)
    assert placed(manifest, ZONES) == expected


def test_a_volume_is_reached_from_its_zone_alone(workload: Make) -> None:
    term = {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["2"]}]}
    objects: list[Manifest] = [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": "pv"},
            "spec": {"nodeAffinity": {"required": {"nodeSelectorTerms": [term]}}},
        },
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data-web-1"},
            "spec": {"volumeName": "pv"},
        },
    ]
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    manifest = workload("StatefulSet", replicas=2, volumeClaimTemplates=[claim])
    assert placed(manifest, ZONES, objects) == {"a": 1, "c": 1}


@pytest.mark.parametrize(
    ("cpu", "completes"), [("400m", True), ("600m", False)], ids=["there is room", "there is none"]
)
def test_other_pods_of_the_state_take_room(workload: Make, cpu: str, completes: bool) -> None:  # noqa: FBT001  parametrised
    state = [node("a"), pod("x", "a", "1500m")]
    made = plan.create([workload("Deployment", container=requesting(cpu))], Options(state=state))
    assert made.workloads[0].summary.completes is completes


def test_a_pod_of_higher_priority_pushes_others_out(workload: Make) -> None:
    high = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "high"},
        "value": 10,
    }
    state = [node("a"), node("b"), pod("x", "a", "1500m"), pod("y", "b", "1900m", priority=5)]
    manifest = workload("Deployment", pod={"priorityClassName": "high"}, container=requesting("1"))
    for policy, completes in (("PreemptLowerPriority", True), ("Never", False)):
        made = plan.create([manifest, {**high, "preemptionPolicy": policy}], Options(state=state))
        only = made.workloads[0]
        assert only.summary.completes is completes
        (said,) = only.rounds[0].reasons[only.workload]
        expected = (
            "found a potential placement for pod on node a, preempting 1 victims"
            if completes
            else "not eligible due to preemptionPolicy=Never."
        )
        assert said == f"0/2 nodes are available: 2 Insufficient cpu. preemption: {expected}"


@pytest.mark.parametrize(("number", "pushed_out"), [(0, "a"), (1, "b")])
def test_preemption_heeds_budgets_where_it_can(workload: Make, number: int, pushed_out: str) -> None:
    # Without the budget the less important pod goes, with it the one that no budget keeps.
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "x", "namespace": "other"},
        "spec": {"minAvailable": number, "selector": {"matchLabels": {"app": "x"}}},
    }
    priority = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}}
    objects: list[Manifest] = [
        {**priority, "value": 10},
        budget,
        {**pod("x", "a", "1500m"), "status": {"phase": "Running", "conditions": READY}},
        pod("y", "b", "1900m", priority=5),
    ]
    manifest = workload("Deployment", pod={"priorityClassName": "high"}, container=requesting("1"))
    assert placed(manifest, [node("a"), node("b")], objects) == {pushed_out: 1}


def test_preemption_pushes_out_what_a_budget_keeps_where_nothing_else_helps(workload: Make) -> None:
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "x", "namespace": "other"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "x"}}},
    }
    manifest = workload("Deployment", pod={"priority": 10}, container=requesting("1"))
    assert placed(manifest, [node("a")], [budget, pod("x", "a", "1500m")]) == {"a": 1}


@pytest.mark.parametrize(
    ("type_", "status", "comes"),
    [("Ready", "True", 1), ("Ready", "Unknown", 0), ("Ready", "False", 0), ("DiskPressure", "True", 0)],
)
def test_no_new_pod_comes_to_a_node_in_bad_condition(
    workload: Make, type_: str, status: str, comes: int
) -> None:
    bad = node("b")
    bad["status"]["conditions"] = [{"type": type_, "status": status}]
    assert placed(workload("Deployment", replicas=2), [node("a"), bad])["b"] == comes


def test_dead_nodes_keep_their_pods(workload: Make) -> None:
    nodes = [node("a"), {**node("b"), "status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}}]
    manifest = workload("DaemonSet")
    made = plan.set_image([manifest], {"app": "app:2"}, Options(nodes=nodes))
    stuck = made.workloads[0].summary.stuck
    assert stuck is not None
    assert stuck.reason == "dead-node"
    assert stuck.message.startswith("The node b does not answer: 1 pod there")


@pytest.mark.parametrize(
    ("before", "after", "sentence", "command"),
    [
        pytest.param(
            "1500m",
            "1500m",
            "One more node like a (cpu 2, memory 4Gi) is enough.",
            "maxSurge",
            id="no room to surge",
        ),
        pytest.param(
            "500m", "3", "2 more nodes with cpu 3, memory 4Gi are enough.", None, id="larger than any node"
        ),
    ],
)
def test_ways_out_complete(
    workload: Make, before: str, after: str, sentence: str, command: str | None
) -> None:
    old = workload("Deployment", replicas=2, container=requesting(before))
    new = workload("Deployment", replicas=2, container=requesting(after), image="app:2")
    made = plan.update([old], [new], Options(nodes=[node("a"), node("b")]))
    stuck = made.workloads[0].summary.stuck
    assert stuck is not None
    assert stuck.reason == "unschedulable"
    assert stuck.message.endswith(f"2 of 2 pods stay available. {sentence}")
    assert [command for each in stuck.commands if command and command in each] == (
        [command] if command else []
    )


def test_pods_that_wait_for_room_on_the_way_are_told_of(workload: Make) -> None:
    rolling = {"strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}}
    manifest = workload("Deployment", replicas=2, container=requesting("1500m"), **rolling)
    made = plan.set_image([manifest], {"app": "app:2"}, Options(nodes=[node("a"), node("b")]))
    assert made.workloads[0].summary.completes
    assert [each.message for each in made.workloads[0].hazards if each.rule == "waits-for-room"] == [
        "On the way up to 2 pods wait for a node with room: 0/2 nodes are available: 2 Insufficient cpu."
    ]


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_pods_that_had_to_wait_for_min_ready_seconds_are_scheduled(workload: Make, kind: str) -> None:
    manifest = workload(kind, replicas=3, minReadySeconds=10)
    made = plan.set_image([manifest], {"app": "app:2"}, Options(nodes=[node("a"), node("b")]))
    assert made.workloads[0].summary.completes
    assert made.workloads[0].summary.waves == 3
