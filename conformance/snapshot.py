"""Write down the state at the end of a round."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from conformance.workload import Object, is_ready, is_terminating, node_of, revision_number, template_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.workload import World

_STATUS: Final = {
    "Deployment": (
        "replicas",
        "updatedReplicas",
        "readyReplicas",
        "availableReplicas",
        "unavailableReplicas",
    ),
    "ReplicaSet": ("replicas", "readyReplicas", "availableReplicas"),
    "StatefulSet": ("replicas", "currentReplicas", "updatedReplicas", "readyReplicas", "availableReplicas"),
    "DaemonSet": (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberMisscheduled",
        "updatedNumberScheduled",
        "numberReady",
        "numberAvailable",
        "numberUnavailable",
    ),
}
_BUDGET: Final = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")


def snapshot(world: World) -> dict[str, Any]:
    """Return the fields of a round that describe the state; tests/conformance/README.md says what they hold."""
    state: dict[str, Any] = {}
    if world.kind == "Deployment":
        state["replicasets"] = _replica_sets(world)
    pods = world.pods()
    state["pods"] = _pods(world, pods)
    if world.kind == "StatefulSet":
        state["claims"] = _claims(world)
    state |= _status(world)
    if scalings := world.watcher.take_scalings(world.namespace):
        state["scalings"] = [
            f"{world.revision(scaling.template)} {scaling.before} -> {scaling.after}" for scaling in scalings
        ]
    return state if world.placement is None else state | _cluster(world, pods)


def _replica_sets(world: World) -> dict[str, dict[str, int]]:
    return {
        world.revision(item["metadata"]["labels"]["pod-template-hash"]): {
            "revision": revision_number(item),
            "replicas": item["spec"]["replicas"],
        }
        for item in world.replica_sets()
    }


def _pods(world: World, pods: Sequence[Object]) -> Any:
    match world.kind:
        case "Deployment" | "ReplicaSet":
            counts: dict[str, dict[str, int]] = {}
            for pod in pods:
                revision = _counted_revision(world, pod)
                counts.setdefault(revision, {"ready": 0, "waiting": 0, "terminating": 0})[_state(pod)] += 1
            return counts
        case "StatefulSet":
            return [{"name": pod["metadata"]["name"], **_revision_and_state(world, pod)} for pod in pods]
        case "DaemonSet":
            return [{"node": node_of(pod), **_revision_and_state(world, pod)} for pod in pods]
        case unknown:
            raise ValueError(f"{unknown} is not a workload that can be recorded")


def _counted_revision(world: World, pod: Object) -> str:
    return "r1" if world.kind == "ReplicaSet" else world.revisions.get(template_of(pod), "?")


def _revision_and_state(world: World, pod: Object) -> dict[str, str]:
    return {"revision": world.revision(template_of(pod)), "state": _state(pod)}


def _state(pod: Object) -> str:
    return "terminating" if is_terminating(pod) else "ready" if is_ready(pod) else "waiting"


def _claims(world: World) -> list[str]:
    return sorted(
        claim["metadata"]["name"] + (" (terminating)" if is_terminating(claim) else "")
        for claim in world.items("PersistentVolumeClaim")
    )


def _status(world: World) -> dict[str, Any]:
    found = world.client.ask("GET", world.workload)
    if not found.is_success:
        return {"status": "deleted"}
    status = found.body.get("status", {})
    fields: dict[str, Any] = {"status": {key: status.get(key, 0) for key in _STATUS[world.kind]}}
    if world.kind == "Deployment":
        conditions = status.get("conditions", [])
        fields["conditions"] = {
            found["type"]: f"{found['status']} {found.get('reason')}" for found in conditions
        }
    return fields


def _cluster(world: World, pods: Sequence[Object]) -> dict[str, Any]:
    """Return what only a cluster with nodes of a size, quotas and budgets can show."""
    state: dict[str, Any] = {}
    without_node = [pod for pod in pods if "nodeName" not in pod["spec"] and not is_terminating(pod)]
    if without_node:
        counts = Counter(_counted_revision(world, pod) for pod in without_node)
        state["unschedulable"] = dict(sorted(counts.items()))
        state["reasons"] = sorted({reason for pod in without_node for reason in _reasons(pod)})
    if world.placement == "spread":
        placed = Counter(pod["spec"]["nodeName"] for pod in pods if "nodeName" in pod["spec"])
        state["placed"] = dict(sorted(placed.items()))
    failures = {
        _failure(event)
        for event in world.items("Event")
        if event.get("reason") in {"FailedCreate", "FailedDaemonPod"}
    }
    if new := failures - world.failures:
        state["failures"] = sorted(new)
    world.failures |= failures
    budgets = {
        budget["metadata"]["name"]: {key: budget.get("status", {}).get(key, 0) for key in _BUDGET}
        for budget in world.items("PodDisruptionBudget")
    }
    return state | ({"budgets": budgets} if budgets else {})


def _reasons(pod: Object) -> list[str]:
    conditions = pod.get("status", {}).get("conditions", [])
    return [
        found["message"] for found in conditions if found["type"] == "PodScheduled" and found.get("message")
    ]


def _failure(event: Object) -> str:
    """Return what a controller could not do, without the names of pods, which are random, and however often it was said."""
    message = re.sub(
        r'pods? "?[a-z0-9.-]+"? (is )?forbidden',
        "pod is forbidden",
        event.get("message", "").removeprefix("(combined from similar events): "),
        flags=re.IGNORECASE,
    )
    return re.sub(r"^(create Pod \S+ in \S+ \S+ failed error: |Error creating: )", "", message)
