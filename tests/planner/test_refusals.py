"""Every recorded update is planned: what the API server refuses is a refusal, with the way out where there is one."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import linter

Case = dict[str, Any]
DATA = Path(__file__).parent.parent / "conformance"
# What 1.37, the default version, answers otherwise stands in the second file.
CASES = {
    case["id"]: case
    for name in ("updates.jsonl", "updates-versions.jsonl")
    for case in map(json.loads, (DATA / name).read_text(encoding="utf-8").splitlines())
}

TWO_OBJECTS = "two manifests that differ in kind, name or namespace are two objects to a plan"
EXCEPTIONS = {
    "JT-12-bad": TWO_OBJECTS,
    "UM-01-bad-2": TWO_OBJECTS,
    "UM-01-bad-3": "a request's URL can name another namespace than the object; a manifest has one",
    "UM-01-bad-6": "likewise",
    "UM-03-bad": "the recording sets the stored object's deletionTimestamp, which stands in no manifest",
    "UM-05-bad-2": "the stored object's resourceVersion stands in no manifest",
}

IMMUTABLE = {"field is immutable", "may not change once set", "updates to statefulset spec"}


def planned(case: Case) -> Any:
    plan = linter.plan("update", [case["new"]], old=[case["old"]])
    return next(each for each in plan.changes if each.name == case["new"]["metadata"]["name"])


@pytest.mark.parametrize("name", sorted(CASES.keys() - EXCEPTIONS.keys()))
def test_an_update_is_refused_where_the_server_refuses_it(name: str) -> None:
    case = CASES[name]
    change = planned(case)
    assert (change.change == "refused") == (case["verdict"] == "reject")
    # What cannot be decoded (400), and a conflict (409), have no causes.
    if case["verdict"] == "accept" or case["code"] == 422:
        assert {each.field for each in change.refused} == {each["field"] for each in case.get("causes", ())}


@pytest.mark.parametrize("name", sorted(EXCEPTIONS))
def test_an_exception_is_still_one(name: str) -> None:
    assert planned(CASES[name]).change != "refused"


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, case in CASES.items()
        if case["verdict"] == "reject"
        and case["new"]["kind"] in {"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Service"}
        and case["causes"]
        and all(any(words in each["message"] for words in IMMUTABLE) for each in case["causes"])
    ],
)
def test_what_cannot_be_changed_can_be_made_anew(name: str) -> None:
    case = CASES[name]
    if linter.plan("create", [case["new"]]).changes[0].change == "refused":
        # No command helps where the new object is wrong in itself.
        assert planned(case).commands == ()
        return
    commands = planned(case).commands
    kind = case["new"]["kind"].lower()
    assert any(each.startswith(f"kubectl delete {kind} ") for each in commands)
    assert any(each.startswith("kubectl apply") for each in commands)


def test_pods_that_the_new_selector_matches_are_taken_over(workload: Any) -> None:
    old = workload("StatefulSet", serviceName="a")
    new = copy.deepcopy(old)
    new["spec"]["serviceName"] = "b"
    (change,) = linter.plan("update", [new], old=[old]).changes
    assert change.commands[0] == "kubectl delete statefulset web --cascade=orphan  # the pods keep running"


def claims(*sizes: str) -> list[dict[str, Any]]:
    return [
        {
            "metadata": {"name": name},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}},
        }
        for name, size in zip(("data", "logs"), sizes, strict=False)
    ]


def test_claims_that_exist_keep_their_size(workload: Any) -> None:
    old = workload("StatefulSet", serviceName="a", replicas=2, volumeClaimTemplates=claims("3Gi", "2Gi"))
    old["metadata"]["namespace"] = "prod"
    new = copy.deepcopy(old)
    new["spec"]["volumeClaimTemplates"] = claims("6Gi", "1Gi")
    (change,) = linter.plan("update", [new], old=[old]).changes
    patch = """-n prod -p '{"spec":{"resources":{"requests":{"storage":"6Gi"}}}}'"""
    assert set(change.commands[2:]) == {
        f"kubectl patch pvc data-web-0 {patch}  # existing claims keep 3Gi; the storage class has to allow their expansion",
        f"kubectl patch pvc data-web-1 {patch}",
        "# existing claims logs-web-* keep 2Gi: no claim can shrink",
    }
    old["spec"]["replicas"] = new["spec"]["replicas"] = 50
    (change,) = linter.plan("update", [new], old=[old]).changes
    assert any(
        each.startswith("for i in $(seq 0 49); do kubectl patch pvc data-web-$i ") for each in change.commands
    )


def test_a_new_service_name_leaves_claims_alone(workload: Any) -> None:
    old = workload("StatefulSet", serviceName="a", volumeClaimTemplates=claims("3Gi"))
    new = copy.deepcopy(old)
    new["spec"]["serviceName"] = "b"
    (change,) = linter.plan("update", [new], old=[old]).changes
    assert len(change.commands) == 2


def test_pods_that_it_does_not_match_keep_running_until_there_are_others(workload: Any) -> None:
    old = workload("Deployment", metadata={"namespace": "prod"}, name="web")
    old["metadata"] = {"name": "web", "namespace": "prod"}
    new = copy.deepcopy(old)
    new["spec"]["selector"]["matchLabels"] = {"app": "other"}
    new["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
    (change,) = linter.plan("update", [new], old=[old]).changes
    assert [each.field for each in change.refused] == ["spec.selector"]
    assert "new metadata.name" in change.commands[0]
    assert change.commands[1] == "kubectl delete deployment web -n prod  # once the new pods are available"


def test_a_service_has_to_be_made_anew(workload: Any) -> None:
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80}], "clusterIP": "None"}
    old = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}
    new = {**old, "spec": {**spec, "clusterIP": "10.96.0.7"}}
    plan = linter.plan(
        "update", [new, workload("Deployment", image="app:2")], old=[old, workload("Deployment")]
    )
    # A refusal concerns one object: the others of the same apply go on.
    assert [each.change for each in plan.changes] == ["refused", "rollout"]
    assert plan.changes[0].commands[0].startswith("kubectl delete service web")


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ({}, {"type": "OnDelete"}, True),
        ({"type": "RollingUpdate"}, {"type": "OnDelete"}, True),
        ({}, {"type": "OnDelete", "rollingUpdate": None}, False),
        # What the old manifest says and the new one does not, kubectl takes out.
        ({"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}, {"type": "OnDelete"}, False),
        ({"type": "OnDelete"}, {"type": "RollingUpdate"}, False),
    ],
)
def test_a_block_that_apply_would_keep_is_told(workload: Any, old: Any, new: Any, *, kept: bool) -> None:
    before, after = (workload("StatefulSet", updateStrategy=each) for each in (old, new))
    (plan,) = linter.plan("update", [after], old=[before]).workloads
    assert any("rollingUpdate: null" in note for note in plan.notes) is kept
