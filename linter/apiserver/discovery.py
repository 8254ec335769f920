"""EndpointSlice.

Source: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.apiserver.equality import is_same
from linter.apiserver.fields import refuse_change
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.kube import names
from linter.kube.addresses import (
    canonical_ip_faults,
    ip_faults,
    ip_spelling_fault,
    parse_ip,
    special_range,
)
from linter.kube.suggest import quote
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

_RULE = "endpoint-slice"
_ENDPOINTS = 1000
_ADDRESSES = 100
_HINTS = 8


def validate_endpoint_slice(request: Request, errors: Errors) -> None:
    """Judge an EndpointSlice. An update keeps its address type, and may keep endpoints that once were right."""
    validate_meta(request, errors)
    obj = request.object
    address_type = obj.get("addressType") or ""
    path: FieldPath = ("addressType",)
    check("discovery/v1.EndpointSlice", obj, (), errors)
    _validate_ports(obj.get("ports") or [], errors)
    endpoints = obj.get("endpoints") or []
    stored = request.old.object if request.old else None
    if stored is None or not is_same(endpoints, stored.get("endpoints")):
        _validate_endpoints(endpoints, address_type, errors)
    if stored is not None and (old := stored.get("addressType") or "") != address_type:
        refuse_change(request, path, errors, old)


def warn_of_endpoint_slice(request: Request, errors: Errors) -> None:
    """Warn of an address type that nothing reads, and of addresses that others may read differently."""
    address_type = request.object.get("addressType")
    if request.old is None and address_type == "FQDN":
        errors.warn(
            ("addressType",),
            "Nothing in Kubernetes reads endpoints of type FQDN, which is deprecated: write IP addresses, or a Service of type "
            "ExternalName.",
            rule="endpoint-names-deprecated",
            field="spec.addressType",  # the server spells it so
        )
    if address_type not in {"IPv4", "IPv6"}:
        return
    for index, endpoint in enumerate(request.object.get("endpoints") or ()):
        for number, address in enumerate(endpoint.get("addresses") or ()):
            if fault := ip_spelling_fault(address):
                path: FieldPath = ("endpoints", index, "addresses", number)
                errors.warn(path, f"The address {quote(address)} {fault}.", rule="address-spelling")


def _validate_ports(ports: list[Object], errors: Errors) -> None:
    for index, port in enumerate(ports):
        path: FieldPath = ("ports", index)
        name = port["name"]
        if name:
            errors.faults((*path, "name"), "The name of the port", name, names.dns_label(name), rule=_RULE)
        if any(earlier["name"] == name for earlier in ports[:index]):
            message = (
                f"The port name {quote(name)} is there twice."
                if name
                else "Two ports have no name: name them."
            )
            errors.duplicate((*path, "name"), message, rule=_RULE)
        check("discovery/v1.EndpointPort", port, path, errors)
        if (application := port.get("appProtocol")) is not None:
            faults = names.qualified_name(application)
            errors.faults((*path, "appProtocol"), "The appProtocol", application, faults, rule=_RULE)


def _validate_endpoints(endpoints: list[Object], address_type: str, errors: Errors) -> None:
    if len(endpoints) > _ENDPOINTS:
        message = (
            f"There are {len(endpoints)} endpoints; a slice has at most {_ENDPOINTS}: write another one."
        )
        errors.too_many(("endpoints",), message, rule=_RULE)
        return
    for index, endpoint in enumerate(endpoints):
        path: FieldPath = ("endpoints", index)
        _validate_addresses(endpoint.get("addresses") or [], address_type, (*path, "addresses"), errors)
        if (node := endpoint.get("nodeName")) is not None:
            faults = names.dns_subdomain(node)
            errors.faults((*path, "nodeName"), "The name of the node", node, faults, rule=_RULE)
        if (host := endpoint.get("hostname")) is not None:
            faults = names.dns_label(host)
            errors.faults((*path, "hostname"), "The host name", host, faults, rule=_RULE)
        if (hints := endpoint.get("hints")) is not None:
            _validate_hints(hints, (*path, "hints"), errors)


def _validate_addresses(addresses: list[str], address_type: str, path: FieldPath, errors: Errors) -> None:
    if not addresses:
        errors.required(path, "The endpoint has no addresses.", rule=_RULE)
    elif len(addresses) > _ADDRESSES:
        message = f"There are {len(addresses)} addresses; an endpoint has at most {_ADDRESSES}."
        errors.too_many(path, message, rule=_RULE)
    for index, address in enumerate(addresses):
        match address_type:
            case "IPv4":
                faults = ip_faults(address, strict=errors.version >= (1, 36))
                _validate_ip(address, address_type, (*path, index), errors, faults)
            case "IPv6":
                _validate_ip(address, address_type, (*path, index), errors, canonical_ip_faults(address))
            case "FQDN":
                _validate_domain_name(address, (*path, index), errors)
            case _:
                pass  # of an unknown type, which is reported above, the server asks nothing


def _validate_ip(text: str, address_type: str, path: FieldPath, errors: Errors, faults: names.Faults) -> None:
    if faults:
        errors.faults(path, "The address", text, faults, rule=_RULE)
        return
    address = parse_ip(text)
    assert address is not None  # noqa: S101  it has no faults
    if address.family != address_type:
        message = f"The address {quote(text)} is of {address.family}, but the slice of {address_type}."
        errors.invalid(path, message, rule=_RULE, field=format_path(path[:-1]))
    if reserved := special_range(address):
        message = f"The address {quote(text)} must not be in {reserved}, which no other node reaches."
        errors.invalid(path, message, rule=_RULE)


def _validate_domain_name(name: str, path: FieldPath, errors: Errors) -> None:
    if not name:
        errors.required(path, "The domain name is empty.", rule=_RULE)
        return
    labels = name.removesuffix(".").split(".")
    if faults := names.dns_subdomain(name.removesuffix(".")):
        errors.faults(path, "The domain name", name, faults[:1], rule=_RULE)
    elif len(labels) < 2:
        errors.invalid(path, f"The domain name {quote(name)} must have at least two labels.", rule=_RULE)
    elif any(map(names.dns_label, labels)):
        errors.invalid(path, f"A label of {quote(name)} is longer than 63 bytes.", rule=_RULE)


def _validate_hints(hints: Object, path: FieldPath, errors: Errors) -> None:
    for field, faults_of, what in (
        ("forZones", names.label_value, "The zone"),
        ("forNodes", names.dns_subdomain, "The name of the node"),
    ):
        entries = hints.get(field) or ()
        if len(entries) > _HINTS:
            message = f"{field} has {len(entries)} entries; at most {_HINTS} are allowed."
            errors.too_many((*path, field), message, rule=_RULE)
            return  # the server then does not look at the other hints
        known = [entry.get("name") or "" for entry in entries]
        for index, name in enumerate(known):
            at = (*path, field, index, "name")
            if name in known[:index]:
                errors.duplicate(at, f"{what} {quote(name)} is there twice.", rule=_RULE)
            errors.faults(at, what, name, faults_of(name), rule=_RULE)


ENDPOINT_SLICE = Strategy(validate_endpoint_slice, validate_endpoint_slice, warn_of_endpoint_slice)
