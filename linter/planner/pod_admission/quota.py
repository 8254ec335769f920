"""ResourceQuotas: which pods they count, what a pod uses of them, and whether there is room for more.

Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from linter.kube.pod_resources import add, container_amounts, pod_limits, pod_requests, times
from linter.kube.quantities import Quantity, parse
from linter.planner.pod_admission.refusals import QuotaExceeded, QuotaNeedsAmounts

if TYPE_CHECKING:
    from linter.kube.pod_resources import Amounts
    from linter.planner.model import Manifest

_ONE: Final = Quantity(10**9)
_NOTHING: Final = Quantity(0)
_COMPUTE: Final = ("cpu", "memory", "ephemeral-storage")
_MUST_BE_SPECIFIED: Final = frozenset(
    {"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"}
)
"""Where a quota counts these, every container has to say them."""


class Scope(NamedTuple):
    """What a pod has to be so that a quota counts it."""

    name: str
    operator: str = "Exists"
    values: tuple[str, ...] = ()


class Quota(NamedTuple):
    """A ResourceQuota.

    Attributes:
        name: Its name.
        hard: How much there is, by resource: `pods`, `requests.cpu`, `limits.memory` …
        scopes: All of them must hold for a pod that it counts.
    """

    name: str
    hard: Amounts
    scopes: tuple[Scope, ...] = ()


def parse_quota(manifest: Manifest) -> Quota:
    """Read a ResourceQuota."""
    spec = manifest.get("spec") or {}
    expressions = (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
    scopes = [Scope(name) for name in spec.get("scopes") or ()]
    scopes += [
        Scope(each.get("scopeName", ""), each.get("operator", ""), tuple(each.get("values") or ()))
        for each in expressions
    ]
    hard = {name: parse(value) for name, value in (spec.get("hard") or {}).items()}
    return Quota(manifest["metadata"]["name"], hard, tuple(scopes))


def used_beforehand(manifest: Manifest) -> Amounts:
    """Return what the status of a live ResourceQuota says is used."""
    return {name: parse(value) for name, value in ((manifest.get("status") or {}).get("used") or {}).items()}


def pod_usage(spec: Manifest) -> Amounts:
    """Return what a pod uses of a quota.

    Args:
        spec: The pod spec, with the requests and limits that it gets by default.
    """
    requests, limits = pod_requests(spec), pod_limits(spec)
    usage = {"pods": _ONE, "count/pods": _ONE}
    for name, amount in requests.items():
        if name in _COMPUTE or name.startswith("hugepages-"):
            usage[name] = usage[f"requests.{name}"] = amount
        elif "/" in name:
            # Of what somebody else defines requests alone are counted.
            usage[f"requests.{name}"] = amount
    usage.update({f"limits.{name}": limits[name] for name in _COMPUTE if name in limits})
    return usage


def counts(quota: Quota, spec: Manifest) -> bool:
    """Tell whether a quota counts a pod."""
    return bool(_of_pods(quota)) and all(_holds(scope, spec) for scope in quota.scopes)


def _of_pods(quota: Quota) -> set[str]:
    """Return the resources of a quota that are about pods."""
    names = {"pods", "count/pods", *_COMPUTE}
    names.update(f"{kind}.{name}" for kind in ("requests", "limits") for name in _COMPUTE)
    return {
        name
        for name in quota.hard
        if name in names
        or name.removeprefix("requests.").startswith("hugepages-")
        or (name.startswith("requests.") and "/" in name)
    }


def _holds(scope: Scope, spec: Manifest) -> bool:
    match scope.name:
        case "Terminating":
            return spec.get("activeDeadlineSeconds") is not None
        case "NotTerminating":
            return spec.get("activeDeadlineSeconds") is None
        case "BestEffort":
            return _is_best_effort(spec)
        case "NotBestEffort":
            return not _is_best_effort(spec)
        case "PriorityClass":
            return _matches_class(scope, spec.get("priorityClassName") or "")
        case "CrossNamespacePodAffinity":
            return _looks_into_other_namespaces(spec)
        case _:
            return False  # VolumeAttributesClass, which is about claims; the API server knows no others


def _matches_class(scope: Scope, name: str) -> bool:
    match scope.operator:
        case "Exists":
            return bool(name)
        case "DoesNotExist":
            return not name
        case "In":
            return name in scope.values
        case "NotIn":
            return name not in scope.values
        case _:
            return False


def _is_best_effort(spec: Manifest) -> bool:
    """Tell whether a pod asks for no cpu and no memory."""
    holders = [spec, *(each for key in ("containers", "initContainers") for each in spec.get(key) or ())]
    amounts = [
        *(container_amounts(each, "requests") for each in holders),
        *(container_amounts(each, "limits") for each in holders),
    ]
    return not any(each[name].nanos for each in amounts for name in ("cpu", "memory") if name in each)


def _looks_into_other_namespaces(spec: Manifest) -> bool:
    affinity = spec.get("affinity") or {}
    for kind in ("podAffinity", "podAntiAffinity"):
        rules = affinity.get(kind) or {}
        terms = [*(rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ())]
        for each in rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            terms.append(each.get("podAffinityTerm") or {})
        if any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms):
            return True
    return False


def unspecified(quota: Quota, spec: Manifest) -> QuotaNeedsAmounts | None:
    """Return what containers of a pod have to specify because a quota counts it; None if they do."""
    required = _MUST_BE_SPECIFIED & quota.hard.keys()
    resources = spec.get("resources") or {}
    if not required or resources.get("requests") or resources.get("limits"):
        return None  # said for the pod as a whole
    missing: dict[str, set[str]] = {}
    for container in (each for key in ("containers", "initContainers") for each in spec.get(key) or ()):
        requests, limits = container_amounts(container, "requests"), container_amounts(container, "limits")
        for name in required:
            kind, _, resource = name.rpartition(".")
            if resource not in (limits if kind == "limits" else requests):
                missing.setdefault(name, set()).add(str(container.get("name")))
    if not missing:
        return None
    return QuotaNeedsAmounts(quota.name, {name: tuple(sorted(names)) for name, names in missing.items()})


class Room(NamedTuple):
    """How many pods a quota lets in, and why not more; None where there is no end to it."""

    pods: int | None
    exceeded: QuotaExceeded | None = None


def room(quota: Quota, usage: Amounts, used: Amounts, wanted: int) -> Room:
    """Tell how many more pods fit into a quota.

    Args:
        quota: The quota.
        usage: What one pod uses.
        used: What is used already.
        wanted: How many pods are to be created.
    """
    asked = {name: usage[name] for name in quota.hard if name in usage and usage[name].nanos}
    if not asked:
        return Room(None)
    left = {
        name: (quota.hard[name].nanos - used.get(name, _NOTHING).nanos) // amount.nanos
        for name, amount in asked.items()
    }
    fitting = max(0, min(left.values()))
    if fitting >= wanted:
        return Room(fitting)
    then = add(used, {name: times(amount, fitting) for name, amount in asked.items()})
    short = [name for name, number in left.items() if number <= fitting]
    exceeded = QuotaExceeded(
        quota.name,
        {name: asked[name] for name in short},
        {name: then.get(name, _NOTHING) for name in short},
        {name: quota.hard[name] for name in short},
    )
    return Room(fitting, exceeded)
