"""Defaults of Services."""

from __future__ import annotations

from linter.kube.defaults.fill import fill, fill_zero, with_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default_service(obj: Object) -> Object:
    """Return a Service with defaults."""
    return with_spec(obj, _service_spec)


def _service_spec(spec: Object) -> Object:
    spec = fill_zero(spec, type="ClusterIP", sessionAffinity="None")
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    elif spec["sessionAffinity"] == "ClientIP":
        client = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
        spec["sessionAffinityConfig"] = {"clientIP": fill(client, timeoutSeconds=10800)}
    if "ports" in spec:
        spec["ports"] = [_service_port(port) for port in spec["ports"]]
    external = spec["type"] in {"NodePort", "LoadBalancer"}
    if external or (spec["type"] == "ClusterIP" and spec.get("externalIPs")):
        spec = fill_zero(spec, externalTrafficPolicy="Cluster")
    if external or spec["type"] == "ClusterIP":
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if spec["type"] == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
    return spec


def _service_port(port: Object) -> Object:
    return fill_zero(port, protocol="TCP", targetPort=port.get("port", 0))
