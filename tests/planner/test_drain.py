"""Plans of nodes that are drained: node by node, workload by workload."""

from __future__ import annotations

from typing import Any

import pytest

from linter.output import plan_json, plan_markdown, plan_text
from linter.planner import drain as drains
from linter.planner.errors import ScenarioError
from linter.planner.model import ObjectId
from linter.planner.options import Options
from linter.planner.report.drain import Disrupted, DrainReport, NodeDrain

Make = Any
NODES = [{"name": name, "labels": {"kubernetes.io/hostname": name}} for name in ("a", "b", "c")]


def budget(name: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": {"app": name}}, **spec},
    }


def report_of(plan: Any) -> DrainReport:
    assert plan.drain is not None
    found: DrainReport = plan.drain
    return found


def test_a_drain_tells_node_by_node(workload: Make) -> None:
    objects = [
        workload("Deployment", replicas=6),
        budget("web", maxUnavailable=1),
        workload("Deployment", name="single", replicas=1, pod={"volumes": [{"name": "x", "emptyDir": {}}]}),
        workload("DaemonSet", name="agent"),
    ]
    plan = drains.drain(objects, ["a", "b"], options=Options(nodes=NODES))
    report = report_of(plan)
    assert plan.completes
    assert report.title == "drain a, b"
    assert report.nodes == (NodeDrain("a", 3, 0, 1, 2), NodeDrain("b", 2, 0, 3, 4))
    assert report.waves == 4
    assert report.workloads == (
        Disrupted(ObjectId("Deployment", "default", "single"), 1, 1, 0, (), 0, 1),
        Disrupted(ObjectId("Deployment", "default", "web"), 4, 6, 5, ("web",), 0, 0),
    )
    assert report.warnings == (
        "ignoring DaemonSet-managed Pods: default/agent",
        "deleting Pods with local storage: default/single",
    )
    assert report.command == "kubectl drain a b --ignore-daemonsets --delete-emptydir-data"
    assert [(each.name, each.change) for each in plan.changes] == [
        ("web", "evicted"), ("single", "evicted"), ("agent", "none"),
    ]  # fmt: skip


def test_pods_that_tolerate_a_cordoned_node_come_back_and_may_stay(workload: Make) -> None:
    everything = {"tolerations": [{"operator": "Exists"}], "nodeSelector": {"kubernetes.io/hostname": "a"}}
    objects = [workload("Deployment", replicas=2, pod=everything), budget("web", maxUnavailable=1)]
    report = report_of(drains.drain(objects, ["a"], options=Options(nodes=NODES, max_rounds=50)))
    assert report.nodes == (NodeDrain("a", 2, 0, 1, 2),)


def test_nodes_in_parallel_take_fewer_waves(workload: Make) -> None:
    objects = [workload("Deployment", replicas=9), budget("web", maxUnavailable=6)]
    one = report_of(drains.drain(objects, ["a", "b"], options=Options(nodes=NODES)))
    two = report_of(drains.drain(objects, ["a", "b"], 2, Options(nodes=NODES)))
    assert (one.waves, two.waves) == (2, 1)
    assert [each.emptied for each in two.nodes] == [1, 1]


def test_a_drain_that_is_blocked_holds_up_the_next(workload: Make) -> None:
    objects = [workload("Deployment", replicas=3), budget("web", minAvailable=3)]
    plan = drains.drain(objects, ["a", "b"], options=Options(nodes=NODES))
    report = report_of(plan)
    assert not plan.completes
    assert report.nodes == (
        NodeDrain("a", 0, 1, 1, None, "the budget web allows no eviction"),
        NodeDrain("b", 0, 0, None, None, "the nodes before it are never empty"),
    )
    (planned,) = plan.workloads
    assert planned.summary.stuck is not None
    assert planned.summary.stuck.reason == "drain-blocked"


