"""How a simulation ends, what is guaranteed on the way, and what may hurt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.planner.daemonset import DaemonSet
from linter.planner.deployment import PAUSED, Deployment
from linter.planner.estimate import (
    NO_TIME,
    Span,
    Times,
    duration,
    peak_requests,
    pod_requests,
    printed,
    requests,
)
from linter.planner.replicaset import ReplicaSetWorkload
from linter.planner.statefulset import StatefulSet
from linter.planner.steps import describe_operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linter.planner.kubelet import Workload
    from linter.planner.simulation import Round, Simulation
    from linter.planner.state import Manifest, Revision, Snapshot
    from linter.planner.steps import Step


class Stuck(NamedTuple):
    """Why a rollout cannot finish, and the way out.

    Attributes:
        reason: A word for it: failing-pods, paused, claim-terminating, incomplete.
        message: It in plain words, with what the cluster reports.
        commands: The way out as kubectl commands.
    """

    reason: str
    message: str
    commands: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as the JSON of a plan has it."""
        return {"reason": self.reason, "message": self.message, "commands": list(self.commands)}


class Hazard(NamedTuple):
    """Something that may hurt.

    Attributes:
        rule: Its name: outage, availability-drop, stuck, deadline-too-short, no-eligible-node, not-updated,
            operation-refused.
        severity: error, warning or info.
        message: It in plain words.
    """

    rule: str
    severity: str
    message: str

    def to_dict(self) -> dict[str, str]:
        """Return it as the JSON of a plan has it."""
        return {"rule": self.rule, "severity": self.severity, "message": self.message}


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

    def to_dict(self) -> dict[str, Any]:
        """Return it as the JSON of a plan has it."""
        return {
            "completes": self.completes,
            "stuck": self.stuck.to_dict() if self.stuck else None,
            "rounds": self.rounds,
            "waves": self.waves,
            "desired": self.desired,
            "min_available": self.min_available,
            "max_pods": self.max_pods,
            "max_pods_with_terminating": self.max_pods_with_terminating,
            "duration": self.duration.to_dict(),
            "pod_startup": self.pod_startup,
            "pod_shutdown": self.pod_shutdown,
            "resources": self.resources,
            "new_claims": list(self.new_claims),
        }


class Outcome(NamedTuple):
    """All that is said about a simulation as a whole."""

    summary: Summary
    hazards: tuple[Hazard, ...]
    notes: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    victims: tuple[tuple[str, str], ...] = ()


def judge(
    simulation: Simulation,
    rounds: Sequence[Round],
    together: Sequence[Round],
    steps: Sequence[Step],
    pod_startup: float | None,
    pod_shutdown: float | None,
) -> Outcome:
    """Say how a simulation that has been played ends.

    Args:
        simulation: The simulation; its workload exists.
        rounds: What it wrote down.
        together: The same with all pods becoming Ready together, to estimate times.
        steps: Its steps.
        pod_startup: Seconds that the application takes to start.
        pod_shutdown: Seconds that it takes to stop.
    """
    workload = simulation.workload
    assert workload is not None  # noqa: S101  said above
    manifest = workload.manifest
    desired = _desired(workload)
    stuck = None if workload.deleted else _stuck(workload, desired)
    moments: list[Snapshot] = [simulation.initial, *(step.snapshot for step in steps)]
    times = duration(
        together,
        manifest["spec"]["template"],
        workload.min_ready_seconds,
        overlapping=isinstance(workload, (Deployment, ReplicaSetWorkload)),
        pod_startup=pod_startup,
        pod_shutdown=pod_shutdown,
    )
    resources: dict[str, dict[str, str]] = {}
    if any(pod_requests(revision.template) for revision in _revisions(moments)):
        resources = {
            "before": printed(requests(simulation.initial)),
            "at_rest": printed(requests(moments[-1])),
            "peak": printed(peak_requests(moments)),
        }
    summary = Summary(
        completes=stuck is None,
        stuck=stuck,
        rounds=len(rounds),
        waves=sum(1 for each in together if each.ready),
        desired=desired,
        min_available=min(each.available for each in moments),
        max_pods=max(each.total for each in moments),
        max_pods_with_terminating=max(each.total + each.terminating for each in moments),
        duration=times.total if rounds else NO_TIME,
        pod_startup=pod_startup,
        pod_shutdown=pod_shutdown,
        resources=resources,
        new_claims=tuple(step.target for step in steps if step.action == "create-claim" and step.target),
    )
    return Outcome(
        summary,
        (*_refusals(rounds), *_hazards(workload, simulation.initial, summary, steps, times)),
        tuple(_notes(workload, rounds, simulation.initial_revisions)),
        tuple(_dns(workload)),
        simulation.ranking,
    )


