"""From a scenario to a plan: it is played, and what came out is described."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from linter.planner.errors import ScenarioError
from linter.planner.objects import state_has_nodes
from linter.planner.report.node_notes import node_notes
from linter.planner.report.plan import WorkloadPlan, describe_workload
from linter.planner.simulate import Simulation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.planner.model import ObjectId
    from linter.planner.options import Options
    from linter.planner.quota.ledger import Ledger
    from linter.planner.report.plan import Command
    from linter.planner.rounds import Round
    from linter.planner.scenario import Scenario


def simulate(
    scenario: Scenario, command: Command, title: str, options: Options, ledger: Ledger | None = None
) -> WorkloadPlan:
    """Play a scenario and say what came out; what its workload then uses of quotas is counted."""
    with no_garbage_collection():
        simulation, rounds = play(scenario, options)
        together = rounds
        if scenario.one_by_one:
            # Pods start side by side, however the rounds tell them apart.
            _, together = play(scenario._replace(one_by_one=False), options)
        workload = simulation.workload
        if workload is None:
            reasons = "; ".join(refusal.message for each in rounds for refusal in each.refusals)
            raise ScenarioError("operations", f"no {scenario.kind} was created: {reasons}")
        plan = describe_workload(simulation, workload, rounds, together, command, title, options)
        if ledger is not None:
            plan = plan._replace(notes=(*plan.notes, *_record(ledger, simulation, workload.id)))
        if scenario.assumptions:
            plan = plan._replace(notes=(*scenario.assumptions, *plan.notes))
        if scenario.nodes is not None and command != "scenario":
            notes = node_notes(simulation, assumed=options.nodes is None and not state_has_nodes(options))
            plan = plan._replace(notes=(*notes, *plan.notes))
    return plan


def _record(ledger: Ledger, simulation: Simulation, workload: ObjectId) -> tuple[str, ...]:
    """Count what a workload has made by the end of a simulation; return who else uses what it does not get, as notes."""
    ledger.record(workload, simulation.usage_at_start, simulation.usage())
    refused = simulation.cluster.refused.get(workload)
    users = "" if refused is None else ledger.users(workload, refused.refusal)
    return (users,) if users else ()


def play(scenario: Scenario, options: Options) -> tuple[Simulation, Sequence[Round]]:
    """Play a scenario; return it played, and its rounds."""
    # What a plan's entry points apply has been admitted before; a scenario file's operations have not.
    simulation = Simulation(
        scenario,
        options.admit,
        max_rounds=options.max_rounds,
        max_pods=options.max_pods,
        by_node=options.by_node,
    )
    return simulation, simulation.play()


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Spare the search for cycles: a large plan makes millions of objects, and each of them is kept."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
