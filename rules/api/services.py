"""The spec of a Service.

Source: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube import names
from linter.kube.addresses import (
    cidr_faults,
    cidr_spelling_fault,
    ip_faults,
    ip_spelling_fault,
    parse_ip,
    special_range,
)
from linter.kube.suggest import not_supported, quote
from linter.path import FieldPath, Key

from .metadata import label_problems
from .service_allocation import (
    Allocated,
    Spec,
    ip_path,
    is_headless,
    is_reachable_from_outside,
    needs_health_check,
    settle,
    strict_addresses,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

KIND = {"Service"}
TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
PROTOCOLS = ("TCP", "UDP", "SCTP")
AFFINITIES = ("None", "ClientIP")
TRAFFIC_POLICIES = ("Cluster", "Local")
SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints"
TOPOLOGY_MODE = "service.kubernetes.io/topology-mode"
ANNOTATIONS: FieldPath = ("metadata", "annotations")
NODE_PORTS = range(30000, 32768)
LONGEST_AFFINITY = 86400


def is_refused(service: Resource, context: Context) -> bool:
    """Tell whether the API server refuses the Service before it validates it."""
    return bool(settle(service, context).refused)


def _validated(service: Resource, context: Context) -> Spec:
    """Return the spec that validation sees; {} where it does not come so far."""
    settled = settle(service, context)
    return {} if settled.refused else settled.spec


def _stored(context: Context) -> dict[str, Any]:
    """Return the stored Service's object where an update is judged."""
    return context.old.object if context.old is not None and context.old.kind == "Service" else {}


