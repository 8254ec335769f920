"""Pod.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from __future__ import annotations

from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import (
    final_name,
    validate_object_meta,
    validate_object_meta_update,
    warn_of_host_name,
)
from linter.apiserver.pod import gates
from linter.apiserver.pod.containers import validate_no_blanks
from linter.apiserver.pod.spec import validate_pod_spec, warn_of_pod_spec
from linter.kube import names
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath
    from linter.version import KubeVersion

_SPEC: FieldPath = ("spec",)
_ANNOTATIONS: FieldPath = ("metadata", "annotations")
_ANNOTATIONS_FIELD = "metadata.annotations"
_MIRROR = "kubernetes.io/config.mirror"
_COMPLETED = frozenset({"affinity", "topologySpreadConstraints", "resources"})
"""Fields that the server adds to when the Pod is new."""


def prepare(request: Request, errors: Errors) -> Request:
    """Drop the fields whose feature gates are off, and add what the server writes into new Pods.

    Of an update nothing is added on either side: what was written into the stored Pod, `kubectl apply` leaves there.
    """
    request = gates.prepare(request, errors)
    if request.old is None:
        return request.with_object(_prepare_new(request.object, request.version), None)
    return request


def validate_pod(request: Request, errors: Errors) -> None:
    """Judge a new Pod."""
    validate_object_meta(request, errors, name=names.dns_subdomain)
    _validate_annotations_and_spec(request, errors)
    spec = request.spec
    if spec.get("ephemeralContainers"):
        message = (
            "A new Pod can't have ephemeral containers; add them to the running pod with `kubectl debug`."
        )
        errors.forbidden((*_SPEC, "ephemeralContainers"), message, rule="pod-containers")
    if spec.get("nodeName") and spec.get("schedulingGates"):
        message = "A Pod with schedulingGates waits to be scheduled: it can't have a nodeName yet."
        errors.forbidden((*_SPEC, "nodeName"), message, rule="pod-gates")
    if annotations := request.metadata.get("annotations"):
        from linter.apiserver.pod.annotations import validate_profiles_agree

        validate_profiles_agree(annotations, spec, _SPEC, errors, is_template=False)


def validate_pod_update(request: Request, errors: Errors) -> None:
    """Judge a Pod that takes the place of a stored one."""
    from linter.apiserver.core.pod_update import validate_pod_changes

    validate_object_meta_update(request, errors)
    _validate_annotations_and_spec(request, errors)
    validate_pod_changes(request, errors)


def warn_of_pod(request: Request, errors: Errors) -> None:
    """Warn of what the server takes of a Pod, but advises against."""
    warn_of_host_name(request, errors)
    warn_of_pod_spec(request.spec, _SPEC, errors)
    if annotations := request.metadata.get("annotations"):
        from linter.apiserver.pod.annotations import warn_of_pod_annotations

        warn_of_pod_annotations(annotations, request.spec, _ANNOTATIONS, errors)


def _prepare_new(pod: Object, version: KubeVersion) -> Object:
    spec = pod["spec"]
    if _COMPLETED.isdisjoint(spec):
        return pod
    from linter.apiserver.pod.preparation import prepare_new_pod

    labels = (pod.get("metadata") or {}).get("labels") or {}
    return {**pod, "spec": prepare_new_pod(spec, labels, version)}


def _validate_annotations_and_spec(request: Request, errors: Errors) -> None:
    spec, metadata = request.spec, request.metadata
    old = request.old and request.old.object
    if annotations := metadata.get("annotations"):
        from linter.apiserver.pod.annotations import validate_pod_annotations

        stored = old and ((old.get("metadata") or {}).get("annotations") or {})
        field = _ANNOTATIONS_FIELD
        validate_pod_annotations(annotations, spec, _ANNOTATIONS, errors, field=field, old=stored)
        if _MIRROR in annotations and spec.get("resourceClaims"):
            message = "A pod that the kubelet makes from a file can't have resource claims."
            errors.forbidden((*_SPEC, "resourceClaims"), message, rule="reserved-annotations", field="[]")
    manifest = request.manifest.get("spec") or {}
    validate_pod_spec(spec, _SPEC, errors, manifest=manifest, old=old and old["spec"])
    for field in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(field) or ()):
            validate_no_blanks(container.get("image") or "", (*_SPEC, field, index, "image"), errors)
    if volumes := spec.get("volumes"):
        _validate_volumes(volumes, request, errors)


def _validate_volumes(volumes: list[Object], request: Request, errors: Errors) -> None:
    """Judge volumes together with the Pod that they are made for."""
    rule, path = "volume-sources", (*_SPEC, "volumes")
    metadata = request.metadata
    pod_name = final_name(metadata) if metadata.get("name") or metadata.get("generateName") else ""
    made: set[str] = set()
    for index, volume in enumerate(volumes):
        name = volume.get("name") or ""
        if "ephemeral" in volume and pod_name and name:
            claim = f"{pod_name}-{name}"
            made.add(claim)
            what = "The name of the volume's claim, Pod and volume together,"
            errors.faults((*path, index, "name"), what, claim, names.dns_subdomain(claim), rule=rule)
        # Of a template this is judged since 1.37.
        if "image" in volume and errors.version < (1, 37) and not volume["image"].get("reference"):
            message = "The image volume names no image: write its reference."
            errors.required((*path, index, "image", "reference"), message, rule=rule)
    for index, volume in enumerate(volumes):
        mounted = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if mounted in made:
            message = f"The claim {quote(mounted)} is made for an ephemeral volume of this pod: mount that volume instead."
            errors.invalid((*path, index, "persistentVolumeClaim", "claimName"), message, rule=rule)


POD = Strategy(validate_pod, validate_pod_update, warn_of_pod, prepare)
