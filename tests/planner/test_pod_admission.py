"""What quotas, limits and Pod Security say of a pod, as a real server does, and what plans make of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from linter.planner import plan as plans
from linter.planner.cluster import Cluster
from linter.planner.errors import ScenarioError
from linter.planner.model import ObjectId, Revision
from linter.planner.options import Options
from linter.planner.pod_admission.admit import PodAdmission
from linter.version import KubeVersion

Make = Any
DATA = Path(__file__).parents[1] / "conformance" / "pod-admission.jsonl"
CASES = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
VERSION = KubeVersion(1, 37)
REPLICASET = ObjectId("ReplicaSet", "default", "web")


def replicaset(spec: dict[str, Any], replicas: int) -> dict[str, Any]:
    """Return a ReplicaSet with pods of a spec."""
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": "web"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
    }


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_agrees_with_the_recording(case: dict[str, Any]) -> None:
    cluster = Cluster((), VERSION, {}, lambda _: False)
    assert not cluster.create(replicaset(case["spec"], case["before"]))
    cluster.run()
    admission = PodAdmission(case["objects"], VERSION)
    revision = Revision({"metadata": {}, "spec": case["spec"]}, "one more", 1)
    admitted = admission.admit(cluster, REPLICASET, revision, 1)
    assert admitted.number == (case["refused"] is None)
    assert (admitted.refusal.message if admitted.refusal else None) == case["refused"]


def test_nothing_is_left_out() -> None:
    assert len(CASES) == 67
    assert sum(case["refused"] is None for case in CASES) == 19


def quota(**hard: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "team"}, "spec": {"hard": hard}}


def namespace(**labels: str) -> dict[str, Any]:
    labels = {f"pod-security.kubernetes.io/{mode}": level for mode, level in labels.items()}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default", "labels": labels}}


def test_a_full_quota_holds_a_rolling_update_up(workload: Make) -> None:
    plan = plans.set_image([quota(pods="3"), workload("Deployment", replicas=3)], {"app": "app:2"})
    (planned,) = plan.workloads
    assert not plan.completes
    assert planned.summary.min_available == 3
    stuck = planned.summary.stuck
    assert stuck is not None
    assert stuck.reason == "quota-exceeded"
    assert stuck.message == (
        "The API server refuses a pod that is wanted: exceeded quota: team, requested: pods=1, used: pods=3, limited:"
        " pods=3. 3 of 3 pods stay available; the controller tries again and again."
    )
    assert stuck.commands == (
        """kubectl patch deployment/web -p '{"spec": {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}}}'  # an old pod goes before a new one comes""",
        """kubectl patch resourcequota/team -p '{"spec": {"hard": {"pods": "4"}}}'  # room for it""",
    )


@pytest.mark.parametrize(
    ("pods", "strategy"),
    [
        ("4", {}),
        ("3", {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}),
        ("3", {"type": "Recreate"}),
    ],
)
def test_the_way_out_leads_out(workload: Make, pods: str, strategy: dict[str, Any]) -> None:
    deployment = workload("Deployment", replicas=3, **({"strategy": strategy} if strategy else {}))
    assert plans.set_image([quota(pods=pods), deployment], {"app": "app:2"}).completes


def test_a_quota_counts_terminating_pods_until_they_are_gone(workload: Make) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}
    deployment = workload("Deployment", replicas=3, strategy=strategy)
    (planned,) = plans.set_image([quota(pods="3"), deployment], {"app": "app:2"}).workloads
    assert planned.summary.max_pods_with_terminating == 3
    failures = [message for each in planned.rounds for message in each.failures.get(planned.workload, ())]
    assert failures == [
        "pod is forbidden: exceeded quota: team, requested: pods=1, used: pods=3, limited: pods=3"
    ]


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "ReplicaSet", "DaemonSet"])
def test_pods_of_every_kind_are_refused(workload: Make, kind: str) -> None:
    spec = {} if kind == "DaemonSet" else {"replicas": 3}
    plan = plans.create([quota(pods="2"), workload(kind, **spec)])
    (planned,) = plan.workloads
    assert planned.summary.stuck is not None
    assert planned.summary.stuck.reason == "quota-exceeded"
    assert planned.steps[-1].snapshot.available == 2
    assert planned.summary.stuck.commands == (
        """kubectl patch resourcequota/team -p '{"spec": {"hard": {"pods": "3"}}}'  # room for it""",
    )


def test_a_live_quota_knows_what_others_use(workload: Make) -> None:
    live = {**quota(pods="5"), "status": {"hard": {"pods": "5"}, "used": {"pods": "4"}}}
    deployment = workload("Deployment", replicas=1)
    options = Options(state=[live, deployment])
    plan = plans.scale([], 2, options)
    # The state has no pod of the Deployment: four are of others, and one more fits.
    assert plan.workloads[0].summary.stuck is not None
    assert "used: pods=5" in plan.workloads[0].summary.stuck.message


