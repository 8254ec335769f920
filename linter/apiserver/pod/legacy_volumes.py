"""Volume types that few manifests use: network disks and file systems, most of them replaced by CSI drivers."""

from __future__ import annotations

import re

from linter.apiserver.constraints import check
from linter.kube import names
from linter.kube.suggest import quote
from linter.path import FieldPath, Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

_RULE = "volume-sources"
# Compiled when first needed, which is hardly ever.
_INITIATORS = {
    "iqn": r"iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+\Z",
    "eui": r"\Aeui.[A-Za-z0-9]{16}\Z",
    "naa": r"\Anaa.[A-Za-z0-9]{32}\Z",
}


def _require(
    source: Object, path: FieldPath, errors: Errors, *fields: str, seen_at: FieldPath | None = None
) -> None:
    for field in fields:
        if not source.get(field):
            message = f"The {path[-1]} volume has no {field}."
            spelled = format_path((*(seen_at or path), field))
            errors.required((*path, field), message, rule=_RULE, field=spelled)


def _require_fields(*fields: str) -> Callable[[Object, FieldPath, Errors], None]:
    """Return a check of a type of which the server only asks that some fields are there."""
    return lambda source, path, errors: _require(source, path, errors, *fields)


def _validate_git_repo(source: Object, path: FieldPath, errors: Errors) -> None:
    _require(source, path, errors, "repository")
    directory = source.get("directory") or ""
    faults = names.relative_path(directory)
    errors.faults((*path, "directory"), "The directory", directory, faults, rule=_RULE)


def _validate_gce_disk(source: Object, path: FieldPath, errors: Errors) -> None:
    # The API server calls this one persistentDisk.
    seen_at = (*path[:-1], "persistentDisk")
    _require(source, path, errors, "pdName", seen_at=seen_at)
    _validate_partition(source, path, errors, seen_at=seen_at)


def _validate_aws_disk(source: Object, path: FieldPath, errors: Errors) -> None:
    _require(source, path, errors, "volumeID")
    _validate_partition(source, path, errors, seen_at=path)


def _validate_partition(source: Object, path: FieldPath, errors: Errors, *, seen_at: FieldPath) -> None:
    if not 0 <= source.get("partition", 0) <= 255:
        message = f"The partition {source['partition']} is out of range: 0 to 255."
        field = format_path((*seen_at, "partition"))
        errors.invalid((*path, "partition"), message, rule=_RULE, field=field)


def _validate_iscsi(source: Object, path: FieldPath, errors: Errors) -> None:
    _require(source, path, errors, "targetPortal", "iqn")
    if iqn := source.get("iqn"):
        _validate_initiator(iqn, (*path, "iqn"), errors)
    _validate_lun(source, path, errors)
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and "secretRef" not in source:
        errors.required((*path, "secretRef"), "CHAP authentication needs a secretRef.", rule=_RULE)
    if "initiatorName" in source:
        field = format_path((*path, "initiatorname"))
        _validate_initiator(source["initiatorName"], (*path, "initiatorName"), errors, field=field)


def _validate_initiator(name: str, path: FieldPath, errors: Errors, *, field: str | None = None) -> None:
    known = _INITIATORS.get(name[:3])
    if known is None or not re.search(known, name, re.ASCII):
        message = f"{quote(name)} is not an iSCSI name, such as `iqn.2001-04.com.example:storage.disk1`."
        errors.invalid(path, message, rule=_RULE, field=field)


def _validate_lun(source: Object, path: FieldPath, errors: Errors) -> None:
    if not 0 <= source.get("lun", 0) <= 255:
        errors.invalid((*path, "lun"), f"The lun {source['lun']} is out of range: 0 to 255.", rule=_RULE)


def _validate_fibre_channel(source: Object, path: FieldPath, errors: Errors) -> None:
    names_given, ids_given = bool(source.get("targetWWNs")), bool(source.get("wwids"))
    if not names_given and not ids_given:
        errors.required((*path, "targetWWNs"), "The fc volume needs targetWWNs or wwids.", rule=_RULE)
    if names_given and ids_given:
        message = "The fc volume can't have both targetWWNs and wwids."
        errors.invalid((*path, "targetWWNs"), message, rule=_RULE)
    if names_given:
        if "lun" not in source:
            errors.required((*path, "lun"), "With targetWWNs a lun is needed.", rule=_RULE)
        _validate_lun(source, path, errors)


