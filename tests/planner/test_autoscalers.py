"""What autoscalers make of replicas, and what plans tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linter.planner import plan as plans
from linter.planner.autoscalers import Autoscaler, autoscalers
from linter.planner.model import ObjectId
from linter.planner.options import Options

if TYPE_CHECKING:
    from linter.planner.report.plan import WorkloadPlan

Make = Any
WEB = ObjectId("Deployment", "default", "web")


def hpa(least: int | None, most: int, version: str = "v2", kind: str = "Deployment") -> dict[str, Any]:
    spec: dict[str, Any] = {
        "maxReplicas": most,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": "web"},
    }
    if least is not None:
        spec["minReplicas"] = least
    return {
        "apiVersion": f"autoscaling/{version}",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": spec,
    }


def keda(annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": "web", "annotations": annotations or {}},
        "spec": {"scaleTargetRef": {"name": "web"}, **spec},
    }


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        (hpa(4, 10), Autoscaler("HorizontalPodAutoscaler", "web", 4, 10)),
        (hpa(None, 10, "v1"), Autoscaler("HorizontalPodAutoscaler", "web", 1, 10)),
        (keda(), Autoscaler("ScaledObject", "web", 0, 100)),
        (keda(minReplicaCount=2, maxReplicaCount=5), Autoscaler("ScaledObject", "web", 2, 5)),
        (keda({"autoscaling.keda.sh/paused-replicas": "3"}), Autoscaler("ScaledObject", "web", 3, 3)),
        ({**hpa(4, 10), "apiVersion": "example.org/v1"}, None),
        ({**hpa(4, 10), "spec": {"scaleTargetRef": []}}, None),
        ({**hpa(4, 10), "spec": None}, None),
        (keda({"autoscaling.keda.sh/paused-replicas": "0"}), None),
    ],
)
def test_bounds(manifest: dict[str, Any], expected: Autoscaler | None) -> None:
    assert autoscalers([manifest]).get(WEB) == expected


@pytest.mark.parametrize(("replicas", "expected"), [(0, 0), (1, 4), (4, 4), (7, 7), (10, 10), (11, 10)])
def test_a_number_is_kept_within(replicas: int, expected: int) -> None:
    assert Autoscaler("HorizontalPodAutoscaler", "web", 4, 10).bounded(replicas) == expected


def scalings(plan: WorkloadPlan) -> list[tuple[int | None, int | None]]:
    return [
        (step.before, step.after)
        for step in plan.steps
        if step.action in {"scale-up", "scale-down", "create-pods"}
    ]


def test_a_removed_field_falls_to_one_until_the_autoscaler_acts(workload: Make) -> None:
    objects = workload("Deployment", replicas=6), workload("Deployment")
    (plan,) = plans.update([objects[0], hpa(4, 10)], [objects[1], hpa(4, 10)]).workloads
    assert scalings(plan) == [(6, 1), (1, 4)]
    assert plan.summary.min_available == 1
    assert any("last-applied" in note for note in plan.notes)
    assert "HorizontalPodAutoscaler web makes 4 replicas of 1 at once: its minimum." in plan.notes


def test_where_nobody_asks_the_minimum_stands(workload: Make) -> None:
    old, new = workload("Deployment"), workload("Deployment", image="app:2")
    (plan,) = plans.update([old, hpa(4, 10)], [new, hpa(4, 10)]).workloads
    assert (plan.initial.snapshot.available, plan.summary.desired) == (4, 4)
    assert plan.notes[0] == "HorizontalPodAutoscaler web keeps 4 to 10 replicas: planned with 4, its minimum."
    assert plans.update([old, hpa(4, 10)], [old, hpa(4, 10)]).workloads == ()


def test_another_minimum_scales_a_workload_that_does_not_change(workload: Make) -> None:
    deployment = workload("Deployment")
    plan = plans.update([deployment, hpa(2, 10)], [deployment, hpa(5, 10)])
    assert scalings(plan.workloads[0]) == [(2, 5)]
    assert [each.change for each in plan.changes] == ["scale", "no-rollout"]


def test_a_workload_is_created_with_one_pod_and_scaled(workload: Make) -> None:
    (plan,) = plans.create([workload("Deployment"), hpa(3, 10)]).workloads
    assert scalings(plan) == [(0, 1), (1, 3)]
    (written,) = plans.create([workload("Deployment", replicas=5), hpa(3, 10)]).workloads
    assert scalings(written) == [(0, 5)]


def test_scaling_out_of_the_bounds_is_undone(workload: Make) -> None:
    objects = [workload("StatefulSet", replicas=3), hpa(2, 4, kind="StatefulSet")]
    (up,) = plans.scale(objects, 9).workloads
    assert up.summary.desired == 4
    assert up.notes[0] == "HorizontalPodAutoscaler web makes 4 replicas of 9 at once: its maximum."
    (off,) = plans.scale(objects, 0).workloads
    assert off.summary.desired == 0


def test_live_replicas_are_what_they_are(workload: Make) -> None:
    live = workload("Deployment", replicas=8)
    live["metadata"]["namespace"] = "default"
    options = Options(state=[live, {**hpa(4, 10), "metadata": {"name": "web", "namespace": "default"}}])
    (plan,) = plans.update([], [workload("Deployment", image="app:2")], options).workloads
    assert plan.summary.desired == 8
