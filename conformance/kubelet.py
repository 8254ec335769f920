"""Play kubelet, and scheduler where none runs: one step at a time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from conformance.client import MERGE_PATCH, STRATEGIC_MERGE_PATCH
from conformance.workload import Object, is_ready, is_terminating, timestamp, wanted_node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.workload import World


def step(world: World) -> dict[str, int] | None:
    """Schedule pods, let terminating ones go and waiting ones become Ready.

    Returns:
        How many were `gone` and how many became `ready`; None if there was nothing of either.
    """
    pods = world.pods()
    placed = _place(world, pods)
    _release_claims(world, pods)
    gone = [pod for pod in pods if is_terminating(pod)]
    waiting = [pod for pod in pods if _may_become_ready(world, pod, placed)]
    if world.one_by_one:
        waiting = waiting[:1]
    for pod in gone:
        world.client.ask("DELETE", world.path("Pod", pod["metadata"]["name"]), gracePeriodSeconds="0")
    for pod in waiting:
        set_ready(world, pod)
    return {"gone": len(gone), "ready": len(waiting)} if gone or waiting else None


def _may_become_ready(world: World, pod: Object, placed: set[str]) -> bool:
    uid = pod["metadata"]["uid"]
    return (
        not is_terminating(pod)
        and not is_ready(pod)
        and ("nodeName" in pod["spec"] or uid in placed)
        and pod["spec"]["containers"][0]["image"] not in world.failing_images
        and uid not in world.held
    )


def _place(world: World, pods: Sequence[Object]) -> set[str]:
    """Bind the pods that have no node yet, unless the real scheduler does; return their uids."""
    if world.placement == "kube-scheduler":
        return set()
    load = Counter(pod["spec"]["nodeName"] for pod in pods if "nodeName" in pod["spec"])
    placed = set()
    for pod in pods:
        if "nodeName" in pod["spec"] or is_terminating(pod):
            continue
        node = wanted_node(pod) or _emptiest(world, load)
        if node is not None:
            _bind(world, pod["metadata"]["name"], node)
            load[node] += 1
            placed.add(pod["metadata"]["uid"])
    return placed


def _emptiest(world: World, load: Counter[str]) -> str | None:
    if world.placement is None:
        return "node-a"  # nothing looks at it
    nodes = world.client.items(world.path("Node"))
    names = [node["metadata"]["name"] for node in nodes if not node["spec"].get("unschedulable")]
    free = [name for name in names if name in world.nodes]
    return min(free, key=lambda name: (load[name], name), default=None)


def _bind(world: World, name: str, node: str) -> None:
    target = {"apiVersion": "v1", "kind": "Node", "name": node}
    binding = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name}, "target": target}
    world.client.ask("POST", f"{world.path('Pod', name)}/binding", binding)


def _release_claims(world: World, pods: Sequence[Object]) -> None:
    """Let claims go whose deletion was asked for and that no pod uses; the controller that would do it does not run."""
    used = {
        volume["persistentVolumeClaim"]["claimName"]
        for pod in pods
        for volume in pod["spec"].get("volumes", [])
        if "persistentVolumeClaim" in volume
    }
    for claim in world.items("PersistentVolumeClaim") if world.kind == "StatefulSet" else ():
        name = claim["metadata"]["name"]
        if is_terminating(claim) and name not in used:
            path = world.path("PersistentVolumeClaim", name)
            world.client.ask("PATCH", path, {"metadata": {"finalizers": None}}, content_type=MERGE_PATCH)


def set_ready(world: World, pod: Object, *, is_ready: bool = True) -> None:
    """Report a pod as running, and as Ready or not."""
    now = timestamp()
    state = {"status": "True" if is_ready else "False", "lastTransitionTime": now}
    status: dict[str, Any] = {
        "phase": "Running",
        "startTime": now,
        "podIP": "10.0.0.1",
        "podIPs": [{"ip": "10.0.0.1"}],
        "conditions": [
            {"type": "Ready", **state},
            {"type": "ContainersReady", **state},
            {"type": "Initialized", "status": "True", "lastTransitionTime": now},
        ],
        "containerStatuses": [
            {
                "name": container["name"],
                "ready": is_ready,
                "restartCount": 0,
                "image": container["image"],
                "imageID": container["image"],
                "state": {"running": {"startedAt": now}},
            }
            for container in pod["spec"]["containers"]
        ],
    }
    path = f"{world.path('Pod', pod['metadata']['name'])}/status"
    world.client.ask("PATCH", path, {"status": status}, content_type=STRATEGIC_MERGE_PATCH)
