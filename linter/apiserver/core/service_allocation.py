"""What the API server does to a Service before it validates it: it settles the cluster IPs, IP families and node ports.

An error found here is answered alone: the Service is not looked at any further. What depends on the cluster (its
families and ranges, what other Services hold) is not judged. Allocated values stand here as placeholders.

Source: https://kubernetes.io/docs/concepts/services-networking/dual-stack/, and the recorded cases of Services.
"""

from __future__ import annotations

from linter.apiserver.constraints import check_field
from linter.apiserver.errors import Errors
from linter.apiserver.request import Request, Stored
from linter.kube.addresses import ip_faults, parse_ip
from linter.kube.suggest import quote
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from linter.path import FieldPath
    from linter.version import KubeVersion

    Spec = dict[str, Any]


HEADLESS: Final = "None"
_STRUCT = "core/v1.ServiceSpec"
CLUSTER_IPS: FieldPath = ("spec", "clusterIPs")
POLICY: FieldPath = ("spec", "ipFamilyPolicy")


class Allocated(NamedTuple):
    """Stands for an IP address or port that the API server picks."""

    number: int
    family: str = ""


def prepare_service(request: Request, errors: Errors) -> Request:
    """Return the request with the spec that validation sees; of a stored Service, with the spec that the cluster holds.

    Args:
        request: A request for a Service.
        errors: Gets what keeps the Service from validation.
    """
    stored = request.old
    if stored is not None:
        # It was taken once, so that nothing is reported of it.
        spec = _allocate(stored.object["spec"], None, Errors(request.version), strict=False)
        stored = Stored(stored.manifest, {**stored.object, "spec": spec})
    old = None if stored is None else stored.object["spec"]
    spec = _allocate(request.spec, old, errors, strict=strict_addresses(request.version))
    return request.with_object({**request.object, "spec": spec}, stored)


def strict_addresses(version: KubeVersion) -> bool:
    """Tell whether new addresses have to be written strictly."""
    return version >= (1, 36)


def is_headless(spec: Spec) -> bool:
    """Tell whether a Service with allocated addresses gets no cluster IP on purpose."""
    return list(spec.get("clusterIPs") or ()) == [HEADLESS]


def needs_node_ports(spec: Spec) -> bool:
    """Tell whether the ports of a Service of this type are opened on the nodes."""
    return spec["type"] in {"NodePort", "LoadBalancer"}


def needs_health_check(spec: Spec) -> bool:
    """Tell whether a load balancer asks the nodes whether they have pods of the Service."""
    return spec["type"] == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def is_reachable_from_outside(spec: Spec) -> bool:
    """Tell whether externalTrafficPolicy has a meaning."""
    return needs_node_ports(spec) or (spec["type"] == "ClusterIP" and bool(spec.get("externalIPs")))


def ip_path(written: Spec, index: int) -> FieldPath:
    """Return where a cluster IP is written: clusterIP stands for the first of clusterIPs where that is absent.

    Args:
        written: The spec before allocation.
        index: The index in clusterIPs.
    """
    return (*CLUSTER_IPS, index) if written.get("clusterIPs") else ("spec", "clusterIP")


def _allocate(written: Spec, old: Spec | None, errors: Errors, *, strict: bool) -> Spec:
    spec = dict(written)
    spec["clusterIPs"] = list(spec.get("clusterIPs") or ())
    spec["ipFamilies"] = list(spec.get("ipFamilies") or ())
    spec["ports"] = [dict(port) for port in spec.get("ports") or ()]
    if old is not None:
        _take_over(spec, old)
    _normalise_cluster_ips(spec, old)
    before = len(errors)
    if spec["type"] != "ExternalName":
        _allocate_families(written, spec, old, errors, strict=strict)
        if len(errors) == before:
            _fill_cluster_ips(spec, old)
    if len(errors) == before and needs_node_ports(spec):
        if old is None:
            _allocate_node_ports(spec, errors)
        else:
            _update_node_ports(spec, errors)
        if len(errors) == before and needs_health_check(spec) and not (old and needs_health_check(old)):
            _allocate_health_check_port(spec, errors)
    if old is not None:
        _drop_what_the_type_does_not_need(spec, old)
    return spec


