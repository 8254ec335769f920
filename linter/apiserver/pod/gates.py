"""Fields of the pod spec whose feature gate is off: the API server drops them before it validates.

Source: https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/ and the recorded cases named
OK-32. Servers 1.31 and 1.33 to 1.37 were asked. What 1.33 does and 1.31 doesn't counts from 1.32.
"""

from __future__ import annotations

from functools import cache
from operator import is_not

from linter.apiserver.pod.plain import has_plain_template
from linter.kube.pods import CONTAINER_LISTS, template_path
from linter.path import value_at, with_value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath
    from linter.version import KubeVersion

_POD_FIELDS_SINCE = {
    "hostUsers": (1, 32),
    "resourceClaims": (1, 34),
    "resources": (1, 34),
    "hostnameOverride": (1, 35),
}
_IN_CONTAINERS = frozenset({"lifecycle"})
"""The fields of containers that some gate may change something in, in every version."""
_IN_CONTAINERS_BEFORE_1_35 = _IN_CONTAINERS | {
    "env", "resizePolicy", "resources", "restartPolicy", "restartPolicyRules", "securityContext",
}  # fmt: skip
_IN_VOLUMES = frozenset({"projected", "ephemeral"})


def prepare(request: Request, errors: Errors) -> Request:  # noqa: ARG001  a strategy's signature; nothing is refused here
    """Drop the fields of the pod spec whose feature gates are off, for any kind that has one."""
    if request.old is None and has_plain_template(request):
        return request  # it has no such fields
    path = (*template_path(request.kind), "spec")
    obj, old = _drop_at(request.object, path, request.version), request.old
    if old is not None:
        old = old._replace(object=_drop_at(old.object, path, request.version))
    elif obj is request.object:
        return request
    return request.with_object(obj, old)


def _drop_at(obj: Object, path: FieldPath, version: KubeVersion) -> Object:
    pod = value_at(obj, path)
    if not pod:
        return obj
    changed = drop_disabled_fields(pod, version)
    if changed is pod:
        return obj
    result: Object = with_value_at(obj, path, changed)
    return result


def drop_disabled_fields(pod: Object, version: KubeVersion) -> Object:
    """Return a pod spec as the server of a version validates it.

    Args:
        pod: The pod spec, with defaults applied. What stays as it is is shared with the result.
        version: The Kubernetes version.
    """
    # All of them are rare: most lists hold nothing to look into.
    changes: Object = {}
    if not (off := _fields_off(version)).isdisjoint(pod):
        changes = dict.fromkeys(off.intersection(pod))
    gated = _IN_CONTAINERS if version >= (1, 35) else _IN_CONTAINERS_BEFORE_1_35
    for name in CONTAINER_LISTS:
        if name in pod and not all(map(gated.isdisjoint, pod[name])):
            old = pod[name]
            new = [_container_without_disabled_fields(each, name, version) for each in old]
            if any(map(is_not, old, new)):
                changes[name] = new
    if version < (1, 32) and "supplementalGroupsPolicy" in (context := pod.get("securityContext") or {}):
        changes["securityContext"] = {k: v for k, v in context.items() if k != "supplementalGroupsPolicy"}
    if "volumes" in pod and not all(map(_IN_VOLUMES.isdisjoint, pod["volumes"])):
        old = pod["volumes"]
        new = [_volume_without_disabled_fields(each, version) for each in old]
        if any(map(is_not, old, new)):
            changes["volumes"] = new
    if changes:
        pod = _drop_none({**pod, **changes})
    return _without_image_volumes(pod) if version < (1, 35) else pod


@cache
def _fields_off(version: KubeVersion) -> frozenset[str]:
    """Return the fields of the pod spec itself whose gate is off in a version."""
    return frozenset(field for field, since in _POD_FIELDS_SINCE.items() if version < since)


def _container_without_disabled_fields(container: Object, list_name: str, version: KubeVersion) -> Object:
    changes: Object = {}
    lifecycle = container.get("lifecycle")
    # ContainerStopSignals is off. A lifecycle that held nothing else is gone as a whole.
    if lifecycle and "stopSignal" in lifecycle:
        changes["lifecycle"] = {k: v for k, v in lifecycle.items() if k != "stopSignal"} or None
    if version < (1, 35):
        policy = container.get("restartPolicy")
        is_sidecar = list_name == "initContainers" and policy == "Always"
        if version >= (1, 34) and policy is not None and not is_sidecar:
            changes["restartPolicy"] = None
        if "restartPolicyRules" in container:
            changes["restartPolicyRules"] = None
        if any("fileKeyRef" in (each.get("valueFrom") or {}) for each in container.get("env") or ()):
            changes["env"] = [_without_file_key(each) for each in container["env"]]
        if version < (1, 34) and "claims" in (resources := container.get("resources") or {}):
            changes["resources"] = {k: v for k, v in resources.items() if k != "claims"}
        if version < (1, 32) and "resizePolicy" in container:
            changes["resizePolicy"] = None
        # This one is not dropped but reset, so that it still counts as set.
        if version < (1, 32) and "procMount" in (context := container.get("securityContext") or {}):
            changes["securityContext"] = {**context, "procMount": "Default"}
    return _drop_none({**container, **changes}) if changes else container


def _without_file_key(env: Object) -> Object:
    source = env.get("valueFrom")
    if not source or "fileKeyRef" not in source:
        return env
    return {**env, "valueFrom": {k: v for k, v in source.items() if k != "fileKeyRef"}}


def _volume_without_disabled_fields(volume: Object, version: KubeVersion) -> Object:
    # Before ClusterTrustBundleProjection and PodCertificateRequest are on, the projected source stays with nothing in it.
    gated = {"clusterTrustBundle", "podCertificate"} if version < (1, 37) else set()
    sources = (volume.get("projected") or {}).get("sources")
    if sources and any(not gated.isdisjoint(each) for each in sources):
        kept = [{k: v for k, v in each.items() if k not in gated} for each in sources]
        return {**volume, "projected": {**volume["projected"], "sources": kept}}
    claim = (volume.get("ephemeral") or {}).get("volumeClaimTemplate") or {}
    spec = claim.get("spec") or {}
    if version < (1, 34) and "volumeAttributesClassName" in spec:
        spec = {k: v for k, v in spec.items() if k != "volumeAttributesClassName"}
        return {**volume, "ephemeral": {"volumeClaimTemplate": {**claim, "spec": spec}}}
    return volume


def _without_image_volumes(pod: Object) -> Object:
    """Drop image volumes with their mounts, as a server does whose ImageVolume gate is off."""
    images = {volume.get("name") for volume in pod.get("volumes") or () if "image" in volume}
    if not images:
        return pod
    result = {**pod, "volumes": [each for each in pod["volumes"] if "image" not in each]}
    for name in CONTAINER_LISTS:
        if name in pod:
            result[name] = [
                {**each, "volumeMounts": [m for m in each["volumeMounts"] if m.get("name") not in images]}
                if "volumeMounts" in each
                else each
                for each in pod[name]
            ]
    return result


def _drop_none(obj: Object) -> Object:
    return {key: value for key, value in obj.items() if value is not None}
