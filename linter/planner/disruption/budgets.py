"""PodDisruptionBudgets: the status that the disruption controller computes for them.

Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/ and the recorded scenarios.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.int_or_percent import is_percent, resolve
from linter.kube.selectors import matches
from linter.planner.rounds import BudgetStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linter.planner.model import Manifest, ObjectId, Pods, Revision


NO_LABELS: Mapping[str, str] = MappingProxyType({})

POD_NAME = "statefulset.kubernetes.io/pod-name"
POD_INDEX = "apps.kubernetes.io/pod-index"
"""Labels by which the StatefulSet controller tells its pods apart."""

_HASHES = {
    "Deployment": "pod-template-hash",
    "StatefulSet": "controller-revision-hash",
    "DaemonSet": "controller-revision-hash",
}
"""The label that a controller gives to all pods of a revision."""


def revision_labels(workload: ObjectId, revision: Revision) -> Mapping[str, str]:
    """Return the labels that a controller gives to all pods of a revision, beside those of its template."""
    label = _HASHES.get(workload.kind)
    # What the hash is nobody can say: it is there, and is none that somebody has written down.
    return NO_LABELS if label is None else {label: revision.key}


def added_labels(workload: ObjectId, pods: Pods) -> Mapping[str, str]:
    """Return the labels that the controller of a StatefulSet gives to one of its pods, beside those of the template."""
    ordinal = pods.handle.key
    names = {POD_NAME: f"{workload.name}-{ordinal}", POD_INDEX: str(ordinal)}
    return {**revision_labels(workload, pods.revision), **names}


@dataclass(frozen=True, slots=True, eq=False)
class Budget:
    """A PodDisruptionBudget; each is a thing of its own, whatever it says.

    Attributes:
        name: Its name.
        namespace: Its namespace.
        selector: The label selector for its pods; None selects none.
        min_available: How many must be healthy, a number or a percentage; None where the other one is written.
        max_unavailable: How many may be unhealthy, likewise.
        always_allows_unhealthy: Whether pods that are not Ready may always be evicted.
    """

    name: str
    namespace: str
    selector: Manifest | None
    min_available: Any = None
    max_unavailable: Any = None
    always_allows_unhealthy: bool = False

    @property
    def tells_pods_apart(self) -> bool:
        """Whether it is about some pods of a StatefulSet and not about others."""
        selector = self.selector or {}
        keys = {*(selector.get("matchLabels") or {})}
        keys.update(each.get("key") for each in selector.get("matchExpressions") or ())
        return not keys.isdisjoint((POD_NAME, POD_INDEX))

    def selects(self, namespace: str, template: Manifest, added: Mapping[str, str] = NO_LABELS) -> bool:
        """Tell whether it is about the pods of a template in a namespace.

        Args:
            namespace: The namespace.
            template: The template.
            added: The labels that a controller has given to the pods besides.
        """
        labels = (template.get("metadata") or {}).get("labels") or {}
        return self.is_over(namespace, {**added, **labels} if added else labels)

    def is_over(self, namespace: str, labels: Mapping[str, str]) -> bool:
        """Tell whether it is about pods with these labels in a namespace."""
        return namespace == self.namespace and matches(self.selector, labels)


def parse_budget(manifest: Manifest) -> Budget:
    """Read a PodDisruptionBudget."""
    metadata, spec = manifest["metadata"], manifest.get("spec") or {}
    return Budget(
        metadata["name"],
        metadata.get("namespace") or "default",
        spec.get("selector"),
        spec.get("minAvailable"),
        spec.get("maxUnavailable"),
        spec.get("unhealthyPodEvictionPolicy") == "AlwaysAllow",
    )


class Selected(NamedTuple):
    """The pods of one workload that a budget is about, counted; and how many the workload wants."""

    healthy: int
    total: int
    wanted: int
    has_scale: bool


def status(budget: Budget, pods: Sequence[Selected]) -> BudgetStatus:
    """Compute a budget's status.

    Args:
        budget: The budget.
        pods: The pods that it is about, workload by workload. What a percentage, or maxUnavailable, is taken of is what the
            workloads want, not what is there.
    """
    healthy = sum(each.healthy for each in pods)
    if budget.max_unavailable is None and not is_percent(budget.min_available):
        # Terminating pods are expected, too, though they are not healthy.
        expected, desired = (
            sum(each.total for each in pods),
            resolve(budget.min_available or 0, 0, round_up=True),
        )
    elif not all(each.has_scale for each in pods):
        # Nobody can say how many pods a DaemonSet wants, so that nothing is allowed.
        return BudgetStatus(0, 0, 0, 0)
    else:
        expected = sum(each.wanted for each in pods)
        if budget.max_unavailable is None:
            desired = resolve(budget.min_available, expected, round_up=True)
        else:
            desired = max(0, expected - resolve(budget.max_unavailable, expected, round_up=True))
    allowed = max(0, healthy - desired) if expected > 0 else 0
    return BudgetStatus(allowed, healthy, desired, expected)
