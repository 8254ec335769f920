from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest

from conformance.snapshot import snapshot
from conformance.watcher import Scaling
from conformance.workload import World


def world(kind: str, **objects: list[dict[str, Any]]) -> World:
    """A world whose server holds these objects, by plural."""
    client = Mock()
    client.items = lambda path: objects.get(path.rpartition("/")[2], [])
    client.ask.return_value = Mock(is_success=False)
    watcher = Mock()
    watcher.take_scalings.return_value = [Scaling("b", 0, 2)]
    return World(
        client, watcher, Mock(), "default", kind, None, one_by_one=False, failing_images=set(), name="web"
    )


def pod(name: str, second: int = 0, **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "creationTimestamp": f"2026-01-01T00:00:{second:02}Z", "labels": labels}
    return {"metadata": metadata, "spec": {}}


def names(found: World) -> list[str]:
    return [item["metadata"]["name"] for item in found.pods()]


def wanted(node: str) -> dict[str, Any]:
    terms = [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return {"affinity": {"nodeAffinity": required}}


def replica_set(template: str, revision: str, second: int) -> dict[str, Any]:
    metadata = {
        "annotations": {"deployment.kubernetes.io/revision": revision},
        "creationTimestamp": f"2026-01-01T00:00:{second:02}Z",
        "labels": {"pod-template-hash": template},
        "ownerReferences": [{"kind": "Deployment"}],
        "resourceVersion": "1",
    }
    return {"metadata": metadata, "spec": {"replicas": 1}}


def test_pods_of_a_statefulset_are_taken_by_ordinal() -> None:
    assert names(world("StatefulSet", pods=[pod("web-10"), pod("web-9")])) == ["web-9", "web-10"]


def test_pods_of_a_daemonset_are_taken_by_the_node_they_are_made_for() -> None:
    bound, unbound = pod("x"), pod("y")
    bound["spec"]["nodeName"] = "node-b"
    unbound["spec"] = wanted("node-a")
    assert names(world("DaemonSet", pods=[bound, unbound])) == ["y", "x"]


def test_pods_of_a_deployment_are_taken_by_revision_and_age() -> None:
    pods = [
        pod("a", 9, **{"pod-template-hash": "b"}),
        pod("z", 1, **{"pod-template-hash": "a"}),
        pod("y", 2, **{"pod-template-hash": "a"}),
    ]
    found = world("Deployment", pods=pods, replicasets=[replica_set("b", "2", 5), replica_set("a", "1", 4)])
    state = snapshot(found)
    assert state["replicasets"] == {
        "r1": {"revision": 1, "replicas": 1},
        "r2": {"revision": 2, "replicas": 1},
    }
    assert state["pods"] == {
        "r1": {"ready": 0, "waiting": 2, "terminating": 0},
        "r2": {"ready": 0, "waiting": 1, "terminating": 0},
    }
    assert state["scalings"] == ["r2 0 -> 2"]
    assert state["status"] == "deleted"
    assert names(found) == ["z", "y", "a"]


def test_another_kind_cannot_be_recorded() -> None:
    with pytest.raises(ValueError, match="Job is not a workload that can be recorded"):
        snapshot(world("Job"))