@rule("service-type", kinds=KIND, needs={"type"})
def service_type(resource: Resource, context: Context) -> Iterator[Problem]:
    """The type of a Service is known, and a headless Service is of type ClusterIP.

    `spec.type` is ClusterIP (if nothing is written), NodePort, LoadBalancer or ExternalName; upper and lower case
    matter. NodePort and LoadBalancer build on a cluster IP, so that they don't go with `clusterIP: None`.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: Loadbalancer
      selector:
        app: web
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: LoadBalancer
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    spec = _validated(resource, context)
    if not spec:
        return
    kind = spec["type"]
    if kind not in TYPES:
        yield Problem(("spec", "type"), not_supported("The type", kind, TYPES), "NotSupported")
    if kind in ("NodePort", "LoadBalancer") and is_headless(spec):
        yield Problem(
            ip_path(resource, 0),
            f"A Service of type {kind} needs a cluster IP: delete `None`, or use type ClusterIP.",
            "Invalid",
            "spec.clusterIPs[0]",
        )


@rule("service-ports", kinds=KIND)
def service_ports(resource: Resource, context: Context) -> Iterator[Problem]:
    """The ports of a Service are there, named and different from each other.

    A Service needs at least one port, unless it is headless (`clusterIP: None`) or of type ExternalName. A port is a
    number from 1 to 65535; protocol is TCP (if nothing is written), UDP or SCTP. With more than one port each needs a
    name of its own: a DNS label. Two entries can't have the same port and protocol. `appProtocol` is a qualified
    name, e.g. `kubernetes.io/h2c`.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      ports:
      - port: 80
      - port: 443
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      ports:
      - name: http
        port: 80
      - name: https
        port: 443
    ```
    """
    spec = _validated(resource, context)
    if not spec:
        return
    ports = spec["ports"]
    whole: FieldPath = ("spec", "ports")
    if not ports and not is_headless(spec) and spec["type"] != "ExternalName":
        yield Problem(whole, "The Service has no ports: write at least one.", "Required")
    seen_names: set[str] = set()
    seen_ports: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        path = (*whole, index)
        name = port.get("name") or ""
        if name:
            for fault in names.dns_label(name):
                yield Problem((*path, "name"), f"The port name {quote(name)} {fault}.", "Invalid")
            if name in seen_names:
                yield Problem((*path, "name"), f"The port name {quote(name)} is used twice.", "Duplicate")
            seen_names.add(name)
        elif len(ports) > 1:
            yield Problem((*path, "name"), "With more than one port each needs a name.", "Required")
        number = port.get("port") or 0
        if not names.is_port_number(number):
            text = (
                f"The port is {number}; it must be from 1 to 65535."
                if "port" in port
                else "The entry has no port."
            )
            yield Problem((*path, "port"), text, "Invalid")
        protocol = port["protocol"]
        if protocol not in PROTOCOLS:
            yield Problem(
                (*path, "protocol"), not_supported("The protocol", protocol, PROTOCOLS), "NotSupported"
            )
        if "appProtocol" in port:
            for fault in names.qualified_name(port["appProtocol"]):
                yield Problem(
                    (*path, "appProtocol"),
                    f"The appProtocol {quote(port['appProtocol'])} {fault}.",
                    "Invalid",
                )
        if (protocol, number) in seen_ports:
            yield Problem(path, f"Port {number} ({protocol}) is listed twice.", "Duplicate")
        seen_ports.add((protocol, number))


@rule("service-target-ports", kinds=KIND, needs={"ports"})
def service_target_ports(resource: Resource, context: Context) -> Iterator[Problem]:
    """The target port of a Service is a port number or the name of a container port.

    `targetPort` says where the traffic goes in the pods: a number from 1 to 65535, or the name of a container port
    (at most 15 lower-case letters, digits and `-`, with a letter). Without it the Service's own port is taken. A
    number between quotes is a name, and no valid one.

    Mend it by taking the quotes away, or by naming the container port.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      ports:
      - port: 80
        targetPort: "8080"
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      ports:
      - port: 80
        targetPort: 8080
    ```
    """
    for index, port in enumerate(_validated(resource, context).get("ports", ())):
        target = port["targetPort"]
        path: FieldPath = ("spec", "ports", index, "targetPort")
        if isinstance(target, int):
            if not names.is_port_number(target):
                yield Problem(path, f"The target port is {target}; it must be from 1 to 65535.", "Invalid")
        elif target.isascii() and target.isdigit():
            yield Problem(
                path,
                f"The target port {quote(target)} is between quotes: write the number without them.",
                "Invalid",
            )
        else:
            for fault in names.port_name(target):
                yield Problem(path, f"The target port {quote(target)} {fault}.", "Invalid")


@rule("service-node-ports", kinds=KIND, needs={"type", "nodePort"})
def service_node_ports(resource: Resource, context: Context) -> Iterator[Problem]:
    """Node ports go with the type of the Service, and each is used once.

    `nodePort` asks for a certain port on every node. It has no place in a Service of type ClusterIP, which opens no
    node ports. Two entries can share a node port only where their port is the same and their protocols differ.

    Mend it by deleting `nodePort`: the cluster then picks one if the type needs it.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      ports:
      - port: 80
        nodePort: 30080
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: NodePort
      selector:
        app: web
      ports:
      - port: 80
        nodePort: 30080
    ```
    """
    settled = settle(resource, context)
    yield from settled.refused.get("service-node-ports", ())
    if settled.refused:
        return
    seen: set[tuple[str, Any]] = set()
    for index, port in enumerate(settled.spec["ports"]):
        number = port.get("nodePort")
        if not number:
            continue
        path: FieldPath = ("spec", "ports", index, "nodePort")
        shown = "of the same port" if isinstance(number, Allocated) else quote(number)
        if settled.spec["type"] == "ClusterIP":
            yield Problem(
                path,
                f"A Service of type ClusterIP opens no node ports: delete nodePort {shown}, or use type NodePort.",
                "Forbidden",
            )
        if (port["protocol"], number) in seen:
            yield Problem(path, f"The node port {shown} is used twice for {port['protocol']}.", "Duplicate")
        seen.add((port["protocol"], number))


@rule("service-cluster-ips", kinds=KIND)
def service_cluster_ips(resource: Resource, context: Context) -> Iterator[Problem]:
    """The cluster IPs of a Service are IP addresses that fit together.

    Usually the cluster picks them and nothing needs to be written. `clusterIP` is an IP address or `None` (headless).
    Who writes `clusterIPs` writes `clusterIP` too, equal to its first entry; there can be one address of each family,
    and they are in the order of `ipFamilies`. An ExternalName Service has no cluster IP.

    Mend it by deleting `clusterIPs`, or both.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: none
      selector:
        app: web
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    settled = settle(resource, context)
    yield from settled.refused.get("service-cluster-ips", ())
    if not settled.refused and settled.spec["type"] == "ExternalName" and settled.spec["clusterIPs"]:
        yield Problem(
            ip_path(resource, 0)[:2],
            "A Service of type ExternalName has no cluster IP: delete clusterIP and clusterIPs.",
            "Forbidden",
            "spec.clusterIPs",
        )


@rule("service-ip-families", kinds=KIND)
def service_ip_families(resource: Resource, context: Context) -> Iterator[Problem]:
    """The IP families of a Service are known and go with its family policy.

    `ipFamilies` lists IPv4, IPv6 or both, each once. Two families need `ipFamilyPolicy: PreferDualStack` or
    `RequireDualStack`, for SingleStack is what holds if nothing is written. An ExternalName Service has neither
    field. To give up a family in an update, set SingleStack.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      ipFamilies: [IPv4, IPv6]
      selector:
        app: web
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      ipFamilyPolicy: PreferDualStack
      ipFamilies: [IPv4, IPv6]
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    settled = settle(resource, context)
    yield from settled.refused.get("service-ip-families", ())
    if settled.refused or settled.spec["type"] != "ExternalName":
        return
    for name in ("ipFamilies", "ipFamilyPolicy"):
        if settled.spec.get(name) or (name == "ipFamilyPolicy" and settled.spec.get(name) is not None):
            yield Problem(
                ("spec", name),
                f"A Service of type ExternalName has no {name}: delete the field.",
                "Forbidden",
            )


@rule("service-external-name", kinds=KIND, needs={"type"})
def service_external_name(resource: Resource, context: Context) -> Iterator[Problem]:
    """An ExternalName Service names a host.

    `spec.externalName` is a host name in lower case: no scheme, port or path. Text that looks like an IPv4 address is
    taken as a host name and will not resolve.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: ExternalName
      externalName: https://db.example.com
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: ExternalName
      externalName: db.example.com
    ```
    """
    spec = _validated(resource, context)
    if not spec or spec["type"] != "ExternalName":
        return
    path: FieldPath = ("spec", "externalName")
    name = spec.get("externalName") or ""
    host = name.removesuffix(".")
    if not host:
        yield Problem(path, "A Service of type ExternalName needs an externalName.", "Required")
        return
    for fault in names.dns_subdomain(host):
        yield Problem(path, f"The externalName {quote(name)} {fault}.", "Invalid")


@rule("service-external-ips", kinds=KIND, needs={"externalIPs"})
def service_external_ips(resource: Resource, context: Context) -> Iterator[Problem]:
    """External IPs are addresses that can be reached from outside.

    `spec.externalIPs` holds IP addresses at which nodes accept traffic for the Service, written without leading
    zeros. Addresses of the loopback and link-local ranges and `0.0.0.0` are refused.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      externalIPs:
      - 127.0.0.1
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    spec = _validated(resource, context)
    stored = (_stored(context).get("spec") or {}).get("externalIPs") or ()
    strict = strict_addresses(context.version)
    for index, address in enumerate(spec.get("externalIPs") or ()):
        path: FieldPath = ("spec", "externalIPs", index)
        faults = () if address in stored else ip_faults(address, strict=strict)
        for fault in faults:
            yield Problem(path, f"The external IP {quote(address)} {fault}.", "Invalid")
        parsed = parse_ip(address)
        if not faults and parsed and (special := special_range(parsed)):
            text = f"The external IP {quote(address)} lies in {special}, which nothing outside can reach."
            if special.startswith("the unspecified"):
                text = f"The external IP {quote(address)} is no address of a host."
            yield Problem(path, text, "Invalid")