def test_pod_security_is_enforced(workload: Make) -> None:
    deployment = workload("Deployment", replicas=2, pod={"hostNetwork": True})
    (planned,) = plans.create([namespace(enforce="baseline"), deployment]).workloads
    assert planned.summary.stuck is not None
    assert planned.summary.stuck.reason == "pod-security"
    assert planned.summary.stuck.message == (
        'The API server refuses 2 pods that are wanted: violates PodSecurity "baseline:latest": host namespaces'
        " (hostNetwork=true). No pod is available; the controller tries again and again."
    )


def test_pod_security_warns(workload: Make) -> None:
    deployment = workload("Deployment", replicas=2, pod={"hostNetwork": True})
    plan = plans.create([namespace(warn="baseline"), deployment])
    assert plan.completes
    assert [(each.rule, each.severity, each.message) for each in plan.workloads[0].hazards] == [
        (
            "pod-security",
            "info",
            'The API server warns: would violate PodSecurity "baseline:latest": host namespaces (hostNetwork=true).',
        )
    ]


def test_what_a_quota_counts_has_to_be_said(workload: Make) -> None:
    limits = {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "defaults"},
        "spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "100m"}}]},
    }
    deployment = workload("Deployment", replicas=2)
    (planned,) = plans.create([quota(**{"requests.cpu": "1"}), deployment]).workloads
    assert planned.summary.stuck is not None
    assert planned.summary.stuck.commands == (
        "kubectl apply -f FILE  # with requests.cpu for each container of the template",
    )
    assert plans.create([quota(**{"requests.cpu": "1"}), limits, deployment]).completes


def test_a_limit_range_refuses(workload: Make) -> None:
    limits = {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "bounds"},
        "spec": {"limits": [{"type": "Container", "max": {"cpu": "1"}}]},
    }
    deployment = workload("Deployment", container={"resources": {"limits": {"cpu": 2}}})
    (planned,) = plans.create([limits, deployment]).workloads
    assert planned.summary.stuck is not None
    assert planned.summary.stuck.reason == "outside-limits"
    assert "maximum cpu usage per Container is 1, but limit is 2" in planned.summary.stuck.message


@pytest.mark.parametrize(
    ("given", "container", "message"),
    [
        (
            {"default": {"cpu": "1"}},
            {"requests": {"cpu": "1500m"}},
            '"1500m": must be less than or equal to cpu limit of 1',
        ),
        (
            {"max": {"cpu": "800m"}},
            {"requests": {"cpu": "900m"}},
            '"900m": must be less than or equal to cpu limit of 800m',
        ),
        ({"defaultRequest": {"cpu": "3"}}, {"limits": {"memory": "1Gi"}}, None),
        ({"default": {"cpu": "2"}}, {"requests": {"cpu": "1500m"}}, None),
    ],
)
def test_a_default_limit_below_the_request_makes_pods_invalid(
    workload: Make, given: dict[str, Any], container: dict[str, Any], message: str | None
) -> None:
    limits = {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "defaults"},
        "spec": {"limits": [{"type": "Container", **given}]},
    }
    (planned,) = plans.create([limits, workload("Deployment", container={"resources": container})]).workloads
    assert planned.summary.completes is (message is None)
    if message is not None:
        assert planned.summary.stuck is not None
        assert planned.summary.stuck.reason == "outside-limits"
        assert (
            f"spec.containers[0].resources.requests: Invalid value: {message}."
            in planned.summary.stuck.message
        )


def test_the_scheduler_counts_what_a_limit_range_gives(workload: Make) -> None:
    limits = {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "defaults"},
        "spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "3"}}]},
    }
    nodes = [{"name": "a", "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"}}]
    objects = [workload("Deployment", replicas=2)]
    assert plans.create(objects, Options(nodes=nodes)).completes
    plan = plans.create([limits, *objects], Options(nodes=nodes))
    assert plan.workloads[0].summary.stuck is not None
    assert "Insufficient cpu" in plan.workloads[0].summary.stuck.message


def test_an_object_that_is_refused_asks_for_nothing(workload: Make) -> None:
    from linter.planner.admission import admit_for

    broken = {**quota(pods="many"), "kind": "ResourceQuota"}
    plan = plans.create([broken, workload("Deployment")], Options(admit=admit_for("1.37")))
    assert [each.change for each in plan.changes] == ["refused", "created"]
    assert plan.workloads[0].summary.completes


def test_scenario_objects_are_checked(workload: Make) -> None:
    from linter.planner.admission import admit_for

    scenario = {
        "kind": "Deployment",
        "objects": [quota(pods="many")],
        "operations": [{"op": "apply", "manifests": [workload("Deployment")]}],
    }
    with pytest.raises(ScenarioError, match=r"objects\[0\]"):
        plans.scenario(scenario, Options(admit=admit_for("1.37")))


def test_a_stateful_set_asks_in_batches(workload: Make) -> None:
    full = quota(**{"limits.cpu": "4"})
    manifest = workload("StatefulSet", spec={"podManagementPolicy": "Parallel"}, replicas=7)
    (planned,) = plans.create([full, manifest]).workloads
    said = planned.rounds[0].failures[planned.workload]
    # The first batch is one pod: as it is refused, no other is asked for.
    assert said == (
        "Create Pod web-0 in StatefulSet web failed error: pod is forbidden: failed quota: team: must specify limits.cpu for: app",
    )
