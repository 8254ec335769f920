"""Service.

Source: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
"""

from __future__ import annotations

from linter.apiserver.constraints import check, check_field
from linter.apiserver.core.service_allocation import (
    Allocated,
    ip_path,
    is_headless,
    is_reachable_from_outside,
    needs_health_check,
    needs_node_ports,
    prepare_service,
    strict_addresses,
)
from linter.apiserver.core.service_warnings import TOPOLOGY_HINTS, TOPOLOGY_MODE, warn_of_service
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_labels, validate_object_meta, validate_object_meta_update
from linter.apiserver.request import annotations_of
from linter.kube import names
from linter.kube.addresses import cidr_faults, ip_faults, parse_ip, special_range
from linter.kube.suggest import quote
from linter.path import FieldPath, Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from linter.apiserver.core.service_allocation import Spec
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request

_STRUCT = "core/v1.ServiceSpec"
SOURCE_RANGES: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"
_ANNOTATIONS: FieldPath = ("metadata", "annotations")
_PORTS: FieldPath = ("spec", "ports")


def validate_service(request: Request, errors: Errors) -> None:
    """Judge a new Service."""
    check = names.dns_label if errors.version >= (1, 36) else names.dns_label_1035
    validate_object_meta(request, errors, name=check, keeps_generation=True)
    _validate_service(request, errors, stored={})


def validate_service_update(request: Request, errors: Errors) -> None:
    """Judge a Service that takes the place of a stored one: the server asks of it what it asks of a new one, too."""
    assert request.old is not None  # noqa: S101  an update
    validate_object_meta_update(request, errors, as_new=True)
    from linter.apiserver.core.service_update import validate_immutable_fields

    validate_immutable_fields(request, request.old.object["spec"], errors)
    _validate_service(request, errors, stored=request.old.object)


def _validate_service(request: Request, errors: Errors, *, stored: Object) -> None:
    """Judge what new and updated Services have in common.

    Args:
        request: The request.
        errors: Gets what is wrong.
        stored: The stored Service, {} for a new one: addresses that it holds already are let through.
    """
    spec = request.spec
    stored_spec = stored.get("spec") or {}
    _validate_topology_annotations(annotations_of(request.object), errors)
    _validate_type(request, errors)
    _validate_ports(spec, errors)
    if selector := spec.get("selector"):
        validate_labels(selector, ("spec", "selector"), errors, rule="service-selector")
    _validate_session_affinity(spec, errors)
    _validate_external_ips(spec, stored_spec.get("externalIPs") or (), errors)
    _validate_node_ports(spec, errors)
    _validate_source_ranges(request.object, stored, errors)
    _validate_load_balancer(spec, errors)
    _validate_traffic(spec, errors)


def _validate_topology_annotations(annotations: Object, errors: Errors) -> None:
    mode, hints = annotations.get(TOPOLOGY_MODE), annotations.get(TOPOLOGY_HINTS)
    if mode is not None and hints is not None and mode != hints:
        errors.invalid(
            (*_ANNOTATIONS, Key(TOPOLOGY_MODE)),
            f"The annotation is {quote(mode)}, but `{TOPOLOGY_HINTS}` is {quote(hints)}: delete the latter.",
            rule="service-topology-annotations",
        )


def _validate_type(request: Request, errors: Errors) -> None:
    """Judge the type, and what each type needs or has no use for."""
    spec = request.spec
    kind = spec["type"]
    check_field(_STRUCT, "type", kind, ("spec", "type"), errors)
    if needs_node_ports(spec) and is_headless(spec):
        errors.invalid(
            ip_path(request.written_spec, 0),
            f"A Service of type {kind} needs a cluster IP: delete `None`, or use type ClusterIP.",
            rule="service-type",
            field="spec.clusterIPs[0]",
        )
    if kind != "ExternalName":
        return
    if spec["clusterIPs"]:
        errors.forbidden(
            ip_path(request.written_spec, 0)[:2],
            "A Service of type ExternalName has no cluster IP: delete clusterIP and clusterIPs.",
            rule="service-cluster-ips",
            field="spec.clusterIPs",
        )
    if spec.get("ipFamilies"):
        _forbid_for_external_name("ipFamilies", errors)
    if spec.get("ipFamilyPolicy") is not None:
        _forbid_for_external_name("ipFamilyPolicy", errors)
    path: FieldPath = ("spec", "externalName")
    name = spec.get("externalName") or ""
    if host := name.removesuffix("."):
        faults = names.dns_subdomain(host)
        errors.faults(path, "The externalName", name, faults, rule="service-external-name")
    else:
        message = "A Service of type ExternalName needs an externalName."
        errors.required(path, message, rule="service-external-name")


