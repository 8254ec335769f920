"""How a simulation ends, what is guaranteed on the way, and what may hurt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.planner.assessment import Hazard, Span, Stuck
from linter.planner.leap.progression import ends, in_kind, such
from linter.planner.report.caveats import caveats
from linter.planner.report.estimate import (
    NO_TIME,
    duration,
    peak_requests,
    pod_requests,
    printed,
    requests,
)
from linter.planner.report.held_up import held_up_by_nodes
from linter.planner.rounds import NOTHING_YET

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.planner.controllers.base import Controller
    from linter.planner.model import ObjectId, Revision, Snapshot
    from linter.planner.report.steps import Step
    from linter.planner.rounds import Round
    from linter.planner.simulate import Simulation


class Summary(NamedTuple):
    """How a plan ends and what is guaranteed on the way.

    Attributes:
        completes: Whether the workload comes to be what its manifest says.
        stuck: Why it does not, or None.
        rounds: How many rounds were written down.
        waves: How often pods have to become Ready before the next can go on.
        desired: How many pods are wanted in the end.
        min_available: The fewest pods that are available at any time.
        max_pods: The most pods that are not terminating.
        max_pods_with_terminating: The most pods.
        duration: How long it takes, in seconds, without image pulls and starts unless they were given.
        pod_startup: How long a pod was said to take to start, if it was.
        pod_shutdown: And to stop.
        resources: What the pods request: before, at rest afterwards, and at the peak.
        new_claims: PersistentVolumeClaims that are created.
    """

    completes: bool
    stuck: Stuck | None
    rounds: int
    waves: int
    desired: int
    min_available: int
    max_pods: int
    max_pods_with_terminating: int
    duration: Span
    pod_startup: float | None
    pod_shutdown: float | None
    resources: dict[str, dict[str, str]]
    new_claims: tuple[str, ...]


class Outcome(NamedTuple):
    """All that is said about a simulation as a whole."""

    summary: Summary
    hazards: tuple[Hazard, ...]
    notes: tuple[str, ...] = ()


def assess(
    simulation: Simulation,
    workload: Controller,
    rounds: Sequence[Round],
    together: Sequence[Round],
    steps: Sequence[Step],
    pod_startup: float | None,
    pod_shutdown: float | None,
) -> Outcome:
    """Say how a simulation that has been played ends for a workload.

    Args:
        simulation: The simulation.
        workload: The workload.
        rounds: What the simulation wrote down.
        together: The same with all pods becoming Ready together, to estimate times.
        steps: The workload's steps.
        pod_startup: Seconds that the application takes to start.
        pod_shutdown: Seconds that it takes to stop.
    """
    stuck = why_stuck(simulation, workload)
    if len(simulation.cluster.workloads) > 1:
        together = [_of_workload(each, workload.id) for each in together]
    initial = simulation.starts.get(workload.id, NOTHING_YET).snapshot
    moments: list[Snapshot] = [initial, *(step.snapshot for step in ends(steps))]
    times = duration(
        in_kind(together),
        workload.manifest["spec"]["template"],
        workload.min_ready_seconds,
        overlapping=not workload.waits_for_pods_to_go,
        pod_startup=pod_startup,
        pod_shutdown=pod_shutdown,
    )
    resources: dict[str, dict[str, str]] = {}
    if any(pod_requests(revision.template) for revision in _revisions(moments)):
        resources = {
            "before": printed(requests(initial)),
            "at_rest": printed(requests(moments[-1])),
            "peak": printed(peak_requests(moments)),
        }
    summary = Summary(
        completes=stuck is None,
        stuck=stuck,
        rounds=len(rounds),
        waves=sum(1 for each in in_kind(together) if each.ready),
        desired=workload.desired,
        min_available=min(each.available for each in moments),
        max_pods=max(each.total for each in moments),
        max_pods_with_terminating=max(each.total + each.terminating for each in moments),
        duration=times.total if rounds else NO_TIME,
        pod_startup=pod_startup,
        pod_shutdown=pod_shutdown,
        resources=resources,
        new_claims=tuple(step.target or "" for step in such(steps, _creates_claim)),
    )
    events = [event for each in ends(rounds) for event in ends(each.events_of(workload.id))]
    hazards = (
        *_refusals(rounds),
        *_warnings(simulation, workload, stuck),
        *_waits_for_room(rounds, workload, stuck),
        *_hazards(workload, initial, summary, steps),
        *workload.hazards(times.longest, stuck=stuck is not None),
        *caveats(simulation, workload, moments, stuck),
    )
    return Outcome(summary, hazards, tuple(workload.notes(events)))


def _creates_claim(step: Step) -> bool:
    return step.action == "create-claim"


def _of_workload(round_: Round, workload: ObjectId) -> Round:
    """Return a round that counts the pods of one workload alone."""
    counts = {"pods-gone": 0, "pods-ready": 0}
    for event in such(round_.events_of(workload), lambda event: event.action in counts):
        counts[event.action] += event.after or 0
    return round_._replace(gone=counts["pods-gone"], ready=counts["pods-ready"])


def why_stuck(simulation: Simulation, workload: Controller) -> Stuck | None:
    """Say why a workload cannot become what its manifest says: what keeps pods from being created comes first."""
    stuck = None if workload.deleted else workload.stuck()
    cluster = simulation.cluster
    if stuck is not None and (refused := cluster.refused.get(workload.id)) is not None:
        from linter.planner.report import refused_pods

        return refused_pods.stuck_by(refused, workload)
    if stuck is not None:
        return held_up_by_nodes(simulation, workload) or stuck
    if blocked := [each for each in cluster.disruptions.blocked if each.owner is workload]:
        from linter.planner.report import blocked_drain

        return blocked_drain.stuck_by(blocked, workload, cluster)
    return None


def _warnings(simulation: Simulation, workload: Controller, stuck: Stuck | None) -> Iterable[Hazard]:
    """Yield what the API server warns of, unless it is what the workload is stuck by."""
    if simulation.pod_admission is None or workload.deleted or (stuck and stuck.reason == "pod-security"):
        return
    template = workload.manifest["spec"]["template"]
    if warning := simulation.pod_admission.warning(workload.id, template):
        yield Hazard("pod-security", "info", f"The API server warns: {warning}.")


def _waits_for_room(rounds: Sequence[Round], workload: Controller, stuck: Stuck | None) -> Iterable[Hazard]:
    """Yield that pods have to wait for a node, where others make room for them in the end."""
    if stuck is not None:
        return
    waiting = [(sum(each.unschedulable.get(workload.id, {}).values()), each) for each in ends(rounds)]
    number, fullest = max(waiting, key=lambda each: each[0], default=(0, None))
    if fullest is not None and number:
        sentence = fullest.reasons[workload.id][0].partition(" preemption:")[0]
        pods = "a pod waits" if number == 1 else f"up to {number} pods wait"
        yield Hazard("waits-for-room", "info", f"On the way {pods} for a node with room: {sentence}")


def _revisions(moments: Iterable[Snapshot]) -> set[Revision]:
    return {tally.revision for each in moments for tally in each.tallies}


def _refusals(rounds: Sequence[Round]) -> Iterable[Hazard]:
    for each in ends(rounds):
        if each.refusals and each.instruction is not None:
            reasons = "; ".join(
                f"{refusal.field}: {refusal.message}" if refusal.field else refusal.message
                for refusal in each.refusals
            )
            operation = each.instruction.operation.describe()
            yield Hazard("operation-refused", "warning", f"The operation {operation} is refused: {reasons}")


def _hazards(
    workload: Controller, initial: Snapshot, summary: Summary, steps: Sequence[Step]
) -> Iterable[Hazard]:
    """Yield what may hurt workloads of any kind."""
    if summary.stuck is not None:
        yield Hazard("stuck", "error", summary.stuck.message)
    floor = min(initial.available, summary.desired)
    if workload.deleted or summary.min_available >= floor:
        return
    first, last = _spell(steps, summary.min_available)
    spell = f"step {first}" if first == last else f"steps {first} to {last}"
    where = f"from step {first} on" if last == steps[-1].number else f"at {spell}"
    if summary.min_available == 0:
        yield Hazard("outage", "warning", f"No pod is available {where}: an outage.")
    else:
        yield Hazard(
            "availability-drop",
            "info",
            f"Only {summary.min_available} of {summary.desired} pods are available at times, first {where}.",
        )


def _spell(steps: Sequence[Step], available: int) -> tuple[int, int]:
    """Return the first and last step of the first spell with so few available pods."""
    first = last = 0
    for step in ends(steps):
        if step.snapshot.available == available:
            first = first or step.number
            last = step.number
        elif first:
            break
    return first, last
