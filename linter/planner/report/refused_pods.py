"""What to say of pods and other objects that the API server does not let a controller create, and the way out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, assert_never

from linter.kube.pod_resources import add, times
from linter.planner import kubectl
from linter.planner.assessment import Stuck
from linter.planner.controllers.base import describe_left
from linter.planner.pod_admission.refusals import InvalidWithDefaults, OutsideLimits, ViolatesPodSecurity
from linter.planner.quota.refusals import QuotaExceeded, QuotaNeedsAmounts

if TYPE_CHECKING:
    from linter.planner.controllers.base import Controller
    from linter.planner.pod_admission.refusals import PodRefusal, Refused


def stuck_by(refused: Refused, workload: Controller) -> Stuck:
    """Say why a workload is stuck whose pods, claims or ReplicaSet are refused.

    Args:
        refused: What was refused last, and why.
        workload: The workload at rest.
    """
    refusal, noun = refused
    snapshot, desired = workload.snapshot(), workload.desired
    # A controller has one pod after the other refused; each of them would have been taken before.
    missing = max(1, desired - snapshot.total)
    if noun:
        wanted = f"the {noun}, without which no new pod is created"
    else:
        wanted = "a pod that is wanted" if missing == 1 else f"{missing} pods that are wanted"
    left = describe_left(snapshot, desired).rstrip(".")
    return Stuck(
        _reason(refusal),
        f"The API server refuses {wanted}: {refusal.message}. {left}; the controller tries again and again.",
        _way_out(refusal, workload, noun, 1 if noun == "ReplicaSet" else missing),
    )


def _reason(refusal: PodRefusal) -> str:
    match refusal:
        case QuotaExceeded():
            return "quota-exceeded"
        case QuotaNeedsAmounts():
            return "quota-needs-resources"
        case OutsideLimits() | InvalidWithDefaults():
            return "outside-limits"
        case ViolatesPodSecurity():
            return "pod-security"
        case _:
            assert_never(refusal)


def _way_out(refusal: PodRefusal, workload: Controller, noun: str, missing: int) -> tuple[str, ...]:
    match refusal:
        case QuotaExceeded(quota, requested, used, _):
            room = add(used, {name: times(amount, missing) for name, amount in requested.items()})
            more = kubectl.raise_quota(quota, workload.id.namespace, room)
            without_surge = () if noun else _without_surge(workload)
            return (*without_surge, f"{more}  # room for {'it' if missing == 1 else 'them'}")
        case QuotaNeedsAmounts(_, missing_amounts):
            names = ", ".join(sorted(missing_amounts))
            return (f"kubectl apply -f FILE  # with {names} for each container of the template",)
        case OutsideLimits(limit_range, _) | InvalidWithDefaults(limit_range, _):
            what = "a size of the claim" if noun else "requests and limits"
            return (f"kubectl apply -f FILE  # with {what} that the LimitRange {limit_range} allows",)
        case ViolatesPodSecurity(standard, _):
            return (f"kubectl apply -f FILE  # with a template that keeps to {standard.level}",)
        case _:
            assert_never(refusal)


def _without_surge(workload: Controller) -> tuple[str, ...]:
    """Return how to let an old pod go before a new one comes, where the strategy adds new ones first."""
    strategy = workload.describe_strategy()
    surge = next((each.value for each in strategy.numbers if each.field == "maxSurge"), 0)
    if not surge or len(workload.snapshot().tallies) == 0 or workload.snapshot().total < workload.desired:
        return ()
    field = "strategy" if workload.id.kind == "Deployment" else "updateStrategy"
    patch = {"spec": {field: {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}}}
    command = f"kubectl patch {kubectl.target(workload.id)} -p '{json.dumps(patch)}'"
    return (f"{command}  # an old pod goes before a new one comes",)
