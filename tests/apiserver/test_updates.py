"""What an update must not change, against the recorded updates."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linter.version import KubeVersion, parse_version

Judge = Callable[..., set[tuple[str, str | None, str]]]
Manifest = dict[str, Any]
DATA = Path(__file__).parents[1] / "conformance"


def load(name: str) -> list[Manifest]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


VALIDATED = [
    case
    for case in load("updates.jsonl")
    if case["rule"] not in {"JT-01", "UM-05"} and case["id"] != "JT-12-bad-2"
]
"""Left out: what does not decode (another stage), and a stale resourceVersion, which only the cluster knows of."""
OTHERWISE = {case["id"]: case for case in load("updates-versions.jsonl")}
"""The cases that 1.37 answers otherwise than 1.36."""


def stored(case: Manifest) -> Manifest:
    """Return the old object with what the recording does not show but its case is about."""
    known: Manifest = {}
    if case["rule"] == "UM-03":
        known["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    if "namespace differs" in case["mutation"][0]:
        known["namespace"] = "elsewhere"
    return {**case["old"], "metadata": {**case["old"]["metadata"], **known}}


@pytest.mark.parametrize(
    ("case", "version"),
    [
        *(pytest.param(case, "1.36", id=case["id"]) for case in VALIDATED),
        *(
            pytest.param({**case, **OTHERWISE.get(case["id"], {})}, "1.37", id=f"{case['id']}-1.37")
            for case in VALIDATED
        ),
    ],
)
def test_recorded_updates(judge_update: Judge, case: Manifest, version: str) -> None:
    found = {
        (reason, field)
        for _, reason, field in judge_update(case["new"], stored(case), parse_version(version))
    }
    if case.get("causes"):
        assert found == {
            (cause["reason"].removeprefix("FieldValue"), cause["field"]) for cause in case["causes"]
        }
    else:
        assert bool(found) is (case["verdict"] == "reject")


@pytest.mark.parametrize(
    "kind",
    [
        "Deployment",
        "ReplicaSet",
        "StatefulSet",
        "DaemonSet",
        "Service",
        "PodDisruptionBudget",
        "HorizontalPodAutoscaler",
    ],
)
def test_nothing_is_wrong_with_no_change(judge: Judge, kind: str) -> None:
    assert judge(kind, {}, old={}) == set()


def test_another_kind_is_another_object(judge_update: Judge) -> None:
    metadata = {"name": "web"}
    old = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"clusterIP": "None"}}
    new = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata}
    assert judge_update(new, old) == {("object-identity", "Invalid", "kind")}
    assert judge_update(old, new) == {("object-identity", "Invalid", "kind")}


@pytest.mark.parametrize(
    ("version", "is_number"), [("", True), ("42", True), (str(2**64 - 1), True), (str(2**64), False), ("abc", False), ("-1", False)]
)  # fmt: skip
def test_a_resource_version_is_a_number(judge: Judge, version: str, is_number: bool) -> None:  # noqa: FBT001
    change = {"metadata": {"resourceVersion": version}}
    found = set() if is_number else {("object-identity", "Invalid", "metadata.resourceVersion")}
    assert judge("Deployment", change, old={}) == found
    assert judge("Deployment", change) == set()


def test_only_a_delete_request_sets_the_time_of_deletion(judge: Judge) -> None:
    metadata = {"deletionTimestamp": "2026-01-01T00:00:00Z", "deletionGracePeriodSeconds": 30}
    assert judge("Service", {"metadata": metadata}, old={}) == {
        ("object-deletion", "Invalid", "metadata.deletionTimestamp"),
        ("object-deletion", "Invalid", "metadata.deletionGracePeriodSeconds"),
    }
    assert judge("Service", {"metadata": metadata}, old={"metadata": metadata}) == set()
    assert judge("Service", {"metadata": {}}, old={"metadata": metadata}) == set()


def claim(**spec: Any) -> Manifest:
    return {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec},
    }


FIXED = ("immutable-fields", "Invalid", "spec.volumeClaimTemplates")


@pytest.mark.parametrize(
    ("new", "same"),
    [
        (claim(resources={"requests": {"storage": "1024Mi"}}), True),
        (claim(resources={"requests": {"storage": 1073741824}}), True),
        (claim(volumeMode="Filesystem"), True),
        (
            {**claim(), "apiVersion": "v1", "kind": "PersistentVolumeClaim", "status": {"phase": "Pending"}},
            True,
        ),
        ({**claim(), "metadata": {"name": "data", "labels": {}, "creationTimestamp": None}}, True),
        (claim(selector=None), True),
        ({**claim(), "metadata": {"name": "data", "labels": {"a": ""}}}, False),
        (claim(resources={"requests": {"storage": "2Gi"}}), False),
        (claim(storageClassName=""), False),
        (claim(selector={}), False),
        (claim(accessModes=["ReadWriteMany"]), False),
    ],
)
def test_claim_templates(judge: Judge, new: Manifest, same: bool) -> None:  # noqa: FBT001  a column
    found = judge(
        "StatefulSet",
        {"spec": {"volumeClaimTemplates": [new]}},
        old={"spec": {"volumeClaimTemplates": [claim()]}},
    )
    assert found == (set() if same else {FIXED})


def test_the_history_limit_of_a_stateful_set_was_fixed_once(judge: Judge) -> None:
    change = {"spec": {"revisionHistoryLimit": 3}}
    assert judge("StatefulSet", change, old={}, version=KubeVersion(1, 32)) == {
        ("immutable-fields", "Forbidden", "spec")
    }
    assert judge("StatefulSet", change, old={}, version=KubeVersion(1, 33)) == set()


DUAL = {"clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9", "fd00::9"], "ipFamilies": ["IPv4", "IPv6"]}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"ipFamilyPolicy": "PreferDualStack", "ipFamilies": ["IPv4", "IPv6"]}, set()),
        ({**DUAL, "ipFamilyPolicy": "RequireDualStack"}, {"ipFamilyPolicy": "SingleStack"}, set()),
        (
            {**DUAL, "ipFamilyPolicy": "RequireDualStack"},
            {"clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9"]},
            {("service-ip-families", "Invalid", "spec.ipFamilyPolicy")},
        ),
        (
            {**DUAL, "ipFamilyPolicy": "RequireDualStack"},
            {"clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9", "fd00::8"]},
            {("immutable-cluster-ips", "Invalid", "spec.clusterIPs[1]")},
        ),
        (
            {"clusterIP": "None"},
            {"clusterIP": "10.96.0.9"},
            {("immutable-cluster-ips", "Invalid", "spec.clusterIPs[0]")},
        ),
        ({"clusterIP": "None"}, {}, set()),
        ({"type": "NodePort"}, {"type": "ClusterIP"}, set()),
        ({"type": "ClusterIP"}, {"type": "LoadBalancer"}, set()),
    ],
)
def test_addresses_of_a_service(
    judge: Judge, old: Manifest, new: Manifest, expected: set[tuple[str, str, str]]
) -> None:
    assert judge("Service", {"spec": new}, old={"spec": old}) == expected


def test_an_updated_service_has_each_node_port_once(judge: Judge) -> None:
    ports = [{"name": "a", "port": 80, "nodePort": 30080}, {"name": "b", "port": 81, "nodePort": 30080}]
    found = judge(
        "Service", {"spec": {"type": "NodePort", "ports": ports}}, old={"spec": {"type": "NodePort"}}
    )
    assert found == {("service-node-ports", "Duplicate", "spec.ports[1].nodePort")}


def test_claim_templates_and_service_names_are_not_judged_again(judge: Judge) -> None:
    good, bad = claim(), claim(accessModes=[])
    stored = {"spec": {"volumeClaimTemplates": [bad], "serviceName": "Not.A.Label"}}
    assert judge("StatefulSet", stored, old=stored) == set()
    changed = {"spec": {"volumeClaimTemplates": [bad]}}
    assert judge("StatefulSet", changed, old={"spec": {"volumeClaimTemplates": [good]}}) == {FIXED}


@pytest.mark.parametrize(
    ("kind", "finalizers", "fields"),
    [
        ("Deployment", ["example.com/a b", "orphan", "foregroundDeletion"], set()),
        ("Deployment", ["cleanup"], {"metadata.finalizers[0]"}),
        ("HorizontalPodAutoscaler", ["example.com/a b"], set()),
        ("PodDisruptionBudget", ["cleanup", "a b"], set()),
        ("Service", ["example.com/a b"], {"metadata.finalizers"}),
        ("Service", ["orphan", "foregroundDeletion"], {"metadata.finalizers"}),
    ],
)
def test_an_update_looks_less_at_finalizers(
    judge: Judge, kind: str, finalizers: list[str], fields: set[str]
) -> None:
    found = judge(kind, {"metadata": {"finalizers": finalizers}}, old={})
    assert found == {("finalizers", "Invalid", field) for field in fields}
