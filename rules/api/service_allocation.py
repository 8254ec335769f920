"""What the API server does to a Service before it validates it: it settles the cluster IPs, IP families and node ports.

An error found here is answered alone: the Service is not looked at any further. What depends on the cluster (its
families and ranges, what other Services hold) is not judged. Allocated values stand here as placeholders.

Source: https://kubernetes.io/docs/concepts/services-networking/dual-stack/, and the recorded cases of Services.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.engine.rule import Context, Problem
from linter.kube.addresses import ip_faults, parse_ip
from linter.kube.suggest import not_supported, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource
    from linter.path import FieldPath
    from linter.version import KubeVersion

Spec = dict[str, Any]

HEADLESS = "None"
FAMILIES = ("IPv4", "IPv6")
FAMILY_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
CLUSTER_IPS: FieldPath = ("spec", "clusterIPs")
POLICY: FieldPath = ("spec", "ipFamilyPolicy")


class Settled(NamedTuple):
    """A Service's spec as validation sees it, or the problems that kept it from validation, by rule."""

    spec: Spec
    refused: dict[str, list[Problem]]


class Allocated(NamedTuple):
    """Stands for an IP address or port that the API server picks."""

    number: int
    family: str = ""


def settle(service: Resource, context: Context) -> Settled:
    """Return what becomes of a new or updated Service. Computed once."""
    key = (settle, context.old, context.version)
    settled: Settled | None = service.memo.get(key)
    if settled is None:
        stored = (
            stored_spec(context.old) if context.old is not None and context.old.kind == "Service" else None
        )
        settled = service.memo[key] = _settle(service, stored, strict=strict_addresses(context.version))
    return settled


def stored_spec(service: Resource) -> Spec:
    """Return the spec as the cluster holds it, of a Service that was created from this manifest."""
    settled: Settled | None = service.memo.get(stored_spec)
    if settled is None:
        settled = service.memo[stored_spec] = _settle(service, None, strict=False)
    return settled.spec


def strict_addresses(version: KubeVersion) -> bool:
    """Tell whether new addresses have to be written strictly."""
    return version >= (1, 35)


def is_headless(spec: Spec) -> bool:
    """Tell whether a settled Service gets no cluster IP on purpose."""
    return list(spec.get("clusterIPs") or ()) == [HEADLESS]


def needs_node_ports(spec: Spec) -> bool:
    """Tell whether the ports of a Service of this type are opened on the nodes."""
    return spec["type"] in ("NodePort", "LoadBalancer")


def needs_health_check(spec: Spec) -> bool:
    """Tell whether a load balancer asks the nodes whether they have pods of the Service."""
    return spec["type"] == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def is_reachable_from_outside(spec: Spec) -> bool:
    """Tell whether externalTrafficPolicy has a meaning."""
    return needs_node_ports(spec) or (spec["type"] == "ClusterIP" and bool(spec.get("externalIPs")))


def ip_path(service: Resource, index: int) -> FieldPath:
    """Return where a cluster IP is written: clusterIP stands for the first of clusterIPs where that is absent."""
    return (*CLUSTER_IPS, index) if service.object["spec"].get("clusterIPs") else ("spec", "clusterIP")


def _settle(service: Resource, old: Spec | None, *, strict: bool) -> Settled:
    spec = dict(service.object["spec"])
    spec["clusterIPs"] = list(spec.get("clusterIPs") or ())
    spec["ipFamilies"] = list(spec.get("ipFamilies") or ())
    spec["ports"] = [dict(port) for port in spec.get("ports") or ()]
    if old is not None:
        _take_over(spec, old)
    _normalise_cluster_ips(spec, old)
    refused: dict[str, list[Problem]] = {}
    if spec["type"] != "ExternalName":
        for rule_id, problem in _settle_families(service, spec, old, strict=strict):
            refused.setdefault(rule_id, []).append(problem)
        if not refused:
            _fill_cluster_ips(spec, old)
    if not refused and needs_node_ports(spec):
        problem_found = _open_node_ports(spec) if old is None else _update_node_ports(spec)
        if problem_found:
            refused["service-node-ports"] = [problem_found]
        elif needs_health_check(spec) and not (old and needs_health_check(old)):
            taken = _health_check_port(spec)
            refused.update({"service-traffic": [taken]} if taken else {})
    if old is not None:
        _drop_what_the_type_does_not_need(spec, old)
    return Settled(spec, refused)


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


