"""VolumeAttachment.

Source: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume-attachment-v1/
"""

from __future__ import annotations

from linter.apiserver.equality import is_same
from linter.apiserver.fields import refuse_change
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.apiserver.pod.claims import validate_access_modes
from linter.apiserver.storage.csi_source import validate_csi_source
from linter.apiserver.storage.names import validate_driver_name
from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

_RULE = "volume-attachment"
# What a PersistentVolume has beside its source.
_NOT_A_SOURCE = frozenset(
    {
        "accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy",
        "storageClassName", "volumeAttributesClassName", "volumeMode",
    }
)  # fmt: skip


def validate_volume_attachment(request: Request, errors: Errors) -> None:
    """Judge a VolumeAttachment. An update keeps its spec."""
    spec, path = request.spec, ("spec",)
    validate_meta(request, errors, keeps_generation=True)
    attacher = spec.get("attacher") or ""
    validate_driver_name(attacher, (*path, "attacher"), errors, what="The attacher", rule=_RULE)
    _validate_source(spec.get("source") or {}, (*path, "source"), errors)
    node = spec.get("nodeName") or ""
    faults = names.dns_subdomain(node)
    errors.faults((*path, "nodeName"), "The name of the node", node, faults, rule=_RULE)
    if request.old is not None and not is_same(spec, request.old.object.get("spec")):
        refuse_change(request, path, errors, None)


def _validate_source(source: Object, path: FieldPath, errors: Errors) -> None:
    volume, inline = source.get("persistentVolumeName"), source.get("inlineVolumeSpec")
    if volume is None and inline is None:
        errors.required(path, "The source is missing: write persistentVolumeName.", rule=_RULE)
    elif volume is not None and inline is not None:
        message = "The source is persistentVolumeName or inlineVolumeSpec: keep one of them."
        errors.forbidden(path, message, rule=_RULE)
    elif inline is not None:
        _validate_inline_volume(inline, (*path, "inlineVolumeSpec"), errors)
    at = (*path, "persistentVolumeName")
    if volume == "" and inline is None:
        errors.required(at, "persistentVolumeName is empty.", rule=_RULE)
    if volume is not None:
        faults = names.dns_subdomain(volume)
        errors.faults(at, "The name of the PersistentVolume", volume, faults, rule=_RULE)


def _validate_inline_volume(volume: Object, path: FieldPath, errors: Errors) -> None:
    """Judge a volume that stands in the object: that of a pod, as a CSI driver has it."""
    for name in ("capacity", "claimRef", "nodeAffinity", "storageClassName"):
        if volume.get(name) or (name in {"claimRef", "nodeAffinity"} and name in volume):
            errors.forbidden((*path, name), f"An inline volume has no {name}: delete the field.", rule=_RULE)
    for name, only in (("persistentVolumeReclaimPolicy", "Retain"), ("volumeMode", "Filesystem")):
        if volume.get(name, only) not in {only, ""} or (name == "volumeMode" and volume.get(name) == ""):
            errors.forbidden((*path, name), f"{name} of an inline volume can only be `{only}`.", rule=_RULE)
    modes = volume.get("accessModes") or []
    validate_access_modes(
        modes,
        (*path, "accessModes"),
        errors,
        rule=_RULE,
        noun="volume",
        struct="core/v1.PersistentVolumeSpec",
    )
    sources = volume.keys() - _NOT_A_SOURCE
    at = (*path, "csi")
    if not sources:
        errors.required(path, "The volume has no source: write csi.", rule=_RULE)
    if "csi" not in sources:
        errors.required(at, "The source of an inline volume must be csi.", rule=_RULE)
    elif len(sources) > 1:
        errors.forbidden(at, "The volume has two sources: keep csi alone.", rule=_RULE)
    else:
        validate_csi_source(volume["csi"], at, errors, rule=_RULE)


VOLUME_ATTACHMENT = Strategy(validate_volume_attachment, validate_volume_attachment)
