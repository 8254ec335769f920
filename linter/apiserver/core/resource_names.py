"""Names of resources in quotas, limit ranges and nodes, and the amounts that go with them.

Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from linter.kube import names, quantities
from linter.kube.suggest import did_you_mean, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.kube.quantities import Quantity
    from linter.path import FieldPath

COMPUTE = ("cpu", "memory", "ephemeral-storage")
COUNTED = (
    "configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets", "services",
    "services.loadbalancers", "services.nodeports",
)  # fmt: skip
QUOTA = (
    *COMPUTE,
    *(f"{kind}.{name}" for kind in ("requests", "limits") for name in COMPUTE),
    "requests.storage",
    *COUNTED,
)
"""The words that a quota takes as names of resources; names with a domain are free."""
_STANDARD = frozenset({*QUOTA, "storage"})


def is_quota_resource(name: str) -> bool:
    """Tell whether Kubernetes itself knows a resource of quotas by this name."""
    return name in QUOTA or name.startswith(("hugepages-", "requests.hugepages-"))


def is_overcommittable(name: str) -> bool:
    """Tell whether a container's request may differ from its limit: not for huge pages and extended resources."""
    return _is_native(name) and not name.startswith("hugepages-")


def validate_resource_name(name: str, path: FieldPath, errors: Errors, *, rule: str) -> bool:
    """Judge the name of any resource: a word that Kubernetes knows, or a name with a domain.

    Returns:
        Whether it is right.
    """
    if faults := names.qualified_name(name):
        errors.faults(path, "The resource", name, faults, rule=rule)
        return False
    if "/" not in name and not (name in _STANDARD or is_quota_resource(name)):
        message = f"Kubernetes knows no resource {quote(name)}.{did_you_mean(name, _STANDARD)} Others have a domain: `example.com/gpu`."
        errors.invalid(path, message, rule=rule)
        return False
    return True


def validate_container_resource_name(name: str, path: FieldPath, errors: Errors, *, rule: str) -> None:
    """Judge the name of a resource that containers have."""
    if not validate_resource_name(name, path, errors, rule=rule):
        return
    if "/" not in name:
        if name not in COMPUTE and not name.startswith("hugepages-"):
            message = f"Containers have no resource {quote(name)}; there are cpu, memory, ephemeral-storage and hugepages-…."
            errors.invalid(path, message, rule=rule)
    elif not _is_native(name) and not is_extended(name):
        message = f"{quote(name)} is not the name of an extended resource, such as `example.com/gpu`."
        errors.invalid(path, message, rule=rule)


def validate_amount(
    name: str, amount: Quantity, path: FieldPath, errors: Errors, *, rule: str, field: str | None = None
) -> None:
    """Judge an amount: not negative, and a whole number of what is counted.

    Args:
        name: The resource.
        amount: The amount, in thousandths at the finest.
        path: Where it is written.
        errors: Gets what is wrong.
        rule: The id of the page.
        field: As in Error.
    """
    if amount.nanos < 0:
        message = f"The amount {amount} of {quote(name)} is negative."
        errors.invalid(path, message, rule=rule, field=field)
    if (name in COUNTED or is_extended(name)) and amount.has_fractional_bytes:
        message = f"{quote(name)} comes in whole numbers, not {amount}."
        errors.invalid(path, message, rule=rule, field=field)


def amount(value: str | float) -> Quantity:
    """Read an amount as the server keeps it in lists of resources."""
    return quantities.parse(value).in_millis()


def is_extended(name: str) -> bool:
    """Tell whether a resource is not Kubernetes' own, such as `example.com/gpu`."""
    return (
        not _is_native(name)
        and not name.startswith("requests.")
        and not names.qualified_name(f"requests.{name}")
    )


def _is_native(name: str) -> bool:
    return "/" not in name or "kubernetes.io/" in name
