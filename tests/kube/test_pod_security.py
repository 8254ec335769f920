"""Pod Security Standards: what labels ask for, and what pods violate, as a real server words it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from linter.kube.pod_security.policy import PREFIX, Policy, Standard, describe, policy_of, violations
from linter.version import KubeVersion

DATA = Path(__file__).parents[1] / "conformance" / "pod-security.jsonl"
CASES = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
POD = {"containers": [{"name": "app", "livenessProbe": {"httpGet": {"port": 80, "host": "example.org"}}}]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['standard']}-{case['name']}")
def test_agrees_with_the_recording(case: dict[str, Any]) -> None:
    level, version = case["standard"].split(":")
    standard = policy_of({f"{PREFIX}enforce": level, f"{PREFIX}enforce-version": version}).enforce
    assert str(standard) == case["standard"]
    found = violations(standard, case["pod"]["metadata"], case["pod"]["spec"], KubeVersion(1, 37))
    assert (f"violates {describe(standard, found)}" if found else None) == case["refused"]


def test_nothing_is_left_out() -> None:
    assert len(CASES) == 670
    assert len({case["standard"] for case in CASES}) == 10


@pytest.mark.parametrize(
    ("labels", "policy"),
    [
        ({}, Policy()),
        ({"enforce": "baseline"}, Policy(Standard("baseline"), Standard("baseline"))),
        (
            {"enforce": "baseline", "enforce-version": "v1.30"},
            Policy(Standard("baseline", (1, 30)), Standard("baseline", (1, 30))),
        ),
        ({"enforce": "restricted", "warn": "privileged"}, Policy(Standard("restricted"))),
        ({"enforce": "privileged"}, Policy()),
        ({"audit": "restricted"}, Policy(audit=Standard("restricted"))),
        ({"warn": "baseline", "warn-version": "v1.29"}, Policy(warn=Standard("baseline", (1, 29)))),
        # A level that is none: the strictest one is enforced, and nobody is warned.
        ({"enforce": "restrict"}, Policy(Standard("restricted"))),
        ({"warn": "restrict"}, Policy()),
    ],
)
def test_labels(labels: dict[str, str], policy: Policy) -> None:
    assert policy_of({f"{PREFIX}{key}": value for key, value in labels.items()}) == policy


def test_a_server_knows_no_later_standard_than_its_own() -> None:
    later = Standard("baseline", (1, 99))
    assert not violations(later, {}, POD, KubeVersion(1, 33))
    assert [str(each) for each in violations(later, {}, POD, KubeVersion(1, 34))] == [
        'probe or lifecycle host (container "app" uses probe or lifecycle host "example.org")'
    ]