def _revisions(moments: Iterable[Snapshot]) -> set[Revision]:
    return {tally.revision for each in moments for tally in each.tallies}


def _desired(workload: Workload) -> int:
    if workload.deleted:
        return 0
    if isinstance(workload, DaemonSet):
        return workload.desired
    return int(workload.manifest["spec"]["replicas"])


# The end.


def _stuck(workload: Workload, desired: int) -> Stuck | None:
    """Say why a workload at rest is not what its manifest says, or None if it is."""
    snapshot = workload.snapshot()
    target = _target(workload)
    if isinstance(workload, Deployment):
        stored = workload.stored
        if stored.updated == stored.replicas == stored.available == desired:
            return None
        if workload.paused:
            return Stuck(
                "paused",
                "The Deployment is paused: a changed template is not rolled out"
                f" (condition Progressing: {PAUSED}).",
                (f"kubectl rollout resume {target}",),
            )
    elif isinstance(workload, StatefulSet):
        if snapshot.available == snapshot.total == desired and not workload.outdated():
            return None
    elif isinstance(workload, DaemonSet):
        healthy = workload.stored.available == desired
        if healthy and (not workload.rolling or workload.stored.updated == desired):
            return None
    elif snapshot.available == snapshot.total == desired:
        return None
    if isinstance(workload, StatefulSet) and (claims := workload.blocking_claims()):
        names = ", ".join(claims)
        return Stuck(
            "claim-terminating",
            f"{snapshot.available} of {desired} pods are available. The next one waits until {names}, which went with"
            " an earlier pod, is gone; the controller sees that only when something else makes it look again.",
            (),
        )
    waiting = desired - snapshot.available
    return Stuck(
        "failing-pods", _stuck_message(workload, snapshot, desired, waiting), _way_out(workload, target)
    )


def _stuck_message(workload: Workload, snapshot: Snapshot, desired: int, waiting: int) -> str:
    failing = sum(tally.waiting for tally in snapshot.tallies)
    noun = "pod never becomes" if failing == 1 else "pods never become"
    left = (
        f"{snapshot.available} of {desired} pods stay available"
        if snapshot.available
        else "no pod is available"
    )
    start = f"{failing} {noun} Ready; {left}."
    if isinstance(workload, Deployment):
        seconds = workload.manifest["spec"]["progressDeadlineSeconds"]
        if not workload.has_deadline:
            return f"{start} Nothing is rolled back."
        return (
            f"{start} After {seconds} s without progress the cluster reports Progressing False"
            " ProgressDeadlineExceeded; nothing is rolled back."
        )
    if isinstance(workload, StatefulSet):
        names = workload.broken_pods()
        broken = _some(names)
        one = len(names) == 1
        if workload.parallel and not workload.heeds_max_unavailable:
            return f"{start} {broken} {'holds' if one else 'hold'} up the update."
        return (
            f"{start} {broken} {'holds' if one else 'hold'} up everything after {'it' if one else 'them'}, and a"
            f" corrected template alone does not replace {'it' if one else 'them'}:"
            f" {'it has' if one else 'they have'} to be deleted by hand."
        )
    if isinstance(workload, DaemonSet):
        if len(workload.history) == 1:
            return start
        limit = "wait beside old ones" if workload.surges else "are unavailable"
        return f"{start} The update goes no further while as many pods {limit} as the strategy allows."
    return f"{start} The ReplicaSet keeps them and waits." if waiting else start


