"""Lint with nodes finds what the plan on these nodes finds: the same workloads run, and the same updates never end."""

from __future__ import annotations

import json
from typing import Any

import pytest

import linter
from linter.engine.config.options import LintOptions
from linter.planner import plan
from linter.planner.options import Options

Manifest = dict[str, Any]

ABOUT_NODES = {
    "daemonset-host-port-surge", "host-port-surge", "no-node-matches", "no-room-on-nodes", "read-write-once-pod-handover",
}  # fmt: skip
"""The rules that say that pods find no node, at once or at an update."""


def node(name: str, **spec: Any) -> Manifest:
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
    size = {"cpu": "4", "memory": "8Gi", "pods": "110"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": spec,
        "status": {"allocatable": size},
    }


def workload(
    kind: str = "Deployment", pod: Manifest | None = None, container: Manifest | None = None, **spec: Any
) -> Manifest:
    containers = [{"name": "app", "image": "nginx:1.25", **(container or {})}]
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers, **(pod or {})}}
    counted = {} if kind == "DaemonSet" else {"replicas": 2}
    named = {"serviceName": "web"} if kind == "StatefulSet" else {}
    selector = {"matchLabels": {"app": "web"}}
    spec = {"selector": selector, "template": template, **counted, **named, **spec}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"}, "spec": spec}


def requesting(**amounts: str) -> Manifest:
    return {"resources": {"requests": amounts}}


TERM = {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/hostname"}
APART = {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [TERM]}}}
SPREAD = {"topologySpreadConstraints": [{**TERM, "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}]}
PORT = {"ports": [{"containerPort": 80, "hostPort": 80}]}
MOUNTS = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}
CLAIM = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOncePod"], "resources": {"requests": {"storage": "1Gi"}}},
}
BEFORE = {"updateStrategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}}
TWO = (node("a"), node("b"))

CASES = {
    "apart": ([workload(pod=APART)], TWO, True),
    "apart with a node to spare": ([workload(pod=APART)], (*TWO, node("c")), False),
    "apart with too few nodes": ([workload(pod=APART, replicas=3)], TWO, True),
    "spread": ([workload(pod=SPREAD)], TWO, False),
    "no room for one more": ([workload(container=requesting(cpu="3"))], TWO, True),
    "no room for one more, memory": ([workload(container=requesting(memory="5Gi"))], TWO, True),
    "an old pod goes first": (
        [workload(container=requesting(cpu="3"), strategy={"type": "Recreate"})],
        TWO,
        False,
    ),
    "no room for all": ([workload("ReplicaSet", container=requesting(cpu="3"), replicas=3)], TWO, True),
    "room for a StatefulSet": ([workload("StatefulSet", container=requesting(cpu="3"))], TWO, False),
    "too large": ([workload(container=requesting(cpu="9"))], TWO, True),
    "what no node has": ([workload(container={"resources": {"limits": {"example.com/gpu": 1}}})], TWO, True),
    "a label that no node has": ([workload(pod={"nodeSelector": {"disk": "ssd"}})], TWO, True),
    "a taint": ([workload()], (node("a", taints=[{"key": "x", "effect": "NoSchedule"}]),), True),
    "a port": ([workload(container=PORT)], TWO, True),
    "a port with a node to spare": ([workload(container=PORT)], (*TWO, node("c")), False),
    "a claim for one pod": ([CLAIM, workload(pod=MOUNTS, replicas=1)], TWO, True),
    "a DaemonSet beside itself": (
        [workload("DaemonSet", container=requesting(cpu="3"), **BEFORE)],
        TWO,
        True,
    ),
    "a DaemonSet's port": ([workload("DaemonSet", container=PORT, **BEFORE)], TWO, True),
}


@pytest.mark.parametrize(("objects", "nodes", "stuck"), CASES.values(), ids=CASES)
def test_lint_and_plan_agree_on_nodes(
    objects: list[Manifest], nodes: tuple[Manifest, ...], *, stuck: bool
) -> None:
    text = "\n---\n".join(json.dumps(each) for each in objects)
    options = LintOptions(select=tuple(sorted(ABOUT_NODES)), nodes=nodes)
    assert bool(linter.lint((), texts=[("a.yaml", text)], options=options).findings) == stuck
    on_nodes = Options(nodes=list(nodes))
    made = (plan.create(objects, on_nodes), plan.restart(objects, on_nodes))
    assert any(each.summary.stuck for one in made for each in one.workloads) == stuck


def test_a_cordon_passes() -> None:
    """Lint is about the manifests: what is wrong with a node today is the plan's matter."""
    cordoned = (node("a", unschedulable=True),)
    options = LintOptions(select=tuple(sorted(ABOUT_NODES)), nodes=cordoned)
    assert not linter.lint((), texts=[("a.yaml", json.dumps(workload()))], options=options).findings
    (planned,) = plan.create([workload()], Options(nodes=list(cordoned))).workloads
    assert planned.summary.stuck is not None
