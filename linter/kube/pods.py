"""Pod templates: their parts with the paths they have, and what the API server drops of them before it looks.

Everything takes objects with defaults applied (Resource.object) and shares with its input what it doesn't change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linter.path import FieldPath
    from linter.version import KubeVersion

Object = dict[str, Any]

TEMPLATE: FieldPath = ("spec", "template")
POD: FieldPath = ("spec", "template", "spec")
_LISTS = ("initContainers", "containers", "ephemeralContainers")


class Container(NamedTuple):
    """A container of a pod: its spec, its path, the list it stands in (`containers` …) and its number there."""

    spec: Object
    path: FieldPath
    list_name: str
    number: int

    @property
    def is_regular(self) -> bool:
        """Whether it stands in `containers`."""
        return self.list_name == "containers"

    @property
    def is_sidecar(self) -> bool:
        """Whether it is an init container that keeps running."""
        return self.list_name == "initContainers" and self.spec.get("restartPolicy") == "Always"


class Volume(NamedTuple):
    """A volume as the API server sees it.

    `path` is where it stands in the manifest; `seen_at` the path that the API server gives it. The two differ in a
    StatefulSet with claim templates: these count as volumes, stand before the others, and hide those of the same name.
    """

    spec: Object
    path: FieldPath
    seen_at: FieldPath
    is_claim_template: bool = False


class Pod(NamedTuple):
    """The pod that a template describes: labels and annotations, the spec, and its containers and volumes.

    Containers come in the order init, regular, ephemeral.
    """

    metadata: Object
    spec: Object
    containers: tuple[Container, ...]
    volumes: tuple[Volume, ...]

    @property
    def annotations(self) -> dict[str, str]:
        """The annotations of the template."""
        annotations: dict[str, str] = self.metadata.get("annotations") or {}
        return annotations

    @property
    def security_context(self) -> Object:
        """The pod's securityContext, empty where there is none."""
        context: Object = self.spec.get("securityContext") or {}
        return context


def pod_of(workload: Mapping[str, Any], version: KubeVersion) -> Pod:
    """Return the pod that a workload's template describes, as the API server of a version validates it.

    Args:
        workload: A Deployment, ReplicaSet, StatefulSet or DaemonSet with defaults applied.
        version: The Kubernetes version; it decides which fields are dropped.
    """
    spec = workload.get("spec") or {}
    template = spec.get("template") or {}
    pod = _without_disabled_fields(template.get("spec") or {}, version)
    claims: list[Object] = []
    if workload.get("kind") == "StatefulSet":
        claims = spec.get("volumeClaimTemplates") or []
        # The API server does not look at these two of a StatefulSet: it sets them itself.
        if "hostname" in pod or "subdomain" in pod:
            pod = {key: value for key, value in pod.items() if key not in {"hostname", "subdomain"}}
    return Pod(template.get("metadata") or {}, pod, tuple(containers(pod)), tuple(_volumes(pod, claims)))


def containers(pod: Mapping[str, Any], path: FieldPath = POD) -> Iterator[Container]:
    """Walk all containers of a pod spec: init, regular, ephemeral.

    Args:
        pod: The pod spec.
        path: Where it stands.
    """
    for name in _LISTS:
        for index, spec in enumerate(pod.get(name) or ()):
            yield Container(spec, (*path, name, index), name, index)


def _volumes(pod: Object, claims: list[Object]) -> Iterator[Volume]:
    names: dict[str, int] = {}
    for index, claim in enumerate(claims):
        names.setdefault((claim.get("metadata") or {}).get("name") or "", index)
    for number, (name, index) in enumerate(names.items()):
        path = ("spec", "volumeClaimTemplates", index, "metadata")
        source = {"name": name, "persistentVolumeClaim": {"claimName": name}}
        yield Volume(source, path, (*POD, "volumes", number), is_claim_template=True)
    number = len(names)
    for index, volume in enumerate(pod.get("volumes") or ()):
        if names and (volume.get("name") or "") in names:
            continue
        yield Volume(volume, (*POD, "volumes", index), (*POD, "volumes", number))
        number += 1


# Servers 1.31, 1.34 and 1.36 were asked. What 1.34 does and 1.31 doesn't counts from 1.32, what 1.36 does and 1.34
# doesn't from 1.35.
_POD_FIELDS_SINCE = {"hostUsers": (1, 32), "resourceClaims": (1, 32), "hostnameOverride": (1, 35)}


