"""The pictures of plans: what they count, and what they hold."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

import linter
from linter.output import plan_drain, plan_html, plan_json, plan_summary, plan_svg
from linter.output.picture.style import BARS, STYLE
from linter.output.picture.timeline import MAX_COLUMNS, STATES, build, runs
from linter.output.plan_verdict import verdict
from linter.planner import plan as planner
from linter.planner.options import Options
from tests.output.plans import example

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from linter.planner.report.plan import Plan, WorkloadPlan

TESTS = Path(__file__).parent.parent
SCENARIOS = [
    json.loads(line) for line in (TESTS / "conformance" / "rollouts.jsonl").read_text("utf-8").splitlines()
]
SVG = "{http://www.w3.org/2000/svg}"


def workload(kind: str = "Deployment", **spec: Any) -> dict[str, Any]:
    """Return a workload of one container; `image` and `name` are its own."""
    name, image = spec.pop("name", "web"), spec.pop("image", "web:1")
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": image}]},
            },
            **spec,
        },
    }


def rollout(kind: str = "Deployment", options: Options | None = None, **spec: Any) -> WorkloadPlan:
    """Plan the update of a workload from web:1 to web:2."""
    (plan,) = planner.update(
        [workload(kind, **spec)], [workload(kind, image="web:2", **spec)], options
    ).workloads
    return plan


def states(plan: WorkloadPlan, lane: int) -> list[dict[str, int]]:
    """Return the pods of a lane by state, column by column, without zeros."""
    return [
        {state: number for state, number in cell.counts.items() if number}
        for cell in build(plan).lanes[lane].cells
    ]


class TestTimeline:
    @pytest.mark.parametrize("scenario", SCENARIOS[::3], ids=lambda each: each["name"])
    def test_every_pod_of_every_round_is_drawn(self, scenario: dict[str, Any]) -> None:
        plan = planner.scenario(scenario)
        (told,) = plan_json.document(plan)["workloads"]
        timeline = build(plan.workloads[0])
        assert len(timeline.columns) == len(told["rounds"]) + 1 <= MAX_COLUMNS
        for index, each in enumerate(told["rounds"], 1):
            drawn: dict[tuple[str, str], int] = {}
            for lane in timeline.lanes:
                cell = lane.cells[index]
                if lane.rows:
                    assert len(cell.pods) == cell.total
                    for pod in cell.pods:
                        key = (pod.revision, _recorded(pod.state))
                        drawn[key] = drawn.get(key, 0) + 1
                else:
                    assert all(number >= 0 for number in cell.counts.values())
                    for state, number in cell.counts.items():
                        key = (lane.revisions[0].name, _recorded(state))
                        drawn[key] = drawn.get(key, 0) + number
            recorded: dict[tuple[str, str], int] = {}
            if isinstance(each["pods"], dict):
                for revision, counts in each["pods"].items():
                    recorded |= {(revision, state): number for state, number in counts.items()}
            else:
                for pod in each["pods"]:
                    key = (pod["revision"], pod["state"])
                    recorded[key] = recorded.get(key, 0) + 1
            assert {key: n for key, n in drawn.items() if n} == {key: n for key, n in recorded.items() if n}

    def test_created_pods_are_those_that_were_not_there_a_round_before(self) -> None:
        plan = rollout(replicas=3)
        assert states(plan, 0) == [
            {"ready": 3},
            {"ready": 3},
            {"ready": 2, "terminating": 1},
            {"ready": 1, "terminating": 1},
            {"terminating": 1},
            {},
        ]
        assert states(plan, 1) == [
            {},
            {"created": 1},
            {"ready": 1, "created": 1},
            {"ready": 2, "created": 1},
            {"ready": 3},
            {"ready": 3},
        ]

    def test_a_pod_that_is_still_waiting_was_not_created_this_round(self) -> None:
        plan = rollout(
            replicas=4,
            options=Options(readiness="one-by-one"),
            strategy={"rollingUpdate": {"maxSurge": 2, "maxUnavailable": 0}},
        )
        assert states(plan, 1)[:3] == [{}, {"created": 2}, {"ready": 1, "waiting": 1, "created": 1}]

    def test_pods_that_never_become_ready_have_a_sign_of_their_own(self) -> None:
        plan = rollout(replicas=3, options=Options(fail_new=True))
        assert states(plan, 1) == [{}, {"failing": 1}]
        stuck = rollout("StatefulSet", replicas=2, options=Options(fail_new=True))
        assert [pod.state for pod in build(stuck).lanes[0].cells[-1].pods] == ["ready", "failing"]

    @pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
    def test_pods_that_fit_on_no_node_have_a_sign_of_their_own(self, kind: str) -> None:
        parallel = {"podManagementPolicy": "Parallel"} if kind == "StatefulSet" else {}
        wanted = workload(kind, replicas=2, **parallel)
        plan = planner.scenario(
            {
                "kind": kind,
                "placement": "kube-scheduler",
                "nodes": [{"name": "a", "labels": {}, "unschedulable": True}],
                "operations": [{"op": "apply", "manifests": [wanted]}],
            }
        )
        assert states(plan.workloads[0], 0) == [{}, {"unschedulable": 2}]
        assert "#pod-unschedulable" in plan_html.render(plan)

    def test_a_stateful_pod_keeps_its_row_and_its_revision_is_told(self) -> None:
        (lane,) = build(rollout("StatefulSet", replicas=2)).lanes
        assert lane.rows == ("web-0", "web-1")
        assert [(each.name, each.role, each.color) for each in lane.revisions] == [
            ("r1", "old", "old"),
            ("r2", "new", "new"),
        ]
        assert [[(pod.revision, pod.state) for pod in cell.pods] for cell in lane.cells] == [
            [("r1", "ready"), ("r1", "ready")],
            [("r1", "ready"), ("r1", "terminating")],
            [("r1", "ready"), ("r2", "created")],
            [("r1", "terminating"), ("r2", "ready")],
            [("r2", "created"), ("r2", "ready")],
            [("r2", "ready"), ("r2", "ready")],
        ]

    def test_rows_follow_the_ordinals(self) -> None:
        (lane,) = build(rollout("StatefulSet", replicas=12)).lanes
        assert lane.rows == tuple(f"web-{ordinal}" for ordinal in range(12))

    def test_pods_of_a_node_share_a_row(self) -> None:
        surge = {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
        (lane,) = build(rollout("DaemonSet", updateStrategy=surge)).lanes
        assert lane.rows == ("node-1", "node-2", "node-3")
        assert [(pod.row, pod.revision, pod.state) for pod in lane.cells[1].pods][:2] == [
            (0, "r1", "ready"),
            (0, "r2", "created"),
        ]

    def test_many_stateful_pods_are_counted(self) -> None:
        lanes = build(rollout("StatefulSet", replicas=25)).lanes
        assert [lane.rows for lane in lanes] == [(), ()]
        assert lanes[0].cells[0].counts["ready"] == 25

    @pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"])
    def test_every_picture_begins_now(self, kind: str) -> None:
        timeline = build(planner.delete([workload(kind)]).workloads[0])
        assert [column.label for column in timeline.columns][:2] == ["now", "0"]
        assert timeline.points[0].available > 0
        created = build(planner.create([workload(kind)]).workloads[0])
        assert created.columns[0].label == "now"
        assert all(lane.cells[0].total == 0 for lane in created.lanes)
        assert all(lane.cells[1].total == lane.cells[1].counts["created"] for lane in created.lanes)

    def test_floor_and_ceiling_come_from_the_strategy(self) -> None:
        plan = rollout(replicas=4, strategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 2}})
        timeline = build(plan)
        assert (timeline.desired, timeline.floor, timeline.ceiling) == (4, 2, 5)

    def test_what_starts_or_ends_with_other_pods_has_no_floor(self) -> None:
        for plan in (
            planner.create([workload(replicas=4)]),
            planner.scale([workload(replicas=4)], 2),
            planner.delete([workload(replicas=4)]),
        ):
            timeline = build(plan.workloads[0])
            assert (timeline.floor, timeline.ceiling) == (None, None)

    def test_the_curve_has_every_step_in_the_column_of_its_round(self) -> None:
        plan = rollout(replicas=3)
        timeline = build(plan)
        assert [
            (point.step, point.column, point.available, point.total) for point in timeline.points[1:]
        ] == [
            (step.number, step.round + 1, step.snapshot.available, step.snapshot.total) for step in plan.steps
        ]
        ends = [(point.column, start, end) for point, start, end in runs(timeline.points)]
        assert all(0 <= start < end <= 1 for _, start, end in ends)
        assert sum(end - start for _, start, end in ends) == pytest.approx(len(timeline.columns))

    def test_a_long_plan_shares_columns_and_loses_no_low(self) -> None:
        plan = rollout("StatefulSet", replicas=400)
        timeline = build(plan)
        assert len(timeline.columns) <= MAX_COLUMNS + 1
        assert (timeline.columns[0].last, timeline.columns[-1].last) == (-1, len(plan.rounds) - 1)
        assert timeline.lanes[1].cells[-1].counts["ready"] == 400
        assert min(point.available for point in timeline.points) == 399
        assert len(timeline.points) <= 24 * (MAX_COLUMNS + 1)


def _recorded(state: str) -> str:
    """Return what a recording calls a state: pods that do not become Ready wait."""
    return state if state in {"ready", "terminating"} else "waiting"


class TestDrawing:
    def test_svg(self, snapshot: SnapshotAssertion) -> None:
        assert plan_svg.render(example()) == snapshot

    def test_html(self, snapshot: SnapshotAssertion) -> None:
        assert plan_html.render(example()) == snapshot

    @pytest.mark.parametrize("scenario", SCENARIOS[::7], ids=lambda each: each["name"])
    def test_every_kind_of_scenario_can_be_drawn(self, scenario: dict[str, Any]) -> None:
        plan = planner.scenario(scenario)
        root = ET.fromstring(plan_svg.render(plan))  # noqa: S314  it is our own text
        assert len(root.findall(f".//{SVG}g[@data-column]")) == len(plan.workloads[0].rounds) + 1
        assert "NaN" not in plan_html.render(plan)

    def test_every_pod_is_a_sign_of_its_state_in_the_colour_of_its_revision(self) -> None:
        plan = planner.update([workload(replicas=3)], [workload(replicas=3, image="web:2")])
        root = ET.fromstring(plan_svg.render(plan))  # noqa: S314  it is our own text
        signs = [(each.get("class"), each.get("href")) for each in root.iter(f"{SVG}use")]
        timeline = build(plan.workloads[0])
        for state in STATES:
            for lane in timeline.lanes:
                drawn = sum(cell.counts[state] for cell in lane.cells)
                assert signs.count((lane.revisions[0].color, f"#pod-{state}")) == drawn
            assert signs.count((None, f"#pod-{state}")) == (state in timeline.states)  # the legend
        assert {each.get("id") for each in root.iter() if each.get("id")} >= {
            sign[1:] for _, sign in signs if sign is not None
        }

    def test_states_differ_in_shape_not_in_colour_alone(self) -> None:
        root = ET.fromstring(plan_svg.render(example()))  # noqa: S314  it is our own text
        looks = set()
        for state in STATES:
            (sign,) = root.findall(f".//{SVG}g[@id='pod-{state}']")
            looks.add(tuple((part.tag, part.get("d")) for part in sign.iter() if part is not sign))
            # Bars have a pattern each; a ready pod is plain.
            assert f".bar.old.{state}" in BARS or f".bar.{state}" in STYLE or state == "ready"
        assert len(looks) == len(STATES)

    @pytest.mark.parametrize("render", [plan_svg.render, plan_html.render])
    def test_a_plan_of_nothing_says_so(self, render: Any) -> None:
        assert "Nothing to plan." in render(planner.update([], []))

    @pytest.mark.parametrize("render", [plan_svg.render, plan_html.render])
    def test_it_holds_what_the_text_holds(self, render: Any) -> None:
        plan = example()
        shown = re.sub(r"\s+", " ", " ".join(ET.fromstring(f"<x>{_texts(render(plan))}</x>").itertext()))  # noqa: S314  it is our own text
        for each in plan.workloads:
            told = [
                *plan_summary.heading(each),
                *plan_summary.changes(each),
                plan_summary.numbers(each),
                *plan_summary.sentences(each),
                *each.notes,
                *(hazard.message for hazard in plan_summary.hazards(each)),
            ]
            if each.summary.stuck is not None:
                told += [each.summary.stuck.message, *each.summary.stuck.commands]
            for text in told:
                assert re.sub(r"\s+", " ", text) in shown
        refused = [each for each in plan.changes if each.refused]
        assert [each.name for each in refused] == ["queue", "web"]
        for change in refused:
            for refusal in change.refused:
                assert re.sub(r"\s+", " ", refusal.message) in shown
            for command in change.commands:
                assert re.sub(r"\s+", " ", command) in shown
        assert verdict(plan) in shown

    @pytest.mark.parametrize("render", [plan_svg.render, plan_html.render])
    def test_a_drain_says_what_becomes_of_the_nodes(self, render: Any) -> None:
        nodes = [{"name": name, "labels": {}, "allocatable": {"cpu": "4", "memory": "8Gi"}} for name in "ab"]
        options = Options(nodes=nodes)
        plan = linter.plan("drain", [workload(replicas=3)], nodes=["a"], options=options)
        assert plan.drain is not None
        shown = render(plan)
        assert plan_drain.heading(plan.drain) in shown
        assert "kubectl drain a" in shown
        assert "1 is evicted" in shown

    def test_the_verdict_stands_on_top_with_links_to_the_cards(self) -> None:
        page = plan_html.render(example())
        assert '<p class="verdict bad">4 roll out, 2 are refused, 1 gets stuck, 1 unchanged</p>' in page
        tags = Tags(page).tags
        links = [attributes["href"] for tag, attributes in tags if tag == "a"]
        ids = [attributes.get("id") for tag, attributes in tags if tag == "section"]
        assert links == [f"#{each}" for each in ids]
        assert len(links) == 7
        assert "ConfigMap shop/settings" in page.split("<details>")[1].split("</details>")[0]

    def test_a_short_rollout_fills_the_card_and_a_long_one_scrolls(self) -> None:
        short = plan_html.render(planner.update([workload()], [workload(image="web:2")]))
        assert 'class="chart fits"' in short
        long = workload("StatefulSet", replicas=20), workload("StatefulSet", replicas=20, image="web:2")
        assert 'class="chart fits"' not in plan_html.render(planner.update([long[0]], [long[1]]))

    def test_a_very_long_plan_lists_its_first_steps_and_says_how_many_follow(self) -> None:
        plan = planner.scale([workload("StatefulSet", replicas=1)], 550)
        page = plan_html.render(plan)
        items = [attributes for tag, attributes in Tags(page).tags if "data-column" in attributes]
        assert sum("data-step" in each for each in items) == plan_html.MAX_STEPS
        assert (
            f"{len(plan.workloads[0].steps) - plan_html.MAX_STEPS} more steps are in the plan as JSON."
            in page
        )


def _texts(document: str) -> str:
    """Return the body of a page or a drawing as XML, its style and its script left out."""
    return re.sub(r"(?s)<(style|script)>.*?</\1>|<!DOCTYPE html>|<(meta|br)[^>]*>", "", document)


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
        tags = Tags(plan_html.render(example())).tags
        assert not any(tag in {"link", "img", "iframe", "object", "base"} for tag, _ in tags)
        for _, attributes in tags:
            assert "src" not in attributes
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
            assert (attributes.get("href") or "#").startswith("#")

    def test_the_policy_lets_in_this_script_and_this_style_alone(self) -> None:
        import base64
        import hashlib

        page = plan_html.render(example())
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
        plan = hostile(text)
        svg, page = plan_svg.render(plan), plan_html.render(plan)
        ET.fromstring(svg)  # noqa: S314  it is our own text
        svg.encode()
        page.encode()
        assert "\x1b" not in svg + page
        harmless = [tag for tag, _ in Tags(plan_html.render(hostile("harmless"))).tags]
        assert [tag for tag, _ in Tags(page).tags] == harmless


def hostile(text: str) -> Plan:
    """Return the example with one text wherever a manifest or the planner may put one."""
    plan = example()
    workloads = []
    for each in plan.workloads:
        stuck = each.summary.stuck
        workloads.append(
            each._replace(
                kind=text,
                namespace=text,
                name=text,
                title=text,
                notes=(text,),
                images=dict.fromkeys(each.images, text),
                strategy=each.strategy._replace(type=text),
                differences=tuple(difference._replace(old=text, new=text) for difference in each.differences),
                hazards=tuple(hazard._replace(message=text) for hazard in each.hazards),
                summary=each.summary._replace(
                    stuck=stuck._replace(message=text, commands=(text,)) if stuck else None
                ),
                initial_pods=[pod._replace(name=text) for pod in each.initial_pods],
            )
        )
    changes = tuple(
        each._replace(
            kind=text,
            namespace=text,
            name=text,
            refused=tuple(refusal._replace(field=text, message=text) for refusal in each.refused),
            commands=tuple(text for _ in each.commands),
        )
        for each in plan.changes
    )
    return type(plan)(plan.kubernetes, changes, tuple(workloads))
