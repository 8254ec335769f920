"""Behaviour that no recorded scenario holds: other versions, and corners of the controllers."""

from __future__ import annotations

from typing import Any

import pytest

from linter.output.plan_json_rounds import render_rounds
from linter.planner.plan import scenario
from linter.planner.scenario import parse_scenario
from linter.planner.simulate import Simulation

Make = Any
Round = dict[str, Any]


def play(manifest: dict[str, Any], *operations: dict[str, Any], **fields: Any) -> list[Round]:
    data = {
        "kind": manifest["kind"],
        "operations": [{"op": "apply", "manifests": [manifest]}, *operations],
        "failing_images": ["bad:1"],
        **fields,
    }
    return list(render_rounds(Simulation(parse_scenario(data)).rounds()))


def pods(round_: Round) -> dict[str, str]:
    return {pod["name"]: f"{pod['revision']} {pod['state']}" for pod in round_["pods"]}


TAINT = {"op": "taint-node", "name": "a", "taints": [{"key": "k", "effect": "NoSchedule"}]}
NODES = [{"name": "a"}, {"name": "b"}]


@pytest.mark.parametrize(("version", "desired"), [("1.31", 1), ("1.32", 1), ("1.33", 2), ("1.36", 2)])
def test_a_taint_shows_in_the_status_at_once_in_old_versions(
    workload: Make, version: str, desired: int
) -> None:
    last = play(workload("DaemonSet"), TAINT, nodes=NODES, kubernetes=version)[-1]
    assert last["operation"]["op"] == "taint-node"
    assert last["status"]["desiredNumberScheduled"] == desired
    assert len(last["pods"]) == 2


@pytest.mark.parametrize(("version", "terminating"), [("1.34", 1), ("1.35.1", 2), ("1.36", 1), ("1.37", 2)])
def test_max_unavailable_depends_on_the_version(workload: Make, version: str, terminating: int) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2}}
    manifest = workload("StatefulSet", replicas=4, updateStrategy=strategy)
    rounds = play(manifest, {"op": "set-image", "image": "app:2"}, kubernetes=version)
    (update,) = [each for each in rounds if each.get("operation", {}).get("op") == "set-image"]
    assert sum(pod["state"] == "terminating" for pod in update["pods"]) == terminating


def test_a_lost_pod_without_a_rolling_update_block_goes_by_the_count_of_current_ones(workload: Make) -> None:
    rounds = play(
        workload("StatefulSet", replicas=3, updateStrategy={"type": "RollingUpdate"}),
        {"op": "set-image", "image": "app:2"},
        {"op": "delete-pod", "name": "web-0", "after": 0},
    )
    first_back = next(
        each for each in rounds if each["round"] > 5 and pods(each).get("web-0", "").endswith("waiting")
    )
    assert pods(first_back)["web-0"] == "r1 waiting"


def test_two_unready_pods_hold_up_a_scale_down(workload: Make) -> None:
    manifest = workload("StatefulSet", replicas=5)
    lost = [{"op": "unready-pod", "name": name} for name in ("web-3", "web-4")]
    deadlock = play(manifest, *lost, {"op": "scale", "replicas": 3})
    assert len(pods(deadlock[-1])) == 5
    for one in lost:
        assert len(pods(play(manifest, one, {"op": "scale", "replicas": 3})[-1])) == 3


def test_a_deployment_that_is_created_paused_makes_nothing(workload: Make) -> None:
    (only,) = play(workload("Deployment", replicas=3, paused=True))
    assert only["replicasets"] == {}
    assert only["pods"] == {}
    assert only["conditions"]["Progressing"] == "Unknown DeploymentPaused"


def test_both_numbers_at_zero_take_one_pod_away(workload: Make) -> None:
    numbers = {"maxSurge": 0, "maxUnavailable": "1%"}
    manifest = workload("Deployment", replicas=1, strategy={"rollingUpdate": numbers})
    rounds = play(manifest, {"op": "set-image", "image": "app:2"})
    (update,) = [each for each in rounds if each.get("operation", {}).get("op") == "set-image"]
    assert update["scalings"] == ["r1 1 -> 0", "r2 0 -> 1"]


def test_a_recreate_that_is_paused_half_way_brings_the_old_pods_back(workload: Make) -> None:
    manifest = workload("Deployment", replicas=3, strategy={"type": "Recreate"})
    rounds = play(manifest, {"op": "set-image", "image": "app:2"}, {"op": "pause", "after": 0})
    assert rounds[-1]["pods"] == {"r1": {"ready": 3, "waiting": 0, "terminating": 0}}


def test_pods_of_a_new_template_of_a_replicaset_can_fail_alone(workload: Make) -> None:
    rounds = play(
        workload("ReplicaSet", replicas=3), {"op": "set-image", "image": "bad:1"}, {"op": "delete-pod"}
    )
    assert rounds[-1]["pods"] == {"r1": {"ready": 2, "waiting": 1, "terminating": 0}}


def test_a_claim_on_its_way_out_keeps_its_pod_waiting(workload: Make) -> None:
    claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"]}}
    manifest = workload(
        "StatefulSet",
        replicas=2,
        volumeClaimTemplates=[claim],
        persistentVolumeClaimRetentionPolicy={"whenScaled": "Delete", "whenDeleted": "Retain"},
    )
    rounds = play(manifest, {"op": "scale", "replicas": 1}, {"op": "scale", "replicas": 2, "after": 1})
    last = rounds[-1]
    assert list(pods(last)) == ["web-0"]
    assert last["claims"] == ["data-web-0", "data-web-1 (terminating)"]
    operations = [
        {"op": "apply", "manifests": [manifest]},
        {"op": "scale", "replicas": 1},
        {"op": "scale", "replicas": 2, "after": 1},
    ]
    stuck = scenario({"kind": "StatefulSet", "operations": operations}).workloads[0].summary.stuck
    assert stuck is not None
    assert stuck.reason == "claim-terminating"
    assert "data-web-1" in stuck.message