@rule("service-selector", kinds=KIND, needs={"selector"})
def service_selector(resource: Resource, context: Context) -> Iterator[Problem]:
    """The selector of a Service is made of label keys and values.

    Unlike a workload's, a Service's selector is a plain map: every pair of it must be among a pod's labels. Keys and
    values follow the rules for labels, or no pod could have them.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web server
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web-server
      ports:
      - port: 80
    ```
    """
    selector = _validated(resource, context).get("selector")
    if selector:
        yield from label_problems(selector, ("spec", "selector"), "spec.selector")


@rule("service-session-affinity", kinds=KIND, needs={"sessionAffinity"})
def service_session_affinity(resource: Resource, context: Context) -> Iterator[Problem]:
    """Session affinity is None or ClientIP, with a timeout of up to a day.

    With ClientIP a client's connections go to the same pod until it has been silent for `timeoutSeconds`: 1 to 86400,
    10800 if nothing is written.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      sessionAffinity: ClientIp
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      sessionAffinity: ClientIP
      ports:
      - port: 80
    ```
    """
    spec = _validated(resource, context)
    if not spec:
        return
    affinity = spec["sessionAffinity"]
    if affinity not in AFFINITIES:
        yield Problem(
            ("spec", "sessionAffinity"),
            not_supported("sessionAffinity", affinity, AFFINITIES),
            "NotSupported",
        )
    elif affinity == "ClientIP":
        timeout = spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"]
        if not 1 <= timeout <= LONGEST_AFFINITY:
            yield Problem(
                ("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"),
                f"timeoutSeconds is {timeout}; it must be from 1 to {LONGEST_AFFINITY}.",
                "Invalid",
            )


