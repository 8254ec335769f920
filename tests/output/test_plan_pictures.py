"""The pictures of plans: what they count, and what they hold."""

from __future__ import annotations

import copy
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from linter.output import plan_html, plan_svg
from linter.output.timeline import MAX_COLUMNS, STATES, build, runs

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

TESTS = Path(__file__).parent.parent
PLAN = json.loads((TESTS / "output" / "fixtures" / "plan.json").read_text("utf-8"))
SCENARIOS = [
    json.loads(line) for line in (TESTS / "conformance" / "rollouts.jsonl").read_text("utf-8").splitlines()
]
SVG = "{http://www.w3.org/2000/svg}"


def workload_of(scenario: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario's rounds as a plan without steps."""
    return {
        "kind": scenario["kind"],
        "namespace": "default",
        "name": "web",
        "operation": "scenario",
        "rounds": scenario["rounds"],
        "steps": [],
    }


def deployment(*counts: tuple[tuple[int, int, int], tuple[int, int, int]], **more: Any) -> dict[str, Any]:
    """Return a Deployment whose r1 and r2 have (ready, waiting, terminating) pods in each round."""
    names = ("ready", "waiting", "terminating")
    rounds = [
        {
            "round": number,
            "pods": {
                revision: dict(zip(names, pods, strict=True))
                for revision, pods in zip(("r1", "r2"), both, strict=True)
            },
            **({"kubelet": {}} if number else {"operation": {"op": "apply"}}),
        }
        for number, both in enumerate(counts)
    ]
    return {
        "kind": "Deployment",
        "namespace": "d",
        "name": "web",
        "operation": "update",
        "rounds": rounds,
        **more,
    }


def states(workload: dict[str, Any], lane: int) -> list[dict[str, int]]:
    """Return the pods of a lane by state, column by column, without zeros."""
    return [
        {state: number for state, number in cell.counts.items() if number}
        for cell in build(workload).lanes[lane].cells
    ]


class TestTimeline:
    @pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each["name"])
    def test_every_pod_of_every_round_is_drawn(self, scenario: dict[str, Any]) -> None:
        timeline = build(workload_of(scenario))
        assert len(timeline.columns) == len(scenario["rounds"]) <= MAX_COLUMNS
        for index, each in enumerate(scenario["rounds"]):
            drawn = {
                (lane.revision, state): number
                for lane in timeline.lanes
                for state, number in lane.cells[index].counts.items()
            }
            told: dict[tuple[str, str], int] = {}
            if isinstance(each["pods"], dict):
                for revision, counts in each["pods"].items():
                    told |= {(revision, state): number for state, number in counts.items()}
            else:
                for pod in each["pods"]:
                    key = (pod["revision"], pod["state"])
                    told[key] = told.get(key, 0) + 1
            for lane in timeline.lanes:
                name = lane.revision
                for state in ("ready", "terminating"):
                    assert drawn[name, state] == told.get((name, state), 0)
                assert drawn[name, "waiting"] + drawn[name, "created"] == told.get((name, "waiting"), 0)
                assert all(number >= 0 for number in lane.cells[index].counts.values())
                if lane.rows:
                    assert len(lane.cells[index].pods) == lane.cells[index].total

    def test_created_pods_are_those_that_were_not_there_a_round_before(self) -> None:
        plan = deployment(
            ((3, 0, 0), (0, 1, 0)),
            ((3, 0, 0), (0, 1, 0)),  # still waiting
            ((2, 0, 1), (1, 1, 0)),  # one became ready, the next was created
            ((1, 0, 1), (1, 2, 0)),  # one waits on, one was created
        )
        assert states(plan, 1) == [
            {"created": 1},
            {"waiting": 1},
            {"ready": 1, "created": 1},
            {"ready": 1, "waiting": 1, "created": 1},
        ]

    def test_a_pod_that_replaces_a_terminating_one_is_created(self) -> None:
        plan = deployment(((3, 0, 0), (0, 0, 0)), ((2, 1, 1), (0, 0, 0)))
        assert states(plan, 0) == [{"ready": 3}, {"ready": 2, "created": 1, "terminating": 1}]

    def test_a_stateful_pod_keeps_its_row_and_is_created_again(self) -> None:
        def round_(number: int, *pods: tuple[str, str, str]) -> dict[str, Any]:
            keys = ("name", "revision", "state")
            return {"round": number, "pods": [dict(zip(keys, pod, strict=True)) for pod in pods]}

        plan = workload_of({"kind": "StatefulSet", "rounds": [
            round_(0, ("web-10", "r1", "ready"), ("web-9", "r1", "terminating")),
            round_(1, ("web-10", "r1", "ready"), ("web-9", "r1", "waiting")),
            round_(2, ("web-10", "r1", "ready"), ("web-9", "r1", "waiting")),
        ]})  # fmt: skip
        (lane,) = build(plan).lanes
        assert lane.rows == ("web-9", "web-10")
        assert [{pod.row: pod.state for pod in cell.pods} for cell in lane.cells] == [
            {1: "ready", 0: "terminating"},
            {1: "ready", 0: "created"},
            {1: "ready", 0: "waiting"},
        ]

    def test_the_pods_before_the_first_step_have_a_column(self) -> None:
        pods = {"r1": {"ready": 2, "waiting": 1, "terminating": 0}}
        initial = {"available": 2, "total": 3, "terminating": 0, "pods": pods}
        plan = deployment(((2, 1, 1), (0, 0, 0)), initial=initial)
        timeline = build(plan)
        assert [column.label for column in timeline.columns] == ["now", "0"]
        assert states(plan, 0) == [{"ready": 2, "waiting": 1}, {"ready": 2, "created": 1, "terminating": 1}]
        assert [point.available for point in timeline.points] == [2, 2]

    def test_stateful_pods_before_the_first_step_fill_the_rows(self) -> None:
        workload = copy.deepcopy(PLAN["workloads"][1])
        pods = {"r1": {"ready": 3, "waiting": 0, "terminating": 0}}
        workload["initial"] = {"available": 3, "total": 3, "terminating": 0, "pods": pods}
        timeline = build(workload)
        assert timeline.lanes[0].cells[0].pods == ((0, "ready"), (1, "ready"), (2, "ready"))
        assert timeline.lanes[1].cells[0].pods == ()
        assert timeline.points[0].available == 3
        assert [point.column for point in timeline.points[1:]] == [
            step["round"] + 1 for step in workload["steps"]
        ]

    def test_a_creation_starts_from_nothing(self) -> None:
        plan = deployment(
            ((0, 0, 0), (0, 3, 0)), initial={"available": 0, "total": 0, "terminating": 0, "pods": {}}
        )
        assert [column.label for column in build(plan).columns] == ["0"]
        assert states(plan, 1) == [{"created": 3}]

    def test_floor_and_ceiling_come_from_the_strategy(self) -> None:
        strategy = {"type": "RollingUpdate", "replicas": 4, "max_surge": 1, "max_unavailable": 2}
        timeline = build(deployment(((4, 0, 0), (0, 0, 0)), strategy=strategy))
        assert (timeline.desired, timeline.floor, timeline.ceiling) == (4, 2, 5)

    @pytest.mark.parametrize("operation", ["create", "scale", "delete"])
    def test_what_starts_or_ends_with_other_pods_has_no_floor(self, operation: str) -> None:
        strategy = {"type": "RollingUpdate", "replicas": 4, "max_surge": 1, "max_unavailable": 2}
        plan = deployment(((4, 0, 0), (0, 0, 0)), strategy=strategy) | {"operation": operation}
        assert (build(plan).floor, build(plan).ceiling) == (None, None)

    def test_the_curve_has_every_step_in_the_column_of_its_round(self) -> None:
        workload = PLAN["workloads"][0]
        timeline = build(workload)
        assert [
            (point.step, point.column, point.available, point.total) for point in timeline.points[1:]
        ] == [
            (step["step"], step["round"] + 1, step["available"], step["total"]) for step in workload["steps"]
        ]
        ends = [(point.column, start, end) for point, start, end in runs(timeline.points)]
        assert all(0 <= start < end <= 1 for _, start, end in ends)
        assert sum(end - start for _, start, end in ends) == pytest.approx(len(timeline.columns))

    def test_a_long_plan_shares_columns_and_loses_no_low(self) -> None:
        replicas = 1000
        rounds = [((replicas - each, 0, 0), (each, 0, 0)) for each in range(replicas + 1)]
        steps = [
            {"step": 2 * number + part + 1, "round": number, "available": available, "total": replicas,
             "terminating": 0, "text": "x"}
            for number in range(replicas + 1)
            for part, available in enumerate((replicas, 3 if number == 777 else replicas))
        ]  # fmt: skip
        timeline = build(deployment(*rounds, steps=steps))
        assert len(timeline.columns) <= MAX_COLUMNS
        assert (timeline.columns[0].first, timeline.columns[-1].last) == (0, replicas)
        assert timeline.lanes[1].cells[-1].counts["ready"] == replicas
        assert min(point.available for point in timeline.points) == 3
        assert len(timeline.points) <= 24 * MAX_COLUMNS


