"""The defaults of resource.k8s.io."""

from __future__ import annotations

from linter.kube.defaults.fill import fill_zero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default(obj: Object) -> Object:
    """Return a ResourceClaim or ResourceClaimTemplate with its defaults."""
    spec = obj.get("spec") or {}
    match obj["kind"]:
        case "ResourceClaim":
            return {**obj, "spec": _claim(spec)}
        case "ResourceClaimTemplate":
            return {**obj, "spec": {**spec, "spec": _claim(spec.get("spec") or {})}}
        case kind:
            raise KeyError(kind)


def _claim(spec: Object) -> Object:
    devices = spec.get("devices") or {}
    if not devices.get("requests"):
        return spec
    requests = [_request(request) for request in devices["requests"]]
    return {**spec, "devices": {**devices, "requests": requests}}


def _request(request: Object) -> Object:
    request = dict(request)
    if "exactly" in request:
        request["exactly"] = _exact_request(request["exactly"])
    if "firstAvailable" in request:
        request["firstAvailable"] = [_exact_request(each) for each in request["firstAvailable"]]
    return request


def _exact_request(request: Object) -> Object:
    request = fill_zero(request, allocationMode="ExactCount")
    if request["allocationMode"] == "ExactCount":
        request = fill_zero(request, count=1)
    if "tolerations" in request:
        request["tolerations"] = [fill_zero(each, operator="Equal") for each in request["tolerations"]]
    return request
