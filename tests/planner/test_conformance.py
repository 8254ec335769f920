"""Every recorded scenario is played and compared round by round with what the real controllers did."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from linter.output.plan_json_rounds import render_rounds
from linter.planner.admission import admit_for
from linter.planner.scenario import parse_scenario
from linter.planner.simulate import Simulation

Case = dict[str, Any]
DATA = Path(__file__).parent.parent / "conformance"
FILES = ("rollouts.jsonl", "states.jsonl")
CASES = [
    json.loads(line) for name in FILES for line in (DATA / name).read_text(encoding="utf-8").splitlines()
]


def binding(round_: Case, case: Case) -> Case:
    """Keep what tests/conformance/README.md calls binding."""
    result = dict(round_)
    if operation := result.get("operation"):
        rejected = [each["rejected"] for each in operation.get("result", ())]
        causes = sorted((cause["reason"], cause["field"]) for each in rejected for cause in each["causes"])
        result["operation"] = (operation["op"], [each["code"] for each in rejected], causes)
    if case["kind"] == "DaemonSet":
        # Which node comes next is unspecified.
        result["pods"] = Counter((pod["revision"], pod["state"]) for pod in result["pods"])
    if "conditions" in result:
        # Which of the two reasons a round shows right after a template change is a race.
        result["conditions"] = {
            name: text.replace("NewReplicaSetCreated", "ReplicaSetUpdated")
            for name, text in result["conditions"].items()
        }
    if case["readiness"] == "together":
        result.pop("scalings", None)
    return result


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_agrees_with_the_recording(case: Case) -> None:
    admit = admit_for(case.get("kubernetes", "1.36"))
    played = list(render_rounds(Simulation(parse_scenario(case), admit).rounds()))
    for mine, recorded in zip(played, case["rounds"], strict=False):
        assert binding(mine, case) == binding(recorded, case), f"round {recorded['round']}"
    assert len(played) == len(case["rounds"])


NODES_MATTER = ("selector", "taint", "toleration", "affinity", "node")


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in CASES
        if case["kind"] == "DaemonSet"
        and any(word in case["name"] for word in NODES_MATTER)
        and len({json.dumps(each) for each in case["operations"] if each["op"] == "apply"}) == 1
        and not any(each["op"] in {"set-image", "undo"} for each in case["operations"])
    ],
    ids=lambda case: case["name"],
)
def test_daemon_pods_stand_on_the_recorded_nodes(case: Case) -> None:
    played = list(render_rounds(Simulation(parse_scenario(case)).rounds()))
    for mine, recorded in zip(played, case["rounds"], strict=True):
        assert {(pod["node"], pod["state"]) for pod in mine["pods"]} == {
            (pod["node"], pod["state"]) for pod in recorded["pods"]
        }


def test_nothing_is_left_out() -> None:
    assert len(CASES) == 310 + 11
