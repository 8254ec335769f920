"""Volume types that few manifests use: network disks and file systems, most of them replaced by CSI drivers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from linter.engine.rule import Problem
from linter.kube import names
from linter.kube.suggest import quote
from linter.path import FieldPath, Key, format_path

from .checks import faulty, one_of_these, required

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Object = dict[str, Any]
Check = "Callable[[Object, FieldPath], Iterator[Problem]]"

# Compiled when first needed, which is hardly ever.
_INITIATORS = {
    "iqn": r"iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+\Z",
    "eui": r"\Aeui.[A-Za-z0-9]{16}\Z",
    "naa": r"\Anaa.[A-Za-z0-9]{32}\Z",
}
_CACHING = frozenset({"None", "ReadOnly", "ReadWrite"})
_DISK_KINDS = frozenset({"Dedicated", "Managed", "Shared"})


def _needed(source: Object, path: FieldPath, *fields: str) -> Iterator[Problem]:
    for field in fields:
        if not source.get(field):
            yield required((*path, field), f"The {path[-1]} volume has no {field}.")


def _git_repo(source: Object, path: FieldPath) -> Iterator[Problem]:
    yield from _needed(source, path, "repository")
    directory = source.get("directory") or ""
    yield from faulty((*path, "directory"), "The directory", directory, names.relative_path(directory))


def _gce_disk(source: Object, path: FieldPath) -> Iterator[Problem]:
    # The API server calls this one persistentDisk.
    for problem in (*_needed(source, path, "pdName"), *_partition(source, path)):
        yield problem._replace(field=format_path((*path[:-1], "persistentDisk", *problem.path[len(path) :])))


def _aws_disk(source: Object, path: FieldPath) -> Iterator[Problem]:
    yield from _needed(source, path, "volumeID")
    yield from _partition(source, path)


def _partition(source: Object, path: FieldPath) -> Iterator[Problem]:
    if not 0 <= source.get("partition", 0) <= 255:
        yield Problem(
            (*path, "partition"), f"The partition {source['partition']} is out of range: 0 to 255.", "Invalid"
        )


def _iscsi(source: Object, path: FieldPath) -> Iterator[Problem]:
    yield from _needed(source, path, "targetPortal")
    if iqn := source.get("iqn"):
        yield from _initiator(iqn, (*path, "iqn"), None)
    else:
        yield required((*path, "iqn"), "The iscsi volume has no iqn.")
    yield from _lun(source, path)
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and "secretRef" not in source:
        yield required((*path, "secretRef"), "CHAP authentication needs a secretRef.")
    if "initiatorName" in source:
        field = format_path((*path, "initiatorname"))
        yield from _initiator(source["initiatorName"], (*path, "initiatorName"), field)


def _initiator(name: str, path: FieldPath, field: str | None) -> Iterator[Problem]:
    known = _INITIATORS.get(name[:3])
    if known is None or not re.search(known, name, re.ASCII):
        yield Problem(
            path,
            f"{quote(name)} is no iSCSI name, such as `iqn.2001-04.com.example:storage.disk1`.",
            "Invalid",
            field,
        )


def _lun(source: Object, path: FieldPath) -> Iterator[Problem]:
    if not 0 <= source.get("lun", 0) <= 255:
        yield Problem((*path, "lun"), f"The lun {source['lun']} is out of range: 0 to 255.", "Invalid")


def _fibre_channel(source: Object, path: FieldPath) -> Iterator[Problem]:
    names_given, ids_given = bool(source.get("targetWWNs")), bool(source.get("wwids"))
    if not names_given and not ids_given:
        yield required((*path, "targetWWNs"), "The fc volume needs targetWWNs or wwids.")
    if names_given and ids_given:
        yield Problem((*path, "targetWWNs"), "The fc volume can't have both targetWWNs and wwids.", "Invalid")
    if names_given:
        if "lun" not in source:
            yield required((*path, "lun"), "With targetWWNs a lun is needed.")
        yield from _lun(source, path)


def _flex_volume(source: Object, path: FieldPath) -> Iterator[Problem]:
    yield from _needed(source, path, "driver")
    for key in source.get("options") or ():
        namespace = key.partition("/")[0]
        # An option without a slash is judged as a whole.
        if f".{namespace.lower()}".endswith((".kubernetes.io", ".k8s.io")):
            message = f"The option {quote(key)} lies in a namespace that Kubernetes keeps for itself."
            yield Problem((*path, "options", Key(key)), message, "Invalid")


def _azure_disk(source: Object, path: FieldPath) -> Iterator[Problem]:
    yield from _needed(source, path, "diskName", "diskURI")
    yield from one_of_these((*path, "cachingMode"), "cachingMode", source.get("cachingMode"), _CACHING)
    kind, uri = source.get("kind"), source.get("diskURI") or ""
    yield from one_of_these((*path, "kind"), "The kind of the disk", kind, _DISK_KINDS)
    prefix = "/subscriptions/" if kind == "Managed" else "https://"
    if not uri.startswith(prefix):
        message = f"The diskURI {quote(uri)} must begin with `{prefix}` for the kind {kind}."
        yield Problem((*path, "diskURI"), message, "NotSupported")


def _cinder(source: Object, path: FieldPath) -> Iterator[Problem]:
    yield from _needed(source, path, "volumeID")
    if "secretRef" in source and not source["secretRef"].get("name"):
        yield required((*path, "secretRef", "name"), "The Secret has no name.")


def _storage_os(source: Object, path: FieldPath) -> Iterator[Problem]:
    yield from _needed(source, path, "volumeName")
    for field in ("volumeName", "volumeNamespace"):
        if name := source.get(field):
            yield from faulty((*path, field), field, name, names.dns_label(name))
    if "secretRef" in source and not source["secretRef"].get("name"):
        yield required((*path, "secretRef", "name"), "The Secret has no name.")


def _quobyte(source: Object, path: FieldPath) -> Iterator[Problem]:
    registry = source.get("registry") or ""
    if not registry:
        yield required((*path, "registry"), "The quobyte volume has no registry.")
    elif names.byte_length(source.get("tenant") or "") >= 65:
        yield required((*path, "tenant"), "The tenant has more than 64 characters.")
    else:
        for pair in registry.split(","):
            if not re.fullmatch(r"[^:\[\]]*:[^:\[\]]*|\[[^\[\]]*\]:[^:\[\]]*", pair):
                message = (
                    f"{quote(pair)} is no `host:port`; the registry is a list of these with `,` between."
                )
                yield Problem((*path, "registry"), message, "Invalid")
    yield from _needed(source, path, "volume")


def _flocker(source: Object, path: FieldPath) -> Iterator[Problem]:
    name, uuid = source.get("datasetName") or "", source.get("datasetUUID") or ""
    if not name and not uuid:
        yield required(path, "The flocker volume needs a datasetName or a datasetUUID.")
    if name and uuid:
        yield Problem(path, "The flocker volume can't have both datasetName and datasetUUID.", "Invalid")
    if "/" in name:
        yield Problem(
            (*path, "datasetName"), f"The datasetName {quote(name)} must not contain `/`.", "Invalid"
        )


def _with(*fields: str) -> Callable[[Object, FieldPath], Iterator[Problem]]:
    return lambda source, path: _needed(source, path, *fields)


LEGACY: dict[str, Callable[[Object, FieldPath], Iterator[Problem]]] = {
    "gitRepo": _git_repo,
    "gcePersistentDisk": _gce_disk,
    "awsElasticBlockStore": _aws_disk,
    "iscsi": _iscsi,
    "fc": _fibre_channel,
    "flexVolume": _flex_volume,
    "azureFile": _with("secretName", "shareName"),
    "azureDisk": _azure_disk,
    "cephfs": _with("monitors"),
    "rbd": _with("monitors", "image"),
    "glusterfs": _with("endpoints", "path"),
    "cinder": _cinder,
    "vsphereVolume": _with("volumePath"),
    "photonPersistentDisk": _with("pdID"),
    "portworxVolume": _with("volumeID"),
    "scaleIO": _with("gateway", "system", "volumeName"),
    "storageos": _storage_os,
    "quobyte": _quobyte,
    "flocker": _flocker,
}
"""The check of each of these volume types; it gets the source and where it is."""
