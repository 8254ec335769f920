"""Services, and the allocation of addresses and ports that comes before validation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from linter.version import KubeVersion

Judge = Callable[..., set[tuple[str, str | None, str]]]
RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
HINTS = "service.kubernetes.io/topology-aware-hints"
MODE = "service.kubernetes.io/topology-mode"


def port(number: int = 80, **parts: Any) -> dict[str, Any]:
    return {"port": number, **parts}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"ports": []}, {("Required", "spec.ports")}),
        ({"ports": None, "clusterIP": "None"}, set()),
        ({"ports": [port(80), port(443)]}, {("Required", f"spec.ports[{index}].name") for index in (0, 1)}),
        ({"ports": [port(80, name="a"), port(443, name="a")]}, {("Duplicate", "spec.ports[1].name")}),
        ({"ports": [port(name="HTTP")]}, {("Invalid", "spec.ports[0].name")}),
        ({"ports": [port(name="8080")]}, set()),
        ({"ports": [port(65536, targetPort=80)]}, {("Invalid", "spec.ports[0].port")}),
        ({"ports": [port(protocol="tcp")]}, {("NotSupported", "spec.ports[0].protocol")}),
        ({"ports": [port(protocol="")]}, set()),
        ({"ports": [port(appProtocol="kubernetes.io/h2c")]}, set()),
        ({"ports": [port(appProtocol="_http")]}, {("Invalid", "spec.ports[0].appProtocol")}),
        ({"ports": [port(name="a"), port(name="b")]}, {("Duplicate", "spec.ports[1]")}),
        ({"ports": [port(name="a"), port(name="b", protocol="UDP")]}, set()),
    ],
)
def test_ports(judge: Judge, spec: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert judge("Service", {"spec": spec}) == {("service-ports", *each) for each in expected}


@pytest.mark.parametrize(
    ("target", "good"),
    [
        (8080, True), (0, True), ("", True), ("http", True),
        (65536, False), ("8080", False), ("HTTP", False), ("this-name-is-16b", False),
    ],
)  # fmt: skip
def test_target_ports(judge: Judge, target: Any, good: bool) -> None:  # noqa: FBT001  a column
    found = judge("Service", {"spec": {"ports": [port(targetPort=target)]}})
    assert found == (set() if good else {("service-target-ports", "Invalid", "spec.ports[0].targetPort")})


@pytest.mark.parametrize("kind", ["ClusterIP", "NodePort", "LoadBalancer", "", None])
def test_known_types(judge: Judge, kind: str | None) -> None:
    assert judge("Service", {"spec": {"type": kind}}) == set()


def test_other_types(judge: Judge) -> None:
    assert judge("Service", {"spec": {"type": "Ingress"}}) == {("service-type", "NotSupported", "spec.type")}


@pytest.mark.parametrize("kind", ["NodePort", "LoadBalancer"])
def test_what_needs_a_cluster_ip_is_not_headless(judge: Judge, kind: str) -> None:
    found = judge("Service", {"spec": {"type": kind, "clusterIP": "None"}})
    assert found == {("service-type", "Invalid", "spec.clusterIPs[0]")}


NODE_PORT = "service-node-ports"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"ports": [port(nodePort=30080)]}, ("Forbidden", "spec.ports[0].nodePort")),
        ({"ports": [port(nodePort=30080)], "clusterIP": "None"}, ("Forbidden", "spec.ports[0].nodePort")),
        ({"ports": [port(nodePort=30080)], "type": "ExternalName", "externalName": "a"}, None),
        ({"ports": [port(nodePort=30080)], "type": "NodePort"}, None),
        (
            {"type": "NodePort", "ports": [port(80, name="a", nodePort=30080), port(81, name="b", nodePort=30080)]},
            ("Invalid", "spec.ports[1].nodePort"),
        ),
        (
            {"type": "NodePort", "ports": [
                port(80, name="a", nodePort=30080), port(80, name="b", nodePort=30080, protocol="UDP"),
            ]},
            None,
        ),
        (
            {"type": "NodePort", "ports": [
                port(80, name="a", nodePort=30080), port(80, name="b", nodePort=30081, protocol="UDP"),
            ]},
            None,
        ),
    ],
)  # fmt: skip
def test_node_ports(judge: Judge, spec: dict[str, Any], expected: tuple[str, str] | None) -> None:
    assert judge("Service", {"spec": spec}) == ({(NODE_PORT, *expected)} if expected else set())


def test_repeated_ports_get_one_node_port(judge: Judge) -> None:
    spec: dict[str, Any] = {"type": "NodePort", "ports": [port(name="a"), port(name="b")]}
    duplicate_port = ("service-ports", "Duplicate", "spec.ports[1]")
    assert judge("Service", {"spec": spec}) == {
        duplicate_port,
        (NODE_PORT, "Duplicate", "spec.ports[1].nodePort"),
    }
    spec["allocateLoadBalancerNodePorts"] = False
    assert judge("Service", {"spec": spec}) == {
        duplicate_port,
        (NODE_PORT, "Duplicate", "spec.ports[1].nodePort"),
        ("service-load-balancer", "Forbidden", "spec.allocateLoadBalancerNodePorts"),
    }
    spec = {**spec, "type": "LoadBalancer"}
    assert judge("Service", {"spec": spec}) == {duplicate_port}


def test_the_health_check_port_is_no_node_port_of_the_service(judge: Judge) -> None:
    spec = {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "ports": [port(nodePort=30080)]}
    taken = {**spec, "healthCheckNodePort": 30080}
    found = {("service-traffic", "Invalid", "spec.healthCheckNodePort")}
    assert judge("Service", {"spec": {**spec, "healthCheckNodePort": 30081}}) == set()
    assert judge("Service", {"spec": {**taken, "sessionAffinity": "x"}}) == found
    assert (
        judge("Service", {"spec": taken}, old={"spec": {**spec, "externalTrafficPolicy": "Cluster"}}) == found
    )


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        ({"clusterIP": "10.96.0.9"}, set()),
        ({"clusterIP": "None"}, set()),
        ({"clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9"]}, set()),
        ({"clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.8"]}, {"spec.clusterIPs"}),
        ({"clusterIPs": ["10.96.0.9"]}, {"spec.clusterIPs"}),
        ({"clusterIP": "none"}, {"spec.clusterIPs[0]"}),
        ({"clusterIP": "010.96.0.9"}, {"spec.clusterIPs[0]"}),
        ({"clusterIP": "None", "clusterIPs": ["None", "10.96.0.9"]}, {"spec.clusterIPs"}),
        (
            {
                "clusterIP": "10.96.0.9",
                "clusterIPs": ["10.96.0.9", "10.96.0.8"],
                "ipFamilyPolicy": "PreferDualStack",
            },
            {"spec.clusterIPs"},
        ),
        (
            {
                "clusterIP": "10.96.0.9",
                "clusterIPs": ["10.96.0.9", "fd00::9"],
                "ipFamilyPolicy": "PreferDualStack",
            },
            set(),
        ),
        ({"clusterIP": "10.96.0.9", "ipFamilies": ["IPv6"]}, {"spec.clusterIPs[0]"}),
    ],
)
def test_cluster_ips(judge: Judge, spec: dict[str, Any], fields: set[str]) -> None:
    found = judge("Service", {"spec": spec})
    assert found == {("service-cluster-ips", "Invalid", field) for field in fields}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"ipFamilies": ["IPv4"]}, None),
        ({"ipFamilies": ["IPv4"], "ipFamilyPolicy": "PreferDualStack"}, None),
        ({"ipFamilies": ["ipv4"]}, ("NotSupported", "spec.ipFamilies[0]")),
        (
            {"ipFamilies": ["IPv4", "IPv4"], "ipFamilyPolicy": "PreferDualStack"},
            ("Duplicate", "spec.ipFamilies[1]"),
        ),
        ({"ipFamilies": ["IPv4", "IPv6"]}, ("Invalid", "spec.ipFamilyPolicy")),
        ({"ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "PreferDualStack"}, None),
        ({"ipFamilies": ["IPv4", "IPv6"], "clusterIP": "None", "selector": None}, None),
        ({"ipFamilyPolicy": ""}, ("NotSupported", "spec.ipFamilyPolicy")),
    ],
)
def test_ip_families(judge: Judge, spec: dict[str, Any], expected: tuple[str, str] | None) -> None:
    assert judge("Service", {"spec": spec}) == ({("service-ip-families", *expected)} if expected else set())


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        ({"clusterIP": "none"}, "service-cluster-ips"),
        ({"ipFamilies": ["IPv4", "IPv6"]}, "service-ip-families"),
        (
            {"type": "NodePort", "ports": [port(0, nodePort=30080), port(1, nodePort=30080)]},
            "service-node-ports",
        ),
    ],
)
def test_the_allocation_answers_alone(judge: Judge, spec: dict[str, Any], answer: str) -> None:
    change = {
        "metadata": {"name": "Web", "labels": {"a b": ""}, "annotations": {MODE: "a", HINTS: "b"}},
        "spec": {"ports": [port(0)], "sessionAffinity": "x", **spec},
    }
    assert {rule for rule, *_ in judge("Service", change)} == {answer}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"externalName": "db.example.com"}, set()),
        ({"externalName": "db.example.com."}, set()),
        ({"externalName": "10.0.0.1"}, set()),
        ({}, {("service-external-name", "Required", "spec.externalName")}),
        ({"externalName": "."}, {("service-external-name", "Required", "spec.externalName")}),
        ({"externalName": "https://a"}, {("service-external-name", "Invalid", "spec.externalName")}),
        (
            {"externalName": "a", "clusterIP": "None"},
            {("service-cluster-ips", "Forbidden", "spec.clusterIPs")},
        ),
        (
            {"externalName": "a", "ipFamilies": ["IPv4"]},
            {("service-ip-families", "Forbidden", "spec.ipFamilies")},
        ),
        (
            {"externalName": "a", "ipFamilyPolicy": "SingleStack"},
            {("service-ip-families", "Forbidden", "spec.ipFamilyPolicy")},
        ),
    ],
)
def test_external_names(judge: Judge, spec: dict[str, Any], expected: set[tuple[str, str, str]]) -> None:
    assert judge("Service", {"spec": {"type": "ExternalName", **spec}}) == expected


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("203.0.113.7", True),
        ("127.0.0.1", False),
        ("example.com", False),
        ("203.0.113.07", False),
        ("::", False),
    ],
)
def test_external_ips(judge: Judge, address: str, good: bool) -> None:  # noqa: FBT001  a column
    found = judge("Service", {"spec": {"externalIPs": [address]}})
    assert found == (set() if good else {("service-external-ips", "Invalid", "spec.externalIPs[0]")})


@pytest.mark.parametrize("version", [KubeVersion(1, 31), KubeVersion(1, 34)])
def test_older_servers_read_addresses_loosely(judge: Judge, version: KubeVersion) -> None:
    spec = {
        "type": "LoadBalancer",
        "clusterIP": "010.96.0.9",
        "externalIPs": ["203.0.113.07"],
        "loadBalancerSourceRanges": ["10.1.2.3/8"],
    }
    assert judge("Service", {"spec": spec}, version=version) == set()
    fields = {field for _, _, field in judge("Service", {"spec": spec}, version=version, severity="warning")}
    assert fields == {"spec.clusterIPs[0]", "spec.externalIPs[0]", "spec.loadBalancerSourceRanges[0]"}


def test_an_update_may_keep_loose_addresses(judge: Judge) -> None:
    spec = {
        "type": "LoadBalancer",
        "clusterIP": "010.96.0.9",
        "externalIPs": ["203.0.113.07"],
        "loadBalancerSourceRanges": ["10.1.2.3/8"],
    }
    assert judge("Service", {"spec": spec}, old={"spec": spec}) == set()


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"sessionAffinity": "ClientIP"}, None),
        ({"sessionAffinity": "clientIP"}, ("NotSupported", "spec.sessionAffinity")),
        ({"sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 0}}}, None),
        (
            {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 86401}}},
            ("Invalid", "spec.sessionAffinityConfig.clientIP.timeoutSeconds"),
        ),
    ],
)
def test_session_affinity(judge: Judge, spec: dict[str, Any], expected: tuple[str, str] | None) -> None:
    assert judge("Service", {"spec": spec}) == (
        {("service-session-affinity", *expected)} if expected else set()
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"spec": {"loadBalancerSourceRanges": []}}, set()),
        (
            {"spec": {"loadBalancerSourceRanges": ["all"]}},
            {("Forbidden", "spec.LoadBalancerSourceRanges"), ("Invalid", "spec.LoadBalancerSourceRanges[0]")},
        ),
        ({"spec": {"type": "LoadBalancer", "loadBalancerSourceRanges": [" 10.0.0.0/8 "]}}, set()),
        (
            {"metadata": {"annotations": {RANGES: ""}}},
            {("Forbidden", f"metadata.annotations[{RANGES}]")},
        ),
        (
            {"metadata": {"annotations": {RANGES: "10.0.0.0/8,"}}, "spec": {"type": "LoadBalancer"}},
            {("Invalid", f"metadata.annotations[{RANGES}]")},
        ),
        ({"spec": {"loadBalancerClass": "a"}}, {("Forbidden", "spec.loadBalancerClass")}),
        (
            {"spec": {"type": "LoadBalancer", "loadBalancerClass": ""}},
            {("Invalid", "spec.loadBalancerClass")},
        ),
        (
            {"spec": {"allocateLoadBalancerNodePorts": False}},
            {("Forbidden", "spec.allocateLoadBalancerNodePorts")},
        ),
    ],
)
def test_load_balancers(judge: Judge, change: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert judge("Service", change) == {("service-load-balancer", *each) for each in expected}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"externalTrafficPolicy": "Local"}, ("Invalid", "spec.externalTrafficPolicy")),
        ({"externalTrafficPolicy": "Local", "externalIPs": ["203.0.113.7"]}, None),
        ({"externalTrafficPolicy": "Local", "type": "NodePort"}, None),
        (
            {"externalTrafficPolicy": "local", "type": "NodePort"},
            ("NotSupported", "spec.externalTrafficPolicy"),
        ),
        ({"healthCheckNodePort": 32100}, ("Invalid", "spec.healthCheckNodePort")),
        ({"healthCheckNodePort": 32100, "type": "LoadBalancer"}, ("Invalid", "spec.healthCheckNodePort")),
        (
            {"healthCheckNodePort": 32100, "type": "LoadBalancer", "externalTrafficPolicy": "Local"},
            None,
        ),
        (
            {"healthCheckNodePort": -1, "type": "LoadBalancer", "externalTrafficPolicy": "Local"},
            ("Invalid", "spec.healthCheckNodePort"),
        ),
        ({"internalTrafficPolicy": "local"}, ("NotSupported", "spec.internalTrafficPolicy")),
        ({"trafficDistribution": "PreferSameNode"}, None),
        ({"trafficDistribution": ""}, ("NotSupported", "spec.trafficDistribution")),
    ],
)
def test_traffic(judge: Judge, spec: dict[str, Any], expected: tuple[str, str] | None) -> None:
    assert judge("Service", {"spec": spec}) == ({("service-traffic", *expected)} if expected else set())


def test_traffic_distribution_of_older_servers(judge: Judge) -> None:
    spec = {"trafficDistribution": "PreferSameZone"}
    assert judge("Service", {"spec": spec}, version=KubeVersion(1, 34)) == set()
    assert judge("Service", {"spec": spec}, version=KubeVersion(1, 31))


@pytest.mark.parametrize(
    ("mode", "hints", "good"),
    [("Auto", "Auto", True), ("Auto", None, True), ("Auto", "auto", False), ("", "Auto", False)],
)
def test_topology_annotations(judge: Judge, mode: str, hints: str | None, good: bool) -> None:  # noqa: FBT001  a column
    found = judge("Service", {"metadata": {"annotations": {MODE: mode, HINTS: hints}}})
    field = f"metadata.annotations[{MODE}]"
    assert found == (set() if good else {("service-topology-annotations", "Invalid", field)})


@pytest.mark.parametrize(
    ("change", "rule", "field"),
    [
        ({"metadata": {"annotations": {HINTS: "Auto"}}}, "topology-hints-deprecated", f"metadata.annotations[{HINTS}]"),
        ({"spec": {"loadBalancerIP": "010.0.0.1"}}, "address-spelling", "spec.loadBalancerIP"),
        (
            {"spec": {"type": "LoadBalancer", "loadBalancerSourceRanges": ["2001:DB8::/32"]}},
            "address-spelling",
            "spec.loadBalancerSourceRanges[0]",
        ),
        ({"spec": {"clusterIP": "None", "loadBalancerIP": "10.0.0.1"}}, "headless-ignored-fields", "spec.loadBalancerIP"),
        ({"spec": {"clusterIP": "None", "externalIPs": ["10.0.0.1"]}}, "headless-ignored-fields", "spec.externalIPs"),
        (
            {"spec": {"clusterIP": "None", "sessionAffinity": "ClientIP"}},
            "headless-ignored-fields",
            "spec.SessionAffinity",
        ),
        ({"spec": {"externalIPs": ["10.0.0.1"]}}, "external-ips-deprecated", "spec.externalIPs"),
        (
            {"spec": {"type": "ExternalName", "externalName": "a", "externalIPs": ["10.0.0.1"]}},
            "external-name-ignored-fields",
            "spec.externalIPs",
        ),
        ({"spec": {"externalName": "a"}}, "external-name-ignored-fields", "spec.externalName"),
        ({"spec": {"trafficDistribution": "PreferClose"}}, "prefer-close-deprecated", "spec.trafficDistribution"),
        (
            {"spec": {"type": "NodePort", "ports": [port(nodePort=8080)]}},
            "node-port-range",
            "spec.ports[0].nodePort",
        ),
        (
            {"spec": {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 9000}},
            "node-port-range",
            "spec.healthCheckNodePort",
        ),
    ],
)  # fmt: skip
def test_warnings(judge: Judge, change: dict[str, Any], rule: str, field: str) -> None:
    assert judge("Service", change, severity="warning") == {(rule, None, field)}


def test_external_ips_were_not_deprecated_before_1_36(judge: Judge) -> None:
    assert (
        judge(
            "Service", {"spec": {"externalIPs": ["10.0.0.1"]}}, version=KubeVersion(1, 34), severity="warning"
        )
        == set()
    )


@pytest.mark.parametrize(("key", "good"), [("app", True), ("a b", False)])
def test_a_null_in_the_selector_is_an_empty_value(judge: Judge, key: str, good: bool) -> None:  # noqa: FBT001  a column
    found = judge("Service", {"spec": {"selector": {key: ...}}})
    assert found == (set() if good else {("service-selector", "Invalid", "spec.selector")})
