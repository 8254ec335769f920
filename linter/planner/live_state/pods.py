"""Live pods: whose they are, how far they are, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.planner.live_state.objects import name_of, number, owns, seconds
from linter.planner.model import Manifest, Pod, PodState, Revision

if TYPE_CHECKING:
    from collections.abc import Iterable


def owned_pods(owner: Manifest, items: Iterable[Manifest]) -> list[Manifest]:
    """Return the pods that belong to an object and have not finished."""
    return [
        each for each in items if each.get("kind") == "Pod" and owns(owner, each) and not is_finished(each)
    ]


def is_finished(pod: Manifest) -> bool:
    """Tell whether a pod runs no more."""
    return (pod.get("status") or {}).get("phase") in {"Succeeded", "Failed"}


def is_there(pod: Manifest) -> bool:
    """Tell whether a pod is still there: one that never ran goes at once when it is deleted."""
    deleted = (pod.get("metadata") or {}).get("deletionTimestamp")
    return not deleted or bool((pod.get("spec") or {}).get("nodeName"))


def ordinal(item: Manifest) -> int | None:
    """Return the number at the end of an object's name."""
    return number(name_of(item).rpartition("-")[2])


def target_node(pod: Manifest) -> str | None:
    """Return the node that a DaemonSet's pod runs on or is meant for."""
    spec = pod.get("spec") or {}
    if spec.get("nodeName"):
        return str(spec["nodeName"])
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    terms = (affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms")
    for term in terms or ():
        for each in term.get("matchFields") or ():
            if each.get("key") == "metadata.name" and each.get("values"):
                return str(each["values"][0])
    return None


def pod_of(pod: Manifest, revision: Revision, key: Any, min_ready_seconds: int, now: float) -> Pod:
    """Make a pod with an identity out of a live one.

    Args:
        pod: The live pod.
        revision: What it was made of.
        key: Its ordinal, or the node that it is meant for.
        min_ready_seconds: How long it has to be Ready before it is available.
        now: The time at which it was listed.
    """
    return Pod(
        revision,
        key,
        state_of(pod, min_ready_seconds, now),
        terminating=bool((pod.get("metadata") or {}).get("deletionTimestamp")),
        node=(pod.get("spec") or {}).get("nodeName"),
    )


def state_of(pod: Manifest, min_ready_seconds: int, now: float) -> PodState:
    """Return how far a pod is that a controller keeps; the arguments are those of `pod_of`."""
    since = ready_since(pod)
    if since is not None:
        return PodState.AVAILABLE if now - since >= min_ready_seconds else PodState.READY
    return PodState.PENDING if (pod.get("spec") or {}).get("nodeName") else PodState.UNSCHEDULED


def state_of_pod(pod: Manifest) -> PodState:
    """Return how far a pod is that no controller of a simulation keeps: nothing will make it Ready that is not."""
    if ready_since(pod) is not None:
        return PodState.AVAILABLE
    started = (pod.get("status") or {}).get("phase") == "Running"
    return PodState.UNREADY if started else PodState.PENDING


def ready_since(pod: Manifest) -> float | None:
    """Return since when a pod is Ready, in seconds since the epoch; None where it is not."""
    for each in (pod.get("status") or {}).get("conditions") or ():
        if each.get("type") == "Ready" and each.get("status") == "True":
            return seconds(each.get("lastTransitionTime"))
    return None