class TestDrawing:
    def test_svg(self, snapshot: SnapshotAssertion) -> None:
        assert plan_svg.render(PLAN) == snapshot

    def test_html(self, snapshot: SnapshotAssertion) -> None:
        assert plan_html.render(PLAN) == snapshot

    @pytest.mark.parametrize("scenario", SCENARIOS[::7], ids=lambda each: each["name"])
    def test_every_kind_of_scenario_can_be_drawn(self, scenario: dict[str, Any]) -> None:
        plan = {"kubernetes": "1.36", "changes": [], "workloads": [workload_of(scenario)]}
        root = ET.fromstring(plan_svg.render(plan))  # noqa: S314  it is our own text
        assert len(root.findall(f".//{SVG}g[@data-column]")) == len(scenario["rounds"])
        assert "NaN" not in plan_html.render(plan)

    def test_every_pod_is_a_sign_of_its_state(self) -> None:
        plan = {"workloads": PLAN["workloads"][:1]}
        root = ET.fromstring(plan_svg.render(plan))  # noqa: S314  it is our own text
        signs = [each.get("href") for each in root.iter(f"{SVG}use")]
        lanes = build(PLAN["workloads"][0]).lanes
        for state in STATES:
            drawn = sum(cell.counts[state] for lane in lanes for cell in lane.cells)
            assert signs.count(f"#pod-{state}") == drawn + 1  # one is in the legend
        assert {each.get("id") for each in root.iter() if each.get("id")} >= {
            each[1:] for each in signs if each is not None
        }

    def test_states_differ_in_pattern_not_in_colour_alone(self) -> None:
        root = ET.fromstring(plan_svg.render(PLAN))  # noqa: S314  it is our own text
        fills = dict(re.findall(r"\.pod\.(\w+) \{ fill: ([^;]+);", plan_svg.STYLE))
        looks = set()
        for state in STATES:
            (sign,) = root.findall(f".//{SVG}g[@id='pod-{state}']")
            pattern = fills[state] if fills[state].startswith("url(") else "plain"
            looks.add((pattern, *(path.get("d") for path in sign.iter(f"{SVG}path"))))
        assert len(looks) == len(STATES)

    def test_a_plan_without_workloads_says_so(self) -> None:
        plan = {"kubernetes": "1.36", "changes": [], "workloads": []}
        assert "No workload has anything to roll out." in plan_svg.render(plan)
        assert "No workload has anything to roll out." in plan_html.render(plan)

    def test_a_very_long_plan_lists_its_first_steps_and_says_how_many_follow(self) -> None:
        workload = copy.deepcopy(PLAN["workloads"][0])
        first = workload["steps"][0]
        workload["steps"] = [{**first, "step": number + 1} for number in range(plan_html.MAX_STEPS + 7)]
        page = plan_html.render({"kubernetes": "1.36", "changes": [], "workloads": [workload]})
        assert page.count("<button") == plan_html.MAX_STEPS
        assert "7 more steps are in the plan as JSON." in page

    def test_a_stuck_plan_says_why_and_the_way_out(self) -> None:
        page = plan_html.render(PLAN)
        assert "<pre>kubectl rollout undo deployment/api -n shop</pre>" in page
        assert page.count("1 pod never becomes Ready") == 1
        assert "<code>spec.clusterIP</code>: may not change once set" in page