def _settle_families(
    service: Resource, spec: Spec, old: Spec | None, *, strict: bool
) -> Iterator[tuple[str, Problem]]:
    headless_alone = spec.get("clusterIP") == HEADLESS and not spec.get("selector")
    if spec.get("ipFamilyPolicy") is None:
        inherited = old.get("ipFamilyPolicy") if old else None
        spec["ipFamilyPolicy"] = inherited or ("RequireDualStack" if headless_alone else "SingleStack")
    faulty = False
    for found in _written_wrongly(service, spec, old, strict=strict):
        faulty = True
        yield found
    if faulty:
        return
    addresses, families = spec["clusterIPs"], spec["ipFamilies"]
    single = spec["ipFamilyPolicy"] == "SingleStack"
    if old is not None and single:
        # The policy says clearly enough that the second one is to go.
        if addresses == old["clusterIPs"]:
            del addresses[1:]
        if families == old["ipFamilies"]:
            del families[1:]
    elif old is not None:
        for name in ("clusterIPs", "ipFamilies"):
            if spec[name] and len(spec[name]) < len(old[name]):
                faulty = True
                text = f"To give up the second of the {name}, set `ipFamilyPolicy: SingleStack`."
                yield "service-ip-families", Problem(POLICY, text, "Invalid")
    if single:
        for name, values in (("clusterIPs", addresses), ("ipFamilies", families)):
            if len(values) == 2:
                faulty = True
                text = (
                    f"Two {name} need `ipFamilyPolicy: PreferDualStack` or `RequireDualStack` "
                    "(SingleStack if nothing is written)."
                )
                path = POLICY if "ipFamilyPolicy" in service.object["spec"] else ("spec", name)
                yield "service-ip-families", Problem(path, text, "Invalid", "spec.ipFamilyPolicy")
    if faulty:
        return
    if HEADLESS not in addresses:
        families.extend(_family(address) for address in addresses[len(families) :])
    if not families:
        families.append("IPv4")  # the usual default; the cluster decides
    if headless_alone and len(families) < 2 and not single:
        families.append("IPv6" if families[0] == "IPv4" else "IPv4")


def _written_wrongly(
    service: Resource, spec: Spec, old: Spec | None, *, strict: bool
) -> Iterator[tuple[str, Problem]]:
    """Check clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy of a Service that is no ExternalName."""
    addresses, families = spec["clusterIPs"], spec["ipFamilies"]
    single = spec.get("clusterIP") or ""
    whole = CLUSTER_IPS if service.object["spec"].get("clusterIPs") else ("spec", "clusterIP")

    def invalid(message: str, index: int | None = None) -> tuple[str, Problem]:
        if index is None:
            return "service-cluster-ips", Problem(whole, message, "Invalid", "spec.clusterIPs")
        return "service-cluster-ips", Problem(
            ip_path(service, index), message, "Invalid", f"spec.clusterIPs[{index}]"
        )

    if single and not addresses:
        yield "service-cluster-ips", Problem(whole, "clusterIPs is missing.", "Required", "spec.clusterIPs")
    elif single and addresses[0] != single:
        yield invalid(f"The first of clusterIPs must equal clusterIP, {quote(single)}.")
    elif not single and addresses:
        yield invalid("clusterIPs without clusterIP: repeat the first of them as clusterIP.")
    for index, family in enumerate(families):
        path = ("spec", "ipFamilies", index)
        if family not in FAMILIES:
            text = not_supported("The IP family", family, FAMILIES)
            yield "service-ip-families", Problem(path, text, "NotSupported")
        if family in families[:index]:
            yield (
                "service-ip-families",
                Problem(path, f"The IP family {quote(family)} is listed twice.", "Duplicate"),
            )
    if spec["ipFamilyPolicy"] not in FAMILY_POLICIES:
        text = not_supported("ipFamilyPolicy", spec["ipFamilyPolicy"], FAMILY_POLICIES)
        yield "service-ip-families", Problem(POLICY, text, "NotSupported")

    unreadable = False
    stored = old["clusterIPs"] if old else ()
    for index, address in enumerate(addresses):
        if index == 0 and address == HEADLESS:
            if len(addresses) > 1:
                unreadable = True
                yield invalid("`None` must be the only one of clusterIPs.")
        elif not isinstance(address, Allocated) and address not in stored:
            for fault in ip_faults(address, strict=strict):
                unreadable = True
                hint = " Did you mean `None`?" if address.lower() == "none" and index == 0 else ""
                yield invalid(f"The cluster IP {quote(address)} {fault}.{hint}", index)
    if len(addresses) > 2:
        yield invalid("There can be two clusterIPs at most, one of each family.")
    if unreadable:
        return
    if len(addresses) > 1 and len({_family(address) for address in addresses}) < 2:
        yield invalid("There can be only one of clusterIPs of each family.")
    if addresses != [HEADLESS]:
        for index, (address, family) in enumerate(zip(addresses, families, strict=False)):
            if family in FAMILIES and _family(address) != family:
                written = "cluster IP" if isinstance(address, Allocated) else f"cluster IP {quote(address)}"
                yield invalid(
                    f"The {written} is no {family} address, which ipFamilies[{index}] asks for.", index
                )