_MAX_NAMED = 10


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_MAX_NAMED]) + (" …" if len(names) > _MAX_NAMED else "")


def _way_out(workload: Workload, target: str) -> tuple[str, ...]:
    flag = _namespace_flag(workload.manifest)
    if isinstance(workload, ReplicaSetWorkload):
        return (
            "kubectl apply -f FILE  # with a template that works",
            f"kubectl delete pod{flag} POD  # each failing one",
        )
    several = len(workload.replicasets) > 1 if isinstance(workload, Deployment) else len(workload.history) > 1
    first = (
        f"kubectl rollout undo {target}" if several else "kubectl apply -f FILE  # with a template that works"
    )
    if isinstance(workload, StatefulSet) and (not workload.parallel or workload.heeds_max_unavailable):
        pods = " ".join(workload.broken_pods())
        return (first, f"kubectl delete pod{flag} {pods}")
    return (first,)


def _target(workload: Workload) -> str:
    manifest = workload.manifest
    return f"{manifest['kind'].lower()}/{manifest['metadata']['name']}{_namespace_flag(manifest)}"


def _namespace_flag(manifest: Manifest) -> str:
    namespace = manifest["metadata"].get("namespace") or "default"
    return "" if namespace == "default" else f" -n {namespace}"


# Hazards and notes.


def _refusals(rounds: Sequence[Round]) -> Iterable[Hazard]:
    for each in rounds:
        if each.refusals and each.operation is not None:
            reasons = "; ".join(
                f"{refusal.field}: {refusal.message}" if refusal.field else refusal.message
                for refusal in each.refusals
            )
            what = describe_operation(each.operation)
            yield Hazard("operation-refused", "warning", f"The operation {what} is refused: {reasons}")


def _hazards(
    workload: Workload, initial: Snapshot, summary: Summary, steps: Sequence[Step], times: Times
) -> Iterable[Hazard]:
    desired = summary.desired
    if summary.stuck is not None:
        yield Hazard("stuck", "error", summary.stuck.message)
    floor = min(initial.available, desired)
    if not workload.deleted and summary.min_available < floor:
        first, last = _spell(steps, summary.min_available)
        where = f"step {first}" if first == last else f"steps {first} to {last}"
        where = f"from step {first} on" if last == steps[-1].number else f"at {where}"
        if summary.min_available == 0:
            yield Hazard("outage", "warning", f"No pod is available {where}: an outage.")
        else:
            yield Hazard(
                "availability-drop",
                "info",
                f"Only {summary.min_available} of {desired} pods are available at times, first {where}.",
            )
    if isinstance(workload, Deployment) and workload.has_deadline and not workload.deleted:
        deadline = workload.manifest["spec"]["progressDeadlineSeconds"]
        if times.longest.worst > deadline:
            certain = times.longest.best > deadline
            yield Hazard(
                "deadline-too-short",
                "warning" if certain else "info",
                f"A pod {'takes' if certain else 'may take'} up to {times.longest.worst:g} s to become available,"
                f" longer than progressDeadlineSeconds ({deadline} s): the rollout would be reported as failed.",
            )
    if isinstance(workload, DaemonSet) and not workload.deleted and desired == 0:
        yield Hazard(
            "no-eligible-node",
            "warning",
            f"None of the {len(workload.nodes)} nodes may run a pod of this DaemonSet"
            " (nodeSelector, affinity, taints): it has no pods.",
        )
    if isinstance(workload, (StatefulSet, DaemonSet)) and not workload.deleted and not summary.stuck:
        outdated = workload.outdated_pods()
        if outdated:
            why = (
                "the strategy is OnDelete: they change when they are deleted"
                if not workload.rolling
                else "they stand below the partition"
            )
            names = ", ".join(outdated[:10]) + (" …" if len(outdated) > 10 else "")
            yield Hazard(
                "not-updated", "info", f"{len(outdated)} pods keep the old template ({names}): {why}."
            )


