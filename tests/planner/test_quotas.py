"""Which objects quotas refuse, as a real server does, and what several workloads leave each other of one quota."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linter.planner import plan as plans
from linter.planner.admission import admit_for
from linter.planner.options import Options
from linter.planner.quota.ledger import Ledger
from linter.version import KubeVersion

if TYPE_CHECKING:
    from linter.planner.report.plan import Plan

Make = Any
Manifest = dict[str, Any]
DATA = Path(__file__).parents[1] / "conformance" / "quota-objects.jsonl"
CASES = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]


def quota(name: str = "team", /, **hard: Any) -> Manifest:
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": {"hard": hard}}


def service(name: str, kind: str = "ClusterIP") -> Manifest:
    spec = {"type": kind, "selector": {"app": "web"}, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def claim_template(name: str, size: str = "1Gi") -> Manifest:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return {"metadata": {"name": name}, "spec": spec}


def words(plan: Plan) -> list[str]:
    return [each.change for each in plan.changes]


# Objects, one after another.


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_agrees_with_the_recording(case: Manifest) -> None:
    old = case.get("old")
    before = [*case["before"], *case["objects"], *([old] if old is not None else [])]
    refused = Ledger((), before, {}, KubeVersion(1, 37)).refused(old, case["object"])
    assert (refused.refusal.message if refused else None) == case["refused"]


def test_nothing_is_left_out() -> None:
    assert len(CASES) == 56
    assert sum(case["refused"] is None for case in CASES) == 11


def test_an_object_that_a_quota_refuses_is_not_created() -> None:
    plan = plans.create(
        [quota(**{"services.loadbalancers": "1"}), service("a", "LoadBalancer"), service("b", "LoadBalancer")]
    )
    assert words(plan) == ["created", "created", "refused"]
    assert not plan.completes
    assert plan.changes[2].refused[0].message == (
        'services "b" is forbidden: exceeded quota: team, requested: services.loadbalancers=1, used: services.loadbalancers=1,'
        " limited: services.loadbalancers=1"
    )
    assert plan.changes[2].commands == (
        """kubectl patch resourcequota/team -p '{"spec": {"hard": {"services.loadbalancers": "2"}}}'  # room for it""",
    )


def test_a_quota_asks_nothing_of_what_is_applied_before_it() -> None:
    full = quota(services="0")
    assert words(plans.create([service("a"), full])) == ["created", "created"]
    assert words(plans.create([full, service("a")])) == ["created", "refused"]


def test_a_quota_is_in_force_as_it_was_until_it_is_applied() -> None:
    old, wide = quota(services="1"), quota(services="2")
    have = [old, service("a")]
    assert words(plans.update(have, [wide, *have[1:], service("b")])) == ["no-rollout", "none", "created"]
    assert words(plans.update(have, [service("b"), wide, service("a")])) == ["refused", "no-rollout", "none"]


def test_what_has_to_go_first_is_not_gone_when_the_next_is_applied() -> None:
    plan = plans.update([quota(services="1"), service("a")], [quota(services="1"), service("b")])
    assert words(plan) == ["none", "refused", "deleted"]


@pytest.mark.parametrize("version", ["v1", "example.com/v1"])
def test_what_no_server_would_hold_uses_nothing(version: str) -> None:
    broken = {"apiVersion": version, "kind": {"a": 1}, "metadata": {"name": "a"}}
    plan = plans.delete([quota(services="1"), broken], Options(admit=admit_for("1.37")))
    assert words(plan) == ["deleted", "deleted"]


def test_a_quota_of_another_namespace_counts_nothing_here() -> None:
    other = quota(services="0")
    other["metadata"]["namespace"] = "other"
    assert words(plans.create([other, service("a")])) == ["created", "created"]


def test_a_live_quota_counts_what_the_state_does_not_hold() -> None:
    live = {**quota(services="3"), "status": {"hard": {"services": "3"}, "used": {"services": "3"}}}
    plan = plans.update([], [service("a")], Options(state=[live]))
    assert words(plan) == ["refused"]
    assert "used: services=3" in plan.changes[0].refused[0].message


def test_a_quota_without_a_status_counts_what_the_state_holds() -> None:
    state = [quota(services="1"), service("a")]
    assert words(plans.update([], [service("a"), service("b")], Options(state=state))) == ["none", "refused"]


def test_a_quota_of_the_files_keeps_what_the_state_says_is_used() -> None:
    live = {**quota(services="3"), "status": {"used": {"services": "3"}}}
    plan = plans.update([], [quota(services="4"), service("a"), service("b")], Options(state=[live]))
    assert words(plan) == ["no-rollout", "unknown", "refused"]


def test_a_custom_resource_is_counted_where_its_definition_is_known() -> None:
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "mice.example.com"},
        "spec": {"group": "example.com", "names": {"kind": "Mouse", "plural": "mice"}, "scope": "Namespaced"},
    }
    mouse = {
        "apiVersion": "example.com/v1",
        "kind": "Mouse",
        "metadata": {"name": "a", "namespace": "default"},
    }
    full = quota(**{"count/mice.example.com": "0"})
    assert words(plans.create([definition, full, mouse])) == ["created", "created", "refused"]
    assert words(plans.create([full, mouse])) == ["created", "created"]


# What controllers make beside pods.


