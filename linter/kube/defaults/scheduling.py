"""The defaults of scheduling.k8s.io."""

from __future__ import annotations

from linter.kube.defaults.fill import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default(obj: Object) -> Object:
    """Return a PriorityClass with its defaults."""
    return fill(obj, preemptionPolicy="PreemptLowerPriority")
