"""What kubectl apply makes of a live object, held to what the real one made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from linter.kube.defaults.apply import apply_defaults
from linter.planner import plan
from linter.planner.operations.edits import RESTARTED_AT
from linter.planner.options import Options
from linter.planner.report.differences import differences
from linter.planner.three_way_merge import LAST_APPLIED, applied

Object = dict[str, Any]

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "conformance" / "apply.jsonl").read_text("utf-8").splitlines()
]


def without_last(item: Object) -> Object:
    annotations = {k: v for k, v in (item["metadata"].get("annotations") or {}).items() if k != LAST_APPLIED}
    return {**item, "metadata": {**item["metadata"], "annotations": annotations}}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_merge_is_that_of_kubectl(case: Object) -> None:
    merged = apply_defaults(applied(case["live"], case["file"]))
    assert differences(apply_defaults(without_last(case["stored"])), without_last(merged)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_plan_says_what_changes_and_nothing_else(case: Object) -> None:
    live, stored = (without_last(case[name]) for name in ("live", "stored"))
    changed = [each.field for each in differences(apply_defaults(live), apply_defaults(stored))]
    found = plan.update([], [case["file"]], Options(state=[case["live"]]))
    (change,) = found.changes
    fields = [each.field for workload in found.workloads for each in workload.differences]
    fields += [each.field for each in change.differences]
    if case["id"] == "empty-map":  # which the server does not store
        assert (fields, changed) == (
            ["spec.template.spec.nodeSelector.a"],
            ["spec.template.spec.nodeSelector"],
        )
    else:
        assert sorted(fields) == sorted(changed)


def test_a_workload_that_was_never_applied_keeps_its_replicas_and_its_restart() -> None:
    template = {"metadata": {"annotations": {RESTARTED_AT: "2026-01-01T00:00:00Z", "note": "x"}}, "spec": {}}
    live = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {},
        "spec": {"replicas": 5, "template": template},
    }
    file = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {}, "spec": {"template": {"spec": {}}}}
    spec = applied(live, file)["spec"]
    assert spec["replicas"] == 5
    assert spec["template"]["metadata"] == {"annotations": {RESTARTED_AT: "2026-01-01T00:00:00Z"}}


def test_another_version_of_a_kind_is_not_merged() -> None:
    live = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {},
        "spec": {"metrics": []},
    }
    file = {**live, "apiVersion": "autoscaling/v1", "spec": {"maxReplicas": 2}}
    assert applied(live, file) == file


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "[" * 100_000, 7], ids=["empty", "list", "broken", "deep", "number"]
)
def test_an_annotation_that_cannot_be_read_is_none(text: Any) -> None:
    live = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"annotations": {LAST_APPLIED: text}},
        "spec": {"a": 1},
    }
    assert applied(live, {**live, "metadata": {}, "spec": {"b": 1}})["spec"] == {"a": 1, "b": 1}
