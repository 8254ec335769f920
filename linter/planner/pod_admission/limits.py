"""LimitRanges: the requests and limits that containers get by default, and the bounds that they have to keep.

Source: https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.pod_resources import container_amounts, pod_amounts
from linter.kube.quantities import Quantity, parse
from linter.planner.pod_admission.refusals import InvalidWithDefaults, OutsideLimits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from linter.kube.pod_resources import Amounts
    from linter.planner.model import Manifest

_LISTS = ("containers", "initContainers")


class LimitRange(NamedTuple):
    """A LimitRange: its name and items, defaults applied."""

    name: str
    limits: tuple[Mapping[str, Any], ...]


def parse_limit_range(manifest: Manifest) -> LimitRange:
    """Read a LimitRange."""
    from linter.kube.defaults.apply import apply_defaults

    spec = apply_defaults(manifest).get("spec") or {}
    return LimitRange(manifest["metadata"]["name"], tuple(spec.get("limits") or ()))


def with_default_resources(spec: Manifest, ranges: Iterable[LimitRange]) -> Manifest:
    """Return a pod spec whose containers have the requests and limits that LimitRanges give by default.

    Args:
        spec: The pod spec, defaults applied. What it does not change is shared.
        ranges: The LimitRanges of the namespace.
    """
    for each in ranges:
        for limit in each.limits:
            if limit.get("type") == "Container":
                spec = {
                    **spec,
                    **{
                        name: [_defaulted(one, limit) for one in spec[name]]
                        for name in _LISTS
                        if spec.get(name)
                    },
                }
    return spec


def _defaulted(container: Manifest, limit: Mapping[str, Any]) -> Manifest:
    resources = container.get("resources") or {}
    filled = {
        # A limit that is written is a request, too, before any default is looked up.
        "requests": {
            **(limit.get("defaultRequest") or {}),
            **(resources.get("limits") or {}),
            **(resources.get("requests") or {}),
        },
        "limits": {**(limit.get("default") or {}), **(resources.get("limits") or {})},
    }
    return {**container, "resources": {**resources, **filled}}


def invalid_with_defaults(spec: Manifest, ranges: Iterable[LimitRange]) -> InvalidWithDefaults | None:
    """Return which containers of a pod request more than their limits, with what LimitRanges give by default; None if none does.

    The server's validation finds that before it asks LimitRanges for their bounds.

    Args:
        spec: The pod spec, with the default requests and limits.
        ranges: The LimitRanges of the namespace.
    """
    faults: list[str] = []
    names: set[str] = set()
    for field in _LISTS:
        for index, container in enumerate(spec.get(field) or ()):
            limits = container_amounts(container, "limits")
            for name, amount in sorted(container_amounts(container, "requests").items()):
                if name in limits and amount.nanos > limits[name].nanos:
                    names.add(name)
                    faults.append(
                        f'spec.{field}[{index}].resources.requests: Invalid value: "{amount}": '
                        f"must be less than or equal to {name} limit of {limits[name]}"
                    )
    givers = [each.name for each in ranges if not names.isdisjoint(_given(each))]
    return InvalidWithDefaults(givers[0], tuple(faults)) if faults and givers else None


def _given(limit_range: LimitRange) -> set[str]:
    """Return the resources that a LimitRange gives containers by default."""
    return {
        name
        for limit in limit_range.limits
        if limit.get("type") == "Container"
        for field in ("default", "defaultRequest")
        for name in limit.get(field) or ()
    }


def outside_limits(spec: Manifest, ranges: Iterable[LimitRange]) -> OutsideLimits | None:
    """Return what of a pod spec is outside the bounds of the first LimitRange that refuses it; None if none does.

    Args:
        spec: The pod spec, with the default requests and limits.
        ranges: The LimitRanges of the namespace.
    """
    for each in ranges:
        if faults := tuple(dict.fromkeys(_faults(spec, each))):
            return OutsideLimits(each.name, faults)
    return None


def claim_outside_limits(claim: Manifest, ranges: Iterable[LimitRange]) -> OutsideLimits | None:
    """Return what the first LimitRange that refuses a claim says of its size; None if none does.

    Args:
        claim: The claim, defaults applied.
        ranges: The LimitRanges of the namespace.
    """
    written = (((claim.get("spec") or {}).get("resources") or {}).get("requests") or {}).get("storage")
    size = parse(written)
    for each in ranges:
        for limit in each.limits:
            if limit.get("type") == "PersistentVolumeClaim" and (
                faults := tuple(_claim_faults(limit, None if written is None else size))
            ):
                return OutsideLimits(each.name, faults)
    return None


def _claim_faults(limit: Mapping[str, Any], size: Quantity | None) -> Iterator[str]:
    for bound, extreme in (("min", "minimum"), ("max", "maximum")):
        value = (limit.get(bound) or {}).get("storage")
        if value is None:
            continue
        allowed = parse(value)
        start = f"{extreme} storage usage per PersistentVolumeClaim is {allowed}"
        if size is None:
            yield f"{start}.  No request is specified"
        elif size.nanos < allowed.nanos if bound == "min" else size.nanos > allowed.nanos:
            yield f"{start}, but request is {size}"


def _faults(spec: Manifest, limit_range: LimitRange) -> Iterator[str]:
    for limit in limit_range.limits:
        match limit.get("type"):
            case "Container":
                for container in (one for name in _LISTS for one in spec.get(name) or ()):
                    amounts = container_amounts(container, "requests"), container_amounts(container, "limits")
                    yield from _out_of_bounds("Container", limit, *amounts)
            case "Pod":
                amounts = pod_amounts(spec, "requests"), pod_amounts(spec, "limits")
                yield from _out_of_bounds("Pod", limit, *amounts)
            case _:
                pass  # PersistentVolumeClaim: no pod, see `claim_outside_limits`


def _out_of_bounds(kind: str, limit: Mapping[str, Any], requested: Amounts, limits: Amounts) -> Iterator[str]:
    """Yield what is wrong with the requests and limits of a container or pod, in the words of the server."""
    for name, value in sorted((limit.get("min") or {}).items()):
        least = parse(value)
        start = f"minimum {name} usage per {kind} is {least}"
        if name not in requested:
            yield f"{start}.  No request is specified"
        elif requested[name].nanos < least.nanos:
            yield f"{start}, but request is {requested[name]}"
        elif name in limits and limits[name].nanos < least.nanos:
            yield f"{start}, but limit is {limits[name]}"
    for name, value in sorted((limit.get("max") or {}).items()):
        most = parse(value)
        start = f"maximum {name} usage per {kind} is {most}"
        if name not in limits:
            yield f"{start}.  No limit is specified"
        elif limits[name].nanos > most.nanos:
            yield f"{start}, but limit is {limits[name]}"
        elif name in requested and requested[name].nanos > most.nanos:
            yield f"{start}, but request is {requested[name]}"
    for name, value in sorted((limit.get("maxLimitRequestRatio") or {}).items()):
        yield from _beyond_ratio(kind, name, parse(value), requested.get(name), limits.get(name))


def _beyond_ratio(
    kind: str, name: str, most: Quantity, request: Quantity | None, limit: Quantity | None
) -> Iterator[str]:
    start = f"{name} max limit to request ratio per {kind} is {most}, but"
    if request is None or not request.nanos:
        yield f"{start} no request is specified or request is 0"
    elif limit is None or not limit.nanos:
        yield f"{start} no limit is specified or limit is 0"
    elif limit.nanos * 10**9 > most.nanos * request.nanos:
        yield f"{start} provided ratio is {limit.nanos / request.nanos:f}"