def _take_over(spec: Spec, old: Spec) -> None:
    """Fill in what an update leaves out and the stored Service has."""
    if spec["type"] != "ExternalName" and old["type"] != "ExternalName":
        spec["clusterIP"] = spec.get("clusterIP") or old.get("clusterIP")
        spec["clusterIPs"] = spec["clusterIPs"] or list(old["clusterIPs"])
    if needs_node_ports(spec) and needs_node_ports(old):
        kept = _node_ports(spec) & _node_ports(old)
        by_name = {port.get("name", ""): port.get("nodePort") for port in old["ports"]}
        for port in spec["ports"]:
            number = by_name.get(port.get("name", ""))
            if not port.get("nodePort") and number and number not in kept:
                port["nodePort"] = number
    if needs_health_check(spec) and needs_health_check(old) and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = old.get("healthCheckNodePort")


def _normalise_cluster_ips(spec: Spec, old: Spec | None) -> None:
    """Guess what is meant where only one of clusterIP and clusterIPs was written or changed."""
    single = spec.get("clusterIP") or ""
    if old is None:
        if single and not spec["clusterIPs"]:
            spec["clusterIPs"] = [single]
    elif single != (old.get("clusterIP") or "") and spec["clusterIPs"] == old["clusterIPs"]:
        spec["clusterIPs"] = [single] if single else []


def _allocate_families(written: Spec, spec: Spec, old: Spec | None, errors: Errors, *, strict: bool) -> None:
    headless_alone = spec.get("clusterIP") == HEADLESS and not spec.get("selector")
    if spec.get("ipFamilyPolicy") is None:
        inherited = old.get("ipFamilyPolicy") if old else None
        spec["ipFamilyPolicy"] = inherited or ("RequireDualStack" if headless_alone else "SingleStack")
    before = len(errors)
    _validate_cluster_ips(written, spec, old, errors, strict=strict)
    _validate_families(spec, errors)
    if len(errors) > before:
        return
    addresses, families = spec["clusterIPs"], spec["ipFamilies"]
    single = spec["ipFamilyPolicy"] == "SingleStack"
    rule = "service-ip-families"
    if old is not None and single:
        # The policy says clearly enough that the second one is to go.
        if addresses == old["clusterIPs"]:
            del addresses[1:]
        if families == old["ipFamilies"]:
            del families[1:]
    elif old is not None:
        for name in ("clusterIPs", "ipFamilies"):
            if spec[name] and len(spec[name]) < len(old[name]):
                message = f"To give up the second of the {name}, set `ipFamilyPolicy: SingleStack`."
                errors.invalid(POLICY, message, rule=rule)
    if single:
        for name, values in (("clusterIPs", addresses), ("ipFamilies", families)):
            if len(values) == 2:
                message = (
                    f"Two {name} need `ipFamilyPolicy: PreferDualStack` or `RequireDualStack` "
                    "(SingleStack if nothing is written)."
                )
                path = POLICY if "ipFamilyPolicy" in written else ("spec", name)
                errors.invalid(path, message, rule=rule, field="spec.ipFamilyPolicy")
    if len(errors) > before:
        return
    if HEADLESS not in addresses:
        families.extend(_family(address) for address in addresses[len(families) :])
    if not families:
        families.append("IPv4")  # the usual default; the cluster decides
    if headless_alone and len(families) < 2 and not single:
        families.append("IPv6" if families[0] == "IPv4" else "IPv4")


def _validate_families(spec: Spec, errors: Errors) -> None:
    """Judge ipFamilies and ipFamilyPolicy of a Service that is not an ExternalName."""
    rule = "service-ip-families"
    families = spec["ipFamilies"]
    check_field(_STRUCT, "ipFamilies", families, ("spec", "ipFamilies"), errors)
    for index, family in enumerate(families):
        path = ("spec", "ipFamilies", index)
        if family in families[:index]:
            errors.duplicate(path, f"The IP family {quote(family)} is listed twice.", rule=rule)
    check_field(_STRUCT, "ipFamilyPolicy", spec["ipFamilyPolicy"], POLICY, errors)


