"""PodDisruptionBudgets: the status that the disruption controller computes for them.

Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/ and the recorded scenarios.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.int_or_percent import is_percent, resolve
from linter.kube.selectors import matches
from linter.planner.rounds import BudgetStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.planner.controllers.base import Controller
    from linter.planner.model import Manifest, Revision


class Budget(NamedTuple):
    """A PodDisruptionBudget.

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

    def selects(self, workload: Controller, revision: Revision) -> bool:
        """Tell whether it is about the pods that a workload makes of a template."""
        labels = (revision.template.get("metadata") or {}).get("labels") or {}
        return workload.id.namespace == self.namespace and matches(self.selector, labels)


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


def selected(budget: Budget, workloads: Iterable[Controller]) -> list[Selected]:
    """Count the pods that a budget is about, workload by workload; those without any are left out."""
    found = []
    for workload in workloads:
        healthy = total = 0
        for tally in workload.snapshot().tallies:
            if budget.selects(workload, tally.revision):
                healthy += tally.ready
                total += tally.ready + tally.waiting + tally.terminating
        if total:
            found.append(Selected(healthy, total, workload.desired, workload.id.kind != "DaemonSet"))
    return found


def status(budget: Budget, workloads: Iterable[Controller]) -> BudgetStatus:
    """Compute a budget's status.

    Args:
        budget: The budget.
        workloads: All workloads. What a percentage, or maxUnavailable, is taken of is what they want, not what is there.
    """
    pods = selected(budget, workloads)
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