@rule(
    "service-load-balancer",
    kinds=KIND,
    needs={SOURCE_RANGES, "loadBalancerSourceRanges", "allocateLoadBalancerNodePorts", "loadBalancerClass"},
)
def service_load_balancer(resource: Resource, context: Context) -> Iterator[Problem]:
    """Load balancer settings belong to Services of type LoadBalancer.

    loadBalancerSourceRanges (or the annotation that came before it), loadBalancerClass and
    allocateLoadBalancerNodePorts mean nothing to other types and are refused there. Source ranges are CIDR blocks
    such as `10.0.0.0/8`, without bits beyond the prefix; the class is a qualified name.

    Mend it by `type: LoadBalancer`, or by deleting the settings.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: NodePort
      loadBalancerSourceRanges:
      - 10.0.0.0/8
      selector:
        app: web
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: LoadBalancer
      loadBalancerSourceRanges:
      - 10.0.0.0/8
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    spec = _validated(resource, context)
    if not spec:
        return
    yield from _source_ranges(resource, spec, context)
    if spec["type"] != "LoadBalancer":
        for name in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
            if spec.get(name) is not None:
                yield _only_for_load_balancers(("spec", name), name)
    elif spec.get("loadBalancerClass") is not None:
        for fault in names.qualified_name(spec["loadBalancerClass"]):
            yield Problem(
                ("spec", "loadBalancerClass"),
                f"The class {quote(spec['loadBalancerClass'])} {fault}.",
                "Invalid",
            )


@rule(
    "service-traffic",
    kinds=KIND,
    needs={"externalTrafficPolicy", "healthCheckNodePort", "internalTrafficPolicy", "trafficDistribution"},
)
def service_traffic(resource: Resource, context: Context) -> Iterator[Problem]:
    """Traffic policies are known and go with the type of the Service.

    `externalTrafficPolicy` (Cluster or Local) is for Services that are reached from outside: NodePort, LoadBalancer,
    or ClusterIP with externalIPs. `healthCheckNodePort` is for LoadBalancers with the policy Local.
    `internalTrafficPolicy` is Cluster or Local, `trafficDistribution` one of PreferSameZone, PreferSameNode (both new
    in 1.34) and PreferClose.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      externalTrafficPolicy: Local
      selector:
        app: web
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: NodePort
      externalTrafficPolicy: Local
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    yield from settle(resource, context).refused.get("service-traffic", ())
    spec = _validated(resource, context)
    if not spec:
        return
    policy = spec.get("externalTrafficPolicy") or ""
    path: FieldPath = ("spec", "externalTrafficPolicy")
    if not is_reachable_from_outside(spec):
        if policy:
            yield Problem(
                path,
                f"externalTrafficPolicy goes with type NodePort or LoadBalancer only, not with {spec['type']}.",
                "Invalid",
            )
    elif policy not in TRAFFIC_POLICIES:
        yield Problem(path, not_supported("externalTrafficPolicy", policy, TRAFFIC_POLICIES), "NotSupported")

    check = spec.get("healthCheckNodePort") or 0
    path = ("spec", "healthCheckNodePort")
    if not needs_health_check(spec):
        if check:
            yield Problem(
                path,
                "healthCheckNodePort goes only with type LoadBalancer and `externalTrafficPolicy: Local`.",
                "Invalid",
            )
    elif check and not names.is_port_number(check):
        yield Problem(path, f"healthCheckNodePort is {check}; it must be from 1 to 65535.", "Invalid")

    policy = spec.get("internalTrafficPolicy")
    if policy is not None and policy not in TRAFFIC_POLICIES:
        yield Problem(
            ("spec", "internalTrafficPolicy"),
            not_supported("internalTrafficPolicy", policy, TRAFFIC_POLICIES),
            "NotSupported",
        )
    distribution = spec.get("trafficDistribution")
    # What lies between recorded versions follows the newer one.
    known = (
        ("PreferClose", "PreferSameZone", "PreferSameNode")
        if context.version >= (1, 32)
        else ("PreferClose",)
    )
    if distribution is not None and distribution not in known:
        yield Problem(
            ("spec", "trafficDistribution"),
            not_supported("trafficDistribution", distribution, known),
            "NotSupported",
        )


