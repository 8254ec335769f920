"""Service.

Source: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from linter.apiserver.constraints import check, check_field
from linter.apiserver.core.service_allocation import (
    CLUSTER_IPS,
    HEADLESS,
    POLICY,
    Allocated,
    Spec,
    ip_path,
    is_headless,
    is_reachable_from_outside,
    needs_health_check,
    needs_node_ports,
    prepare_service,
    strict_addresses,
)
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_labels, validate_object_meta, validate_object_meta_update
from linter.kube import names
from linter.kube.addresses import (
    cidr_faults,
    cidr_spelling_fault,
    ip_faults,
    ip_spelling_fault,
    parse_ip,
    special_range,
)
from linter.kube.suggest import quote
from linter.path import FieldPath, Key

if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request

_STRUCT = "core/v1.ServiceSpec"
SOURCE_RANGES: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"
TOPOLOGY_HINTS: Final = "service.kubernetes.io/topology-aware-hints"
TOPOLOGY_MODE: Final = "service.kubernetes.io/topology-mode"
NODE_PORTS = range(30000, 32768)
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
    spec, old = request.spec, request.old.object["spec"]
    if "ExternalName" not in {spec["type"], old["type"]} and not (is_headless(spec) and is_headless(old)):
        _validate_cluster_ips_update(request, old, errors)
    _validate_load_balancer_update(spec, old, errors)
    _validate_service(request, errors, stored=request.old.object)


def warn_of_service(request: Request, errors: Errors) -> None:
    """Warn of what does nothing, of what is on its way out, and of node ports that most clusters refuse."""
    spec = request.spec
    if TOPOLOGY_HINTS in _annotations(request.object):
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


def _validate_service(request: Request, errors: Errors, *, stored: Object) -> None:
    """Judge what new and updated Services have in common.

    Args:
        request: The request.
        errors: Gets what is wrong.
        stored: The stored Service, {} for a new one: addresses that it holds already are let through.
    """
    spec = request.spec
    stored_spec = stored.get("spec") or {}
    _validate_topology_annotations(_annotations(request.object), errors)
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
            ip_path(_written(request), 0),
            f"A Service of type {kind} needs a cluster IP: delete `None`, or use type ClusterIP.",
            rule="service-type",
            field="spec.clusterIPs[0]",
        )
    if kind != "ExternalName":
        return
    if spec["clusterIPs"]:
        errors.forbidden(
            ip_path(_written(request), 0)[:2],
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
    annotation = _annotations(service).get(SOURCE_RANGES)
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
        if annotation.strip() and annotation != _annotations(stored).get(SOURCE_RANGES):
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
            path, field = ip_path(_written(request), index), f"spec.clusterIPs[{index}]"
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
        written = _written(request)
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


def _written(request: Request) -> Spec:
    """Return the spec as it was sent, before the server put addresses into it."""
    spec: Spec = request.manifest.get("spec") or {}
    return spec


def _annotations(service: Object) -> Object:
    annotations: Object = (service.get("metadata") or {}).get("annotations") or {}
    return annotations


SERVICE = Strategy(validate_service, validate_service_update, warn_of_service, prepare_service)
