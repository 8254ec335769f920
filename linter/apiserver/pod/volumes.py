"""Volumes: their names, and that each has one complete source.

Source: https://kubernetes.io/docs/concepts/storage/volumes/
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.apiserver.meta import validate_annotations, validate_labels
from linter.apiserver.pod.projections import (
    has_malformed_token_path,
    validate_config_map_volume,
    validate_downward_api_volume,
    validate_projected_volume,
    validate_secret_volume,
)
from linter.apiserver.pod.volume_names import PodVolumes
from linter.kube import names, quantities
from linter.kube.suggest import quote
from linter.path import FieldPath, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

_ORDER = (
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi",
    "glusterfs", "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc",
    "flexVolume", "configMap", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk",
    "storageos", "projected", "scaleIO", "csi", "ephemeral", "image",
)  # fmt: skip
"""The order in which the server takes the sources: the first one counts, the others are refused."""
_SPELLED = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}
"""How the server spells a source that is one too many, where that differs."""


def validate_volumes(
    volumes: list[Object], path: FieldPath, errors: Errors, *, old: Sequence[Object] = ()
) -> PodVolumes:
    """Judge the volumes of a pod.

    Args:
        volumes: The volumes, with defaults applied.
        path: Where they stand.
        errors: Gets what is wrong.
        old: The stored ones, where an update is judged: with a malformed path of a service account token among them any is let
            through.
    """
    any_token_path = bool(old) and has_malformed_token_path(old)
    known: dict[str, Object] = {}
    usable: dict[str, Object] = {}
    for index, volume in enumerate(volumes):
        before = len(errors)
        volume_path = (*path, index)
        name = volume.get("name") or ""
        known[name] = volume
        _validate_name(name, (*volume_path, "name"), errors, taken=usable)
        _validate_source(volume, volume_path, errors, any_token_path=any_token_path)
        if len(errors) == before:
            usable[name] = volume
    return PodVolumes(known, usable)


def _validate_name(name: str, path: FieldPath, errors: Errors, *, taken: dict[str, Object]) -> None:
    rule = "volume-names"
    if not name:
        errors.required(path, "The volume has no name.", rule=rule)
    elif faults := names.dns_label(name):
        errors.faults(path, "The volume name", name, faults, rule=rule)
    elif name in taken:
        errors.duplicate(path, f"There is another volume named {quote(name)}.", rule=rule)


def sources_of(volume: Object) -> list[str]:
    """Return the sources of a volume, the one that counts first. Without any it is an empty folder."""
    if len(volume) == 2 and "name" in volume:
        return [field for field in volume if field != "name"]
    return [kind for kind in _ORDER if kind in volume] or ["emptyDir"]


def _validate_source(volume: Object, path: FieldPath, errors: Errors, *, any_token_path: bool) -> None:
    rule = "volume-sources"
    kind, *others = sources_of(volume)
    for other in others:
        message = f"The volume has the source {kind} already; a volume has one."
        field = format_path((*path, _SPELLED.get(other, other)))
        errors.forbidden((*path, other), message, rule=rule, field=field)
    source = volume.get(kind) or {}
    source_path = (*path, kind)
    if "iscsi" in volume:
        _validate_initiator_length(volume, path, errors)
    if kind == "projected":
        validate_projected_volume(source, source_path, errors, any_token_path=any_token_path)
    elif kind in _SOURCES:
        _SOURCES[kind](source, source_path, errors)
    else:
        from linter.apiserver.pod.legacy_volumes import LEGACY

        LEGACY[kind](source, source_path, errors)


def _validate_initiator_length(volume: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the length of an iSCSI volume's name with its portal, also where that source is one too many."""
    iscsi = volume["iscsi"] or {}
    label = f"{volume.get('name') or ''}:{iscsi.get('targetPortal') or ''}"
    if "initiatorName" in iscsi and names.byte_length(label) > 64:
        message = "With an initiatorName, volume name and targetPortal together have at most 63 characters."
        errors.invalid((*path, "name"), message, rule="volume-sources")


def _validate_empty_dir(source: Object, path: FieldPath, errors: Errors) -> None:
    limit = source.get("sizeLimit")
    if limit is not None and quantities.parse(limit).nanos < 0:
        message = f"The size limit {quote(limit)} is negative."
        errors.forbidden((*path, "sizeLimit"), message, rule="volume-sources")


