"""Which pods a ResourceQuota counts, what a pod uses of it, and what a pod has to specify because of it.

Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from linter.kube.pod_resources import container_amounts, pod_limits, pod_requests
from linter.kube.quantities import Quantity
from linter.planner.quota.refusals import QuotaNeedsAmounts

if TYPE_CHECKING:
    from linter.kube.pod_resources import Amounts
    from linter.planner.model import Manifest
    from linter.planner.quota.quota import Quota, Scope

_ONE: Final = Quantity(10**9)
_COMPUTE: Final = ("cpu", "memory", "ephemeral-storage")
_MUST_BE_SPECIFIED: Final = frozenset(
    {"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"}
)
"""Where a quota counts these, every container has to say them."""


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
