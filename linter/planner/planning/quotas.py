"""Workloads that share a quota: what each leaves to those that are planned after it, and what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from linter.planner.autoscalers import settled
from linter.planner.model import Manifest, object_id
from linter.planner.objects import is_impossible
from linter.planner.operations import Delete
from linter.planner.planning.build_scenario import build_scenario
from linter.planner.planning.play import play
from linter.planner.pod_admission import KINDS
from linter.planner.scenario import kubernetes_version
from linter.planner.targets import is_workload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linter.planner.autoscalers import Autoscalers
    from linter.planner.options import Options
    from linter.planner.quota.ledger import Ledger
    from linter.planner.report.plan import Change, WorkloadPlan

    Outcome = tuple[Change, WorkloadPlan | None]

T = TypeVar("T")


def open_ledger(
    around: Sequence[Manifest],
    before: Sequence[Manifest],
    new: Sequence[Manifest],
    live: list[Manifest] | None,
    scalers: Autoscalers,
    options: Options,
) -> Ledger | None:
    """Return what is used of quotas before anything is planned; None where nothing is asked of objects.

    Args:
        around: What is there beside workloads.
        before: The objects that are there before; with a state what it holds of them.
        new: Those that are applied.
        live: The objects of the state, if there is one.
        scalers: What scales workloads before.
        options: The options.
    """
    there = live if live is not None else [each for each in before if not is_impossible(each, options)]
    if not any(object_id(each).kind in KINDS for each in (*around, *there)):
        return None
    from linter.planner.quota.ledger import Ledger
    from linter.planner.quota.objects import definitions_among

    version = kubernetes_version(options.kubernetes)
    ledger = Ledger(around, there, definitions_among((*there, *new)), version)
    for manifest in there if live is None else ():
        if is_workload(manifest) and ledger.concerns(manifest):
            # What it comes to before anything is done to it.
            baseline = [settled(manifest, scalers.get(object_id(manifest)))]
            scenario = build_scenario(baseline[0], baseline, Delete(), options, None, around, ledger)
            simulation, _ = play(scenario._replace(operations=scenario.operations[:-1]), options)
            ledger.record(object_id(manifest), {}, simulation.usage())
    return ledger


def plan_in_order(
    keys: Sequence[T], plan_one: Callable[[T], Outcome], ledger: Ledger | None
) -> list[Outcome]:
    """Plan objects one after another, as they are applied.

    Controllers try again for ever: what a quota keeps from one of them at first may be there once the others are done. Such
    a workload is planned once more then.

    Args:
        keys: What stands for the objects.
        plan_one: Plans one of them.
        ledger: What is used of quotas; None where there are none.
    """
    found = [plan_one(key) for key in keys]
    if ledger is None:
        return found
    for index, (_, plan) in enumerate(found):
        if (
            plan is not None
            and plan.summary.stuck is not None
            and plan.summary.stuck.reason == "quota-exceeded"
        ):
            ledger.plan_again(plan.workload)
            change, again = plan_one(keys[index])
            if again is not None and again.summary.stuck is None:
                again = again._replace(notes=(*again.notes, _WAITS))
            found[index] = change, again
    return found


_WAITS = "A quota has room for this only once other objects of this plan have made it: until then it is refused, and tried again."