def validate_host_path(source: Object, path: FieldPath, errors: Errors) -> None:
    """Judge a path of the node: what it is like, and what is expected there."""
    rule = "volume-sources"
    host_path = source.get("path") or ""
    if not host_path:
        # Without a path the API server does not look at the type.
        errors.required((*path, "path"), "The hostPath has no path.", rule=rule)
        return
    if ".." in host_path.split("/"):
        message = f"The path {quote(host_path)} must not have `..` as an element."
        errors.invalid((*path, "path"), message, rule=rule)
    check("core/v1.HostPathVolumeSource", source, path, errors)


def _validate_claim_source(source: Object, path: FieldPath, errors: Errors) -> None:
    if not source.get("claimName"):
        message = "The volume names no PersistentVolumeClaim."
        errors.required((*path, "claimName"), message, rule="volume-sources")


def validate_nfs(source: Object, path: FieldPath, errors: Errors) -> None:
    """Judge a directory of an NFS server."""
    rule = "volume-sources"
    if not source.get("server"):
        errors.required((*path, "server"), "The volume names no NFS server.", rule=rule)
    exported = source.get("path") or ""
    if not exported:
        errors.required((*path, "path"), "The volume names no path on the NFS server.", rule=rule)
    if not exported.startswith("/"):
        errors.invalid((*path, "path"), f"The path {quote(exported)} must begin with `/`.", rule=rule)


def _validate_csi(source: Object, path: FieldPath, errors: Errors) -> None:
    rule = "volume-sources"
    driver = source.get("driver") or ""
    driver_path = (*path, "driver")
    if not driver:
        errors.required(driver_path, "The volume names no CSI driver.", rule=rule)
    if names.byte_length(driver) > 63:
        message = f"The driver name {quote(driver)} is longer than 63 bytes."
        errors.too_long(driver_path, message, rule=rule)
    if driver or errors.version < (1, 35):
        faults = names.dns_subdomain(driver.lower())
        errors.faults(driver_path, "The driver name", driver, faults, rule=rule)
    if "nodePublishSecretRef" in source:
        name = source["nodePublishSecretRef"].get("name") or ""
        name_path = (*path, "nodePublishSecretRef", "name")
        if not name:
            errors.required(name_path, "The Secret has no name.", rule=rule)
        elif faults := names.dns_subdomain(name):
            # The API server spells this path in its own way.
            field = format_path((*path, "name"))
            errors.faults(name_path, "The name of the Secret", name, faults, rule=rule, field=field)


def _validate_ephemeral(source: Object, path: FieldPath, errors: Errors) -> None:
    rule = "volume-sources"
    template = source.get("volumeClaimTemplate")
    template_path = (*path, "volumeClaimTemplate")
    if template is None:
        errors.required(template_path, "The ephemeral volume has no volumeClaimTemplate.", rule=rule)
        return
    for field, value in (template.get("metadata") or {}).items():
        field_path = (*template_path, "metadata", field)
        if field == "labels":
            validate_labels(value, field_path, errors, rule=rule)
        elif field == "annotations":
            validate_annotations(value, field_path, errors, rule=rule)
        elif value or isinstance(value, (list, dict)):
            message = f"A claim of an ephemeral volume can have labels and annotations, but no {field}."
            spelled = format_path((*field_path[:-1], "uID")) if field == "uid" else None
            errors.forbidden(field_path, message, rule=rule, field=spelled)
    from linter.apiserver.pod.claims import validate_claim_spec

    validate_claim_spec(template.get("spec") or {}, (*template_path, "spec"), errors)


def _validate_image(source: Object, path: FieldPath, errors: Errors) -> None:
    # Before, a template could leave it open.
    if errors.version >= (1, 37) and not source.get("reference"):
        message = "The image volume names no image: write its reference."
        errors.required((*path, "reference"), message, rule="volume-sources")
    check("core/v1.ImageVolumeSource", source, path, errors)


_SOURCES: dict[str, Callable[[Object, FieldPath, Errors], None]] = {
    "emptyDir": _validate_empty_dir,
    "hostPath": validate_host_path,
    "secret": validate_secret_volume,
    "configMap": validate_config_map_volume,
    "persistentVolumeClaim": _validate_claim_source,
    "downwardAPI": validate_downward_api_volume,
    "nfs": validate_nfs,
    "csi": _validate_csi,
    "ephemeral": _validate_ephemeral,
    "image": _validate_image,
}
"""How the server judges the source of each type that is not among the legacy ones; `projected` needs more to be known."""
