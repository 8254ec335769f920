"""The defaults that the API server applies before it validates, for the kinds that podplan judges.

Source: the "defaults to" sentences of the API reference,
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/, held against recorded objects.

Everything here takes decoded manifests whose types are right, and shares what it does not change with its input.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

Object = dict[str, Any]

_STRING_MAPS = frozenset(
    {"labels", "annotations", "matchLabels", "nodeSelector", "options", "volumeAttributes"}
)
_QUANTITY_MAPS = frozenset({"limits", "requests", "overhead"})
_STRING_LISTS = frozenset(
    {
        "accessModes", "add", "args", "clusterIPs", "command", "drop", "externalIPs", "finalizers", "hostnames",
        "ipFamilies", "loadBalancerSourceRanges", "matchLabelKeys", "mismatchLabelKeys", "monitors", "nameservers",
        "namespaces", "searches", "targetWWNs", "values", "wwids", "portals",
    }
)  # fmt: skip


def apply_defaults(manifest: Object, *, holds_null: bool = True) -> Object:
    """Return the object as the API server holds it after decoding: nulls dropped, defaults filled in.

    Args:
        manifest: A decoded object with the right types. It is not changed. Kinds without defaults here come back
            with nulls dropped.
        holds_null: Whether a null may be in it; where the caller knows that there is none, nobody looks for it again.
    """
    obj: Object = drop_nulls(_with_plain_selector(manifest)) if holds_null else manifest
    match manifest.get("apiVersion"), manifest.get("kind"):
        case "apps/v1", "Deployment":
            return _with_spec(obj, _deployment)
        case "apps/v1", "ReplicaSet":
            return _with_spec(obj, _replica_set)
        case "apps/v1", "StatefulSet":
            return _with_spec(obj, _stateful_set)
        case "apps/v1", "DaemonSet":
            return _with_spec(obj, _daemon_set)
        case "v1", "Service":
            return _with_spec(obj, _service)
        case "autoscaling/v1", "HorizontalPodAutoscaler":
            return _with_spec(obj, _autoscaler_v1)
        case "autoscaling/v2", "HorizontalPodAutoscaler":
            return _with_spec(obj, _autoscaler)
        case _:
            from linter.kube import more_defaults

            return more_defaults.apply_defaults(manifest, holds_null=holds_null)


def apply_template_defaults(template: Object) -> Object:
    """Return a pod template with the API server's defaults. What is there stays."""
    return _template(drop_nulls(template))


def drop_nulls(value: Any, key: str = "") -> Any:
    """Return the value as Go decodes it: a null is absent, in a list the empty element, in a map of text "".

    Args:
        value: Any decoded value.
        key: The field it stands in; it tells maps of text and lists of text from structs.

    Returns:
        The value itself where it holds no null, else a copy of what changed.
    """
    return _without_nulls(value, key) if _holds_null(value) else value


def _holds_null(value: Any) -> bool:
    # Nearly every manifest holds none: this look is all that most of them cost.
    stack = [value]
    while stack:
        each = stack.pop()
        if each is None:
            return True
        if type(each) is dict:
            stack.extend(each.values())
        elif type(each) is list:
            stack.extend(each)
    return False


