"""From a workload, and what is done to it, to the scenario that is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.errors import ScenarioError
from linter.planner.incomplete_state import completed, holds, nodes_of_pods, taken_for_granted
from linter.planner.model import Manifest, object_id
from linter.planner.nodes import (
    assumed_nodes,
    holds_claim_of_one_pod,
    needs_scheduler,
    nodes_of_state,
    parse_nodes,
)
from linter.planner.operations import Apply, Delete, Instruction, Operation, Scale
from linter.planner.scenario import READINESS, Scenario, kubernetes_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.autoscalers import Autoscaler
    from linter.planner.options import Options
    from linter.planner.quota.ledger import Ledger


def build_scenario(
    manifest: Manifest,
    baseline: Sequence[Manifest],
    operation: Operation,
    options: Options,
    live: list[Manifest] | None,
    around: Sequence[Manifest],
    ledger: Ledger | None,
) -> Scenario:
    """Build the scenario for one workload.

    Args:
        manifest: The workload.
        baseline: What is applied, one manifest after another, before the plan begins; not asked where the workload is
            in the state.
        operation: What is planned.
        options: The options.
        live: The objects of the state, if there is one.
        around: What is there beside workloads.
        ledger: What is used of quotas when the workload is planned; None where there are none.
    """
    if options.readiness not in READINESS:
        raise ScenarioError("readiness", f"{options.readiness!r} is neither together nor one-by-one")
    nodes = parse_nodes(options.nodes) if options.nodes is not None else None
    if nodes is None and live is not None:
        nodes = nodes_of_state(live) or None
    if nodes is None and manifest["kind"] == "DaemonSet":
        nodes = nodes_of_pods(live or ()) or assumed_nodes([*baseline, manifest])
    if nodes is None and holds_claim_of_one_pod(manifest, (*around, *(live or ()))):
        nodes = assumed_nodes([*baseline, manifest])
    stored = next((each for each in live or () if object_id(each) == object_id(manifest)), None)
    is_live = stored is not None
    if ledger is not None:
        around = ledger.around(object_id(manifest), live=is_live)
    state, assumptions = completed(live or (), stored) if stored is not None else ((), ())
    if live is not None and not is_live and not knows(live, manifest["kind"], options):
        assumptions = (f"The state holds no {manifest['kind']}s: planned as if this one were new.",)
    if live is not None and not isinstance(operation, Delete):
        on_nodes = options.nodes is not None or manifest["kind"] == "DaemonSet"
        assumptions += tuple(taken_for_granted(live, options.listed, on_nodes=on_nodes))
    applied = () if is_live else tuple(Instruction(Apply((each,))) for each in baseline)
    return Scenario(
        kind=manifest["kind"],
        # From a live state: what is planned happens now, not once the state has come to rest.
        operations=(*applied, Instruction(operation, after=0 if is_live else None)),
        version=kubernetes_version(options.kubernetes),
        feature_gates=options.feature_gates,
        one_by_one=options.readiness == "one-by-one",
        failing_images=options.failing_images,
        fail_new=options.fail_new,
        nodes=nodes,
        state=state if is_live else None,
        baseline=len(applied),
        workload=object_id(manifest).name,
        objects=tuple(around) if is_live else (*(live or ()), *around),
        placement="kube-scheduler" if nodes and needs_scheduler([*baseline, manifest], nodes, live) else "",
        assumptions=assumptions,
    )


def with_autoscaler(scenario: Scenario, scaler: Autoscaler | None, reached: int | None) -> Scenario:
    """Let an autoscaler act on a number of replicas that is out of its bounds, before the kubelet does anything.

    Args:
        scenario: What is planned.
        scaler: What scales its workload, if something does.
        reached: How many replicas the operation leaves the workload with; None: it does not touch them.
    """
    if scaler is None or reached is None or (number := scaler.bounded(reached)) == reached:
        return scenario
    return scenario._replace(operations=(*scenario.operations, Instruction(Scale(number), after=0)))


def knows(live: Sequence[Manifest], kind: str, options: Options) -> bool:
    """Tell whether a state was asked for objects of a kind: one that it does not hold is not there then."""
    return kind in options.listed or holds(live, kind)
