"""Feature gates that change what podplan computes: their defaults by Kubernetes version.

Source: https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/. Rollouts of 1.31, 1.36 and 1.37
were recorded; for the others the table is all that is known.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.version import KubeVersion

MAX_UNAVAILABLE_STATEFUL_SET = "MaxUnavailableStatefulSet"
"""StatefulSets honor updateStrategy.rollingUpdate.maxUnavailable."""

LAZY_DAEMON_SET_NODE_UPDATES = "LazyDaemonSetNodeUpdates"
"""Not a gate of Kubernetes, but a change of behaviour in the same table: since 1.33 a node's new labels or taints make
a DaemonSet's controller look only where a pod has to come or go (recorded case daemonset-taint-added)."""

PARALLEL_REPLACES_UNAVAILABLE_PODS = "ParallelReplacesUnavailablePods"
"""Not a gate of Kubernetes, either: since 1.37 a StatefulSet that honors maxUnavailable and manages its pods in parallel
replaces outdated pods that are unavailable without counting them as taken down (recorded case
statefulset-parallel-bad-image-revert-1.37)."""

_DEFAULTS: dict[str, tuple[tuple[tuple[int, int, int], bool], ...]] = {
    # On in 1.35.0, taken back in a patch release because a broken pod could wedge the fix, on again in 1.37.
    MAX_UNAVAILABLE_STATEFUL_SET: (
        ((1, 30, 0), False),
        ((1, 35, 0), True),
        ((1, 35, 4), False),
        ((1, 37, 0), True),
    ),
    LAZY_DAEMON_SET_NODE_UPDATES: (((1, 30, 0), False), ((1, 33, 0), True)),
    PARALLEL_REPLACES_UNAVAILABLE_PODS: (((1, 30, 0), False), ((1, 37, 0), True)),
}

GATES = frozenset({MAX_UNAVAILABLE_STATEFUL_SET})
"""The gates that a user may set."""


def enabled(gate: str, version: KubeVersion, overrides: Mapping[str, bool] | None = None) -> bool:
    """Tell whether a gate is on.

    Args:
        gate: Its name; one of the constants of this module.
        version: The Kubernetes version.
        overrides: Gates that are set otherwise than by default.
    """
    if overrides and gate in overrides:
        return overrides[gate]
    state = False
    for since, value in _DEFAULTS[gate]:
        if version >= since:
            state = value
    return state
