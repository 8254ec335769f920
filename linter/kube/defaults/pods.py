"""Defaults of pods and pod templates.

Source: the "defaults to" sentences of the API reference,
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/, held against recorded objects.
"""

from __future__ import annotations

import re
from functools import lru_cache

from linter.kube.defaults.fill import fill, fill_zero, with_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default_pod_template(obj: Object) -> Object:
    """Return a PodTemplate with defaults."""
    return {**obj, "template": default_template(obj.get("template") or {})}


def default_pod(obj: Object) -> Object:
    """Return a Pod with defaults: those of a pod template and some that the server fills in with a Pod alone."""
    spec = default_pod_spec(obj.get("spec") or {})
    spec.setdefault("enableServiceLinks", True)
    if spec["terminationGracePeriodSeconds"] < 0:
        spec["terminationGracePeriodSeconds"] = 1
    for field in ("initContainers", "containers"):
        if field in spec:
            containers = [_with_requests(each) for each in spec[field]]
            spec[field] = (
                [_with_host_ports(each) for each in containers] if spec.get("hostNetwork") else containers
            )
    return {**obj, "spec": spec}


def _with_requests(container: Object) -> Object:
    """Return a container that requests what it may use at most, where it requests nothing."""
    resources = container.get("resources") or {}
    if not (limits := resources.get("limits")):
        return container
    requests = {**limits, **(resources.get("requests") or {})}
    return {**container, "resources": {**resources, "requests": requests}}


def _with_host_ports(container: Object) -> Object:
    """Return a container of a pod in the node's network: its ports are the node's."""
    if not (ports := container.get("ports")):
        return container
    return {
        **container,
        "ports": [fill_zero(port, hostPort=port.get("containerPort") or 0) for port in ports],
    }


def default_template(template: Object) -> Object:
    """Return a pod template with defaults."""
    return {**template, "spec": default_pod_spec(template.get("spec") or {})}


def default_pod_spec(spec: Object) -> Object:
    """Return a pod spec with defaults."""
    spec = fill_zero(
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
    container = fill_zero(
        container,
        terminationMessagePath="/dev/termination-log",
        terminationMessagePolicy="File",
        imagePullPolicy=default_pull_policy(container.get("image", "")),
    )
    if "ports" in container:
        container["ports"] = [fill_zero(port, protocol="TCP") for port in container["ports"]]
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
        source["fieldRef"] = fill_zero(source["fieldRef"], apiVersion="v1")
    if "fileKeyRef" in source:
        source["fileKeyRef"] = fill(source["fileKeyRef"], optional=False)
    return {**env, "valueFrom": source}


def _probe(probe: Object) -> Object:
    return fill_zero(
        _handler(probe), timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3
    )


def _handler(handler: Object) -> Object:
    handler = dict(handler)
    if "httpGet" in handler:
        handler["httpGet"] = fill_zero(handler["httpGet"], path="/", scheme="HTTP")
    if "grpc" in handler:
        handler["grpc"] = fill(handler["grpc"], service="")
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
    fill_in = fill if source in {"secret", "configMap", "azureDisk"} else fill_zero
    return fill_in(value, **_VOLUME_DEFAULTS.get(source, {}))


def _volume(volume: Object) -> Object:
    if len(volume) - ("name" in volume) == 0:
        return {**volume, "emptyDir": {}}
    volume = dict(volume)
    for source, value in list(volume.items()):
        if source in _VOLUME_DEFAULTS:
            volume[source] = default_volume_source(source, value)
        elif source == "downwardAPI":
            volume[source] = fill(_downward(value), defaultMode=0o644)
        elif source == "projected":
            volume[source] = fill(_projected(value), defaultMode=0o644)
        elif source == "image":
            volume[source] = fill_zero(value, pullPolicy=default_pull_policy(value.get("reference", "")))
        elif source == "ephemeral" and "volumeClaimTemplate" in value:
            from linter.kube.defaults.claims import default_claim_spec

            volume[source] = {
                **value,
                "volumeClaimTemplate": with_spec(value["volumeClaimTemplate"], default_claim_spec),
            }
    return volume


def _downward(source: Object) -> Object:
    if "items" not in source:
        return source
    items = [
        {**item, "fieldRef": fill_zero(item["fieldRef"], apiVersion="v1")} if "fieldRef" in item else item
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
            result["serviceAccountToken"] = fill(result["serviceAccountToken"], expirationSeconds=3600)
        if "downwardAPI" in result:
            result["downwardAPI"] = _downward(result["downwardAPI"])
        sources.append(result)
    return {**source, "sources": sources}


# The grammar of image references: [domain/]path[:tag][@digest], path and domain as in
# https://pkg.go.dev/github.com/distribution/reference.
_PATH = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_IMAGE = (
    rf"(?:(?:{_HOST}(?:\.{_HOST})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?/)?{_PATH}(?:/{_PATH})*"
    r"(?P<tag>:[\w][\w.-]{0,127})?(?P<digest>@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
)


@lru_cache(maxsize=1024)
def default_pull_policy(image: str) -> str:
    """Return the imagePullPolicy that an image gets: Always for `latest` and for neither tag nor digest.

    A reference that cannot be parsed gets IfNotPresent.
    """
    name = image.rpartition("/")[2]
    if ":" in name and ":latest" not in name:
        return "IfNotPresent"  # with a tag or a digest, or malformed: nothing of that needs the grammar, which takes long to read
    match = re.fullmatch(_IMAGE, image, re.ASCII)
    if match is None:
        return "IfNotPresent"
    tag, digest = match["tag"], match["digest"]
    return "Always" if tag == ":latest" or (tag is None and digest is None) else "IfNotPresent"
