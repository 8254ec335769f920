"""Endpoints.

Source: https://kubernetes.io/docs/concepts/services-networking/service/#endpoints
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.apiserver.equality import is_same
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.kube import names
from linter.kube.addresses import ip_faults, ip_spelling_fault, parse_ip, special_range
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

_RULE = "endpoints"
_LISTS = ("addresses", "notReadyAddresses")


def validate_endpoints(request: Request, errors: Errors) -> None:
    """Judge Endpoints. An update may keep subsets that once were right."""
    validate_meta(request, errors, keeps_generation=True)
    subsets = request.object.get("subsets") or []
    if request.old is not None and is_same(subsets, request.old.object.get("subsets")):
        return
    for index, subset in enumerate(subsets):
        path: FieldPath = ("subsets", index)
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            errors.required(path, "The subset has neither addresses nor notReadyAddresses.", rule=_RULE)
        ports = subset.get("ports") or ()
        for number, port in enumerate(ports):
            _validate_port(port, (*path, "ports", number), errors, needs_name=len(ports) > 1)
    for path, address in _addresses(subsets):
        _validate_address(address, path, errors)


def warn_of_endpoints(request: Request, errors: Errors) -> None:
    """Warn of addresses that others may read differently. That the kind is deprecated, the decoder says."""
    labels = request.metadata.get("labels") or {}
    if labels.get("endpoints.kubernetes.io/managed-by") == "endpoint-controller":
        return
    for path, address in _addresses(request.object.get("subsets") or []):
        text = address.get("ip") or ""
        if fault := ip_spelling_fault(text):
            errors.warn((*path, "ip"), f"The address {quote(text)} {fault}.", rule="address-spelling")


def _addresses(subsets: list[Object]) -> Iterator[tuple[FieldPath, Object]]:
    for index, subset in enumerate(subsets):
        for field in _LISTS:
            for number, address in enumerate(subset.get(field) or ()):
                yield ("subsets", index, field, number), address


def _validate_address(address: Object, path: FieldPath, errors: Errors) -> None:
    _validate_ip(address.get("ip") or "", (*path, "ip"), errors)
    if host := address.get("hostname"):
        errors.faults((*path, "hostname"), "The host name", host, names.dns_label(host), rule=_RULE)
    if (node := address.get("nodeName")) is not None:
        faults = names.dns_subdomain(node)
        errors.faults((*path, "nodeName"), "The name of the node", node, faults, rule=_RULE)


def _validate_ip(text: str, path: FieldPath, errors: Errors) -> None:
    # Up to 1.35 the server reads loosely.
    errors.faults(path, "The address", text, ip_faults(text, strict=errors.version >= (1, 36)), rule=_RULE)
    address = parse_ip(text)
    if address is not None and (unreachable := special_range(address)):
        message = f"The address {quote(text)} must not be in {unreachable}, which no other node reaches."
        errors.invalid(path, message, rule=_RULE)


def _validate_port(port: Object, path: FieldPath, errors: Errors, *, needs_name: bool) -> None:
    if name := port.get("name"):
        errors.faults((*path, "name"), "The name of the port", name, names.dns_label(name), rule=_RULE)
    elif needs_name:
        errors.required((*path, "name"), "Several ports need a name each.", rule=_RULE)
    number = port.get("port") or 0
    if not names.is_port_number(number):
        errors.invalid((*path, "port"), f"The port is {number}; it must be from 1 to 65535.", rule=_RULE)
    check("core/v1.EndpointPort", port, path, errors)
    if (application := port.get("appProtocol")) is not None:
        faults = names.qualified_name(application)
        errors.faults((*path, "appProtocol"), "The appProtocol", application, faults, rule=_RULE)


ENDPOINTS = Strategy(validate_endpoints, validate_endpoints, warn_of_endpoints)
