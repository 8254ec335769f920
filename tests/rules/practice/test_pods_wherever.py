"""Advice about pods, whatever makes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]

PROBE = {"httpGet": {"path": "/", "port": 80}}
CONTAINER = {
    "name": "web",
    "image": "nginx:1.25",
    "livenessProbe": PROBE,
    "readinessProbe": PROBE,
    "ports": [{"containerPort": 53, "protocol": "UDP"}, {"containerPort": 53}],
}


def manifest(kind: str, **spec: Any) -> str:
    """Write an object of a kind whose pods have CONTAINER."""
    labels = {"app": "web"}
    template: dict[str, Any] = {"metadata": {"labels": labels}, "spec": {"containers": [CONTAINER]}}
    if kind in {"Job", "CronJob"}:
        template["spec"]["restartPolicy"] = "Never"
    match kind:
        case "Pod":
            body = {
                "apiVersion": "v1",
                "metadata": {"name": "web", "labels": labels},
                "spec": template["spec"],
            }
        case "ReplicationController":
            body = {"apiVersion": "v1", "spec": {"template": template, **spec}}
        case "Job":
            body = {"apiVersion": "batch/v1", "spec": {"template": template}}
        case "CronJob":
            job = {"spec": {"template": template}}
            body = {"apiVersion": "batch/v1", "spec": {"schedule": "0 0 * * *", "jobTemplate": job}}
        case _:
            body = {
                "apiVersion": "apps/v1",
                "spec": {"selector": {"matchLabels": labels}, "template": template, **spec},
            }
    return json.dumps({"kind": kind, "metadata": {"name": "web"}, **body})


@pytest.mark.parametrize(
    "kind", ["Deployment", "ReplicaSet", "ReplicationController", "Pod", "Job", "CronJob"]
)
@pytest.mark.parametrize(
    ("rule", "but"),
    [
        ("port-of-two-protocols", ()),
        ("recommended-labels", ()),
        # A Job ends: nobody asks whether it still runs.
        ("identical-probes", ("Job", "CronJob")),
    ],
)
def test_pods(rule: str, kind: str, but: tuple[str, ...], lint: Lint) -> None:
    assert len(lint(rule, manifest(kind))) == (kind not in but)


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "ReplicationController"])
def test_replicas(kind: str, lint: Lint) -> None:
    assert len(lint("minimum-replicas", manifest(kind))) == 1
    for rule in ("no-anti-affinity", "no-disruption-budget"):
        assert len(lint(rule, manifest(kind, replicas=3))) == 1
        assert lint(rule, manifest(kind)) == []


@pytest.mark.parametrize("rule", ["minimum-replicas", "no-anti-affinity", "no-disruption-budget"])
def test_the_replica_set_of_a_deployment_is_not_told(rule: str, lint: Lint) -> None:
    replicas = 1 if rule == "minimum-replicas" else 3
    made = json.loads(manifest("ReplicaSet", replicas=replicas))
    assert len(lint(rule, json.dumps(made))) == 1
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "u", "controller": True}
    made["metadata"]["ownerReferences"] = [owner]
    assert lint(rule, json.dumps(made)) == []
