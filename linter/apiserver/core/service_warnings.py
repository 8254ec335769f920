"""What the API server, or a cluster as it usually is, warns of in a Service: fields that do nothing or are on their way out."""

from __future__ import annotations

from linter.apiserver.core.service_allocation import Allocated, ip_path, is_headless, needs_node_ports
from linter.apiserver.request import annotations_of
from linter.kube.addresses import cidr_spelling_fault, ip_spelling_fault
from linter.kube.suggest import quote
from linter.path import FieldPath, Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from linter.apiserver.core.service_allocation import Spec
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request

TOPOLOGY_HINTS: Final = "service.kubernetes.io/topology-aware-hints"
TOPOLOGY_MODE: Final = "service.kubernetes.io/topology-mode"
NODE_PORTS = range(30000, 32768)
_ANNOTATIONS: FieldPath = ("metadata", "annotations")
_PORTS: FieldPath = ("spec", "ports")


def warn_of_service(request: Request, errors: Errors) -> None:
    """Warn of what does nothing, of what is on its way out, and of node ports that most clusters refuse."""
    spec = request.spec
    if TOPOLOGY_HINTS in annotations_of(request.object):
        errors.warn(
            (*_ANNOTATIONS, Key(TOPOLOGY_HINTS)),
            f"The annotation is deprecated: write `{TOPOLOGY_MODE}` instead.",
            rule="topology-hints-deprecated",
            at_key=True,
        )
    _warn_of_node_ports(spec, errors)
    _warn_of_spellings(request, errors)
    if is_headless(spec):
        _warn_of_headless(spec, errors)
    _warn_of_external(spec, errors)
    if spec.get("trafficDistribution") == "PreferClose" and errors.version >= (1, 34):
        errors.warn(
            ("spec", "trafficDistribution"),
            "PreferClose is deprecated: write PreferSameZone.",
            rule="prefer-close-deprecated",
        )


def _warn_of_node_ports(spec: Spec, errors: Errors) -> None:
    """Warn of ports outside of the range that clusters usually allow, at which a dry run does not look."""
    if not needs_node_ports(spec):
        return
    found: list[tuple[FieldPath, Any]] = [
        ((*_PORTS, index, "nodePort"), port.get("nodePort")) for index, port in enumerate(spec["ports"])
    ]
    found.append((("spec", "healthCheckNodePort"), spec.get("healthCheckNodePort")))
    for path, number in found:
        if number and not isinstance(number, Allocated) and number not in NODE_PORTS:
            errors.warn(
                path,
                f"The node port {number} is outside of {NODE_PORTS[0]}-{NODE_PORTS[-1]}, which clusters allow if they "
                "are not set up otherwise.",
                rule="node-port-range",
            )


def _warn_of_spellings(request: Request, errors: Errors) -> None:
    rule = "address-spelling"
    spec = request.spec
    addresses: list[tuple[FieldPath, Any, str | None]] = []
    if not is_headless(spec):
        written = request.written_spec
        addresses += [
            (ip_path(written, index), address, f"spec.clusterIPs[{index}]")
            for index, address in enumerate(spec["clusterIPs"])
            if not isinstance(address, Allocated)
        ]
    addresses += [
        (("spec", "externalIPs", index), address, None)
        for index, address in enumerate(spec.get("externalIPs") or ())
    ]
    if address := spec.get("loadBalancerIP"):
        addresses.append((("spec", "loadBalancerIP"), address, None))
    for path, address, field in addresses:
        if fault := ip_spelling_fault(address):
            errors.warn(path, f"The IP address {quote(address)} {fault}.", rule=rule, field=field)
    for index, block in enumerate(spec.get("loadBalancerSourceRanges") or ()):
        if fault := cidr_spelling_fault(block):
            path = ("spec", "loadBalancerSourceRanges", index)
            errors.warn(path, f"The CIDR block {quote(block)} {fault}.", rule=rule)


def _warn_of_headless(spec: Spec, errors: Errors) -> None:
    rule = "headless-ignored-fields"
    for name in ("loadBalancerIP", "externalIPs"):
        if spec.get(name):
            errors.warn(("spec", name), f"A headless Service ignores {name}.", rule=rule)
    if spec["sessionAffinity"] != "None":
        message, field = "A headless Service ignores sessionAffinity.", "spec.SessionAffinity"
        errors.warn(("spec", "sessionAffinity"), message, rule=rule, field=field)


def _warn_of_external(spec: Spec, errors: Errors) -> None:
    ips: FieldPath = ("spec", "externalIPs")
    rule = "external-name-ignored-fields"
    if spec["type"] == "ExternalName":
        if spec.get("externalIPs"):
            errors.warn(ips, "A Service of type ExternalName ignores externalIPs.", rule=rule)
        return
    if spec.get("externalName"):
        message = f"A Service of type {quote(spec['type'])} ignores externalName."
        errors.warn(("spec", "externalName"), message, rule=rule)
    if spec.get("externalIPs") and errors.version >= (1, 36) and not is_headless(spec):
        message = "externalIPs is deprecated and does not work in every cluster."
        errors.warn(ips, message, rule="external-ips-deprecated")
