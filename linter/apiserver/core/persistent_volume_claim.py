"""PersistentVolumeClaim.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolumeclaims
"""

from __future__ import annotations

from linter.apiserver.core.storage_annotations import STORAGE_CLASS, warn_of_storage_annotations
from linter.apiserver.equality import is_same
from linter.apiserver.errors import Errors
from linter.apiserver.fields import refuse_change
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.apiserver.pod.claims import validate_claim_spec, warn_of_claim_spec
from linter.apiserver.request import annotations_of
from linter.apiserver.selectors import validate_label_selector
from linter.kube import quantities
from linter.kube.suggest import quote
from linter.path import FieldPath, Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.request import Object, Request, Stored
    from linter.kube.quantities import Quantity
    from linter.version import KubeVersion

_RULE = "persistent-volume-claim"
_SPEC: FieldPath = ("spec",)
_SOURCES = ("dataSource", "dataSourceRef")
_ATTRIBUTES_CLASS = "volumeAttributesClassName"
_POINTERS = frozenset({"selector", "storageClassName", _ATTRIBUTES_CLASS})
"""The fields of which an empty one is not the same as none."""


def validate_persistent_volume_claim(request: Request, errors: Errors) -> None:
    """Judge a new claim."""
    validate_meta(request, errors, keeps_generation=True)
    spec = _prepare(request.spec, {}, errors.version)
    found = Errors(errors.version)
    validate_claim_spec(spec, _SPEC, found, rule=_RULE)
    _add_as_written(found, request.spec, errors)


def validate_persistent_volume_claim_update(request: Request, errors: Errors) -> None:
    """Judge a claim that takes the place of a stored one: it may only grow, and change its class of attributes."""
    assert request.old is not None  # noqa: S101  an update
    validate_meta(request, errors)
    old = _prepare(request.old.object["spec"], {}, errors.version)
    new = _prepare(request.spec, old, errors.version)
    found = Errors(errors.version)
    validate_claim_spec(
        new,
        _SPEC,
        found,
        rule=_RULE,
        any_value=_is_malformed(old.get("selector"), errors.version),
        any_group=any("apiGroup" in (old.get(source) or {}) for source in _SOURCES),
    )
    _add_as_written(found, request.spec, errors)
    _validate_changes(request, request.old, new, old, errors)


def warn_of_persistent_volume_claim(request: Request, errors: Errors) -> None:
    """Warn of an annotation that a field took the place of, and of sizes that are not whole numbers of bytes."""
    warn_of_storage_annotations(request, errors, STORAGE_CLASS)
    warn_of_claim_spec(request.spec, _SPEC, errors)


def _is_malformed(selector: Object | None, version: KubeVersion) -> bool:
    alone = Errors(version)
    validate_label_selector(selector or {}, (), alone)
    return bool(alone.errors)


def _prepare(spec: Object, stored: Object, version: KubeVersion) -> Object:
    """Return the spec as the server validates it: without what it drops, and with both kinds of data source.

    Args:
        spec: The spec, with defaults applied.
        stored: That of the stored claim; empty for a new one.
        version: The server's version.
    """
    spec = dict(spec)
    if version < (1, 34) and _ATTRIBUTES_CLASS not in stored:
        spec.pop(_ATTRIBUTES_CLASS, None)
    # Sources in other namespaces are behind a gate that is off.
    if (spec.get("dataSourceRef") or {}).get("namespace") and "dataSourceRef" not in stored:
        del spec["dataSourceRef"]
    is_known = "dataSourceRef" in spec or any(source in stored for source in _SOURCES)
    if "dataSource" in spec and not is_known and not _is_claim_or_snapshot(spec["dataSource"]):
        del spec["dataSource"]
    return _fill_sources(spec)


def _is_claim_or_snapshot(source: Object) -> bool:
    kind = (source.get("apiGroup") or "", source.get("kind"))
    return kind in {("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot")}


def _fill_sources(spec: Object) -> Object:
    """Return the spec with the data source in both of its fields, where it is in one."""
    source, ref = (spec.get(field) for field in _SOURCES)
    if source is not None and ref is None:
        return {**spec, "dataSourceRef": source}
    if ref is not None and source is None and not ref.get("namespace"):
        return {**spec, "dataSource": {name: each for name, each in ref.items() if name != "namespace"}}
    return spec


def _add_as_written(found: Errors, written: Object, errors: Errors) -> None:
    """Add the errors of a filled spec, those of the copy of a data source at the one that is written."""
    for error in found.errors:
        if len(error.path) > 1 and error.path[1] in _SOURCES and error.path[1] not in written:
            other = _SOURCES[1 - _SOURCES.index(str(error.path[1]))]
            field = error.field or format_path(error.path)
            errors.errors.append(error._replace(path=("spec", other, *error.path[2:]), field=field))
        else:
            errors.errors.append(error)


