"""What kubectl apply makes of an update, where it is not what the manifest says."""

from __future__ import annotations

from typing import Any

import pytest

from linter.planner.report.kubectl_apply import deviations, lost_ports

Object = dict[str, Any]


def deployment(*ports: Object, replicas: int | None = 3, **metadata: str) -> Object:
    spec: Object = {"template": {"spec": {"containers": [{"name": "dns", "ports": list(ports)}]}}}
    if replicas is not None:
        spec["replicas"] = replicas
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a", **metadata},
        "spec": spec,
    }


def service(*ports: Object) -> Object:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": list(ports)}}


UDP: Object = {"containerPort": 53, "protocol": "UDP"}
TCP: Object = {"containerPort": 53}
OTHER: Object = {"containerPort": 8080}


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        (deployment(UDP), deployment(UDP, TCP), True),
        (deployment(UDP, TCP), deployment(UDP), True),
        (deployment(UDP, TCP), deployment(UDP, TCP, OTHER), True),
        (deployment(UDP), deployment(TCP), False),
        (deployment(UDP, TCP), deployment(UDP, TCP), False),
        (deployment(UDP, TCP), deployment(UDP, {**TCP, "protocol": "TCP"}), False),
        (deployment(TCP), deployment(TCP, OTHER), False),
        (service({"port": 53, "protocol": "UDP"}), service({"port": 53, "protocol": "UDP"}, {"port": 53}), True),
        (service({"port": 53}), service({"port": 53}, {"port": 54, "protocol": "UDP"}), False),
    ],
)  # fmt: skip
def test_ports_of_one_number(old: Object, new: Object, *, lost: bool) -> None:
    assert bool(list(lost_ports(old, new))) == lost


def test_the_words_on_ports() -> None:
    (note,) = lost_ports(deployment(UDP), deployment(UDP, TCP))
    assert note == (
        "kubectl apply merges ports by their number alone and may lose one of 53/UDP and 53/TCP: "
        "use kubectl apply --server-side, or kubectl replace."
    )


def test_a_container_that_is_new_loses_nothing() -> None:
    new = deployment(UDP, TCP)
    new["spec"]["template"]["spec"]["containers"][0]["name"] = "other"
    assert list(lost_ports(deployment(UDP), new)) == []


def autoscaler(kind: str = "HorizontalPodAutoscaler", **spec: Any) -> Object:
    target = {"kind": "Deployment", "name": "a"}
    return {"kind": kind, "metadata": {"name": "scaler"}, "spec": {"scaleTargetRef": target, **spec}}


@pytest.mark.parametrize(
    ("scaler", "until"),
    [
        (autoscaler(minReplicas=4), "HorizontalPodAutoscaler scaler raises it to its minimum of 4"),
        (autoscaler(), "HorizontalPodAutoscaler scaler acts"),
        (autoscaler("ScaledObject", minReplicaCount=2), "ScaledObject scaler raises it to its minimum of 2"),
    ],
)
def test_replicas_that_are_left_to_an_autoscaler(scaler: Object, until: str) -> None:
    (note,) = deviations(deployment(), deployment(replicas=None), [scaler])
    assert note == (
        f"kubectl apply takes `replicas` away, and the API server fills in 1, until the {until}. Remove it from the last-applied "
        "annotation first (kubectl apply edit-last-applied): then the number stays."
    )


@pytest.mark.parametrize(
    ("old", "new", "around"),
    [
        (deployment(), deployment(replicas=None), []),
        (deployment(), deployment(replicas=2), [autoscaler(minReplicas=4)]),
        (deployment(replicas=None), deployment(replicas=None), [autoscaler(minReplicas=4)]),
        (deployment(replicas=1), deployment(replicas=None), [autoscaler(minReplicas=4)]),
        (deployment(), deployment(replicas=None, namespace="other"), [autoscaler(minReplicas=4)]),
    ],
)
def test_replicas_that_stay(old: Object, new: Object, around: list[Object]) -> None:
    assert list(deviations(old, new, around)) == []