def test_an_upgrade_drains_all_nodes_in_turn(workload: Make) -> None:
    objects = [workload("StatefulSet", replicas=3), budget("web", maxUnavailable=1)]
    report = report_of(drains.upgrade_nodes(objects, 1, Options(nodes=NODES)))
    assert report.title == "upgrade 3 nodes"
    assert [each.node for each in report.nodes] == ["a", "b", "c"]
    assert report.completes
    # A node that is back takes pods, which the next one has to give away again.
    assert sum(each.evicted for each in report.nodes) >= 3
    (web,) = report.workloads
    assert (web.min_ready, web.below_budget, web.at_zero) == (2, 0, 0)


@pytest.mark.parametrize(
    ("max_unavailable", "operations"),
    [
        (1, "da ua db ub dc uc"),
        ("34%", "da ua db ub dc uc"),
        ("67%", "da db ua ub dc uc"),
        (3, "da db dc ua ub uc"),
    ],
)
def test_as_many_nodes_at_a_time_as_may_be_away(
    workload: Make, max_unavailable: Any, operations: str
) -> None:
    plan = drains.upgrade_nodes([workload("Deployment", replicas=3)], max_unavailable, Options(nodes=NODES))
    done = [each.instruction.operation for each in plan.workloads[0].rounds if each.instruction]
    assert " ".join(f"{each.describe()[0]}{each.describe()[-1]}" for each in done) == operations


def test_below_the_budget_and_at_zero_are_counted_in_waves(workload: Make) -> None:
    objects = [workload("Deployment", replicas=2), budget("web", maxUnavailable=2)]
    report = report_of(drains.drain(objects, ["a", "b", "c"], 3, Options(nodes=NODES)))
    (web,) = report.workloads
    assert web.evicted == 2
    assert web.min_ready == 0
    assert web.at_zero == 1


def test_the_state_has_the_nodes_and_all_workloads(workload: Make) -> None:
    def live(manifest: dict[str, Any], uid: str) -> dict[str, Any]:
        return {**manifest, "metadata": {**manifest["metadata"], "uid": uid, "namespace": "default"}}

    replicaset = live(workload("ReplicaSet", replicas=2), "1")
    owner = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "name": "shop",
        "uid": "9",
        "controller": True,
    }
    replicaset["metadata"]["ownerReferences"] = [owner]
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": f"web-{node}", "namespace": "default", "labels": {"app": "web"},
                "ownerReferences": [
                    {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "1", "controller": True}
                ],
            },
            "spec": {"nodeName": node, "containers": [{"name": "app", "image": "app:1"}]},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
        }
        for node in ("a", "b")
    ]  # fmt: skip
    nodes = [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name},
            "status": {"allocatable": {"cpu": "4", "pods": "10"}},
        }
        for name in ("a", "b")
    ]
    plan = drains.drain([], ["a"], options=Options(state=[replicaset, *pods, *nodes]))
    report = report_of(plan)
    assert report.nodes == (NodeDrain("a", 1, 0, 1, 1),)
    assert [each.workload.name for each in report.workloads] == ["web"]


def pod(name: str, node: str, *, labels: dict[str, str] | None = None, **metadata: Any) -> dict[str, Any]:
    spec = {"nodeName": node, "containers": [{"name": "app", "image": "app:1"}]}
    ready = {"type": "Ready", "status": "True"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": labels or {}, **metadata},
        "spec": spec,
        "status": {"phase": "Running", "conditions": [ready]},
    }


def controlled_by(kind: str) -> dict[str, Any]:
    return {"apiVersion": "batch/v1", "kind": kind, "name": "x", "uid": "1", "controller": True}


def test_pods_without_a_workload_are_evicted_too(workload: Make) -> None:
    nodes = [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name},
            "status": {"allocatable": {"cpu": "4", "pods": "10"}},
        }
        for name in ("a", "b")
    ]
    live = {**workload("Deployment", replicas=0), "metadata": {"name": "web", "namespace": "default"}}
    pods = [
        pod("alone", "a"),
        pod("job", "a", ownerReferences=[controlled_by("Job")]),
        pod("agent", "a", ownerReferences=[controlled_by("DaemonSet")]),
        pod("mirror", "a", annotations={"kubernetes.io/config.mirror": "1"}),
        pod("elsewhere", "b"),
    ]
    plan = drains.drain([], ["a"], options=Options(state=[live, *pods, *nodes]))
    report = report_of(plan)
    assert report.nodes == (NodeDrain("a", 2, 0, 1, 1),)
    assert report.warnings == ("deleting Pods that declare no controller: default/alone",)
    assert report.command == "kubectl drain a --force"


