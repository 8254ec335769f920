"""An example of each operation, as a scenario has it."""

from __future__ import annotations

from typing import Any

EXAMPLES: list[dict[str, Any]] = [
    {"op": "apply", "manifests": [{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}]},
    {"op": "scale", "replicas": 3},
    {"op": "set-image", "container": "app", "image": "app:2"},
    {"op": "patch", "patch": {"spec": {"paused": True}}},
    {"op": "restart"},
    {"op": "pause"},
    {"op": "resume"},
    {"op": "undo", "to_revision": 2},
    {"op": "delete-pod", "name": "web-0"},
    {"op": "unready-pod", "node": "a"},
    {"op": "delete"},
    {"op": "add-node", "node": {"name": "a", "labels": {"x": "1"}, "taints": []}},
    {"op": "remove-node", "name": "a"},
    {"op": "label-node", "name": "a", "labels": {"x": "1"}},
    {"op": "cordon", "name": "a"},
    {"op": "uncordon", "name": "a"},
    {"op": "drain", "name": "a"},
    {"op": "taint-node", "name": "a", "taints": [{"key": "k", "effect": "NoSchedule"}]},
]  # fmt: skip
