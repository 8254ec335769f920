"""The numbers, strategies and policies of workloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from linter.version import KubeVersion

Judge = Callable[..., set[tuple[str, str | None, str]]]
ROLLING = "rollingUpdate"


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("Deployment", {"replicas": 0}, None),
        ("Deployment", {"replicas": -1}, ("replicas", "Invalid", "spec.replicas")),
        ("ReplicaSet", {"replicas": -1}, ("replicas", "Invalid", "spec.replicas")),
        ("StatefulSet", {"replicas": -1}, ("replicas", "Invalid", "spec.replicas")),
        ("StatefulSet", {"ordinals": {"start": -1}}, ("replicas", "Invalid", "spec.ordinals.start")),
        ("Deployment", {"minReadySeconds": -1}, ("rollout-timing", "Invalid", "spec.minReadySeconds")),
        ("DaemonSet", {"minReadySeconds": -1}, ("rollout-timing", "Invalid", "spec.minReadySeconds")),
        ("Deployment", {"minReadySeconds": 599}, None),
        ("Deployment", {"minReadySeconds": 600}, ("rollout-timing", "Invalid", "spec.progressDeadlineSeconds")),
        ("StatefulSet", {"minReadySeconds": 600}, None),
        ("Deployment", {"progressDeadlineSeconds": 0}, ("rollout-timing", "Invalid", "spec.progressDeadlineSeconds")),
        ("Deployment", {"progressDeadlineSeconds": 1}, None),
        ("Deployment", {"revisionHistoryLimit": 0}, None),
        ("Deployment", {"revisionHistoryLimit": -1}, ("revision-history-limit", "Invalid", "spec.revisionHistoryLimit")),
        ("DaemonSet", {"revisionHistoryLimit": -1}, ("revision-history-limit", "Invalid", "spec.revisionHistoryLimit")),
        ("StatefulSet", {"revisionHistoryLimit": -1}, None),
        ("StatefulSet", {"podManagementPolicy": "parallel"}, ("pod-management-policy", "Invalid", "spec.podManagementPolicy")),
        ("StatefulSet", {"serviceName": "a.b"}, ("service-name-syntax", "Invalid", "spec.serviceName")),
        ("StatefulSet", {"serviceName": None}, None),
        (
            "StatefulSet",
            {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "delete"}},
            ("claim-retention-policy", "NotSupported", "spec.persistentVolumeClaimRetentionPolicy.whenScaled"),
        ),
    ],
)  # fmt: skip
def test_fields(judge: Judge, kind: str, spec: dict[str, Any], expected: tuple[str, str, str] | None) -> None:
    assert judge(kind, {"spec": spec}) == ({expected} if expected else set())


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"])
def test_pods_never_end(judge: Judge, kind: str) -> None:
    pod = {"restartPolicy": "Never", "activeDeadlineSeconds": 60}
    assert judge(kind, {"spec": {"template": {"spec": pod}}}) == {
        ("template-restart-policy", "NotSupported", "spec.template.spec.restartPolicy"),
        ("template-active-deadline", "Forbidden", "spec.template.spec.activeDeadlineSeconds"),
    }


SURGE = "spec.strategy.rollingUpdate.maxSurge"
UNAVAILABLE = "spec.strategy.rollingUpdate.maxUnavailable"


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ({"type": "Recreate"}, set()),
        ({"type": ""}, set()),
        ({"type": "recreate"}, {("NotSupported", "spec.strategy")}),
        ({"type": "Recreate", ROLLING: {"maxSurge": 1}}, {("Forbidden", "spec.strategy.rollingUpdate")}),
        ({ROLLING: {"maxSurge": "200%", "maxUnavailable": "100%"}}, set()),
        ({ROLLING: {"maxUnavailable": 0}}, set()),
        ({ROLLING: {"maxUnavailable": "101%"}}, {("Invalid", UNAVAILABLE)}),
        ({ROLLING: {"maxUnavailable": "1"}}, {("Invalid", UNAVAILABLE)}),
        ({ROLLING: {"maxUnavailable": -1}}, {("Invalid", UNAVAILABLE)}),
        ({ROLLING: {"maxSurge": "12.5%"}}, {("Invalid", SURGE)}),
        ({ROLLING: {"maxSurge": -1}}, {("Invalid", SURGE)}),
        ({ROLLING: {"maxSurge": 0, "maxUnavailable": "0%"}}, {("Invalid", UNAVAILABLE)}),
        ({ROLLING: {"maxSurge": "x", "maxUnavailable": 0}}, {("Invalid", UNAVAILABLE), ("Invalid", SURGE)}),
        ({ROLLING: {"maxSurge": "5", "maxUnavailable": 0}}, {("Invalid", SURGE)}),
    ],
)
def test_deployment_strategies(judge: Judge, strategy: Any, expected: set[tuple[str, str]]) -> None:
    found = judge("Deployment", {"spec": {"strategy": strategy}})
    assert found == {("deployment-strategy", *each) for each in expected}


@pytest.mark.parametrize(
    ("kind", "strategy", "expected"),
    [
        ("StatefulSet", {"type": "OnDelete"}, set()),
        ("StatefulSet", {"type": "Recreate"}, {("Invalid", "spec.updateStrategy")}),
        ("StatefulSet", {"type": "OnDelete", ROLLING: {"partition": 1}}, {("Invalid", "rollingUpdate")}),
        ("StatefulSet", {ROLLING: {"partition": -1}}, {("Invalid", "rollingUpdate.partition")}),
        ("StatefulSet", {ROLLING: {"maxUnavailable": "x"}}, {("Invalid", "rollingUpdate.maxUnavailable")}),
        ("DaemonSet", {"type": "Recreate"}, {("NotSupported", "spec.updateStrategy")}),
        ("DaemonSet", {"type": "OnDelete", ROLLING: {"maxSurge": 1}}, set()),
        ("DaemonSet", {ROLLING: {"maxSurge": 1}}, {("Invalid", "rollingUpdate.maxSurge")}),
        ("DaemonSet", {ROLLING: {"maxSurge": 1, "maxUnavailable": 0}}, set()),
        ("DaemonSet", {ROLLING: {"maxUnavailable": 0}}, {("Required", "rollingUpdate.maxUnavailable")}),
        ("DaemonSet", {ROLLING: {"maxUnavailable": "101%"}}, {("Invalid", "rollingUpdate.maxUnavailable")}),
        (
            "DaemonSet",
            {ROLLING: {"maxUnavailable": "x"}},
            {("Invalid", "rollingUpdate.maxUnavailable"), ("Required", "rollingUpdate.maxUnavailable")},
        ),
        (
            "DaemonSet",
            {ROLLING: {"maxUnavailable": 0, "maxSurge": "101%"}},
            {("Invalid", "rollingUpdate.maxSurge")},
        ),
    ],
)
def test_update_strategies(judge: Judge, kind: str, strategy: Any, expected: set[tuple[str, str]]) -> None:
    found = judge(kind, {"spec": {"updateStrategy": strategy}})
    whole = {
        (reason, field if field.startswith("spec") else f"spec.updateStrategy.{field}")
        for reason, field in expected
    }
    assert found == {("update-strategy", *each) for each in whole}


@pytest.mark.parametrize(
    ("version", "value", "refused"),
    [
        (KubeVersion(1, 36), 0, False),
        (KubeVersion(1, 36), "nonsense", False),
        (KubeVersion(1, 37), 0, True),
        (KubeVersion(1, 37), "x", True),
        (KubeVersion(1, 37), "101%", True),
        (KubeVersion(1, 37), "50%", False),
    ],
)
def test_a_stateful_sets_max_unavailable_counts_where_its_feature_is_on(
    judge: Judge,
    version: KubeVersion,
    value: Any,
    refused: bool,  # noqa: FBT001  a column
) -> None:
    change = {"spec": {"updateStrategy": {ROLLING: {"maxUnavailable": value}}}}
    field = "spec.updateStrategy.rollingUpdate.maxUnavailable"
    found = judge("StatefulSet", change, version=version)
    assert found == ({("update-strategy", "Invalid", field)} if refused else set())


@pytest.mark.parametrize(("value", "refused"), [("-1", True), ("0", False), ("7", False), ("", False)])
def test_the_rollback_annotation(judge: Judge, value: str, refused: bool) -> None:  # noqa: FBT001  a column
    annotations = {"deprecated.deployment.rollback.to": value}
    found = judge("Deployment", {"metadata": {"annotations": annotations}})
    assert found == ({("rollback-annotation", "Invalid", "spec.rollback.version")} if refused else set())


def test_a_negative_history_of_a_stateful_set_is_a_warning(judge: Judge) -> None:
    found = judge("StatefulSet", {"spec": {"revisionHistoryLimit": -1}}, severity="warning")
    assert found == {("revision-history-negative", None, "spec.revisionHistoryLimit")}


def test_a_stored_service_name_is_not_judged_again(judge: Judge) -> None:
    change = {"spec": {"serviceName": "a.b"}}
    assert judge("StatefulSet", change, old=change) == set()
