"""What a plan says beside its steps where the outcome hangs on what it does not know, and where it is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linter.planner import plan as plans
from linter.planner.options import Options

if TYPE_CHECKING:
    from linter.planner.report.plan import Plan

Make = Any
Manifest = dict[str, Any]
CLAIM = "read-write-once-handover"


def claim(mode: str = "ReadWriteOnce", **spec: Any) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {"accessModes": [mode], "resources": {"requests": {"storage": "1Gi"}}, **spec},
    }


def mounting(workload: Make, pod: Manifest | None = None, **spec: Any) -> Manifest:
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    manifest: Manifest = workload("Deployment", pod={"volumes": volumes, **(pod or {})}, **spec)
    return manifest


def said(plan: Plan) -> set[str]:
    return {hazard.rule for each in plan.workloads for hazard in each.hazards}


def nodes(*names: str, **node: Any) -> list[Manifest]:
    return [{"name": name, "allocatable": {"cpu": "4"}, "labels": {"name": name}, **node} for name in names]


def test_a_volume_of_one_node(workload: Make) -> None:
    plan = plans.restart([claim(), mounting(workload, replicas=1)])
    assert plan.completes
    (hazard,) = plan.workloads[0].hazards
    assert (hazard.rule, hazard.severity) == (CLAIM, "warning")
    assert hazard.message == (
        "The claim data is ReadWriteOnce, and old pods keep its volume until new ones are Ready: one that comes to another node"
        " waits for it for ever (Multi-Attach error), unless the storage lets several nodes have it. To be safe, use strategy"
        " Recreate."
    )


@pytest.mark.parametrize(
    ("objects", "pod", "spec"),
    [
        ([claim("ReadWriteMany")], {}, {}),
        ([], {}, {}),
        ([claim()], {"nodeName": "a"}, {}),
        ([claim()], {}, {"strategy": {"type": "Recreate"}}),
        ([claim()], {}, {"strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}}),
    ],
    ids=["shared", "unknown", "pinned", "recreate", "old-pod-goes-at-once"],
)
def test_a_volume_that_is_no_trouble(
    workload: Make, objects: list[Manifest], pod: Manifest, spec: Manifest
) -> None:
    assert CLAIM not in said(plans.restart([*objects, mounting(workload, pod, replicas=1, **spec)]))


def test_a_creation_hands_no_volume_over(workload: Make) -> None:
    assert CLAIM not in said(plans.create([claim(), mounting(workload, replicas=1)]))


def test_nodes_that_a_pod_may_come_to(workload: Make) -> None:
    objects = [claim(), mounting(workload, replicas=1)]
    assert CLAIM in said(plans.restart(objects, Options(nodes=nodes("a", "b"))))
    assert CLAIM not in said(plans.restart(objects, Options(nodes=nodes("a"))))
    tainted = [*nodes("a"), *nodes("b", taints=[{"key": "x", "effect": "NoSchedule"}])]
    assert CLAIM not in said(plans.restart(objects, Options(nodes=tainted)))
    chosen = [claim(), mounting(workload, {"nodeSelector": {"name": "a"}}, replicas=1)]
    assert CLAIM not in said(plans.restart(chosen, Options(nodes=nodes("a", "b"))))


def test_a_volume_that_holds_its_pods(workload: Make) -> None:
    term = {"matchExpressions": [{"key": "name", "operator": "In", "values": ["a"]}]}
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "disk"},
        "spec": {"nodeAffinity": {"required": {"nodeSelectorTerms": [term]}}},
    }
    bound = [volume, claim(volumeName="disk"), mounting(workload, replicas=1)]
    assert CLAIM not in said(plans.restart(bound))


def test_host_ports_are_played_where_nodes_are_known(workload: Make) -> None:
    ports = {"ports": [{"containerPort": 80, "hostPort": 80}]}
    deployment = workload("Deployment", replicas=2, container=ports)
    plan = plans.restart([deployment])
    assert said(plan) == {"host-port-surge"}
    assert "the update needs 3 nodes" in plan.workloads[0].hazards[0].message
    assert said(plans.restart([deployment], Options(nodes=nodes("a", "b", "c")))) == {"waits-for-room"}
    full = plans.restart([deployment], Options(nodes=nodes("a", "b")))
    assert said(full) == {"stuck"}


def test_probes_matter_where_pods_start(workload: Make) -> None:
    asked = {"httpGet": {"path": "/", "port": 80}}
    probes = {"livenessProbe": asked, "readinessProbe": {**asked, "initialDelaySeconds": 60}}
    deployment = workload("Deployment", replicas=2, container=probes)
    assert "liveness-kills-slow-start" in said(plans.create([deployment]))
    assert "liveness-kills-slow-start" not in said(plans.scale([deployment], 1))


def test_hooks_matter_where_pods_go(workload: Make) -> None:
    hook = {"lifecycle": {"preStop": {"exec": {"command": ["sleep", "60"]}}}}
    deployment = workload("Deployment", replicas=2, container=hook)
    assert "grace-period-too-short" not in said(plans.create([deployment]))
    assert "grace-period-too-short" in said(plans.scale([deployment], 1))
    assert "grace-period-too-short" in said(plans.delete([deployment]))


def test_no_way_back_only_where_something_is_replaced(workload: Make) -> None:
    deployment = workload("Deployment", replicas=2, revisionHistoryLimit=0)
    assert "no-revision-history" not in said(plans.create([deployment]))
    assert "no-revision-history" in said(plans.restart([deployment]))
