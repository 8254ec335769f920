"""The sources of PersistentVolumes: those of pods' volumes, where a Secret or an endpoint has a namespace besides.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#types-of-persistent-volumes
"""

from __future__ import annotations

from linter.apiserver.pod.legacy_volumes import LEGACY
from linter.apiserver.pod.volumes import validate_host_path, validate_nfs
from linter.apiserver.storage.csi_source import validate_csi_source
from linter.kube import names
from linter.kube.suggest import quote
from linter.path import FieldPath, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

SOURCES = (
    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte", "cephfs",
    "iscsi", "cinder", "fc", "flexVolume", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume",
    "azureDisk", "scaleIO", "local", "storageos", "csi",
)  # fmt: skip
"""The sources, in the order in which the server takes them: the first one counts, the others are refused."""
_RULE = "volume-sources"
_LONGEST_INITIATOR = 64


def validate_sources(spec: Object, name: str, path: FieldPath, errors: Errors) -> None:
    """Judge the source of a PersistentVolume: it has one.

    Args:
        spec: The spec, with defaults applied.
        name: The name of the PersistentVolume.
        path: Where the spec is.
        errors: Gets what is wrong.
    """
    first = None
    for kind in SOURCES:
        if kind not in spec:
            continue
        # A flexVolume stands beside what comes before it.
        if first is None or kind == "flexVolume":
            _validate_source(kind, spec[kind], name, (*path, kind), errors)
        else:
            message = f"The volume has the source {first} already; a volume has one."
            field = format_path((*path, "cephFS" if kind == "cephfs" else kind))
            errors.forbidden((*path, kind), message, rule=_RULE, field=field)
        first = first or kind
    if first is None:
        message = "The volume has no source: write for example csi, nfs or local."
        errors.required(path, message, rule=_RULE)


def _validate_source(kind: str, source: Object, name: str, path: FieldPath, errors: Errors) -> None:
    match kind:
        case "hostPath":
            validate_host_path(source, path, errors)
        case "nfs":
            validate_nfs(source, path, errors)
        case "csi":
            validate_csi_source(source, path, errors, rule=_RULE)
        case "local":
            _validate_local(source, path, errors)
        case "glusterfs":
            LEGACY[kind](source, path, errors)
            _validate_endpoints_namespace(source, path, errors)
        case "azureFile":
            LEGACY[kind](source, path, errors)
            if source.get("secretNamespace") == "":
                message = "secretNamespace is empty: name a namespace, or delete the field."
                errors.required((*path, "secretNamespace"), message, rule=_RULE)
        case "iscsi":
            LEGACY[kind](source, path, errors)
            _validate_initiator(source, name, path, errors)
            _require_in_secret(source, "name", path, errors)
        case "cinder" | "storageos":
            LEGACY[kind](source, path, errors)
            _require_in_secret(source, "namespace", path, errors)
        case _:
            LEGACY[kind](source, path, errors)


def _validate_local(source: Object, path: FieldPath, errors: Errors) -> None:
    local = source.get("path") or ""
    if not local:
        errors.required((*path, "path"), "The local volume has no path.", rule=_RULE)
    elif ".." in local.split("/"):
        message = f"The path {quote(local)} must not have `..` as an element."
        errors.invalid((*path, "path"), message, rule=_RULE)


def _validate_endpoints_namespace(source: Object, path: FieldPath, errors: Errors) -> None:
    namespace = source.get("endpointsNamespace")
    if namespace is not None:
        faults = names.dns_label(namespace)
        field_path = (*path, "endpointsNamespace")
        errors.faults(field_path, "The namespace of the endpoints", namespace, faults, rule=_RULE)


def _validate_initiator(source: Object, name: str, path: FieldPath, errors: Errors) -> None:
    portal = source.get("targetPortal") or ""
    if "initiatorName" in source and names.byte_length(f"{name}:{portal}") > _LONGEST_INITIATOR:
        message = (
            "With an initiatorName, the name of the volume and targetPortal have at most 63 bytes together."
        )
        # The server spells it so.
        field = format_path((*path, "targetportal"))
        errors.invalid((*path, "targetPortal"), message, rule=_RULE, field=field)


def _require_in_secret(source: Object, part: str, path: FieldPath, errors: Errors) -> None:
    if "secretRef" in source and not source["secretRef"].get(part):
        errors.required((*path, "secretRef", part), f"The Secret has no {part}.", rule=_RULE)
