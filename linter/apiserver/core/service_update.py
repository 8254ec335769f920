"""What an update of a Service may not change.

Source: ValidateServiceUpdate in pkg/apis/core/validation and the recorded verdicts.
"""

from __future__ import annotations

from linter.apiserver.core.service_allocation import (
    CLUSTER_IPS,
    HEADLESS,
    POLICY,
    Allocated,
    ip_path,
    is_headless,
    needs_health_check,
)
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.core.service_allocation import Spec
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request


def validate_immutable_fields(request: Request, old: Spec, errors: Errors) -> None:
    """Judge whether a Service keeps what it may not change.

    Args:
        request: The update.
        old: The stored spec.
        errors: Gets what is wrong.
    """
    spec = request.spec
    if "ExternalName" not in {spec["type"], old["type"]} and not (is_headless(spec) and is_headless(old)):
        _validate_cluster_ips_update(request, old, errors)
    _validate_load_balancer_update(spec, old, errors)


def _validate_cluster_ips_update(request: Request, old: Spec, errors: Errors) -> None:
    """Judge whether a Service keeps its cluster IPs and IP families; a second one may be added and given up."""
    rule = "immutable-cluster-ips"
    spec = request.spec
    addresses, stored = spec["clusterIPs"], old["clusterIPs"]
    if stored and not addresses:
        message = "The cluster IP can't be taken away."
        errors.invalid(CLUSTER_IPS, message, rule=rule, field="spec.clusterIPs[0]")
    # Where the number of addresses changes, only the first one has to stay.
    compared = len(stored) if len(stored) == len(addresses) else 1
    for index, (before, after) in enumerate(zip(stored[:compared], addresses, strict=False)):
        if before != after:
            path, field = ip_path(request.written_spec, index), f"spec.clusterIPs[{index}]"
            errors.invalid(path, _describe_changed_address(before, after), rule=rule, field=field)
    families, stored_families = spec["ipFamilies"], old["ipFamilies"]
    if is_headless(spec) == is_headless(old):
        compared = len(stored_families) if len(stored_families) == len(families) else 1
        if stored_families[:compared] != families[:compared]:
            message = "The IP families can't be changed."
            errors.invalid(("spec", "ipFamilies"), message, rule=rule, field="spec.ipFamilies[0]")
    fewer = len(addresses) == 1 < len(stored) or len(families) == 1 < len(stored_families)
    if fewer and spec.get("ipFamilyPolicy") != "SingleStack":
        message = "To give up the second family, set `ipFamilyPolicy: SingleStack`."
        errors.invalid(POLICY, message, rule=rule)


def _describe_changed_address(before: str | Allocated, after: str | Allocated) -> str:
    if after == HEADLESS:
        return "A Service can't become headless: give it a new name, or delete it and create it again."
    if before == HEADLESS:
        return (
            "A headless Service can't get a cluster IP: give it a new name, or delete it and create it again."
        )
    stored = "another one" if isinstance(before, Allocated) else quote(before)
    return (
        f"The cluster IP can't be changed (it is {stored}): leave it out, and the Service keeps its address."
    )


def _validate_load_balancer_update(spec: Spec, old: Spec, errors: Errors) -> None:
    rule = "immutable-load-balancer"
    name = "loadBalancerClass"
    if spec["type"] == old["type"] == "LoadBalancer" and spec.get(name) != old.get(name):
        stored = f"is {quote(old[name])} in the cluster" if old.get(name) is not None else "was not set"
        errors.invalid(("spec", name), f"loadBalancerClass {stored} and can't be changed.", rule=rule)
    name = "healthCheckNodePort"
    both = needs_health_check(spec) and needs_health_check(old)
    if both and (spec.get(name) or 0) != (old.get(name) or 0):
        message = "healthCheckNodePort can't be changed: leave it out, and the Service keeps its port."
        errors.forbidden(("spec", name), message, rule=rule)