def _validate_cluster_ips(
    written: Spec, spec: Spec, old: Spec | None, errors: Errors, *, strict: bool
) -> None:
    """Judge clusterIP and clusterIPs of a Service that is not an ExternalName, and whether they fit the ipFamilies."""
    rule = "service-cluster-ips"
    addresses, families = spec["clusterIPs"], spec["ipFamilies"]
    single = spec.get("clusterIP") or ""
    whole = CLUSTER_IPS if written.get("clusterIPs") else ("spec", "clusterIP")

    def invalid(message: str, index: int | None = None) -> None:
        if index is None:
            errors.invalid(whole, message, rule=rule, field="spec.clusterIPs")
        else:
            errors.invalid(ip_path(written, index), message, rule=rule, field=f"spec.clusterIPs[{index}]")

    if single and not addresses:
        errors.required(whole, "clusterIPs is missing.", rule=rule, field="spec.clusterIPs")
    elif single and addresses[0] != single:
        invalid(f"The first of clusterIPs must equal clusterIP, {quote(single)}.")
    elif not single and addresses:
        invalid("clusterIPs without clusterIP: repeat the first of them as clusterIP.")
    unreadable = False
    stored = old["clusterIPs"] if old else ()
    for index, address in enumerate(addresses):
        if index == 0 and address == HEADLESS:
            if len(addresses) > 1:
                unreadable = True
                invalid("`None` must be the only one of clusterIPs.")
        elif not isinstance(address, Allocated) and address not in stored:
            for fault in ip_faults(address, strict=strict):
                unreadable = True
                hint = " Did you mean `None`?" if address.lower() == "none" and index == 0 else ""
                invalid(f"The cluster IP {quote(address)} {fault}.{hint}", index)
    if len(addresses) > 2:
        invalid("There can be two clusterIPs at most, one of each family.")
    if unreadable:
        return
    if len(addresses) > 1 and len({_family(address) for address in addresses}) < 2:
        invalid("There can be only one of clusterIPs of each family.")
    if addresses != [HEADLESS]:
        for index, (address, family) in enumerate(zip(addresses, families, strict=False)):
            if family in {"IPv4", "IPv6"} and _family(address) != family:
                shown = "cluster IP" if isinstance(address, Allocated) else f"cluster IP {quote(address)}"
                invalid(f"The {shown} is not an {family} address, which ipFamilies[{index}] asks for.", index)


def _fill_cluster_ips(spec: Spec, old: Spec | None) -> None:
    if is_headless(spec) or (old is not None and is_headless(old) and old["type"] != "ExternalName"):
        return
    addresses, families = spec["clusterIPs"], spec["ipFamilies"]
    if old is None or old["type"] == "ExternalName" or len(old["ipFamilies"]) < len(families):
        addresses.extend(
            Allocated(index, family) for index, family in enumerate(families) if index >= len(addresses)
        )
        spec["clusterIP"] = addresses[0]


def _allocate_node_ports(spec: Spec, errors: Errors) -> None:
    """Give each port of a new Service its node port: entries with the same port share one, as far as they don't say."""
    by_port: dict[int, Any] = {}
    taken: set[Any] = set()
    for index, port in enumerate(spec["ports"]):
        wanted = port.get("nodePort") or 0
        if not wanted and not _gets_node_ports(spec):
            continue
        number = port.get("port") or 0
        if number not in by_port:
            requested = _requested_node_port(spec, number)
            if requested in taken:
                _refuse_taken(index, requested, errors)
                return
            by_port[number] = port["nodePort"] = requested or Allocated(index)
        elif not wanted:
            port["nodePort"] = by_port[number]
            continue
        elif wanted == by_port[number]:
            continue
        elif wanted in taken:
            _refuse_taken(index, wanted, errors)
            return
        taken.add(port["nodePort"])


