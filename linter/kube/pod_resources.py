"""What a pod requests and is limited to, summed up over its containers as the scheduler, quotas and limits do.

Source: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers and
https://kubernetes.io/docs/concepts/scheduling-eviction/pod-overhead/
"""

from __future__ import annotations

from linter.kube.quantities import Quantity, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal

    Amounts = dict[str, Quantity]
    """Amounts by resource."""

    Kind = Literal["requests", "limits"]


def pod_requests(spec: Mapping[str, Any]) -> Amounts:
    """Return what a pod of a spec requests, with its overhead. A limit without a request is a request, too."""
    return add(pod_amounts(spec, "requests"), _amounts(spec.get("overhead")))


def pod_limits(spec: Mapping[str, Any]) -> Amounts:
    """Return what a pod of a spec is limited to; its overhead comes on top of what is limited."""
    limits = pod_amounts(spec, "limits")
    overhead = _amounts(spec.get("overhead"))
    return add(
        limits, {name: amount for name, amount in overhead.items() if name in limits and limits[name].nanos}
    )


def pod_amounts(spec: Mapping[str, Any], kind: Kind) -> Amounts:
    """Sum up the requests or limits of a pod without its overhead.

    Sidecars add up with the containers; other init containers run before, one at a time beside the sidecars that were
    started by then, and count where they want more. What is written for the pod as a whole takes precedence.
    """
    totals: Amounts = {}
    for container in spec.get("containers") or ():
        totals = add(totals, container_amounts(container, kind))
    sidecars: Amounts = {}
    before: Amounts = {}
    for container in spec.get("initContainers") or ():
        wanted = container_amounts(container, kind)
        if container.get("restartPolicy") == "Always":
            sidecars = add(sidecars, wanted)
            wanted = sidecars
        else:
            wanted = add(wanted, sidecars)
        before = _merged(before, wanted, _larger)
    totals = _merged(add(totals, sidecars), before, _larger)
    return {**totals, **container_amounts(spec, kind)}


def container_amounts(container: Mapping[str, Any], kind: Kind) -> Amounts:
    """Return the requests or limits of a container, or those of the pod as a whole."""
    resources = container.get("resources") or {}
    wanted = resources.get(kind) or {}
    if kind == "requests":
        wanted = {**(resources.get("limits") or {}), **wanted}
    return _amounts(wanted)


def _amounts(data: Mapping[str, Any] | None) -> Amounts:
    return {name: _amount(value) for name, value in (data or {}).items()}


def _amount(value: Any) -> Quantity:
    """Read an amount; what is none, which no server takes, counts as nothing."""
    try:
        return parse(value)
    except ValueError:
        return Quantity(0)


def add(a: Mapping[str, Quantity], b: Mapping[str, Quantity]) -> Amounts:
    """Add up amounts."""
    return _merged(a, b, plus)


def _merged(
    a: Mapping[str, Quantity], b: Mapping[str, Quantity], both: Callable[[Quantity, Quantity], Quantity]
) -> Amounts:
    result = {**a}
    for name, amount in b.items():
        result[name] = both(result[name], amount) if name in result else amount
    return result


def plus(a: Quantity, b: Quantity) -> Quantity:
    """Add two amounts; the sum is printed as the first one, unless that is nothing."""
    return Quantity(a.nanos + b.nanos, a.format if a.nanos else b.format)


def times(amount: Quantity, number: int) -> Quantity:
    """Multiply an amount."""
    return Quantity(amount.nanos * number, amount.format)


def _larger(a: Quantity, b: Quantity) -> Quantity:
    return b if b.nanos > a.nanos else a