@pytest.mark.parametrize(("phase", "evicted"), [("Running", 0), ("Pending", 1)])
def test_a_live_pod_that_runs_and_is_not_ready_is_guarded(workload: Make, phase: str, evicted: int) -> None:
    nodes = [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": "a"},
            "status": {"allocatable": {"pods": "10"}},
        }
    ]
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "1", "controller": True}
    live = {
        **workload("ReplicaSet", replicas=1),
        "metadata": {"name": "web", "namespace": "default", "uid": "1"},
    }
    crashing = pod("web-1", "a", labels={"app": "web"}, ownerReferences=[owner])
    crashing["status"] = {"phase": phase}
    guard = {**budget("web", minAvailable=1), "metadata": {"name": "web", "namespace": "default"}}
    options = Options(state=[live, crashing, guard, *nodes], failing_images=frozenset({"app:1"}))
    report = report_of(drains.drain([], ["a"], options=options))
    assert report.nodes[0].evicted == evicted


def test_a_budget_guards_pods_without_a_workload(workload: Make) -> None:
    nodes = [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": "a"},
            "status": {"allocatable": {"pods": "10"}},
        }
    ]
    live = {**workload("Deployment", replicas=0), "metadata": {"name": "web", "namespace": "default"}}
    guard = {**budget("x", minAvailable=1), "metadata": {"name": "x", "namespace": "default"}}
    state = [live, pod("alone", "a", labels={"app": "x"}), guard, *nodes]
    report = report_of(drains.drain([], ["a"], options=Options(state=state)))
    assert report.nodes == (NodeDrain("a", 0, 1, 1, None, "the budget x allows no eviction"),)


@pytest.mark.parametrize(
    ("nodes", "options", "words"),
    [
        (["x"], Options(nodes=NODES), r"nodes: there is no node x\."),
        ([], Options(nodes=NODES), "nodes: name a node"),
        (["a"], Options(), "no nodes are given: name a file with Node objects by --nodes"),
        (["a"], Options(state=[]), "the state holds no nodes"),
        (
            ["a"],
            Options(state=[{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a"}}]),
            "state: holds no pods, so that nobody can tell what is on the nodes",
        ),
    ],
)
def test_what_is_wrong_is_said(workload: Make, nodes: list[str], options: Options, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        drains.drain([workload("Deployment")], nodes, options=options)


def test_no_workload_is_said() -> None:
    with pytest.raises(ScenarioError, match="no workload"):
        drains.drain([budget("web")], ["a"], options=Options(nodes=NODES))


def test_the_outputs_tell_of_it(workload: Make) -> None:
    objects = [workload("Deployment", replicas=3), budget("web", minAvailable=3)]
    plan = drains.drain(objects, ["a"], options=Options(nodes=NODES))
    text = plan_text.render(plan)
    assert "Drain a: 0 of 1 node empty in the end." in text
    assert "  a     0        1     never: the budget web allows no eviction\n" in text
    assert "  $ kubectl drain a\n" in text
    markdown = plan_markdown.render(plan)
    assert "| a | 0 | 1 | never: the budget web allows no eviction |" in markdown
    found = plan_json.document(plan)["drain"]
    assert found["completes"] is False
    assert found["nodes"] == [
        {
            "node": "a", "evicted": 0, "left": 1, "started": 1, "emptied": None,
            "reason": "the budget web allows no eviction",
        }
    ]  # fmt: skip


def test_a_drain_of_many_workloads_is_short(workload: Make) -> None:
    objects = [workload("Deployment", name=f"web-{number}", replicas=3) for number in range(5)]
    plan = drains.drain(objects, ["a"], options=Options(nodes=NODES))
    assert "step" not in plan_text.render(plan)
    assert "step" in plan_text.render(plan, all_steps=True)
