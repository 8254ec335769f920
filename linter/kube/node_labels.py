"""Labels of nodes that are deprecated.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/
"""

from __future__ import annotations

_INSTEAD = {
    "beta.kubernetes.io/arch": "use `kubernetes.io/arch`",
    "beta.kubernetes.io/os": "use `kubernetes.io/os`",
    "failure-domain.beta.kubernetes.io/region": "use `topology.kubernetes.io/region`",
    "failure-domain.beta.kubernetes.io/zone": "use `topology.kubernetes.io/zone`",
    "beta.kubernetes.io/instance-type": "use `node.kubernetes.io/instance-type`",
    "app.kubernetes.io/created-by": "it no longer means anything",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": "use taints and tolerations",
    "node-role.kubernetes.io/master": "use `node-role.kubernetes.io/control-plane`",
}


def retired_node_label(label: str) -> str | None:
    """Say what to use instead of a deprecated node label; None for any other label."""
    instead = _INSTEAD.get(label)
    return instead and f"The node label `{label}` is deprecated; {instead}."