@rule("service-topology-annotations", kinds=KIND, needs={TOPOLOGY_HINTS})
def service_topology_annotations(resource: Resource, context: Context) -> Iterator[Problem]:
    """The two annotations for topology aware routing say the same.

    `service.kubernetes.io/topology-mode` is the new name of `service.kubernetes.io/topology-aware-hints`. Where both
    are written they must be equal.

    Mend it by deleting the old one.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      annotations:
        service.kubernetes.io/topology-mode: Auto
        service.kubernetes.io/topology-aware-hints: Disabled
    spec:
      selector:
        app: web
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      annotations:
        service.kubernetes.io/topology-mode: Auto
    spec:
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    annotations = (resource.object.get("metadata") or {}).get("annotations") or {}
    mode, hints = annotations.get(TOPOLOGY_MODE), annotations.get(TOPOLOGY_HINTS)
    if mode is not None and hints is not None and mode != hints and not is_refused(resource, context):
        yield Problem(
            (*ANNOTATIONS, Key(TOPOLOGY_MODE)),
            f"The annotation is {quote(mode)}, but `{TOPOLOGY_HINTS}` is {quote(hints)}: delete the latter.",
            "Invalid",
        )


@rule("node-port-range", kinds=KIND, severity="warning", needs={"type"})
def node_port_range(resource: Resource, context: Context) -> Iterator[Problem]:
    """Node ports lie in the range that clusters usually allow.

    A cluster gives out node ports from 30000 to 32767 unless its `--service-node-port-range` says otherwise, and
    refuses all others. The same holds for `healthCheckNodePort`.

    Mend it by deleting `nodePort` or by choosing one from the range.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: NodePort
      selector:
        app: web
      ports:
      - port: 80
        nodePort: 8080
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: NodePort
      selector:
        app: web
      ports:
      - port: 80
        nodePort: 30080
    ```
    """
    spec = _validated(resource, context)
    if not spec or spec["type"] not in ("NodePort", "LoadBalancer"):
        return
    found: list[tuple[FieldPath, Any]] = [
        (("spec", "ports", index, "nodePort"), port.get("nodePort"))
        for index, port in enumerate(spec["ports"])
    ]
    found.append((("spec", "healthCheckNodePort"), spec.get("healthCheckNodePort")))
    for path, number in found:
        if number and not isinstance(number, Allocated) and number not in NODE_PORTS:
            yield Problem(
                path,
                f"The node port {number} is outside of {NODE_PORTS[0]}-{NODE_PORTS[-1]}, which clusters allow if they "
                "are not set up otherwise.",
            )


@rule("topology-hints-deprecated", kinds=KIND, severity="warning", needs={TOPOLOGY_HINTS})
def topology_hints_deprecated(resource: Resource, context: Context) -> Iterator[Problem]:
    """The annotation topology-aware-hints has a new name.

    `service.kubernetes.io/topology-aware-hints` is deprecated.

    Mend it by writing `service.kubernetes.io/topology-mode` instead, or use `spec.trafficDistribution`.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      annotations:
        service.kubernetes.io/topology-aware-hints: Auto
    spec:
      selector:
        app: web
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      annotations:
        service.kubernetes.io/topology-mode: Auto
    spec:
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    annotations = (resource.object.get("metadata") or {}).get("annotations") or {}
    if TOPOLOGY_HINTS in annotations:
        yield Problem(
            (*ANNOTATIONS, Key(TOPOLOGY_HINTS)),
            f"The annotation is deprecated: write `{TOPOLOGY_MODE}` instead.",
            at_key=True,
        )


@rule("address-spelling", kinds=KIND, severity="warning")
def address_spelling(resource: Resource, context: Context) -> Iterator[Problem]:
    """IP addresses of a Service are in their usual spelling.

    The same IPv6 address can be written in many ways, and programs that compare text take them for different ones.
    The usual spelling has lower-case letters, no leading zeros and the longest run of zeros as `::`. Versions before
    1.36 also let through IPv4 addresses with leading zeros, IPv4-mapped IPv6 addresses, and CIDR blocks with bits
    beyond the prefix.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: LoadBalancer
      loadBalancerSourceRanges:
      - 2001:DB8::/32
      selector:
        app: web
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: LoadBalancer
      loadBalancerSourceRanges:
      - 2001:db8::/32
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    spec = _validated(resource, context)
    if not spec:
        return
    addresses: list[tuple[FieldPath, Any, str]] = []
    if not is_headless(spec):
        addresses += [
            (ip_path(resource, index), address, f"spec.clusterIPs[{index}]")
            for index, address in enumerate(spec["clusterIPs"])
            if not isinstance(address, Allocated)
        ]
    addresses += [
        (("spec", "externalIPs", index), address, f"spec.externalIPs[{index}]")
        for index, address in enumerate(spec.get("externalIPs") or ())
    ]
    if spec.get("loadBalancerIP"):
        addresses.append((("spec", "loadBalancerIP"), spec["loadBalancerIP"], "spec.loadBalancerIP"))
    for path, address, field in addresses:
        if fault := ip_spelling_fault(address):
            yield Problem(path, f"The IP address {quote(address)} {fault}.", field=field)
    for index, block in enumerate(spec.get("loadBalancerSourceRanges") or ()):
        if fault := cidr_spelling_fault(block):
            yield Problem(
                ("spec", "loadBalancerSourceRanges", index), f"The CIDR block {quote(block)} {fault}."
            )


@rule(
    "headless-ignored-fields",
    kinds=KIND,
    severity="warning",
    needs={"loadBalancerIP", "externalIPs", "sessionAffinity"},
)
def headless_ignored_fields(resource: Resource, context: Context) -> Iterator[Problem]:
    """A headless Service has no settings that it ignores.

    Nobody routes traffic for a Service with `clusterIP: None`: its name resolves to the pods. loadBalancerIP,
    externalIPs and sessionAffinity do nothing there.

    Mend it by deleting them.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
      selector:
        app: web
      sessionAffinity: ClientIP
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    spec = _validated(resource, context)
    if not spec or not is_headless(spec):
        return
    for name in ("loadBalancerIP", "externalIPs"):
        if spec.get(name):
            yield Problem(("spec", name), f"A headless Service ignores {name}.")
    if spec["sessionAffinity"] != "None":
        yield Problem(
            ("spec", "sessionAffinity"),
            "A headless Service ignores sessionAffinity.",
            field="spec.SessionAffinity",
        )


@rule("external-ips-deprecated", kinds=KIND, severity="warning", needs={"externalIPs"})
def external_ips_deprecated(resource: Resource, context: Context) -> Iterator[Problem]:
    """A Service does without external IPs.

    `spec.externalIPs` is deprecated since Kubernetes 1.36 and may stop working in some clusters: it lets anybody who
    may create a Service take over traffic to any address.

    Mend it by a Service of type LoadBalancer or by a Gateway.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      externalIPs:
      - 203.0.113.7
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: LoadBalancer
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    spec = _validated(resource, context)
    if not spec or not spec.get("externalIPs") or context.version < (1, 35):
        return
    if spec["type"] != "ExternalName" and not is_headless(spec):
        yield Problem(
            ("spec", "externalIPs"), "externalIPs is deprecated and does not work in every cluster."
        )


@rule("external-name-ignored-fields", kinds=KIND, severity="warning", needs={"externalIPs", "externalName"})
def external_name_ignored_fields(resource: Resource, context: Context) -> Iterator[Problem]:
    """A host name goes with type ExternalName, externalIPs with the others.

    A Service of type ExternalName is only a DNS alias and ignores `externalIPs`; all other types ignore
    `externalName`.

    Mend it by deleting the field, or by changing the type.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      externalName: db.example.com
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: ExternalName
      externalName: db.example.com
    ```
    """
    spec = _validated(resource, context)
    if not spec:
        return
    if spec["type"] == "ExternalName":
        if spec.get("externalIPs"):
            yield Problem(("spec", "externalIPs"), "A Service of type ExternalName ignores externalIPs.")
    elif spec.get("externalName"):
        yield Problem(
            ("spec", "externalName"), f"A Service of type {quote(spec['type'])} ignores externalName."
        )


@rule("prefer-close-deprecated", kinds=KIND, severity="warning", needs={"trafficDistribution"})
def prefer_close_deprecated(resource: Resource, context: Context) -> Iterator[Problem]:
    """PreferClose is now called PreferSameZone.

    `trafficDistribution: PreferClose` is deprecated because its name does not say what it does.

    Mend it by writing PreferSameZone, which means the same (Kubernetes 1.34 and later).

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      trafficDistribution: PreferClose
      selector:
        app: web
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      trafficDistribution: PreferSameZone
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    spec = _validated(resource, context)
    if spec.get("trafficDistribution") == "PreferClose" and context.version >= (1, 34):
        yield Problem(("spec", "trafficDistribution"), "PreferClose is deprecated: write PreferSameZone.")


