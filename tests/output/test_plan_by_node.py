"""Plans by node: a lane for each node, in text and in pictures."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from linter.output import plan_html, plan_svg, plan_text
from linter.output.picture.timeline import build
from linter.output.plan_nodes import MAX_NODES, node_lanes
from linter.planner import plan as planner
from linter.planner.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syrupy.assertion import SnapshotAssertion

    from linter.planner.report.plan import Plan, WorkloadPlan
    from linter.planner.report.steps import Step

TESTS = Path(__file__).parent.parent
SCENARIOS = [
    json.loads(line) for line in (TESTS / "conformance" / "cluster.jsonl").read_text("utf-8").splitlines()
]
SVG = "{http://www.w3.org/2000/svg}"


def nodes(*names: str, cpu: str = "2") -> list[dict[str, Any]]:
    return [{"name": name, "labels": {}, "allocatable": {"cpu": cpu, "memory": "8Gi"}} for name in names]


def workload(kind: str = "Deployment", cpu: str = "500m", **spec: Any) -> dict[str, Any]:
    """Return a workload of one container that requests cpu."""
    container = {"name": "web", "image": "web:1", "resources": {"requests": {"cpu": cpu}}}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}},
            **spec,
        },
    }


def rollout(options: Options, kind: str = "Deployment", **spec: Any) -> Plan:
    return planner.set_image([workload(kind, **spec)], {"web": "web:2"}, options)


def crowded() -> Plan:
    """Plan a rollout for which there is too little room: new pods wait until old ones have gone."""
    options = Options(nodes=nodes("small", "worker", cpu="1"), by_node=True)
    return rollout(options, replicas=4, strategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}})


PLANS: dict[str, Plan] = {
    "deployment-waits-for-room": crowded(),
    "deployment-stuck": rollout(Options(nodes=nodes("a", "b", cpu="500m"), by_node=True), replicas=2),
    "deployment-counted": rollout(Options(nodes=nodes("a", "b", cpu="16"), by_node=True), replicas=24),
    "deployment-create": planner.create([workload(replicas=3)], Options(nodes=nodes("a", "b"), by_node=True)),
    "statefulset": rollout(Options(nodes=nodes("a", "b"), by_node=True), "StatefulSet", replicas=3),
    "daemonset": rollout(Options(by_node=True), "DaemonSet"),
    "daemonset-sized-nodes": rollout(Options(nodes=nodes("a", "b"), by_node=True), "DaemonSet"),
    "many-rounds": rollout(
        Options(nodes=nodes("a", "b", cpu="16"), by_node=True), "StatefulSet", replicas=20
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_text(name: str, snapshot: SnapshotAssertion) -> None:
    assert plan_text.render(PLANS[name]) == snapshot


def test_ascii(snapshot: SnapshotAssertion) -> None:
    text = plan_text.render(PLANS["many-rounds"], unicode=False)
    assert text.isascii()
    assert text == snapshot


def test_no_line_of_the_table_is_wider_than_asked_for() -> None:
    lines = plan_text.render(PLANS["many-rounds"], width=60).splitlines()
    table = lines[lines.index(next(each for each in lines if each.startswith("  node, after step"))) :]
    assert sum(each.startswith("  node, after step") for each in table) > 1
    assert max(map(len, table[: table.index("")])) <= 60


def test_every_round_is_there_on_request() -> None:
    plan = PLANS["many-rounds"]
    whole = plan_text.render(plan, all_steps=True)
    lines = [each for each in whole.splitlines() if each.startswith("  node, after step")]
    headings = [word for each in lines for word in each.split()[3:]]
    steps = plan.workloads[0].steps
    assert headings == ["now", *dict.fromkeys(str(_last(steps, each.round)) for each in steps)]
    assert "⋮" not in " ".join(lines)


def _last(steps: Iterable[Step], number: int) -> int:
    return max(each.number for each in steps if each.round == number)


def told(plan: WorkloadPlan, moment: int) -> dict[str, list[tuple[str, str, int]]]:
    """Return the pods of each lane that has some."""
    lanes = node_lanes(plan)
    assert lanes is not None
    pairs = zip(lanes.names, lanes.moments[moment], strict=True)
    return {
        name: [(each.revision, each.state, each.number) for each in groups]
        for name, groups in pairs
        if groups
    }


def test_pods_without_a_node_have_a_lane() -> None:
    (plan,) = PLANS["deployment-stuck"].workloads
    assert told(plan, 0) == {"a": [("r1", "ready", 1)], "b": [("r1", "ready", 1)]}
    assert told(plan, -1) == {
        "a": [("r1", "ready", 1)],
        "b": [("r1", "ready", 1)],
        "no node": [("r2", "unschedulable", 1)],
    }


def test_pods_that_had_no_node_before_are_drawn_so_from_the_start() -> None:
    options = Options(nodes=nodes("a", "b", cpu="500m"), by_node=True)
    made = rollout(options, replicas=3)
    (plan,) = made.workloads
    assert told(plan, 0)["no node"] == [("r1", "unschedulable", 1)]
    assert "now                 ●●◇" in plan_text.render(made)
    without = rollout(Options(nodes=nodes("a", "b", cpu="500m")), replicas=3)
    assert build(without.workloads[0]).lanes[0].cells[0].counts["unschedulable"] == 1


def test_pods_of_a_state_are_not_unschedulable_before_the_scheduler_has_looked() -> None:
    web = workload(replicas=1)
    labels = {"app": "web", "pod-template-hash": "x"}
    replicaset: dict[str, Any] = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {**owned("Deployment", "web"), "name": "web-x", "labels": labels},
        "spec": {**web["spec"], "selector": {"matchLabels": labels}},
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**owned("ReplicaSet", "web-x"), "name": "web-x-1", "labels": labels},
        "spec": web["spec"]["template"]["spec"],
        "status": {"phase": "Pending"},
    }
    web["metadata"]["uid"] = "uid-web"
    replicaset["metadata"]["uid"] = "uid-web-x"
    replicaset["spec"]["template"] = {**web["spec"]["template"], "metadata": {"labels": labels}}
    options = Options(state=[web, replicaset, pod], nodes=nodes("a"), by_node=True)
    (plan,) = planner.set_image([], {"web": "web:2"}, options).workloads
    assert told(plan, 0) == {"no node": [("r1", "waiting", 1)]}
    assert "no node" not in told(plan, 1)


def owned(kind: str, name: str) -> dict[str, Any]:
    """Return the metadata of an object that another one controls."""
    owner = {"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": f"uid-{name}", "controller": True}
    return {"namespace": "shop", "ownerReferences": [owner]}


def test_pods_that_never_become_ready_are_told_apart() -> None:
    options = Options(nodes=nodes("a"), by_node=True, fail_new=True)
    (plan,) = rollout(options, replicas=1).workloads
    assert told(plan, -1) == {"a": [("r1", "ready", 1), ("r2", "failing", 1)]}


def test_the_last_of_many_nodes_share_a_lane() -> None:
    many = nodes(*(f"node-{number:03}" for number in range(MAX_NODES + 5)), cpu="500m")
    made = rollout(
        Options(nodes=many, by_node=True),
        replicas=MAX_NODES + 5,
        strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "100%"}},
    )
    (plan,) = made.workloads
    lanes = node_lanes(plan)
    assert lanes is not None
    assert lanes.names == (
        *(f"node-{number:03}" for number in range(MAX_NODES - 1)),
        "6 more nodes",
        "no node",
    )
    assert told(plan, 0)["6 more nodes"] == [("r1", "ready", 6)]
    assert "6 more nodes" in plan_svg.render(made)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each["name"])
def test_lanes_hold_the_pods_of_every_round(scenario: dict[str, Any]) -> None:
    (plan,) = planner.scenario(scenario, Options(by_node=True)).workloads
    lanes = node_lanes(plan)
    assert lanes is not None
    for each, moment in zip(plan.rounds, lanes.moments[1:], strict=True):
        drawn: Counter[tuple[str | None, str]] = Counter()
        for group in (group for groups in moment for group in groups):
            state = group.state if group.state in {"ready", "terminating"} else "waiting"
            drawn[group.revision, state] += group.number
        recorded: Counter[tuple[str | None, str]] = Counter()
        record = each.records.get(plan.workload)
        for tally in record.snapshot.tallies if record is not None else ():
            for name, number in zip(("ready", "waiting", "terminating"), tally[1:], strict=True):
                recorded[tally.revision.name, name] += number
        assert +drawn == +recorded
        by_node = {
            name: sum(group.number for group in groups)
            for name, groups in zip(lanes.names, moment, strict=True)
            if groups
        }
        unschedulable = sum(each.unschedulable.get(plan.workload, {}).values())
        assert by_node.pop("no node", 0) == unschedulable
        if scenario["placement"] == "spread" and len(each.records) == 1:
            assert by_node == each.placed


def test_nothing_is_written_down_where_nobody_asks() -> None:
    (plan,) = rollout(Options(nodes=nodes("a")), replicas=1).workloads
    assert plan.on_nodes is None
    assert not any(each.on_nodes for each in plan.rounds)


def test_without_nodes_nobody_knows_where_pods_are() -> None:
    (plan,) = rollout(Options(by_node=True), replicas=1).workloads
    assert plan.on_nodes is None


class TestPictures:
    @pytest.mark.parametrize("name", PLANS)
    @pytest.mark.parametrize("render", [plan_svg.render, plan_html.render])
    def test_every_node_is_a_row(self, name: str, render: Any) -> None:
        (lane,) = build(PLANS[name].workloads[0]).lanes
        shown = render(PLANS[name])
        for row in lane.rows:
            assert f">{row}</text>" in shown
        assert "NaN" not in shown

    def test_a_pod_stands_in_the_row_of_its_node_in_the_colour_of_its_revision(self) -> None:
        plan = PLANS["deployment-stuck"]
        root = ET.fromstring(plan_svg.render(plan))  # noqa: S314  it is our own text
        rows = {
            float(each.get("y") or 0): each.text
            for each in root.iter(f"{SVG}text")
            if each.text in {"a", "b", "no node"}
        }
        last = root.findall(f".//{SVG}g[@data-column]")[-1]
        signs = Counter(
            (rows[float(each.get("y") or 0) + 4], each.get("class"), each.get("href"))
            for each in last.iter(f"{SVG}use")
        )
        assert signs == {
            ("a", "old", "#pod-ready"): 1,
            ("b", "old", "#pod-ready"): 1,
            ("no node", "new", "#pod-unschedulable"): 1,
        }

    def test_pods_that_do_not_fit_side_by_side_are_counted(self) -> None:
        plan = PLANS["deployment-counted"]
        root = ET.fromstring(plan_svg.render(plan))  # noqa: S314  it is our own text
        first = root.find(f".//{SVG}g[@data-column='0']")
        assert first is not None
        assert [each.get("href") for each in first.iter(f"{SVG}use")] == ["#pod-ready"] * 2
        assert [each.text for each in first.iter(f"{SVG}text")] == ["12", "12"]

    def test_rows_do_not_overlap(self) -> None:
        for plan in PLANS.values():
            root = ET.fromstring(plan_svg.render(plan))  # noqa: S314  it is our own text
            for column in root.findall(f".//{SVG}g[@data-column]"):
                signs = [(each.get("x"), each.get("y")) for each in column.iter(f"{SVG}use")]
                assert len(signs) == len(set(signs))

    def test_svg(self, snapshot: SnapshotAssertion) -> None:
        assert plan_svg.render(PLANS["deployment-waits-for-room"]) == snapshot