def test_a_replicaset_that_is_refused(workload: Make) -> None:
    plan = plans.set_image(
        [quota(**{"count/replicasets.apps": "1"}), workload("Deployment", replicas=2)], {"app": "app:2"}
    )
    (planned,) = plan.workloads
    assert planned.summary.min_available == planned.summary.max_pods == 2
    stuck = planned.summary.stuck
    assert stuck is not None
    assert stuck.reason == "quota-exceeded"
    assert stuck.message == (
        "The API server refuses the ReplicaSet, without which no new pod is created: exceeded quota: team, requested:"
        " count/replicasets.apps=1, used: count/replicasets.apps=1, limited: count/replicasets.apps=1. 2 of 2 pods stay"
        " available; the controller tries again and again."
    )
    assert stuck.commands == (
        """kubectl patch resourcequota/team -p '{"spec": {"hard": {"count/replicasets.apps": "2"}}}'  # room for it""",
    )


def test_recreate_stops_the_old_pods_before_the_replicaset_is_refused(workload: Make) -> None:
    deployment = workload("Deployment", replicas=2, strategy={"type": "Recreate"})
    (planned,) = plans.restart([quota(**{"count/replicasets.apps": "1"}), deployment]).workloads
    assert planned.summary.stuck is not None
    assert planned.steps[-1].snapshot.total == 0
    assert "outage" in {each.rule for each in planned.hazards}


def test_a_claim_that_is_refused(workload: Make) -> None:
    database = workload("StatefulSet", replicas=3, volumeClaimTemplates=[claim_template("data")])
    plan = plans.create([quota(**{"requests.storage": "2Gi"}), database])
    (planned,) = plan.workloads
    assert planned.summary.new_claims == ("data-web-0", "data-web-1")
    stuck = planned.summary.stuck
    assert stuck is not None
    assert stuck.message.startswith(
        "The API server refuses the claim data-web-2, without which no new pod is created: exceeded quota: team, requested:"
        " requests.storage=1Gi, used: requests.storage=2Gi, limited: requests.storage=2Gi."
    )
    assert stuck.commands == (
        """kubectl patch resourcequota/team -p '{"spec": {"hard": {"requests.storage": "3Gi"}}}'  # room for it""",
    )
    assert plans.create([quota(**{"requests.storage": "3Gi"}), database]).completes


def test_a_claim_that_is_too_large(workload: Make) -> None:
    limits = {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "sizes"},
        "spec": {"limits": [{"type": "PersistentVolumeClaim", "max": {"storage": "1Gi"}}]},
    }
    database = workload("StatefulSet", replicas=1, volumeClaimTemplates=[claim_template("data", "2Gi")])
    (planned,) = plans.create([limits, database]).workloads
    stuck = planned.summary.stuck
    assert stuck is not None
    assert stuck.reason == "outside-limits"
    assert "maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi" in stuck.message
    assert stuck.commands == (
        "kubectl apply -f FILE  # with a size of the claim that the LimitRange sizes allows",
    )


# Several workloads.


def test_the_first_that_is_applied_gets_what_there_is(workload: Make) -> None:
    both = [workload("Deployment", name=name, replicas=2) for name in ("a", "b")]
    plan = plans.create([quota(pods="3"), *both])
    first, second = plan.workloads
    assert (first.summary.completes, second.summary.completes) == (True, False)
    assert second.steps[-1].snapshot.total == 1
    assert "Of the quota team others use: Deployment default/a pods=2." in second.notes
    assert plans.create([quota(pods="4"), *both]).completes


def test_workloads_of_other_namespaces_leave_the_quota_alone(workload: Make) -> None:
    other = workload("Deployment", name="a", replicas=2, metadata={"namespace": "other"})
    assert plans.create([quota(pods="3"), other, workload("Deployment", name="b", replicas=2)]).completes


def test_others_are_there_already(workload: Make) -> None:
    both = [workload("Deployment", name=name, replicas=2) for name in ("a", "b")]
    plan = plans.restart([quota(pods="4"), *both])
    assert [each.summary.completes for each in plan.workloads] == [False, False]
    assert "Of the quota team others use: Deployment default/b pods=2." in plan.workloads[0].notes
    # One after the other they need no more than one pod of room.
    assert plans.restart([quota(pods="5"), *both]).completes


def test_what_is_given_back_later_is_waited_for(workload: Make) -> None:
    grow = [workload("Deployment", name="a", replicas=each) for each in (1, 2)]
    shrink = [workload("Deployment", name="b", replicas=each) for each in (2, 1)]
    plan = plans.update([quota(pods="3"), grow[0], shrink[0]], [quota(pods="3"), grow[1], shrink[1]])
    assert plan.completes
    assert any("once other objects of this plan have made it" in note for note in plan.workloads[0].notes)


def test_what_is_deleted_makes_room(workload: Make) -> None:
    old, new = (workload("Deployment", name=name, replicas=2) for name in ("a", "b"))
    plan = plans.update([quota(pods="2"), old], [quota(pods="2"), new])
    assert plan.completes
    assert words(plan) == ["none", "created", "deleted"]


def test_other_pods_of_a_state_count(workload: Make) -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "alone"},
        "spec": {"containers": [{"name": "app", "image": "app:1"}]},
        "status": {"phase": "Running"},
    }
    done = {**pod, "metadata": {"name": "done"}, "status": {"phase": "Succeeded"}}
    state = [quota(pods="2"), pod, done]
    (planned,) = plans.update([], [workload("Deployment", replicas=2)], Options(state=state)).workloads
    assert planned.steps[-1].snapshot.total == 1
    assert "Of the quota team others use: what is there beside this plan pods=1." in planned.notes


def test_a_statefulset_starts_with_the_pods_that_a_quota_lets_in(workload: Make) -> None:
    (planned,) = plans.restart([quota(pods="2"), workload("StatefulSet", replicas=3)]).workloads
    assert planned.initial.snapshot.total == 2