def _source_ranges(resource: Resource, spec: Spec, context: Context) -> Iterator[Problem]:
    strict = strict_addresses(context.version)
    name = "loadBalancerSourceRanges"
    ranges = spec.get(name) or ()
    annotation = ((resource.object.get("metadata") or {}).get("annotations") or {}).get(SOURCE_RANGES)
    if ranges:
        # The server spells the field with a capital letter.
        field = "spec.LoadBalancerSourceRanges"
        if spec["type"] != "LoadBalancer":
            yield _only_for_load_balancers(("spec", name), name, field)
        stored = (_stored(context).get("spec") or {}).get(name) or ()
        for index, block in enumerate(ranges):
            if block.strip() in stored:
                continue
            for fault in cidr_faults(block.strip(), strict=strict):
                yield Problem(
                    ("spec", name, index),
                    f"The source range {quote(block)} {fault}.",
                    "Invalid",
                    f"{field}[{index}]",
                )
    elif annotation is not None:
        path = (*ANNOTATIONS, Key(SOURCE_RANGES))
        if spec["type"] != "LoadBalancer":
            yield _only_for_load_balancers(path, f"the annotation `{SOURCE_RANGES}`")
        stored = ((_stored(context).get("metadata") or {}).get("annotations") or {}).get(SOURCE_RANGES)
        if annotation.strip() and annotation != stored:
            for block in annotation.strip().split(","):
                for fault in cidr_faults(block.strip(), strict=strict):
                    yield Problem(path, f"The source range {quote(block.strip())} {fault}.", "Invalid")


def _only_for_load_balancers(path: FieldPath, what: str, field: str | None = None) -> Problem:
    return Problem(path, f"Only a Service of type LoadBalancer takes {what}.", "Forbidden", field)
