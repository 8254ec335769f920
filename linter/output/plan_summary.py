"""What is said about a plan in plain words, the same in every output for people."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from linter.output.summary import count
from linter.output.terminal import sanitize
from linter.planner.assessment import NO_EFFECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.planner.assessment import Effect, Hazard
    from linter.planner.report.differences import Difference
    from linter.planner.report.plan import Change, Word, WorkloadPlan

_MAX_NAMES = 10
_MAX_VALUE = 60
MAX_DIFFERENCES = 8

CHANGES: Final[dict[Word, str]] = {
    "created": "is created",
    "deleted": "is deleted",
    "rollout": "rolls out",
    "scale": "is scaled",
    "none": "does not change",
    "no-rollout": "changes",
    "refused": "is refused by the API server",
    "evicted": "loses pods by eviction",
    "unknown": "is applied; the state holds no object of its kind, so that it may be there already",
}
"""What becomes of an object."""

_IMAGE = re.compile(r"spec\.template\.spec\.(?:initC|c)ontainers\[(?P<name>[^\]]+)\]\.image")


def name_of(item: Change | WorkloadPlan) -> str:
    """Return what an object is called, and what builds it; one that belongs to the whole cluster is in no namespace."""
    name = f"{item.namespace}/{item.name}" if item.namespace else item.name
    where = f" ({item.apply_set})" if item.apply_set else ""
    return sanitize(f"{item.kind or 'Object'} {name or '(no name)'}{where}")


def outcome_of(change: Change) -> str:
    """Return what becomes of an object that has no plan."""
    words = refusal(change) if change.refused else CHANGES[change.change]
    return f"{words}; no pod is touched" if change.effects == (NO_EFFECT,) else words


def effects(change: Change) -> list[Effect]:
    """Return what the change does to pods of other objects."""
    return [each for each in change.effects if each != NO_EFFECT]


def refusal(change: Change) -> str:
    """Return who refuses an object: what names no field never reaches the server, unless admission forbids it."""
    by_server = any(each.field or each.reason == "Forbidden" for each in change.refused)
    return CHANGES["refused"] if by_server else "is refused by kubectl"


def way_out(change: Change) -> str:
    """Return what stands above the commands where an object is refused."""
    return "Way out: make the object anew." if any(each.field for each in change.refused) else "Way out:"


def difference(each: Difference) -> str:
    """Return a changed field with its old and new value."""
    match = _IMAGE.fullmatch(each.field)
    label = f"image {match['name']}" if match else each.field.removeprefix("spec.template.")
    return f"{sanitize(label)}: {_value(each.old)} → {_value(each.new)}"


def _value(value: Any) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, str):
        text = sanitize(value)
    else:
        text = sanitize(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= _MAX_VALUE * 2 else f"{text[:_MAX_VALUE]}…"


def numbers(plan: WorkloadPlan) -> str:
    """Return the numbers of the strategy, as written, as resolved and how they were rounded."""
    strategy = plan.strategy
    if plan.operation == "delete":
        return f"pods {plan.initial.snapshot.total}"
    parts = [f"{strategy.counts} {strategy.replicas}"]
    for each in strategy.numbers:
        text = f"{each.field} {sanitize(str(each.raw))}"
        if str(each.raw) != str(each.value) or each.how:
            text += f" = {each.value}" + (f" ({each.how})" if each.how else "")
        parts.append(text)
    return " · ".join(parts)


def heading(plan: WorkloadPlan) -> list[str]:
    """Return which object it is, what is done to it, and by which strategy."""
    kind = plan.strategy.type
    if plan.strategy.pod_management:
        kind = f"{plan.strategy.pod_management}, {kind}"
    return [name_of(plan), *(sanitize(part) for part in (plan.title, kind) if part)]


def changes(plan: WorkloadPlan) -> Iterator[str]:
    """Yield what the operation changes, one field at a time."""
    if plan.operation == "restart":
        return  # an annotation with the time, and nothing else
    for each in plan.differences[:MAX_DIFFERENCES]:
        yield difference(each)
    if len(plan.differences) > MAX_DIFFERENCES:
        yield f"… and {count(len(plan.differences) - MAX_DIFFERENCES, 'more change')}"


def images(plan: WorkloadPlan) -> Iterator[tuple[str, str]]:
    """Yield what each revision is called and its image, where it takes more than the words old and new."""
    if len(plan.roles) > 1 and set(plan.roles.values()) != {"old", "new"}:
        for name, role in plan.roles.items():
            yield role, plan.images.get(name, "")


def sentences(plan: WorkloadPlan) -> Iterator[str]:
    """Yield what is guaranteed, how long it takes and what it needs."""
    summary = plan.summary
    yield guarantee(plan) if plan.steps else "No pod is created or deleted."
    if plan.steps and summary.waves and summary.completes:
        yield _time(plan)
    if summary.resources and summary.resources["peak"] != summary.resources["before"]:
        yield _resources(summary.resources)
    if summary.new_claims:
        yield f"Creates {count(len(summary.new_claims), 'claim')}: {_some(summary.new_claims)}."
    if plan.dns and plan.operation != "delete":
        yield f"DNS names: {_ordinals(plan.dns)}"
    if plan.victims and any(step.action in {"scale-down", "delete-pods"} for step in plan.steps):
        ranking = [f"{name} ({why})" if why else name for name, why in plan.victims]
        yield f"Scaling down deletes first, in this order: {_some(ranking)}."


def hazards(plan: WorkloadPlan) -> list[Hazard]:
    """Return the hazards that the sentences do not mention yet."""
    return [each for each in plan.hazards if each.rule not in {"stuck", "availability-drop"}]


def guarantee(plan: WorkloadPlan) -> str:
    """Return how many pods are available at least, and how many there are at most."""
    summary = plan.summary
    most = f"at most {count(summary.max_pods, 'pod')}"
    if summary.max_pods_with_terminating > summary.max_pods:
        most += f" ({summary.max_pods_with_terminating} with terminating ones)"
    desired, start = summary.desired, plan.initial.snapshot.available
    end = plan.steps[-1].snapshot
    if plan.deletes:
        return f"All {count(start, 'pod')} {'goes' if start == 1 else 'go'} away."
    if plan.operation == "scenario":
        return f"In the end {end.available} of {desired} pods are available; {most} on the way."
    if desired == 0:
        return f"No pod is left; {most} on the way."
    if start == 0:
        if summary.completes:
            waves = f" after {count(summary.waves, 'wave')}" if summary.waves else ""
            pods = f"All {desired} pods are" if desired > 1 else "The pod is"
            return f"{pods} available{waves}, {most}."
        some = f"{end.available} of {desired} pods become" if end.available else "No pod becomes"
        return f"{some} available, {most}."
    if summary.min_available == 0:
        return f"For a while no pod is available (of {desired}), {most}."
    return f"Always at least {summary.min_available} available (of {desired}), {most}."


def _time(plan: WorkloadPlan) -> str:
    summary = plan.summary
    waves = count(summary.waves, "wave")
    best, worst = summary.duration
    if worst == 0:
        times = f"{summary.waves} × " if summary.waves > 1 else ""
        return f"Takes {waves}: about {times}the time that a pod needs to become Ready."
    span = f"{_seconds(best)} to {_seconds(worst)}" if best != worst else f"about {_seconds(worst)}"
    given = [
        f"{_seconds(value)} to {verb}"
        for value, verb in ((summary.pod_startup, "start"), (summary.pod_shutdown, "stop"))
        if value is not None
    ]
    what = "probes, minReadySeconds, preStop, grace period"
    if summary.pod_startup is not None:
        return f"Takes {waves}: {span}, where a pod takes {' and '.join(given)} ({what} counted in)."
    return (
        f"Takes {waves}: {span} by what the manifest says ({what}{''.join(f'; {each}' for each in given)});"
        " image pulls and starts come on top."
    )


def _seconds(value: float) -> str:
    if value < 120:
        return f"{value:g} s"
    minutes, seconds = divmod(round(value), 60)
    if minutes < 120:
        return f"{minutes} min" + (f" {seconds} s" if seconds else "")
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h" + (f" {minutes} min" if minutes else "")


def _resources(resources: dict[str, dict[str, str]]) -> str:
    from linter.output.amounts import in_one_unit

    parts = []
    for name in resources["peak"]:
        amounts = [resources[moment].get(name, "0") for moment in ("before", "peak", "at_rest")]
        before, peak, rest = in_one_unit(amounts, binary=name == "memory")
        parts.append(f"{name} {before} before, {peak} at the peak, {rest} at rest")
    return f"Requests: {'; '.join(parts)}."


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(sanitize(each) for each in names[:_MAX_NAMES])
    return f"{shown} …" if len(names) > _MAX_NAMES else shown


def _ordinals(names: Sequence[str]) -> str:
    """Write web-0.nginx…, web-1.nginx… as web-{0..1}.nginx…."""
    if len(names) == 1:
        return sanitize(names[0])
    first, last = names[0], names[-1]
    host, _, domain = first.partition(".")
    set_name, _, start = host.rpartition("-")
    end = last.partition(".")[0].rpartition("-")[2]
    return sanitize(f"{set_name}-{{{start}..{end}}}.{domain}")
