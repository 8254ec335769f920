"""A restart of a stand-in comes to what the restart of the workload itself comes to, with all that stands around it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.fleet.judging.restarts import Restarts, outcome, said_of, simulated
from linter.planner.model import ObjectId, object_id
from linter.planner.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.fleet.judging.restarts import Said

    Manifests = Sequence[dict[str, Any]]

CONFORMANCE = Path(__file__).parents[1] / "conformance"
KINDS = {"DaemonSet", "Deployment", "StatefulSet"}


def by_plan(manifests: Manifests) -> list[tuple[ObjectId, Said]]:
    plan = linter.plan("restart", manifests, options=Options(kubernetes="1.36"))
    return [
        (ObjectId(each.kind, each.namespace, each.name), said)
        for each in plan.workloads
        for said in said_of(each)
    ]


def by_stand_in(manifests: Manifests) -> list[tuple[ObjectId, Said]]:
    restarts = Restarts(manifests, "1.36")
    found = []
    for each in manifests:
        if each["kind"] in KINDS and (scenario := restarts.scenario(each)) is not None:
            came_to = outcome(scenario, object_id(each))
            assert came_to.error is None
            found += [(object_id(each), said) for said in came_to.said]
    return found


def recorded(name: str) -> Iterator[dict[str, Any]]:
    for line in (CONFORMANCE / name).read_text().splitlines():
        yield json.loads(line)


def applied() -> list[list[dict[str, Any]]]:
    """What recorded scenarios begin with, each once."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name in ("rollouts.jsonl", "cluster.jsonl"):
        for each in recorded(name):
            manifests = [
                *each.get("objects", ()),
                *(one for step in each["operations"] if step["op"] == "apply" for one in step["manifests"]),
            ]
            last = list({object_id(one): one for one in manifests}.values())
            found.setdefault(json.dumps(last), last)
    return list(found.values())[::3]  # seconds


def test_recorded_workloads() -> None:
    seen = []
    for manifests in applied():
        wanted = by_plan(manifests)
        assert by_stand_in(manifests) == wanted, manifests
        seen += wanted
    assert {said.blocks for _, said in seen} == {True, False}
    assert {id_.kind for id_, _ in seen} == KINDS


def deployment(pod: dict[str, Any], name: str = "web") -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": pod},
        },
    }


def test_what_is_asked_of_pods() -> None:
    seen = []
    for each in recorded("pod-admission.jsonl"):
        objects = [
            one
            if one["kind"] in {"Namespace", "PriorityClass"}
            else {**one, "metadata": {**one["metadata"], "namespace": "shop"}}
            for one in each["objects"]
        ]
        manifests = [deployment(each["spec"]), *objects, {**deployment(each["spec"], "other")}]
        wanted = by_plan(manifests)
        assert by_stand_in(manifests) == wanted, each["name"]
        seen += wanted
    assert {said.rule for _, said in seen} == {"quota-needs-resources", "quota-exceeded", "outside-limits"}


def test_pod_security_of_the_own_namespace() -> None:
    pod = {"hostNetwork": True, "containers": [{"name": "web", "image": "a"}]}
    label = {"pod-security.kubernetes.io/enforce": "baseline"}
    for name in ("shop", "other"):
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": label}}
        manifests = [deployment(pod), namespace]
        wanted = by_plan(manifests)
        assert by_stand_in(manifests) == wanted
        assert [said.rule for _, said in wanted] == (["pod-security"] if name == "shop" else [])


@pytest.mark.parametrize("replicas", [0, 1, 9])
def test_autoscalers(replicas: int) -> None:
    scaler = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "minReplicas": 3,
            "maxReplicas": 5,
        },
    }
    web = deployment({"containers": [{"name": "web", "image": "a"}]})
    web["spec"] |= {"replicas": replicas, "strategy": {"type": "Recreate"}}
    for manifests in ([web, scaler], [web]):
        assert by_stand_in(manifests) == by_plan(manifests)


def test_names_and_images_are_simulated_once() -> None:
    simulated.cache_clear()
    for name in ("a", "b"):
        pod = {"containers": [{"name": name, "image": name, "env": [{"name": "A", "value": name}]}]}
        web = deployment(pod, name)
        web["spec"]["strategy"] = {"type": "Recreate"}
        (found,) = by_stand_in([web])
        assert found[1].rule == "outage"
    assert simulated.cache_info().misses == 1


def test_what_the_api_server_would_not_take_is_not_restarted() -> None:
    web = deployment({"containers": [{"name": "web"}]})
    assert Restarts([web], "1.36").scenario(web) is None
