"""The defaults of scheduling.k8s.io."""

from __future__ import annotations

from linter.kube.defaults.fill import Object, fill


def default(obj: Object) -> Object:
    """Return a PriorityClass with its defaults."""
    return fill(obj, preemptionPolicy="PreemptLowerPriority")