def _forbid_for_external_name(name: str, errors: Errors) -> None:
    message = f"A Service of type ExternalName has no {name}: delete the field."
    errors.forbidden(("spec", name), message, rule="service-ip-families")


def _validate_ports(spec: Spec, errors: Errors) -> None:
    rule = "service-ports"
    ports = spec["ports"]
    if not ports and not is_headless(spec) and spec["type"] != "ExternalName":
        errors.required(_PORTS, "The Service has no ports: write at least one.", rule=rule)
    seen_names: set[str] = set()
    seen_ports: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        path = (*_PORTS, index)
        name = port.get("name") or ""
        if name:
            errors.faults((*path, "name"), "The port name", name, names.dns_label(name), rule=rule)
            if name in seen_names:
                errors.duplicate((*path, "name"), f"The port name {quote(name)} is used twice.", rule=rule)
            seen_names.add(name)
        elif len(ports) > 1:
            errors.required((*path, "name"), "With more than one port each needs a name.", rule=rule)
        _validate_port(port, path, errors)
        number = port.get("port") or 0
        protocol = port["protocol"]
        if (protocol, number) in seen_ports:
            errors.duplicate(path, f"Port {number} ({protocol}) is listed twice.", rule=rule)
        seen_ports.add((protocol, number))


def _validate_port(port: Object, path: FieldPath, errors: Errors) -> None:
    rule = "service-ports"
    number = port.get("port") or 0
    if not names.is_port_number(number):
        written = f"The port is {number}; it must be from 1 to 65535."
        message = written if "port" in port else "The entry has no port."
        errors.invalid((*path, "port"), message, rule=rule)
    check("core/v1.ServicePort", port, path, errors)
    if "appProtocol" in port:
        protocol = port["appProtocol"]
        faults = names.qualified_name(protocol)
        errors.faults((*path, "appProtocol"), "The appProtocol", protocol, faults, rule=rule)
    _validate_target_port(port["targetPort"], (*path, "targetPort"), errors)


def _validate_target_port(target: int | str, path: FieldPath, errors: Errors) -> None:
    rule = "service-target-ports"
    if isinstance(target, int):
        if not names.is_port_number(target):
            errors.invalid(path, f"The target port is {target}; it must be from 1 to 65535.", rule=rule)
    elif target.isascii() and target.isdigit():
        message = f"The target port {quote(target)} is between quotes: write the number without them."
        errors.invalid(path, message, rule=rule)
    else:
        errors.faults(path, "The target port", target, names.port_name(target), rule=rule)


def _validate_node_ports(spec: Spec, errors: Errors) -> None:
    rule = "service-node-ports"
    seen: set[tuple[str, Any]] = set()
    for index, port in enumerate(spec["ports"]):
        number = port.get("nodePort")
        if not number:
            continue
        path = (*_PORTS, index, "nodePort")
        shown = "of the same port" if isinstance(number, Allocated) else quote(number)
        if spec["type"] == "ClusterIP":
            errors.forbidden(
                path,
                f"A Service of type ClusterIP opens no node ports: delete nodePort {shown}, or use type NodePort.",
                rule=rule,
            )
        if (port["protocol"], number) in seen:
            message = f"The node port {shown} is used twice for {port['protocol']}."
            errors.duplicate(path, message, rule=rule)
        seen.add((port["protocol"], number))


def _validate_session_affinity(spec: Spec, errors: Errors) -> None:
    affinity = spec["sessionAffinity"]
    check_field(_STRUCT, "sessionAffinity", affinity, ("spec", "sessionAffinity"), errors)
    if affinity == "ClientIP":
        path: FieldPath = ("spec", "sessionAffinityConfig", "clientIP")
        check("core/v1.ClientIPConfig", spec["sessionAffinityConfig"]["clientIP"], path, errors)


