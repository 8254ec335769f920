"""The defaults of networking.k8s.io."""

from __future__ import annotations

from linter.kube.defaults.fill import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default(obj: Object) -> Object:
    """Return an IngressClass or NetworkPolicy with its defaults."""
    spec = obj.get("spec") or {}
    match obj["kind"]:
        case "IngressClass":
            if "parameters" not in spec:
                return obj
            return {**obj, "spec": {**spec, "parameters": fill(spec["parameters"], scope="Cluster")}}
        case "NetworkPolicy":
            return {**obj, "spec": _network_policy(spec)}
        case kind:
            raise KeyError(kind)


def _network_policy(spec: Object) -> Object:
    spec = {**spec}
    for direction in ("ingress", "egress"):
        if rules := spec.get(direction):
            spec[direction] = [_with_protocols(rule) for rule in rules]
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    return spec


def _with_protocols(rule: Object) -> Object:
    if "ports" not in rule:
        return rule
    return {**rule, "ports": [fill(port, protocol="TCP") for port in rule["ports"]]}
