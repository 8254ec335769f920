"""The operations of a scenario, on a real API server."""

from __future__ import annotations

import copy
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from conformance.client import JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH
from conformance.errors import RecordingError
from conformance.kubelet import set_ready
from conformance.workload import Object, is_terminating, revision_number, timestamp

if TYPE_CHECKING:
    from conformance.client import Answer
    from conformance.workload import World

_ALLOCATABLE: Final = {"cpu": "4", "memory": "8Gi", "pods": "110", "ephemeral-storage": "100Gi"}


def operate(world: World, operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Do an operation, and return what the API server said where that belongs into the recording.

    Raises:
        RecordingError: The server refused a request that is not under test, or what is to be operated on is missing.
        ValueError: The operation is not known.
    """
    match operation["op"]:
        case "apply":
            answers = [_apply(world, manifest) for manifest in operation["manifests"]]
            return [_rejection(answer) for answer in answers if not answer.is_success]
        case "scale":
            _merge(world, world.workload, {"spec": {"replicas": operation["replicas"]}})
        case "set-image":
            container = {"name": operation.get("container", "app"), "image": operation["image"]}
            _patch(world, {"spec": {"template": {"spec": {"containers": [container]}}}})
        case "patch":
            _patch(world, operation["patch"])
        case "restart":
            annotations = {"kubectl.kubernetes.io/restartedAt": timestamp()}
            _patch(world, {"spec": {"template": {"metadata": {"annotations": annotations}}}})
        case "pause":
            _patch(world, {"spec": {"paused": True}})
        case "resume":
            _patch(world, {"spec": {"paused": None}})
        case "undo":
            _undo(world, operation.get("to_revision"))
        case "delete":
            policy = {"propagationPolicy": operation.get("propagation", "Background")}
            world.client.call("DELETE", world.workload, policy)
        case "delete-pod":
            world.client.call("DELETE", world.path("Pod", _chosen_pod(world, operation)["metadata"]["name"]))
        case "unready-pod":
            pod = _chosen_pod(world, operation)
            set_ready(world, pod, is_ready=False)
            world.held.add(pod["metadata"]["uid"])
        case "add-node":
            add_node(world, operation["node"])
        case "remove-node":
            _remove_node(world, operation["name"])
        case "label-node":
            _merge(
                world, world.path("Node", operation["name"]), {"metadata": {"labels": operation["labels"]}}
            )
        case "taint-node":
            _merge(world, world.path("Node", operation["name"]), {"spec": {"taints": operation["taints"]}})
        case "cordon":
            _set_unschedulable(world, operation["name"], value=True)
        case "uncordon":
            _set_unschedulable(world, operation["name"], value=None)
        case "drain":
            _set_unschedulable(world, operation["name"], value=True)
            world.draining.append(operation["name"])
            return [evict(world)]
        case unknown:
            raise ValueError(f"unknown operation {unknown}")
    return []


def _apply(world: World, manifest: Object) -> Answer:
    """Do what `kubectl replace` does; annotations stay, as the controllers would restore theirs."""
    manifest = copy.deepcopy(manifest)
    metadata = manifest["metadata"]
    metadata["namespace"] = world.namespace
    if manifest["kind"] == world.kind:
        world.name = metadata["name"]
    path = world.path(manifest["kind"])
    found = world.client.ask("GET", f"{path}/{metadata['name']}")
    if not found.is_success:
        return world.client.ask("POST", path, manifest, fieldValidation="Strict")
    current = found.body["metadata"]
    metadata["resourceVersion"] = current["resourceVersion"]
    metadata["annotations"] = {**metadata.get("annotations", {}), **current.get("annotations", {})}
    return world.client.ask("PUT", f"{path}/{metadata['name']}", manifest, fieldValidation="Strict")


def _rejection(answer: Answer) -> dict[str, Any]:
    causes = (answer.body.get("details") or {}).get("causes") or []
    named = [{"reason": cause.get("reason"), "field": cause.get("field")} for cause in causes]
    return {"rejected": {"code": answer.code, "causes": named, "message": answer.body.get("message")}}


def _patch(world: World, patch: Object) -> None:
    world.client.call("PATCH", world.workload, patch, content_type=STRATEGIC_MERGE_PATCH)


def _merge(world: World, path: str, patch: Object) -> None:
    world.client.call("PATCH", path, patch, content_type=MERGE_PATCH)


def _set_unschedulable(world: World, node: str, *, value: bool | None) -> None:
    _merge(world, world.path("Node", node), {"spec": {"unschedulable": value}})


def _undo(world: World, to_revision: int | None) -> None:
    """Go back to a revision, or to the one before the newest."""
    if world.kind == "Deployment":
        templates = {revision_number(item): item["spec"]["template"] for item in world.replica_sets()}
        template = copy.deepcopy(_revision(templates, to_revision))
        template["metadata"]["labels"].pop("pod-template-hash", None)
        patch = [{"op": "replace", "path": "/spec/template", "value": template}]
        world.client.call("PATCH", world.workload, patch, content_type=JSON_PATCH)
    else:
        patches = {item["revision"]: item["data"] for item in world.items("ControllerRevision")}
        _patch(world, _revision(patches, to_revision))


def _revision(revisions: dict[int, Object], to_revision: int | None) -> Object:
    wanted = to_revision or next(iter(sorted(revisions)[-2:-1]), None)
    if wanted not in revisions:
        raise RecordingError(f"no revision to go back to among {sorted(revisions)}")
    return revisions[wanted]


def _chosen_pod(world: World, operation: dict[str, Any]) -> Object:
    """Return the pod that is named, the one on the named node, or the first."""
    for pod in world.pods():
        if (
            not is_terminating(pod)
            and operation.get("name") in {None, pod["metadata"]["name"]}
            and operation.get("node") in {None, pod["spec"].get("nodeName")}
        ):
            return pod
    raise RecordingError(f"no pod for {operation}")


def add_node(world: World, node: dict[str, Any]) -> None:
    """Make a Ready node with the size, labels and taints that the scenario names."""
    name, taints = node["name"], node.get("taints", [])
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", **node.get("labels", {})}
    spec = {"taints": taints, "unschedulable": node.get("unschedulable", False)}
    world.client.call(
        "POST", world.path("Node"), {"metadata": {"name": name, "labels": labels}, "spec": spec}
    )
    world.nodes.append(name)
    size = {**_ALLOCATABLE, **node.get("allocatable", {})}
    now = timestamp()
    condition = {
        "type": "Ready",
        "status": "True",
        "reason": "KubeletReady",
        "message": "kubelet is posting ready status",
        "lastHeartbeatTime": now,
        "lastTransitionTime": now,
    }
    status = {"conditions": [condition], "capacity": size, "allocatable": size}
    path = world.path("Node", name)
    world.client.call("PATCH", f"{path}/status", {"status": status}, content_type=STRATEGIC_MERGE_PATCH)
    # Admission taints a new node as not ready, and no node controller runs that would take the taint away.
    _merge(world, path, {"spec": {"taints": taints}})


def _remove_node(world: World, name: str) -> None:
    """Remove a node and, as the garbage collector of pods would, what ran on it."""
    world.client.call("DELETE", world.path("Node", name))
    world.nodes.remove(name)
    for pod in world.items("Pod"):
        if pod["spec"].get("nodeName") == name:
            world.client.ask("DELETE", world.path("Pod", pod["metadata"]["name"]), gracePeriodSeconds="0")


def evictable(world: World, node: str) -> list[Object]:
    """List the pods that a drain must evict: all of a node but those of DaemonSets."""
    return [
        pod
        for pod in world.pods()
        if pod["spec"].get("nodeName") == node
        and not any(owner["kind"] == "DaemonSet" for owner in pod["metadata"].get("ownerReferences", []))
    ]


def evict(world: World) -> dict[str, Any]:
    """Try to evict what is left on the nodes being drained; a node that is empty is drained."""
    results: Counter[str] = Counter(evicted=0, blocked=0)
    for node in list(world.draining):
        pods = evictable(world, node)
        if not pods:
            world.draining.remove(node)
        for pod in pods:
            if not is_terminating(pod):
                results[_evict(world, pod["metadata"]["name"])] += 1
    return dict(results)


def _evict(world: World, name: str) -> str:
    eviction = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": world.namespace},
    }
    answer = world.client.ask("POST", f"{world.path('Pod', name)}/eviction", eviction)
    return "evicted" if answer.is_success else "blocked"