def _without_disabled_fields(pod: Object, version: KubeVersion) -> Object:
    """Drop the fields whose feature gate is off: the API server forgets them before it validates.

    Source: https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/ and the recorded cases
    named OK-32.
    """
    changes: Object = {}
    for field, since in _POD_FIELDS_SINCE.items():
        if field in pod and version < since:
            changes[field] = None
    for name in _LISTS:
        if name in pod:
            old = pod[name]
            new = [_container_without_disabled_fields(each, name, version) for each in old]
            if any(a is not b for a, b in zip(old, new, strict=True)):
                changes[name] = new
    if version < (1, 32) and "supplementalGroupsPolicy" in (context := pod.get("securityContext") or {}):
        changes["securityContext"] = {k: v for k, v in context.items() if k != "supplementalGroupsPolicy"}
    if "volumes" in pod:
        old = pod["volumes"]
        new = [_volume_without_disabled_fields(each, version) for each in old]
        if any(a is not b for a, b in zip(old, new, strict=True)):
            changes["volumes"] = new
    if changes:
        pod = _drop_none({**pod, **changes})
    return _without_image_volumes(pod) if version < (1, 35) else pod


def _container_without_disabled_fields(container: Object, list_name: str, version: KubeVersion) -> Object:
    changes: Object = {}
    lifecycle = container.get("lifecycle")
    # ContainerStopSignals is off. A lifecycle that held nothing else is gone as a whole.
    if lifecycle and "stopSignal" in lifecycle:
        changes["lifecycle"] = {k: v for k, v in lifecycle.items() if k != "stopSignal"} or None
    if version < (1, 35):
        policy = container.get("restartPolicy")
        is_sidecar = list_name == "initContainers" and policy == "Always"
        if version >= (1, 32) and policy is not None and not is_sidecar:
            changes["restartPolicy"] = None
        if "restartPolicyRules" in container:
            changes["restartPolicyRules"] = None
        if any("fileKeyRef" in (each.get("valueFrom") or {}) for each in container.get("env") or ()):
            changes["env"] = [_without_file_key(each) for each in container["env"]]
    if version < (1, 32):
        if "resizePolicy" in container:
            changes["resizePolicy"] = None
        if "claims" in (resources := container.get("resources") or {}):
            changes["resources"] = {k: v for k, v in resources.items() if k != "claims"}
        # This one is not dropped but reset, so that it still counts as set.
        if "procMount" in (context := container.get("securityContext") or {}):
            changes["securityContext"] = {**context, "procMount": "Default"}
    return _drop_none({**container, **changes}) if changes else container


def _without_file_key(env: Object) -> Object:
    source = env.get("valueFrom")
    if not source or "fileKeyRef" not in source:
        return env
    return {**env, "valueFrom": {k: v for k, v in source.items() if k != "fileKeyRef"}}


def _volume_without_disabled_fields(volume: Object, version: KubeVersion) -> Object:
    # ClusterTrustBundleProjection and PodCertificateRequest are off: the projected source stays, with nothing in it.
    gated = {"clusterTrustBundle", "podCertificate"}
    sources = (volume.get("projected") or {}).get("sources")
    if sources and any(not gated.isdisjoint(each) for each in sources):
        kept = [{k: v for k, v in each.items() if k not in gated} for each in sources]
        return {**volume, "projected": {**volume["projected"], "sources": kept}}
    claim = (volume.get("ephemeral") or {}).get("volumeClaimTemplate") or {}
    spec = claim.get("spec") or {}
    if version < (1, 32) and "volumeAttributesClassName" in spec:
        spec = {k: v for k, v in spec.items() if k != "volumeAttributesClassName"}
        return {**volume, "ephemeral": {"volumeClaimTemplate": {**claim, "spec": spec}}}
    return volume


def _without_image_volumes(pod: Object) -> Object:
    """Drop image volumes with their mounts, as a server does whose ImageVolume gate is off."""
    images = {volume.get("name") for volume in pod.get("volumes") or () if "image" in volume}
    if not images:
        return pod
    result = {**pod, "volumes": [each for each in pod["volumes"] if "image" not in each]}
    for name in _LISTS:
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
