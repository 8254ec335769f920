"""How long a plan takes and how much it asks for, as far as manifests say it.

Nothing here knows how long an image takes to pull or an application to start; `Times` may be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube import pod_resources
from linter.kube.quantities import Quantity
from linter.planner.assessment import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linter.planner.model import Manifest, Snapshot
    from linter.planner.rounds import Round


NO_TIME = Span(0, 0)


def startup(template: Manifest, known: float | None = None) -> Span:
    """Estimate how long a pod takes from its start until it is Ready.

    Args:
        template: The pod template, defaults applied.
        known: How long the application takes, where that is known.
    """
    spans = [_container_startup(each, known) for each in _containers(template)]
    return Span(max((each.best for each in spans), default=0), max((each.worst for each in spans), default=0))


def _container_startup(container: Mapping[str, Any], known: float | None) -> Span:
    ready = Span(known or 0, known or 0)
    if probe := container.get("startupProbe"):
        delay, period = probe.get("initialDelaySeconds") or 0, probe["periodSeconds"]
        # Unless we know better, it may succeed with the last attempt before the container is killed.
        worst = delay + period * probe["failureThreshold"] if known is None else max(known, delay) + period
        ready = Span(max(ready.best, delay), max(ready.worst, worst))
    if probe := container.get("readinessProbe"):
        delay, period = probe.get("initialDelaySeconds") or 0, probe["periodSeconds"]
        successes = probe["successThreshold"]
        ready = Span(
            max(ready.best, delay) + (successes - 1) * period,
            max(ready.worst, delay) + successes * period,
        )
    return ready


def shutdown(template: Manifest, known: float | None = None) -> Span:
    """Estimate how long a pod takes from its deletion until it is gone: at most the grace period.

    Args:
        template: The pod template, defaults applied.
        known: How long the application takes after the preStop hook, where that is known.
    """
    grace = (template.get("spec") or {}).get("terminationGracePeriodSeconds", 30)
    hook = 0
    for container in _containers(template):
        pre_stop = (container.get("lifecycle") or {}).get("preStop") or {}
        hook = max(hook, (pre_stop.get("sleep") or {}).get("seconds") or 0)
    if known is not None:
        return Span(min(hook + known, grace), min(hook + known, grace))
    return Span(min(hook, grace), grace)


def _containers(template: Manifest) -> Iterable[Mapping[str, Any]]:
    return (template.get("spec") or {}).get("containers") or ()


class Times(NamedTuple):
    """How long the whole takes, and the longest time without progress."""

    total: Span
    longest: Span


def duration(
    rounds: Iterable[Round], template: Manifest, min_ready_seconds: int, *, overlapping: bool,
    pod_startup: float | None = None, pod_shutdown: float | None = None,
) -> Times:  # fmt: skip
    """Estimate how long a simulation takes.

    Args:
        rounds: Its rounds, with all pods becoming Ready together.
        template: The template that new pods are made of.
        min_ready_seconds: How long a pod must have been Ready to count.
        overlapping: Nothing waits for pods to be gone unless nothing else is going on (a Deployment).
        pod_startup: How long the application takes to start.
        pod_shutdown: How long it takes to stop.
    """
    up, down = startup(template, pod_startup), shutdown(template, pod_shutdown)
    alone = up.then(Span(min_ready_seconds, min_ready_seconds))
    # Unless nothing waits for them, pods that go hold up the wave, too.
    beside = alone if overlapping else Span(max(alone.best, down.best), max(alone.worst, down.worst))
    longest = NO_TIME
    # Plain numbers: there may be 100,000 waves.
    best, worst = NO_TIME
    tail_best, tail_worst = NO_TIME
    for each in rounds:
        if each.ready:
            wave = beside if each.gone else alone
            best, worst = best + tail_best + wave.best, worst + tail_worst + wave.worst
            tail_best, tail_worst = NO_TIME
            if wave.worst > longest.worst:
                longest = wave
        elif each.gone:
            tail_best, tail_worst = tail_best + down.best, tail_worst + down.worst
    total = Span(best, worst)
    return Times(total if overlapping else total.then(Span(tail_best, tail_worst)), longest)


# Resources.


def pod_requests(template: Manifest) -> dict[str, int]:
    """Return a pod's requests of cpu and memory in billionths."""
    wanted = pod_resources.pod_requests(template.get("spec") or {})
    return {name: wanted[name].nanos for name in ("cpu", "memory") if name in wanted}


def requests(snapshot: Snapshot) -> dict[str, int]:
    """Return what the pods request at one moment; a terminating pod still holds its share."""
    total: dict[str, int] = {}
    for revision, ready, waiting, terminating in snapshot.tallies:
        number = ready + waiting + terminating
        wanted = pod_requests(revision.template)
        for name, amount in wanted.items():
            total[name] = total.get(name, 0) + amount * number
    return total


def peak_requests(moments: Iterable[Snapshot]) -> dict[str, int]:
    """Return the most of each resource that the pods request at any moment."""
    shares: dict[int, tuple[int, int]] = {}
    most_cpu = most_memory = 0
    for moment in moments:
        cpu = memory = 0
        for revision, ready, waiting, terminating in moment.tallies:
            share = shares.get(id(revision))
            if share is None:
                wanted = pod_requests(revision.template)
                share = shares[id(revision)] = wanted.get("cpu", 0), wanted.get("memory", 0)
            number = ready + waiting + terminating
            cpu += share[0] * number
            memory += share[1] * number
        most_cpu, most_memory = max(most_cpu, cpu), max(most_memory, memory)
    return {name: amount for name, amount in (("cpu", most_cpu), ("memory", most_memory)) if amount}


def printed(amounts: Mapping[str, int]) -> dict[str, str]:
    """Write amounts the way Kubernetes does: cpu in decimal, memory in binary units."""
    return {
        name: str(Quantity(amount, "BinarySI" if name == "memory" else "DecimalSI"))
        for name, amount in sorted(amounts.items())
        if amount
    }