def _requested_node_port(spec: Spec, number: int) -> int | None:
    """Return the first node port that is written for a port."""
    return next(
        (
            port["nodePort"]
            for port in spec["ports"]
            if port.get("nodePort") and (port.get("port") or 0) == number
        ),
        None,
    )


def _update_node_ports(spec: Spec, errors: Errors) -> None:
    """Give each new port of an updated Service its node port."""
    taken: set[Any] = set()
    for index, port in enumerate(spec["ports"]):
        if not port.get("nodePort"):
            if not _gets_node_ports(spec):
                continue
            port["nodePort"] = Allocated(index, "new")
        if (port["protocol"], port["nodePort"]) in taken:
            message = f"The node port {_shown(port['nodePort'])} is used twice for {port['protocol']}."
            errors.duplicate(_node_port(index), message, rule="service-node-ports")
            return
        taken.add((port["protocol"], port["nodePort"]))


def _gets_node_ports(spec: Spec) -> bool:
    """Tell whether ports without a node port get one. In a Service of type NodePort the setting of load balancers counts nothing."""
    return spec["type"] == "NodePort" or bool(spec.get("allocateLoadBalancerNodePorts", True))


def _allocate_health_check_port(spec: Spec, errors: Errors) -> None:
    """Reserve the health check port that a Service asks for, behind its node ports."""
    number = spec.get("healthCheckNodePort")
    if number and number in [port.get("nodePort") for port in spec["ports"]]:
        message = f"The health check port {number} is the node port of one of the Service's ports."
        errors.invalid(("spec", "healthCheckNodePort"), message, rule="service-traffic")


def _refuse_taken(index: int, number: Any, errors: Errors) -> None:
    message = f"The node port {_shown(number)} is taken by an earlier entry with another port."
    errors.invalid(_node_port(index), message, rule="service-node-ports")


def _node_port(index: int) -> FieldPath:
    return ("spec", "ports", index, "nodePort")


def _shown(number: Any) -> str:
    return "that was allocated" if isinstance(number, Allocated) else quote(number)


def _drop_what_the_type_does_not_need(spec: Spec, old: Spec) -> None:
    """Clear what a change of the type leaves without meaning, as long as it was not changed as well."""
    if old["type"] != "ExternalName" and spec["type"] == "ExternalName":
        same_address = (spec.get("clusterIP") or "") == (old.get("clusterIP") or "")
        if same_address and spec["clusterIPs"] == old["clusterIPs"]:
            spec["clusterIP"], spec["clusterIPs"] = "", []
        if spec["ipFamilies"] == old["ipFamilies"]:
            spec["ipFamilies"] = []
        if spec.get("ipFamilyPolicy") == old.get("ipFamilyPolicy"):
            spec["ipFamilyPolicy"] = None
    if needs_node_ports(old) and not needs_node_ports(spec) and _node_ports(spec) <= _node_ports(old):
        for port in spec["ports"]:
            port["nodePort"] = 0
    if needs_health_check(old) and not needs_health_check(spec):
        _drop_if_same(spec, old, "healthCheckNodePort")
    if old["type"] == "LoadBalancer" and spec["type"] != "LoadBalancer":
        _drop_if_same(spec, old, "allocateLoadBalancerNodePorts")
        _drop_if_same(spec, old, "loadBalancerClass")
    if is_reachable_from_outside(old) and not is_reachable_from_outside(spec):
        _drop_if_same(spec, old, "externalTrafficPolicy")


def _drop_if_same(spec: Spec, old: Spec, name: str) -> None:
    if name in spec and spec[name] == old.get(name):
        del spec[name]


def _node_ports(spec: Spec) -> set[Any]:
    return {port["nodePort"] for port in spec["ports"] if port.get("nodePort")}


def _family(address: Any) -> str:
    if isinstance(address, Allocated):
        return address.family
    parsed = parse_ip(address)
    return parsed.family if parsed else ""