def _validate_external_ips(spec: Spec, stored: list[str] | tuple[()], errors: Errors) -> None:
    rule = "service-external-ips"
    strict = strict_addresses(errors.version)
    for index, address in enumerate(spec.get("externalIPs") or ()):
        path: FieldPath = ("spec", "externalIPs", index)
        faults = () if address in stored else ip_faults(address, strict=strict)
        errors.faults(path, "The external IP", address, faults, rule=rule)
        parsed = parse_ip(address)
        if not faults and parsed and (special := special_range(parsed)):
            message = f"The external IP {quote(address)} lies in {special}, which nothing outside can reach."
            if special.startswith("the unspecified"):
                message = f"The external IP {quote(address)} is not the address of a host."
            errors.invalid(path, message, rule=rule)


def _validate_source_ranges(service: Object, stored: Object, errors: Errors) -> None:
    """Judge the source ranges, or the annotation that came before them: the server looks at one of them."""
    rule = "service-load-balancer"
    strict = strict_addresses(errors.version)
    name = "loadBalancerSourceRanges"
    spec = service["spec"]
    annotation = annotations_of(service).get(SOURCE_RANGES)
    if ranges := spec.get(name):
        field = "spec.LoadBalancerSourceRanges"  # the server spells it with a capital letter
        if spec["type"] != "LoadBalancer":
            _forbid_for_other_types(("spec", name), name, errors, field=field)
        known = (stored.get("spec") or {}).get(name) or ()
        for index, block in enumerate(ranges):
            if block.strip() not in known:
                path: FieldPath = ("spec", name, index)
                faults = cidr_faults(block.strip(), strict=strict)
                errors.faults(path, "The source range", block, faults, rule=rule, field=f"{field}[{index}]")
    elif annotation is not None:
        path = (*_ANNOTATIONS, Key(SOURCE_RANGES))
        if spec["type"] != "LoadBalancer":
            _forbid_for_other_types(path, f"the annotation `{SOURCE_RANGES}`", errors)
        if annotation.strip() and annotation != annotations_of(stored).get(SOURCE_RANGES):
            for block in annotation.strip().split(","):
                faults = cidr_faults(block.strip(), strict=strict)
                errors.faults(path, "The source range", block.strip(), faults, rule=rule)


def _validate_load_balancer(spec: Spec, errors: Errors) -> None:
    name = "loadBalancerClass"
    if spec["type"] != "LoadBalancer":
        for each in ("allocateLoadBalancerNodePorts", name):
            if spec.get(each) is not None:
                _forbid_for_other_types(("spec", each), each, errors)
    elif spec.get(name) is not None:
        faults = names.qualified_name(spec[name])
        errors.faults(("spec", name), "The class", spec[name], faults, rule="service-load-balancer")


def _forbid_for_other_types(path: FieldPath, what: str, errors: Errors, *, field: str | None = None) -> None:
    message = f"Only a Service of type LoadBalancer takes {what}."
    errors.forbidden(path, message, rule="service-load-balancer", field=field)


def _validate_traffic(spec: Spec, errors: Errors) -> None:
    rule = "service-traffic"
    for name in ("internalTrafficPolicy", "trafficDistribution"):
        check_field(_STRUCT, name, spec.get(name), ("spec", name), errors)
    policy = spec.get("externalTrafficPolicy") or ""
    path: FieldPath = ("spec", "externalTrafficPolicy")
    if is_reachable_from_outside(spec):
        check_field(_STRUCT, "externalTrafficPolicy", policy, path, errors)
    elif policy:
        message = (
            f"externalTrafficPolicy goes with type NodePort or LoadBalancer only, not with {spec['type']}."
        )
        errors.invalid(path, message, rule=rule)
    check = spec.get("healthCheckNodePort") or 0
    path = ("spec", "healthCheckNodePort")
    if check and not needs_health_check(spec):
        message = "healthCheckNodePort goes only with type LoadBalancer and `externalTrafficPolicy: Local`."
        errors.invalid(path, message, rule=rule)
    elif check and not names.is_port_number(check):
        errors.invalid(path, f"healthCheckNodePort is {check}; it must be from 1 to 65535.", rule=rule)


SERVICE = Strategy(validate_service, validate_service_update, warn_of_service, prepare_service)
