"""ResourceQuotas: how much there is of what, and whether there is room for more.

Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from linter.kube.pod_resources import add, times
from linter.kube.quantities import Quantity, parse
from linter.planner.model import ObjectId
from linter.planner.quota.refusals import QuotaExceeded

if TYPE_CHECKING:
    from linter.kube.pod_resources import Amounts
    from linter.planner.model import Manifest

_NOTHING: Final = Quantity(0)

Usages = dict[ObjectId, "Amounts"]
"""What is used of quotas."""


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


def less(amounts: Amounts, others: Amounts) -> Amounts:
    """Return what is left of amounts without others; nothing comes to less than nothing."""
    return {
        name: Quantity(max(0, amount.nanos - others.get(name, _NOTHING).nanos), amount.format)
        for name, amount in amounts.items()
    }


class Room(NamedTuple):
    """How many pods or other objects a quota lets in, and why not more; None where there is no end to it."""

    number: int | None
    exceeded: QuotaExceeded | None = None


def room(quota: Quota, usage: Amounts, used: Amounts, wanted: int) -> Room:
    """Tell how many more objects fit into a quota.

    Args:
        quota: The quota.
        usage: What one of them uses.
        used: What is used already.
        wanted: How many are to be created.
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