def _without_nulls(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        changed: Object | None = None
        for name, each in value.items():
            if each is None:
                changed = dict(value) if changed is None else changed
                if key in _STRING_MAPS:
                    changed[name] = ""
                elif key in _QUANTITY_MAPS:
                    changed[name] = "0"
                else:
                    del changed[name]
            elif isinstance(each, (dict, list)):
                clean = _without_nulls(each, name)
                if clean is not each:
                    changed = dict(value) if changed is None else changed
                    changed[name] = clean
        return value if changed is None else changed
    if isinstance(value, list):
        empty: Any = {}
        if key in _STRING_LISTS:
            empty = ""
        elif key in {"supplementalGroups", "exitCodes"}:
            empty = 0
        items = [empty if each is None else _without_nulls(each, "") for each in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value


def _with_plain_selector(manifest: Object) -> Object:
    """Return a Service with its selector as Go decodes it: it alone is a map of text, those of other kinds are not."""
    spec = manifest.get("spec")
    if manifest.get("kind") != "Service" or not spec or not spec.get("selector"):
        return manifest
    return {**manifest, "spec": {**spec, "selector": drop_nulls(spec["selector"], "matchLabels")}}


def _with_spec(obj: Object, default: Any) -> Object:
    return {**obj, "spec": default(obj.get("spec") or {})}


def _fill(obj: Object, **defaults: Any) -> Object:
    """Return the object with the fields that it lacks."""
    return {**defaults, **obj}


def _fill_zero(obj: Object, **defaults: Any) -> Object:
    """Return a copy with the fields that the object lacks or holds as zero value (plain fields of a Go struct)."""
    result = dict(obj)
    for name, value in defaults.items():
        if not result.get(name):
            result[name] = value
    return result


def _template(template: Object) -> Object:
    return {**template, "spec": _pod_spec(template.get("spec") or {})}


def _with_template(spec: Object) -> Object:
    return {**spec, "template": _template(spec.get("template") or {})}


def _deployment(spec: Object) -> Object:
    spec = _fill(_with_template(spec), replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600)
    strategy = _fill_zero(spec.get("strategy") or {}, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        strategy["rollingUpdate"] = _fill(
            strategy.get("rollingUpdate") or {}, maxUnavailable="25%", maxSurge="25%"
        )
    spec["strategy"] = strategy
    return spec


def _replica_set(spec: Object) -> Object:
    return _fill(_with_template(spec), replicas=1)


def _stateful_set(spec: Object) -> Object:
    spec = _fill(_with_template(spec), replicas=1, revisionHistoryLimit=10)
    spec = _fill_zero(spec, podManagementPolicy="OrderedReady")
    strategy = dict(spec.get("updateStrategy") or {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        strategy.setdefault("rollingUpdate", {})
    # With the type written and no block, the block stays absent: the revision of a lost pod then depends on it.
    if strategy["type"] == "RollingUpdate" and "rollingUpdate" in strategy:
        strategy["rollingUpdate"] = _fill(strategy["rollingUpdate"], partition=0)
    spec["updateStrategy"] = strategy
    spec["persistentVolumeClaimRetentionPolicy"] = _fill_zero(
        spec.get("persistentVolumeClaimRetentionPolicy") or {}, whenDeleted="Retain", whenScaled="Retain"
    )
    if claims := spec.get("volumeClaimTemplates"):
        spec["volumeClaimTemplates"] = [_with_spec(claim, _claim) for claim in claims]
    return spec


def _daemon_set(spec: Object) -> Object:
    spec = _fill(_with_template(spec), revisionHistoryLimit=10)
    strategy = _fill_zero(spec.get("updateStrategy") or {}, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        strategy["rollingUpdate"] = _fill(strategy.get("rollingUpdate") or {}, maxUnavailable=1, maxSurge=0)
    spec["updateStrategy"] = strategy
    return spec


def _claim(spec: Object) -> Object:
    return _fill(spec, volumeMode="Filesystem")


def _pod_spec(spec: Object) -> Object:
    spec = _fill_zero(
        spec, dnsPolicy="ClusterFirst", restartPolicy="Always", schedulerName="default-scheduler"
    )
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("securityContext", {})
    # serviceAccount is the old name of the same field; the server keeps both equal.
    if account := spec.get("serviceAccountName") or spec.get("serviceAccount"):
        spec["serviceAccountName"] = spec["serviceAccount"] = account
    for field in ("initContainers", "containers", "ephemeralContainers"):
        if field in spec:
            spec[field] = [_container(each) for each in spec[field]]
    if "volumes" in spec:
        spec["volumes"] = [_volume(each) for each in spec["volumes"]]
    return spec


def _container(container: Object) -> Object:
    container = _fill_zero(
        container,
        terminationMessagePath="/dev/termination-log",
        terminationMessagePolicy="File",
        imagePullPolicy=default_pull_policy(container.get("image", "")),
    )
    if "ports" in container:
        container["ports"] = [_fill_zero(port, protocol="TCP") for port in container["ports"]]
    if "env" in container:
        container["env"] = [_env(each) for each in container["env"]]
    for field in ("livenessProbe", "readinessProbe", "startupProbe"):
        if field in container:
            container[field] = _probe(container[field])
    if "lifecycle" in container:
        container["lifecycle"] = {
            hook: _handler(each) if isinstance(each, dict) else each
            for hook, each in container["lifecycle"].items()
        }
    return container


def _env(env: Object) -> Object:
    source = env.get("valueFrom")
    if not source:
        return env
    source = dict(source)
    if "fieldRef" in source:
        source["fieldRef"] = _fill_zero(source["fieldRef"], apiVersion="v1")
    if "fileKeyRef" in source:
        source["fileKeyRef"] = _fill(source["fileKeyRef"], optional=False)
    return {**env, "valueFrom": source}


def _probe(probe: Object) -> Object:
    return _fill_zero(
        _handler(probe), timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3
    )


def _handler(handler: Object) -> Object:
    handler = dict(handler)
    if "httpGet" in handler:
        handler["httpGet"] = _fill_zero(handler["httpGet"], path="/", scheme="HTTP")
    if "grpc" in handler:
        handler["grpc"] = _fill(handler["grpc"], service="")
    return handler


_VOLUME_DEFAULTS: dict[str, Object] = {
    "secret": {"defaultMode": 0o644},
    "configMap": {"defaultMode": 0o644},
    "hostPath": {"type": ""},
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "azureDisk": {"cachingMode": "ReadWrite", "kind": "Shared", "fsType": "ext4", "readOnly": False},
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}


def default_volume_source(source: str, value: Object) -> Object:
    """Return the source of a volume, such as its hostPath, with its defaults."""
    fill = _fill if source in {"secret", "configMap", "azureDisk"} else _fill_zero
    return fill(value, **_VOLUME_DEFAULTS.get(source, {}))


def _volume(volume: Object) -> Object:
    if len(volume) - ("name" in volume) == 0:
        return {**volume, "emptyDir": {}}
    volume = dict(volume)
    for source, value in list(volume.items()):
        if source in _VOLUME_DEFAULTS:
            volume[source] = default_volume_source(source, value)
        elif source == "downwardAPI":
            volume[source] = _fill(_downward(value), defaultMode=0o644)
        elif source == "projected":
            volume[source] = _fill(_projected(value), defaultMode=0o644)
        elif source == "image":
            volume[source] = _fill_zero(value, pullPolicy=default_pull_policy(value.get("reference", "")))
        elif source == "ephemeral" and "volumeClaimTemplate" in value:
            volume[source] = {
                **value,
                "volumeClaimTemplate": _with_spec(value["volumeClaimTemplate"], _claim),
            }
    return volume


def _downward(source: Object) -> Object:
    if "items" not in source:
        return source
    items = [
        {**item, "fieldRef": _fill_zero(item["fieldRef"], apiVersion="v1")} if "fieldRef" in item else item
        for item in source["items"]
    ]
    return {**source, "items": items}


def _projected(source: Object) -> Object:
    if "sources" not in source:
        return source
    sources = []
    for each in source["sources"]:
        result = dict(each)
        if "serviceAccountToken" in result:
            result["serviceAccountToken"] = _fill(result["serviceAccountToken"], expirationSeconds=3600)
        if "downwardAPI" in result:
            result["downwardAPI"] = _downward(result["downwardAPI"])
        sources.append(result)
    return {**source, "sources": sources}


# The grammar of image references: [domain/]path[:tag][@digest], path and domain as in
# https://pkg.go.dev/github.com/distribution/reference.
_PATH = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_IMAGE = re.compile(
    rf"(?:(?:{_HOST}(?:\.{_HOST})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?/)?{_PATH}(?:/{_PATH})*"
    r"(?P<tag>:[\w][\w.-]{0,127})?(?P<digest>@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?",
    re.ASCII,
)


@lru_cache(maxsize=1024)
def default_pull_policy(image: str) -> str:
    """Return the imagePullPolicy that an image gets: Always for `latest` and for neither tag nor digest.

    A reference that cannot be parsed gets IfNotPresent.
    """
    match = _IMAGE.fullmatch(image)
    if match is None:
        return "IfNotPresent"
    tag, digest = match["tag"], match["digest"]
    return "Always" if tag == ":latest" or (tag is None and digest is None) else "IfNotPresent"


def _service(spec: Object) -> Object:
    spec = _fill_zero(spec, type="ClusterIP", sessionAffinity="None")
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    elif spec["sessionAffinity"] == "ClientIP":
        client = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
        spec["sessionAffinityConfig"] = {"clientIP": _fill(client, timeoutSeconds=10800)}
    if "ports" in spec:
        spec["ports"] = [_service_port(port) for port in spec["ports"]]
    external = spec["type"] in {"NodePort", "LoadBalancer"}
    if external or (spec["type"] == "ClusterIP" and spec.get("externalIPs")):
        spec = _fill_zero(spec, externalTrafficPolicy="Cluster")
    if external or spec["type"] == "ClusterIP":
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if spec["type"] == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
    return spec


def _service_port(port: Object) -> Object:
    return _fill_zero(port, protocol="TCP", targetPort=port.get("port", 0))


def _autoscaler_v1(spec: Object) -> Object:
    return _fill(spec, minReplicas=1)


def _autoscaler(spec: Object) -> Object:
    spec = _autoscaler_v1(spec)
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    if "behavior" in spec:
        behavior = spec["behavior"]
        percent = {"type": "Percent", "value": 100, "periodSeconds": 15}
        pods = {"type": "Pods", "value": 4, "periodSeconds": 15}
        spec["behavior"] = {
            **behavior,
            "scaleUp": _fill(
                behavior.get("scaleUp") or {},
                stabilizationWindowSeconds=0,
                selectPolicy="Max",
                policies=[pods, percent],
            ),
            "scaleDown": _fill(behavior.get("scaleDown") or {}, selectPolicy="Max", policies=[percent]),
        }
    return spec