def _fill_cluster_ips(spec: Spec, old: Spec | None) -> None:
    if is_headless(spec) or (old is not None and is_headless(old) and old["type"] != "ExternalName"):
        return
    addresses, families = spec["clusterIPs"], spec["ipFamilies"]
    if old is None or old["type"] == "ExternalName" or len(old["ipFamilies"]) < len(families):
        addresses.extend(
            Allocated(index, family) for index, family in enumerate(families) if index >= len(addresses)
        )
        spec["clusterIP"] = addresses[0]


def _open_node_ports(spec: Spec) -> Problem | None:
    """Give each port of a new Service its node port: entries with the same port share one, as far as they don't say."""
    by_port: dict[int, Any] = {}
    taken: set[Any] = set()
    for index, port in enumerate(spec["ports"]):
        wanted = port.get("nodePort") or 0
        if not wanted and not _gets_node_ports(spec):
            continue
        number = port.get("port") or 0
        if number not in by_port:
            requested = next(
                (
                    each["nodePort"]
                    for each in spec["ports"]
                    if each.get("nodePort") and (each.get("port") or 0) == number
                ),
                None,
            )
            if requested in taken:
                return _taken(index, requested)
            by_port[number] = port["nodePort"] = requested or Allocated(index)
        elif not wanted:
            port["nodePort"] = by_port[number]
            continue
        elif wanted == by_port[number]:
            continue
        elif wanted in taken:
            return _taken(index, wanted)
        taken.add(port["nodePort"])
    return None


def _update_node_ports(spec: Spec) -> Problem | None:
    """Give each new port of an updated Service its node port."""
    taken: set[Any] = set()
    for index, port in enumerate(spec["ports"]):
        if not port.get("nodePort"):
            if not _gets_node_ports(spec):
                continue
            port["nodePort"] = Allocated(index, "new")
        if (port["protocol"], port["nodePort"]) in taken:
            return Problem(
                ("spec", "ports", index, "nodePort"),
                f"The node port {_shown(port['nodePort'])} is used twice for {port['protocol']}.",
                "Duplicate",
            )
        taken.add((port["protocol"], port["nodePort"]))
    return None


def _gets_node_ports(spec: Spec) -> bool:
    """Tell whether ports without a node port get one. In a Service of type NodePort the setting of load balancers counts nothing."""
    return spec["type"] == "NodePort" or bool(spec.get("allocateLoadBalancerNodePorts", True))


def _health_check_port(spec: Spec) -> Problem | None:
    """Reserve the health check port that a Service asks for, behind its node ports."""
    number = spec.get("healthCheckNodePort")
    if not number or number not in [port.get("nodePort") for port in spec["ports"]]:
        return None
    message = f"The health check port {number} is the node port of one of the Service's ports."
    return Problem(("spec", "healthCheckNodePort"), message, "Invalid")


def _taken(index: int, number: Any) -> Problem:
    return Problem(
        ("spec", "ports", index, "nodePort"),
        f"The node port {_shown(number)} is taken by an earlier entry with another port.",
        "Invalid",
    )


def _shown(number: Any) -> str:
    return "that was allocated" if isinstance(number, Allocated) else quote(number)


def _drop_what_the_type_does_not_need(spec: Spec, old: Spec) -> None:
    """Clear what a change of the type leaves without meaning, as long as it was not changed as well."""
    if old["type"] != "ExternalName" and spec["type"] == "ExternalName":
        if (spec.get("clusterIP") or "") == (old.get("clusterIP") or "") and spec["clusterIPs"] == old[
            "clusterIPs"
        ]:
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