def _validate_changes(request: Request, stored: Stored, new: Object, old: Object, errors: Errors) -> None:
    """Refuse what can't be changed.

    Args:
        request: The request.
        stored: The stored claim.
        new: The spec as the server validates it.
        old: The stored spec, with the data source in both fields.
        errors: Gets what is wrong.
    """
    status: Object = stored.object.get("status") or {}
    if not _takes_class_of_annotation(request.object, stored.object, new, old):
        annotation = annotations_of(request.object).get(STORAGE_CLASS) or ""
        if annotation != (annotations_of(stored.object).get(STORAGE_CLASS) or ""):
            path = ("metadata", "annotations", Key(STORAGE_CLASS))
            field = f"metadata.annotations.{STORAGE_CLASS}"
            refuse_change(request, path, errors, None, field=field)
    changed = _changed_fields(new, _with_what_may_change(new, old, stored.object, status))
    if changed:
        message = (
            f"{', '.join(changed)} of a claim can't be changed: keep the stored spec, or create a claim under another "
            "name. Only a bound claim can grow, or get another volumeAttributesClassName."
        )
        errors.forbidden((*_SPEC, changed[0]), message, rule="immutable-fields", field="spec")
    _validate_size(new, old, status, errors)
    if new["volumeMode"] != old["volumeMode"]:
        # The server leaves out `spec` in this path.
        refuse_change(request, (*_SPEC, "volumeMode"), errors, old["volumeMode"], field="volumeMode")
    stored_class = old.get(_ATTRIBUTES_CLASS)
    is_taken_away = not new.get(_ATTRIBUTES_CLASS) and new.get(_ATTRIBUTES_CLASS) != stored_class
    if is_taken_away and status.get("currentVolumeAttributesClassName") is not None:
        refuse_change(request, (*_SPEC, _ATTRIBUTES_CLASS), errors, stored_class, forbidden=True)


def _takes_class_of_annotation(claim: Object, stored: Object, new: Object, old: Object) -> bool:
    """Tell whether storageClassName takes the place of the annotation, with the same class."""
    annotations = annotations_of(stored)
    if STORAGE_CLASS not in annotations or "storageClassName" in old:
        return False
    name: str = annotations[STORAGE_CLASS]
    return name == new.get("storageClassName") and name == annotations_of(claim).get(STORAGE_CLASS, name)


def _with_what_may_change(new: Object, old: Object, stored: Object, status: Object) -> Object:
    """Return the stored spec with the new values of what may be changed."""
    old = dict(old)
    if not old.get("volumeName") and "volumeName" in new:
        old["volumeName"] = new["volumeName"]
    name = new.get("storageClassName")
    is_new = name is not None and "storageClassName" not in old
    if is_new and annotations_of(stored).get(STORAGE_CLASS, name) == name:
        old["storageClassName"] = name
    phase = status.get("phase")
    requests = (new.get("resources") or {}).get("requests") or {}
    grown = _size(new).nanos > _size(old).nanos
    # What is in a repository does not say whether the claim is bound; those in use are.
    if "storage" in requests and (phase == "Bound" or (phase is None and grown)):
        resources = old.get("resources") or {}
        old_requests = {**(resources.get("requests") or {}), "storage": requests["storage"]}
        old["resources"] = {**resources, "requests": old_requests}
    if phase == "Bound":
        old.pop(_ATTRIBUTES_CLASS, None)
        if _ATTRIBUTES_CLASS in new:
            old[_ATTRIBUTES_CLASS] = new[_ATTRIBUTES_CLASS]
    return old


def _changed_fields(new: Object, old: Object) -> list[str]:
    """Return the fields that differ."""
    names = dict.fromkeys((*new, *old))
    return [name for name in names if not is_same(_comparable(name, new), _comparable(name, old))]


def _comparable(name: str, spec: Object) -> Any:
    """Return a field as the server compares it: amounts by their size, and what is empty as something, not as none."""
    value = spec.get(name)
    if name == "resources" and value:
        return {
            kind: {key: quantities.parse(each).in_millis().nanos for key, each in amounts.items()}
            if kind in {"requests", "limits"}
            else amounts
            for kind, amounts in value.items()
        }
    return [value] if value in ("", {}) and name in _POINTERS else value


def _size(spec: Object) -> Quantity:
    return quantities.parse(((spec.get("resources") or {}).get("requests") or {}).get("storage")).in_millis()


def _validate_size(new: Object, old: Object, status: Object, errors: Errors) -> None:
    size, stored = _size(new), _size(old)
    if size.nanos >= stored.nanos:
        return
    # Since 1.32 a claim may go back to what it has, after it could not grow.
    capacity = quantities.parse((status.get("capacity") or {}).get("storage")).in_millis()
    if errors.version < (1, 32) or size.nanos <= capacity.nanos:
        message = f"The claim asks for {quote(size)}, less than the {stored} that it asked for: volumes don't shrink."
        path = (*_SPEC, "resources", "requests", Key("storage"))
        errors.forbidden(path, message, rule="immutable-fields", field="spec.resources.requests.storage")


PERSISTENT_VOLUME_CLAIM = Strategy(
    validate_persistent_volume_claim, validate_persistent_volume_claim_update, warn_of_persistent_volume_claim
)
