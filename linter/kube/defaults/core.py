"""The defaults of the core group, and what the server fills in or drops before it looks."""

from __future__ import annotations

from linter.kube.defaults.fill import fill, fill_zero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default(obj: Object) -> Object:
    """Return an object of the core group with its defaults."""
    match obj["kind"]:
        case "Secret":
            return fill_zero(obj, type="Opaque")
        case "Namespace":
            return _namespace(obj)
        case "LimitRange":
            return _limit_range(obj)
        case "Endpoints":
            return _endpoints(obj)
        case "Node":
            return _node(obj)
        case "PersistentVolume":
            return {**obj, "spec": _persistent_volume(obj.get("spec") or {})}
        case "PersistentVolumeClaim":
            return {**obj, "spec": fill(obj.get("spec") or {}, volumeMode="Filesystem")}
        case kind:
            raise KeyError(kind)


def _namespace(obj: Object) -> Object:
    """Return a Namespace with the label that holds its name, whatever is written there."""
    metadata = obj.get("metadata") or {}
    if not metadata.get("name"):
        return obj
    labels = {**(metadata.get("labels") or {}), "kubernetes.io/metadata.name": metadata["name"]}
    return {**obj, "metadata": {**metadata, "labels": labels}}


def _limit_range(obj: Object) -> Object:
    spec = obj.get("spec") or {}
    if "limits" not in spec:
        return obj
    return {**obj, "spec": {**spec, "limits": [_limit(limit) for limit in spec["limits"]]}}


def _limit(limit: Object) -> Object:
    if limit.get("type") != "Container":
        return limit
    limits = {**(limit.get("max") or {}), **(limit.get("default") or {})}
    requests = {**(limit.get("min") or {}), **limits, **(limit.get("defaultRequest") or {})}
    return {**limit, "default": limits, "defaultRequest": requests}


def _endpoints(obj: Object) -> Object:
    if "subsets" not in obj:
        return obj
    return {**obj, "subsets": [_subset(subset) for subset in obj["subsets"]]}


def _subset(subset: Object) -> Object:
    if "ports" not in subset:
        return subset
    return {**subset, "ports": [fill_zero(port, protocol="TCP") for port in subset["ports"]]}


def _node(obj: Object) -> Object:
    spec, status = dict(obj.get("spec") or {}), obj.get("status") or {}
    if "capacity" in status:
        status = fill(status, allocatable=status["capacity"])
    block, blocks = spec.get("podCIDR"), spec.get("podCIDRs") or []
    if block and blocks[:1] != [block]:
        spec["podCIDRs"] = [block]
    return {**obj, "spec": spec, "status": status}


def _persistent_volume(spec: Object) -> Object:
    from linter.kube.defaults.pods import default_volume_source

    spec = fill(spec, volumeMode="Filesystem")
    for source in ("hostPath", "iscsi", "rbd", "azureDisk", "scaleIO"):
        if source in spec:
            spec[source] = default_volume_source(source, spec[source])
    return fill_zero(spec, persistentVolumeReclaimPolicy="Retain")
