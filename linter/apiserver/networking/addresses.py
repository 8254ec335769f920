"""IPAddress and ServiceCIDR.

Source: https://kubernetes.io/docs/tasks/network/extend-service-ip-ranges/
"""

from __future__ import annotations

from linter.apiserver.fields import refuse_change, validate_name, validate_unchanged
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta, validate_object_meta_update
from linter.kube import names
from linter.kube.addresses import canonical_cidr_faults, canonical_ip_faults, parse_cidr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request
    from linter.path import FieldPath

_CIDRS: FieldPath = ("spec", "cidrs")


def validate_ip_address(request: Request, errors: Errors) -> None:
    """Judge an IPAddress. An update keeps its parent."""
    rule = "ip-address"
    validate_meta(
        request, errors, name=canonical_ip_faults, prefix=canonical_ip_faults, keeps_generation=True
    )
    path: FieldPath = ("spec", "parentRef")
    validate_unchanged(request, "networking/v1.IPAddressSpec", ("spec",), errors)
    parent = request.spec.get("parentRef")
    if parent is None:
        message = "The address has no parentRef: say which object uses it."
        errors.required(path, message, rule=rule)
        return
    if group := parent.get("group"):
        errors.faults((*path, "group"), "The API group", group, names.dns_subdomain(group), rule=rule)
    for name in ("resource", "name"):
        what = f"The {name} of the parent"
        validate_name(parent, name, path, errors, names.path_segment, what=what, rule=rule)
    if namespace := parent.get("namespace"):
        faults = names.path_segment(namespace)
        errors.faults((*path, "namespace"), "The namespace", namespace, faults, rule=rule)


def validate_service_cidr(request: Request, errors: Errors) -> None:
    """Judge a new ServiceCIDR."""
    validate_meta(request, errors, keeps_generation=True)
    _validate_cidrs(request.spec.get("cidrs") or [], errors)


def validate_service_cidr_update(request: Request, errors: Errors) -> None:
    """Judge a ServiceCIDR that takes the place of a stored one: a block of the other family may be added, no more."""
    assert request.old is not None  # noqa: S101  an update
    validate_object_meta_update(request, errors)
    cidrs = request.spec.get("cidrs") or []
    stored = (request.old.object.get("spec") or {}).get("cidrs") or []
    is_added = len(stored) == 1 and len(cidrs) == 2
    if len(cidrs) != len(stored) and not is_added:
        refuse_change(request, _CIDRS, errors, None)
        return
    for index, (before, now) in enumerate(zip(stored, cidrs, strict=False)):
        if before != now:
            refuse_change(request, (*_CIDRS, index), errors, before)
    if is_added:
        _validate_cidrs(cidrs, errors)


def _validate_cidrs(cidrs: list[str], errors: Errors) -> None:
    rule = "service-cidr"
    if not cidrs:
        errors.required(_CIDRS, "There is no CIDR block: write one, or one of each IP family.", rule=rule)
        return
    if len(cidrs) > 2:
        message = f"There are {len(cidrs)} CIDR blocks; there may be one of each IP family."
        errors.invalid(_CIDRS, message, rule=rule)
        return
    for index, cidr in enumerate(cidrs):
        errors.faults((*_CIDRS, index), "The CIDR block", cidr, canonical_cidr_faults(cidr), rule=rule)
    families = [block.family for block in map(parse_cidr, cidrs) if block is not None]
    if len(families) == 2 and families[0] == families[1]:
        message = f"Both CIDR blocks are of {families[0]}; there may be one of each IP family."
        errors.invalid(_CIDRS, message, rule=rule)


IP_ADDRESS = Strategy(validate_ip_address, validate_ip_address)
SERVICE_CIDR = Strategy(validate_service_cidr, validate_service_cidr_update)