def _spell(steps: Sequence[Step], available: int) -> tuple[int, int]:
    """Return the first and last step of the first spell with so few available pods."""
    first = last = 0
    for step in steps:
        if step.snapshot.available == available:
            first = first or step.number
            last = step.number
        elif first:
            break
    return first, last


def _notes(
    workload: Workload, rounds: Sequence[Round], initial_revisions: Mapping[str, int]
) -> Iterable[str]:
    actions = {event.action for each in rounds for event in each.events}
    name = workload.manifest["metadata"]["name"]
    if "create-replicaset" in actions and isinstance(workload, Deployment) and len(workload.replicasets) == 1:
        yield (
            f"The ReplicaSet is named {name}-HASH, and its pods {name}-HASH-RANDOM:"
            " the hash is that of the template."
        )
    yield from _renumbered(dict(initial_revisions), rounds)
    if isinstance(workload, StatefulSet):
        yield from _left_claims(workload, rounds)
    if isinstance(workload, StatefulSet) and workload.deleted:
        yield "Deleting a StatefulSet stops its pods all at once, in no order; scale to 0 first where order matters."
    if isinstance(workload, ReplicaSetWorkload) and not workload.deleted and not actions - {"operation"}:
        yield "A ReplicaSet's template touches no pod that is there: only pods created from now on have it."
    if isinstance(workload, DaemonSet) and workload.rolling and "delete-pod" in actions:
        yield "Which node comes next is left open by Kubernetes; here it is the first by name."
    some = any(event.after for each in rounds for event in each.events if event.action in _SHRINKING)
    if some and not actions & {"scale-up", "create-pods"}:
        yield (
            "Which of several like pods go first is chance: unscheduled, waiting and cheaper ones"
            " (pod-deletion-cost) go before Ready ones."
        )


def _left_claims(workload: StatefulSet, rounds: Sequence[Round]) -> Iterable[str]:
    """Tell what becomes of the claims of pods that are gone for good."""
    gone = {name for each in rounds for name in each.claims or ()}
    gone -= {name for name, claim in workload.claims.items() if not claim.terminating}
    wanted = range(workload.start, workload.start + (0 if workload.deleted else workload.replicas))
    left = {
        name
        for name, claim in workload.claims.items()
        if claim.ordinal not in wanted and claim.ordinal not in workload.pods and not claim.terminating
    }
    policy = "whenDeleted" if workload.deleted else "whenScaled"
    for names, what in ((gone, "are deleted"), (left, "stay")):
        if names:
            ordered = sorted(names, key=lambda name: (len(name), name))
            shown = _some(ordered)
            value = "Delete" if names is gone else "Retain"
            verb = what if len(names) > 1 else {"are deleted": "is deleted", "stay": "stays"}[what]
            noun = "claims" if len(names) > 1 else "claim"
            yield f"The {noun} {shown} {verb} ({policy}: {value})."


def _renumbered(numbers: dict[str, int], rounds: Sequence[Round]) -> Iterable[str]:
    """Tell which ReplicaSets are used again: they get a new, higher revision number."""
    for each in rounds:
        for name, revision, _ in each.replicasets or ():
            if numbers.setdefault(name, revision) != revision:
                yield f"The ReplicaSet of revision {numbers[name]} is used again and becomes revision {revision}."
                numbers[name] = revision


_SHRINKING = {"scale-down", "delete-pods"}


def _dns(workload: Workload) -> Iterable[str]:
    if isinstance(workload, StatefulSet) and not workload.deleted:
        service = workload.manifest["spec"].get("serviceName")
        namespace = workload.manifest["metadata"].get("namespace") or "default"
        if service:
            for ordinal in range(workload.start, workload.start + workload.replicas):
                yield f"{workload.name}-{ordinal}.{service}.{namespace}.svc.cluster.local"
