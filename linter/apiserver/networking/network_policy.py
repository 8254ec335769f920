"""NetworkPolicy.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from linter.apiserver.constraints import check, check_field
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.apiserver.selectors import has_malformed_value, validate_label_selector
from linter.kube import names
from linter.kube.addresses import Block, cidr_faults, cidr_spelling_fault, contains, parse_cidr
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

_PEERS = {"ingress": "from", "egress": "to"}


def validate_network_policy(request: Request, errors: Errors) -> None:
    """Judge a NetworkPolicy. At an update, what the stored one holds already passes, however it is written."""
    validate_meta(request, errors)
    spec = request.spec
    stored = (request.old.object.get("spec") or {}) if request.old else {}
    any_value = has_malformed_value(stored.get("podSelector") or {})
    known = {cidr for _, cidr in _cidrs(stored)}
    validate_label_selector(
        spec.get("podSelector") or {}, ("spec", "podSelector"), errors, any_value=any_value
    )
    for direction, peers in _PEERS.items():
        for index, rule in enumerate(spec.get(direction) or ()):
            path: FieldPath = ("spec", direction, index)
            for number, port in enumerate(rule.get("ports") or ()):
                _validate_port(port, (*path, "ports", number), errors)
            for number, peer in enumerate(rule.get(peers) or ()):
                _validate_peer(peer, (*path, peers, number), errors, known, any_value=any_value)
    _validate_types(spec["policyTypes"], errors)


def warn_of_network_policy(request: Request, errors: Errors) -> None:
    """Warn of CIDR blocks that the server takes, but that others may read differently."""
    for path, cidr in _cidrs(request.spec):
        if fault := cidr_spelling_fault(cidr):
            errors.warn(path, f"The CIDR block {quote(cidr)} {fault}.", rule="address-spelling")


def _cidrs(spec: Object) -> Iterator[tuple[FieldPath, str]]:
    """Yield every CIDR block of a policy, with where it is."""
    for direction, peers in _PEERS.items():
        for index, rule in enumerate(spec.get(direction) or ()):
            for number, peer in enumerate(rule.get(peers) or ()):
                block = peer.get("ipBlock") or {}
                path: FieldPath = ("spec", direction, index, peers, number, "ipBlock")
                if cidr := block.get("cidr"):
                    yield (*path, "cidr"), cidr
                for position, cidr in enumerate(block.get("except") or ()):
                    yield (*path, "except", position), cidr


def _validate_port(port: Object, path: FieldPath, errors: Errors) -> None:
    rule = "network-policy-ports"
    check("networking/v1.NetworkPolicyPort", port, path, errors)
    number, end = port.get("port"), port.get("endPort")
    at, at_end = (*path, "port"), (*path, "endPort")
    if isinstance(number, int):
        if not names.is_port_number(number):
            errors.invalid(at, f"The port is {number}; it must be from 1 to 65535.", rule=rule)
        if end is not None and end < number:
            errors.invalid(at_end, f"endPort is {end}, which is below the port {number}.", rule=rule)
        if end is not None and not names.is_port_number(end):
            errors.invalid(at_end, f"endPort is {end}; it must be from 1 to 65535.", rule=rule)
        return
    if end is not None:
        errors.invalid(at_end, "endPort needs a port that is a number: it ends the range.", rule=rule)
    if number is not None:
        errors.faults(at, "The name of the port", number, names.port_name(number), rule=rule)


def _validate_peer(
    peer: Object, path: FieldPath, errors: Errors, known: set[str], *, any_value: bool
) -> None:
    rule = "network-policy-peers"
    selectors = [name for name in ("podSelector", "namespaceSelector") if name in peer]
    for name in selectors:
        validate_label_selector(peer[name], (*path, name), errors, any_value=any_value)
    block = peer.get("ipBlock")
    if block is not None:
        _validate_block(block, (*path, "ipBlock"), errors, known)
        if selectors:
            message = f"ipBlock can't stand beside {' and '.join(selectors)}: write two entries."
            errors.forbidden(path, message, rule=rule)
    elif not selectors:
        message = "The entry selects nothing: write podSelector, namespaceSelector or ipBlock."
        errors.required(path, message, rule=rule)


def _validate_block(block: Object, path: FieldPath, errors: Errors, known: set[str]) -> None:
    rule = "network-policy-peers"
    cidr = block.get("cidr")
    if not cidr:
        errors.required((*path, "cidr"), "ipBlock needs a cidr such as `10.0.0.0/8`.", rule=rule)
        return
    _validate_cidr(cidr, (*path, "cidr"), errors, known)
    whole = parse_cidr(cidr)
    if whole is None:
        return
    for index, excepted in enumerate(block.get("except") or ()):
        at = (*path, "except", index)
        _validate_cidr(excepted, at, errors, known)
        part = parse_cidr(excepted)
        if part is not None and not _is_strictly_inside(part, whole):
            message = f"The exception {quote(excepted)} must lie inside {quote(cidr)}, and be smaller."
            errors.invalid(at, message, rule=rule)


def _validate_cidr(cidr: str, path: FieldPath, errors: Errors, known: set[str]) -> None:
    if cidr not in known:
        faults = cidr_faults(cidr, strict=errors.version >= (1, 36))
        errors.faults(path, "The CIDR block", cidr, faults, rule="network-policy-peers")


def _is_strictly_inside(part: Block, whole: Block) -> bool:
    return part.prefix > whole.prefix and contains(whole, part.address)


def _validate_types(types: list[str], errors: Errors) -> None:
    rule = "network-policy-types"
    path: FieldPath = ("spec", "policyTypes")
    if len(types) > 2:
        errors.invalid(
            path, f"There are {len(types)} policy types; there are only Ingress and Egress.", rule=rule
        )
        return
    check_field("networking/v1.NetworkPolicySpec", "policyTypes", types, path, errors)


NETWORK_POLICY = Strategy(validate_network_policy, validate_network_policy, warn_of_network_policy)
