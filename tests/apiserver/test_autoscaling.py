"""HorizontalPodAutoscalers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from linter.apiserver.server import Server
from linter.path import format_path
from linter.version import KubeVersion

Judge = Callable[..., set[tuple[str, str | None, str]]]
KIND = "HorizontalPodAutoscaler"
EXTERNAL = {
    "type": "External",
    "external": {"metric": {"name": "queue"}, "target": {"type": "Value", "value": "5"}},
}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"minReplicas": 5}, set()),
        ({"minReplicas": 6}, {("Invalid", "spec.maxReplicas")}),
        ({"maxReplicas": None}, {("Required", "spec.maxReplicas"), ("Invalid", "spec.maxReplicas")}),
        ({"maxReplicas": -1}, {("Invalid", "spec.maxReplicas")}),
        ({"minReplicas": 0}, {("Forbidden", "spec.metrics")}),
        ({"minReplicas": 0, "metrics": [EXTERNAL]}, set()),
    ],
)
def test_bounds(judge: Judge, spec: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert judge(KIND, {"spec": spec}) == {("autoscaler-bounds", *each) for each in expected}


def test_older_servers_keep_at_least_one_pod(judge: Judge) -> None:
    found = judge(KIND, {"spec": {"minReplicas": 0, "metrics": [EXTERNAL]}}, version=KubeVersion(1, 36))
    assert found == {("autoscaler-bounds", "Invalid", "spec.minReplicas")}


def test_older_servers_call_a_missing_bound_invalid(judge: Judge) -> None:
    found = judge(KIND, {"spec": {"maxReplicas": None}}, version=KubeVersion(1, 34))
    assert found == {("autoscaler-bounds", "Invalid", "spec.maxReplicas")}


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"apiVersion": "v1"}, {("Invalid", "apiVersion")}),
        ({"apiVersion": None}, {("Invalid", "apiVersion")}),
        ({"apiVersion": "a/b/c"}, {("Invalid", "apiVersion")}),
        ({"apiVersion": "/v1"}, {("Invalid", "apiVersion")}),
        ({"apiVersion": "example.com/v1alpha1"}, set()),
        ({"apiVersion": "v1", "kind": "ReplicationController"}, set()),
        ({"apiVersion": "a/b/c", "kind": "ReplicationController"}, {("Invalid", "apiVersion")}),
        ({"kind": ""}, {("Required", "kind")}),
        ({"name": None}, {("Required", "name")}),
        ({"name": "a/b"}, {("Invalid", "name")}),
    ],
)
def test_the_target(judge: Judge, target: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    found = judge(KIND, {"spec": {"scaleTargetRef": target}})
    assert found == {
        ("autoscaler-target", reason, f"spec.scaleTargetRef.{field}") for reason, field in expected
    }


def test_older_servers_take_any_api_version(judge: Judge) -> None:
    change = {"spec": {"scaleTargetRef": {"apiVersion": "v1"}}}
    assert judge(KIND, change, version=KubeVersion(1, 33)) == set()
    assert judge(KIND, change, version=KubeVersion(1, 34))


def test_an_update_may_keep_the_api_version(judge: Judge) -> None:
    change = {"spec": {"scaleTargetRef": {"apiVersion": "v1"}}}
    assert judge(KIND, change, old=change) == set()
    assert judge(KIND, change, old={})


def resource_metric(**target: Any) -> dict[str, Any]:
    return {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", **target}}}


def container_metric(**parts: Any) -> dict[str, Any]:
    target = {"type": "Utilization", "averageUtilization": 50}
    block = {"name": "cpu", "container": "web", "target": target, **parts}
    return {"type": "ContainerResource", "containerResource": block}


def object_metric(**described: Any) -> dict[str, Any]:
    return {
        "type": "Object",
        "object": {
            "describedObject": {"kind": "Ingress", "name": "web", **described},
            "metric": {"name": "requests"},
            "target": {"type": "Value", "value": "2k", "averageValue": "1"},
        },
    }


def pods_metric(name: str = "requests", **target: Any) -> dict[str, Any]:
    return {"type": "Pods", "pods": {"metric": {"name": name}, "target": {"type": "AverageValue", **target}}}


def external_metric(**target: Any) -> dict[str, Any]:
    return {"type": "External", "external": {"metric": {"name": "q"}, "target": {"type": "Value", **target}}}


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (resource_metric(averageUtilization=80), set()),
        (resource_metric(averageValue="100m"), set()),
        (resource_metric(), {("Required", "resource.target.averageUtilization")}),
        (
            resource_metric(averageUtilization=80, averageValue="1"),
            {("Forbidden", "resource.target.averageValue")},
        ),
        (resource_metric(averageUtilization=0), {("Invalid", "resource.target.averageUtilization")}),
        (resource_metric(averageValue=0), {("Invalid", "resource.target.averageValue")}),
        (resource_metric(averageUtilization=80, type="Average"), {("Invalid", "resource.target.type")}),
        (
            resource_metric(averageUtilization=80, type=""),
            {("Required", "resource.target.type"), ("Invalid", "resource.target.type")},
        ),
        ({"type": "Resource"}, {("Required", "resource")}),
        ({"type": "Pods", **{k: v for k, v in resource_metric(averageUtilization=1).items() if k != "type"}}, {("Required", "pods")}),
        ({**resource_metric(averageUtilization=80), **EXTERNAL, "type": "Resource"}, {("Forbidden", "external")}),
        ({**resource_metric(), **EXTERNAL, "type": "External"}, {("Forbidden", "resource")}),
        ({**resource_metric(averageUtilization=80), "type": ""}, {("Required", "type"), ("NotSupported", "type")}),
        ({**resource_metric(averageUtilization=80), "type": "resource"}, {("NotSupported", "type")}),
        (container_metric(), set()),
        (container_metric(name=""), {("Required", "containerResource.name")}),
        (container_metric(name="storage"), {("Invalid", "containerResource.name")}),
        (container_metric(container=None), {("Required", "containerResource.container")}),
        (container_metric(container="Web"), {("Invalid", "containerResource.container")}),
        (object_metric(), set()),
        (object_metric(apiVersion="a/b/c"), {("Invalid", "object.describedObject.apiVersion")}),
        (object_metric(kind="", name="a%"), {
            ("Required", "object.describedObject.kind"), ("Invalid", "object.describedObject.name"),
        }),
        (pods_metric(averageValue="1"), set()),
        (pods_metric(value="1"), {("Required", "pods.target.averageValue")}),
        (pods_metric(name="", averageValue="1"), {("Required", "pods.metric.name")}),
        (pods_metric(name="a/b", averageValue="1"), {("Invalid", "pods.metric.name")}),
        (external_metric(value="1n"), set()),
        (external_metric(), {("Required", "external.target.averageValue")}),
        (external_metric(value="1", averageValue="1"), {("Forbidden", "external.target.value")}),
        (external_metric(value="-1"), {("Invalid", "external.target.value")}),
    ],
)  # fmt: skip
def test_metrics(judge: Judge, metric: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    found = judge(KIND, {"spec": {"metrics": [metric]}})
    assert found == {("autoscaler-metrics", reason, f"spec.metrics[0].{field}") for reason, field in expected}


POLICY = {"type": "Pods", "value": 1, "periodSeconds": 60}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({}, set()),
        ({"stabilizationWindowSeconds": 3600}, set()),
        ({"stabilizationWindowSeconds": 3601}, {("Invalid", "stabilizationWindowSeconds")}),
        ({"stabilizationWindowSeconds": -1}, {("Invalid", "stabilizationWindowSeconds")}),
        ({"selectPolicy": "Disabled"}, set()),
        ({"selectPolicy": ""}, {("NotSupported", "selectPolicy")}),
        ({"policies": [POLICY]}, set()),
        ({"policies": []}, {("Required", "policies")}),
        ({"policies": [{**POLICY, "type": "pods"}]}, {("NotSupported", "policies[0].type")}),
        ({"policies": [{**POLICY, "value": 0}]}, {("Invalid", "policies[0].value")}),
        ({"policies": [{**POLICY, "periodSeconds": 1801}]}, {("Invalid", "policies[0].periodSeconds")}),
        ({"tolerance": "0"}, set()),
        ({"tolerance": "-50m"}, {("Invalid", "tolerance")}),
    ],
)
@pytest.mark.parametrize("direction", ["scaleUp", "scaleDown"])
def test_behavior(
    judge: Judge, direction: str, rules: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    found = judge(KIND, {"spec": {"behavior": {direction: rules}}})
    assert found == {
        ("autoscaler-behavior", reason, f"spec.behavior.{direction}.{field}") for reason, field in expected
    }


def test_older_servers_drop_the_tolerance(judge: Judge) -> None:
    change = {"spec": {"behavior": {"scaleUp": {"tolerance": "-1"}}}}
    assert judge(KIND, change, version=KubeVersion(1, 34)) == set()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, set()),
        ({"targetCPUUtilizationPercentage": 80}, set()),
        (
            {"targetCPUUtilizationPercentage": 0},
            {("Invalid", "spec.metrics[0].resource.target.averageUtilization")},
        ),
        ({"maxReplicas": None}, {("Required", "spec.maxReplicas"), ("Invalid", "spec.maxReplicas")}),
        ({"minReplicas": 6}, {("Invalid", "spec.maxReplicas")}),
        ({"minReplicas": 0}, {("Forbidden", "spec.metrics")}),
        (
            {"scaleTargetRef": {"apiVersion": None, "kind": "ReplicaSet", "name": "frontend"}},
            {("Invalid", "spec.scaleTargetRef.apiVersion")},
        ),
        (
            {"scaleTargetRef": None},
            {
                ("Required", "spec.scaleTargetRef.kind"),
                ("Required", "spec.scaleTargetRef.name"),
                ("Invalid", "spec.scaleTargetRef.apiVersion"),
            },
        ),
    ],
)
def test_autoscaling_v1_is_judged_as_v2(change: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    spec = {
        "maxReplicas": 5,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
    }
    spec.update(change)
    manifest = {"apiVersion": "autoscaling/v1", "kind": KIND, "metadata": {"name": "web"}, "spec": spec}
    errors = Server(KubeVersion(1, 37)).create(manifest).errors
    assert {(error.reason, error.field or format_path(error.path)) for error in errors} == expected