def _validate_flex_volume(source: Object, path: FieldPath, errors: Errors) -> None:
    _require(source, path, errors, "driver")
    for key in source.get("options") or ():
        namespace = key.partition("/")[0]
        # An option without a slash is judged as a whole.
        if f".{namespace.lower()}".endswith((".kubernetes.io", ".k8s.io")):
            message = f"The option {quote(key)} lies in a namespace that Kubernetes keeps for itself."
            errors.invalid((*path, "options", Key(key)), message, rule=_RULE)


def _validate_azure_disk(source: Object, path: FieldPath, errors: Errors) -> None:
    _require(source, path, errors, "diskName", "diskURI")
    check("core/v1.AzureDiskVolumeSource", source, path, errors)
    kind, uri = source.get("kind") or "", source.get("diskURI") or ""
    prefix = "/subscriptions/" if kind == "Managed" else "https://"
    if not uri.startswith(prefix):
        message = f"The diskURI {quote(uri)} must begin with `{prefix}` for the kind {kind}."
        errors.unsupported((*path, "diskURI"), message, rule=_RULE)


def _validate_cinder(source: Object, path: FieldPath, errors: Errors) -> None:
    _require(source, path, errors, "volumeID")
    _validate_secret_name(source, path, errors)


def _validate_secret_name(source: Object, path: FieldPath, errors: Errors) -> None:
    if "secretRef" in source and not source["secretRef"].get("name"):
        errors.required((*path, "secretRef", "name"), "The Secret has no name.", rule=_RULE)


def _validate_storage_os(source: Object, path: FieldPath, errors: Errors) -> None:
    _require(source, path, errors, "volumeName")
    for field in ("volumeName", "volumeNamespace"):
        if name := source.get(field):
            errors.faults((*path, field), field, name, names.dns_label(name), rule=_RULE)
    _validate_secret_name(source, path, errors)


def _validate_quobyte(source: Object, path: FieldPath, errors: Errors) -> None:
    registry = source.get("registry") or ""
    if not registry:
        errors.required((*path, "registry"), "The quobyte volume has no registry.", rule=_RULE)
    elif names.byte_length(source.get("tenant") or "") >= 65:
        errors.required((*path, "tenant"), "The tenant has more than 64 characters.", rule=_RULE)
    else:
        for pair in registry.split(","):
            if not re.fullmatch(r"[^:\[\]]*:[^:\[\]]*|\[[^\[\]]*\]:[^:\[\]]*", pair):
                message = (
                    f"{quote(pair)} is not `host:port`; the registry is a list of these with `,` between."
                )
                errors.invalid((*path, "registry"), message, rule=_RULE)
    _require(source, path, errors, "volume")


def _validate_flocker(source: Object, path: FieldPath, errors: Errors) -> None:
    name, uuid = source.get("datasetName") or "", source.get("datasetUUID") or ""
    if not name and not uuid:
        errors.required(path, "The flocker volume needs a datasetName or a datasetUUID.", rule=_RULE)
    if name and uuid:
        errors.invalid(path, "The flocker volume can't have both datasetName and datasetUUID.", rule=_RULE)
    if "/" in name:
        message = f"The datasetName {quote(name)} must not contain `/`."
        errors.invalid((*path, "datasetName"), message, rule=_RULE)


LEGACY: dict[str, Callable[[Object, FieldPath, Errors], None]] = {
    "gitRepo": _validate_git_repo,
    "gcePersistentDisk": _validate_gce_disk,
    "awsElasticBlockStore": _validate_aws_disk,
    "iscsi": _validate_iscsi,
    "fc": _validate_fibre_channel,
    "flexVolume": _validate_flex_volume,
    "azureFile": _require_fields("secretName", "shareName"),
    "azureDisk": _validate_azure_disk,
    "cephfs": _require_fields("monitors"),
    "rbd": _require_fields("monitors", "image"),
    "glusterfs": _require_fields("endpoints", "path"),
    "cinder": _validate_cinder,
    "vsphereVolume": _require_fields("volumePath"),
    "photonPersistentDisk": _require_fields("pdID"),
    "portworxVolume": _require_fields("volumeID"),
    "scaleIO": _require_fields("gateway", "system", "volumeName"),
    "storageos": _validate_storage_os,
    "quobyte": _validate_quobyte,
    "flocker": _validate_flocker,
}
"""How the server judges the source of each of these types: it gets the source, where it stands, and the errors."""
