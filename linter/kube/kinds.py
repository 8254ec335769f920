"""The kinds that podplan judges, and the API groups they live in."""

from __future__ import annotations

JUDGED: dict[tuple[str, str], str] = {
    ("apps/v1", "Deployment"): "Deployment",
    ("apps/v1", "ReplicaSet"): "ReplicaSet",
    ("apps/v1", "StatefulSet"): "StatefulSet",
    ("apps/v1", "DaemonSet"): "DaemonSet",
    ("v1", "Service"): "Service",
    ("policy/v1", "PodDisruptionBudget"): "PodDisruptionBudget",
    ("autoscaling/v2", "HorizontalPodAutoscaler"): "HorizontalPodAutoscaler",
}
"""apiVersion and kind of the objects that rules of group api look into; others are checked against their schema."""

WORKLOADS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")


def api_group(api_version: str) -> str:
    """Return the group of an apiVersion: "apps" of "apps/v1", "" of "v1"."""
    group, slash, _ = api_version.partition("/")
    return group if slash else ""