class Tags(HTMLParser):
    """Collects tags and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


class TestSafety:
    def test_the_page_needs_nothing_from_outside(self) -> None:
        tags = Tags(plan_html.render(PLAN)).tags
        assert not any(tag in {"link", "img", "iframe", "object", "base"} for tag, _ in tags)
        for _, attributes in tags:
            assert "src" not in attributes
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
            assert (attributes.get("href") or "#").startswith("#")

    def test_the_policy_lets_in_this_script_and_this_style_alone(self) -> None:
        import base64
        import hashlib

        page = plan_html.render(PLAN)
        (policy,) = [
            attributes["content"]
            for _, attributes in Tags(page).tags
            if attributes.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policy is not None
        directives = dict(part.split(" ", 1) for part in policy.split("; "))
        assert directives["default-src"] == "'none'"
        for name, tag in (("script-src", "script"), ("style-src", "style")):
            (inside,) = re.findall(f"(?s)<{tag}>(.*?)</{tag}>", page)
            digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
            assert directives[name] == f"'sha256-{digest}'"

    @pytest.mark.parametrize(
        "text",
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "</title></style></script></svg><svg onload=alert(1)>",
            "]]> &amp; <!-- -->",
            "\x1b[31m \u202e \x00 \ud800 \ufffe",
            "one\ntwo",
        ],
    )
    def test_texts_of_manifests_stay_texts(self, text: str) -> None:
        plan = copy.deepcopy(PLAN)
        for each in plan["changes"]:
            each.update(kind=text, namespace=text, name=text, change=text)
            each["refused"] = [{"field": text, "reason": text, "message": text}]
        for workload in plan["workloads"]:
            workload.update(kind=text, namespace=text, name=text, title=text, notes=[text])
            workload["strategy"]["type"] = text
            workload["hazards"] = [{"rule": text, "severity": text, "message": text}]
            workload["summary"].update(
                completes=False, stuck={"reason": text, "message": text, "commands": [text]}
            )
            for revision in workload["revisions"].values():
                revision.update(role=text, image=text)
            for step in workload["steps"]:
                step["text"] = text
            for each in workload["rounds"]:
                if isinstance(each["pods"], list):
                    for pod in each["pods"]:
                        pod["name"] = text + pod["name"]
        svg, page = plan_svg.render(plan), plan_html.render(plan)
        ET.fromstring(svg)  # noqa: S314  it is our own text
        svg.encode()
        page.encode()
        assert "\x1b" not in svg + page
        harmless = [tag for tag, _ in Tags(plan_html.render(_renamed(plan, text))).tags]
        assert [tag for tag, _ in Tags(page).tags] == harmless


def _renamed(plan: dict[str, Any], text: str) -> dict[str, Any]:
    """Return the plan with something harmless instead of a text."""

    def rename(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: rename(each) for key, each in value.items()}
        if isinstance(value, list):
            return [rename(each) for each in value]
        return value.replace(text, "harmless") if isinstance(value, str) else value

    renamed = rename(plan)
    assert isinstance(renamed, dict)
    return renamed
