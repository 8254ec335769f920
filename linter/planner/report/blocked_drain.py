"""What to say of pods that keep a node from being drained, and the way out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linter.planner import kubectl
from linter.planner.assessment import Stuck

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.cluster import Cluster
    from linter.planner.controllers.base import Controller
    from linter.planner.disruption.budgets import Budget
    from linter.planner.disruption.eviction import Blocked


def stuck_by(blocked: Sequence[Blocked], workload: Controller, cluster: Cluster) -> Stuck:
    """Say why the pods of a workload cannot be evicted.

    Args:
        blocked: Its pods that the last attempt could not evict; there must be some.
        workload: The workload.
        cluster: The cluster at rest.
    """
    first = blocked[0]
    number = sum(each.number for each in blocked)
    pods = "1 pod stays" if number == 1 else f"{number} pods stay"
    nodes = ", ".join(dict.fromkeys(each.node for each in blocked))
    start = f"The drain of {nodes} waits for ever; {pods}."
    if len(first.budgets) > 1:
        names = " and ".join(first.budgets)
        last = first.budgets[-1]
        return Stuck(
            "drain-blocked",
            f"{start} The budgets {names} are about the same pods, and the eviction API refuses a pod with more than one.",
            (f"kubectl delete pdb {last}{kubectl.namespace_flag(workload.id)}  # one budget for each pod",),
        )
    (name,) = first.budgets
    namespace = workload.id.namespace
    budget = next(
        each for each in cluster.disruptions.budgets if (each.name, each.namespace) == (name, namespace)
    )
    found = cluster.disruptions.status(budget, cluster)
    message = (
        f"{start} The disruption budget {name} needs {found.desired_healthy} healthy pods and has"
        f" {found.current_healthy} currently."
    )
    _, counted = cluster.disruptions.counted(workload).get(budget, (0, 0))
    # One over single pods of a StatefulSet does not look at the others.
    wanted = counted if budget.tells_pods_apart else workload.desired
    if found.current_healthy < wanted and found.desired_healthy < wanted:
        return Stuck(
            "drain-blocked",
            f"{message} It would allow a disruption if all {wanted} pods were healthy.",
            _unhealthy_way_out(budget, workload),
        )
    return Stuck(
        "drain-blocked",
        f"{message} No pod may ever be missing, so none can be evicted.",
        _way_out(budget, workload, alone=_is_about_all_of_one(budget, cluster)),
    )


def _is_about_all_of_one(budget: Budget, cluster: Cluster) -> bool:
    """Tell whether a budget is about all pods of one workload, and no others."""
    return len(cluster.disruptions.selected(cluster)[budget]) == 1 and not budget.tells_pods_apart


def _way_out(budget: Budget, workload: Controller, *, alone: bool) -> tuple[str, ...]:
    """Return how to let a budget spare a pod.

    Args:
        budget: The budget.
        workload: The workload whose pods cannot be evicted.
        alone: Whether the budget is about all pods of this workload, and no others.
    """
    if budget.tells_pods_apart:
        # What maxUnavailable comes to is taken of all replicas, of which this one sees but a few.
        nothing = {"spec": {"minAvailable": 0, "maxUnavailable": None}}
        return (f"{_patch(budget, nothing)}  # until the node is drained",)
    patch = {"spec": {"minAvailable": None, "maxUnavailable": 1}}
    commands = [f"{_patch(budget, patch)}  # one pod at a time may be missing"]
    if alone and budget.max_unavailable is None and isinstance(budget.min_available, int):
        target = kubectl.target(workload.id)
        commands.append(
            f"kubectl scale {target} --replicas={budget.min_available + 1}  # one more than the budget needs"
        )
    return tuple(commands)


def _unhealthy_way_out(budget: Budget, workload: Controller) -> tuple[str, ...]:
    """Return how to get healthy pods, and how to let those that are not go."""
    commands = [f"kubectl get pods{kubectl.namespace_flag(workload.id)}  # which are not Ready, and why?"]
    if not budget.always_allows_unhealthy:
        patch = {"spec": {"unhealthyPodEvictionPolicy": "AlwaysAllow"}}
        commands.append(f"{_patch(budget, patch)}  # pods that are not Ready may go")
    return tuple(commands)


def _patch(budget: Budget, patch: object) -> str:
    flag = "" if budget.namespace == "default" else f" -n {budget.namespace}"
    return f"kubectl patch pdb {budget.name}{flag} --type merge -p '{json.dumps(patch)}'"
