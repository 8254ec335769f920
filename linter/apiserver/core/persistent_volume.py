"""PersistentVolume.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.apiserver.core.persistent_volume_sources import SOURCES, validate_sources
from linter.apiserver.core.storage_annotations import (
    MOUNT_OPTIONS,
    STORAGE_CLASS,
    warn_of_storage_annotations,
)
from linter.apiserver.equality import is_same
from linter.apiserver.fields import refuse_change
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import final_name, validate_meta
from linter.apiserver.pod.affinity import validate_node_selector
from linter.apiserver.pod.claims import validate_access_modes
from linter.apiserver.pod.volume_warnings import warn_of_retired_types
from linter.kube import names, quantities
from linter.kube.node_labels import retired_node_label
from linter.kube.suggest import quote
from linter.path import FieldPath, Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request

_RULE = "persistent-volume"
_STRUCT = "core/v1.PersistentVolumeSpec"
_SPEC: FieldPath = ("spec",)
_MOUNTABLE = frozenset(
    {
        "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "nfs", "rbd", "quobyte", "iscsi", "cinder", "cephfs",
        "azureFile", "vsphereVolume", "azureDisk", "photonPersistentDisk",
    }
)  # fmt: skip
"""The sources that take the annotation with mount options."""
_STABLE_LABELS = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
}


def validate_persistent_volume(request: Request, errors: Errors) -> None:
    """Judge a PersistentVolume. claimRef, mountOptions and the status are free."""
    validate_meta(request, errors, keeps_generation=True)
    spec = request.spec
    modes = spec.get("accessModes") or []
    validate_access_modes(modes, (*_SPEC, "accessModes"), errors, rule=_RULE, noun="volume", struct=_STRUCT)
    _validate_capacity(spec.get("capacity") or {}, (*_SPEC, "capacity"), errors)
    check(_STRUCT, spec, _SPEC, errors, but=("accessModes",))
    _validate_node_affinity(request, errors)
    validate_sources(spec, final_name(request.metadata), _SPEC, errors)
    if "local" in spec and "nodeAffinity" not in spec and _source_of(spec) == "local":
        message = "A local volume needs a nodeAffinity, which says on which node it is."
        errors.required((*_SPEC, "nodeAffinity"), message, rule=_RULE)
    policy = "persistentVolumeReclaimPolicy"
    if spec[policy] == "Recycle" and _is_root((spec.get("hostPath") or {}).get("path") or ""):
        message = "The whole disk of a node can't be recycled: write `Retain`."
        errors.forbidden((*_SPEC, policy), message, rule=_RULE)
    _validate_attributes_class(request, errors)
    _validate_mount_options(request, errors)


def validate_persistent_volume_update(request: Request, errors: Errors) -> None:
    """Judge a PersistentVolume that takes the place of a stored one: its source and its nodes stay."""
    assert request.old is not None  # noqa: S101  an update
    validate_persistent_volume(request, errors)
    spec, stored = request.spec, request.old.object["spec"]
    changed = _changed_source(spec, stored)
    if changed is not None:
        path = (*_SPEC, changed)
        refuse_change(request, path, errors, None, field="spec.persistentvolumesource", forbidden=True)
    # The server leaves out `spec` in these two paths.
    if spec["volumeMode"] != stored["volumeMode"]:
        path = (*_SPEC, "volumeMode")
        refuse_change(request, path, errors, stored["volumeMode"], field="volumeMode")
    if "nodeAffinity" in stored:
        affinity = spec.get("nodeAffinity") or {}
        if not is_same(affinity, _with_stable_labels(stored["nodeAffinity"], affinity)):
            refuse_change(request, (*_SPEC, "nodeAffinity"), errors, None, field="nodeAffinity")
    name = "volumeAttributesClassName"
    if name in stored and name not in spec and _has_attributes_classes(errors):
        refuse_change(request, (*_SPEC, name), errors, stored[name], forbidden=True)


def warn_of_persistent_volume(request: Request, errors: Errors) -> None:
    """Warn of what is deprecated: annotations, the policy Recycle, labels of nodes, types of volumes."""
    warn_of_storage_annotations(request, errors, STORAGE_CLASS, MOUNT_OPTIONS)
    spec = request.spec
    if spec["persistentVolumeReclaimPolicy"] == "Recycle":
        message = (
            "The policy Recycle is deprecated: let a StorageClass make volumes anew, with the policy Delete."
        )
        errors.warn((*_SPEC, "persistentVolumeReclaimPolicy"), message, rule="recycle-policy")
    required = (spec.get("nodeAffinity") or {}).get("required") or {}
    for index, term in enumerate(required.get("nodeSelectorTerms") or ()):
        for number, expression in enumerate(term.get("matchExpressions") or ()):
            if advice := retired_node_label(expression.get("key") or ""):
                terms_path = (*_SPEC, "nodeAffinity", "required", "nodeSelectorTerms")
                path = (*terms_path, index, "matchExpressions", number, "key")
                errors.warn(path, advice, rule="deprecated-node-label")
    warn_of_retired_types(spec, _SPEC, errors, silent=("flocker", "quobyte"))


def _source_of(spec: Object) -> str | None:
    return next((kind for kind in SOURCES if kind in spec), None)


def _validate_capacity(capacity: Object, path: FieldPath, errors: Errors) -> None:
    message = "The capacity has `storage` and nothing else, such as `storage: 10Gi`."
    if not capacity:
        errors.required(path, message, rule=_RULE)
    if capacity.keys() != {"storage"}:
        errors.unsupported(path, message, rule=_RULE)
    for name, value in capacity.items():
        if quantities.parse(value).nanos <= 0:
            message = f"The capacity is {quote(value)}; it must be greater than 0."
            errors.invalid((*path, Key(name)), message, rule=_RULE)


def _validate_node_affinity(request: Request, errors: Errors) -> None:
    affinity = request.spec.get("nodeAffinity")
    if affinity is None:
        return
    path = (*_SPEC, "nodeAffinity", "required")
    if "required" not in affinity:
        errors.required(path, "nodeAffinity says nothing: write required.nodeSelectorTerms.", rule=_RULE)
        return
    stored = (request.old.object["spec"].get("nodeAffinity") or {}) if request.old else {}
    validate_node_selector(affinity["required"], path, errors, old=stored.get("required") or {})


def _is_root(path: str) -> bool:
    """Tell whether a path is that of the root, however it is written."""
    from posixpath import normpath

    return path.startswith("/") and normpath(f"/{path.lstrip('/')}") == "/"


def _has_attributes_classes(errors: Errors) -> bool:
    """Tell whether the server knows VolumeAttributesClasses; before it drops their name."""
    return errors.version >= (1, 34)


def _validate_attributes_class(request: Request, errors: Errors) -> None:
    name = request.spec.get("volumeAttributesClassName")
    if name is None or not _has_attributes_classes(errors):
        return
    path = (*_SPEC, "volumeAttributesClassName")
    if not name:
        message = "volumeAttributesClassName is empty: name a class, or delete the field."
        errors.required(path, message, rule=_RULE)
    else:
        errors.faults(path, "volumeAttributesClassName", name, names.dns_subdomain(name), rule=_RULE)
    if "csi" not in request.spec:
        message = "volumeAttributesClassName is for volumes of a CSI driver alone, but the volume has no csi."
        errors.required((*_SPEC, "csi"), message, rule=_RULE)


def _validate_mount_options(request: Request, errors: Errors) -> None:
    if MOUNT_OPTIONS in (request.metadata.get("annotations") or {}) and _MOUNTABLE.isdisjoint(request.spec):
        path = ("metadata", "annotations", Key(MOUNT_OPTIONS))
        message = f"The annotation `{MOUNT_OPTIONS}` is not for this type of volume: delete it."
        errors.forbidden(path, message, rule=_RULE, field=f"metadata.annotations.{MOUNT_OPTIONS}")


def _changed_source(spec: Object, stored: Object) -> str | None:
    """Return the source that differs from the stored one; None where none does. A Secret for growing may be added."""
    new = {kind: spec[kind] for kind in SOURCES if kind in spec}
    old = {kind: stored[kind] for kind in SOURCES if kind in stored}
    if "csi" in new and "csi" in old and "controllerExpandSecretRef" not in old["csi"]:
        csi = {name: value for name, value in new["csi"].items() if name != "controllerExpandSecretRef"}
        new = {**new, "csi": csi}
    differing = (kind for kind in SOURCES if (kind in new) != (kind in old) or not _is_same(kind, new, old))
    return next(differing, None)


def _is_same(kind: str, new: Object, old: Object) -> bool:
    """Tell whether a source is the stored one. A false or a 0 is as good as none, but for the lun of a fibre channel."""
    one, other = (
        {
            name: value
            for name, value in source.get(kind, {}).items()
            if value or (kind, name) == ("fc", "lun")
        }
        for source in (new, old)
    )
    return is_same(one, other)


def _with_stable_labels(old: Object, new: Object) -> Object:
    """Return a stored node affinity with beta labels replaced by the stable ones where the new affinity has these."""
    required = old.get("required") or {}
    old_terms = required.get("nodeSelectorTerms") or []
    new_terms = (new.get("required") or {}).get("nodeSelectorTerms") or []
    if len(old_terms) != len(new_terms):
        return old
    terms = [_term_with_stable_labels(*both) for both in zip(old_terms, new_terms, strict=True)]
    return {**old, "required": {**required, "nodeSelectorTerms": terms}}


def _term_with_stable_labels(old: Object, new: Object) -> Object:
    term = dict(old)
    for field in ("matchExpressions", "matchFields"):
        expressions, others = old.get(field) or [], new.get(field) or []
        if len(expressions) == len(others):
            term[field] = [
                {**one, "key": other["key"]}
                if other.get("key") and _STABLE_LABELS.get(one.get("key") or "") == other["key"]
                else one
                for one, other in zip(expressions, others, strict=True)
            ]
    return term


PERSISTENT_VOLUME = Strategy(
    validate_persistent_volume, validate_persistent_volume_update, warn_of_persistent_volume
)
