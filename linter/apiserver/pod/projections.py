"""Volumes of files that come from the API: configMap, secret, downwardAPI, and projected ones, which join these.

Source: https://kubernetes.io/docs/concepts/storage/projected-volumes/
"""

from __future__ import annotations

from linter.apiserver.pod.field_refs import validate_object_field_selector, validate_resource_field_selector
from linter.kube import file_modes, names
from linter.kube.suggest import quote
from linter.path import FieldPath, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

ITEM_KINDS = ("secret", "configMap", "downwardAPI")
"""The sources that hold items: files of the volume, each with a path."""
_FILES = {
    "clusterTrustBundle": ("path",),
    "podCertificate": ("credentialBundlePath", "keyPath", "certificateChainPath"),
}
"""The sources that name their files in fields of their own."""
_RULE = "volume-sources"
_FIELDS = frozenset(
    {"metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"}
)
"""The fields of the pod that a volume can show."""


def validate_secret_volume(source: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the source of a secret volume."""
    if not source.get("secretName"):
        errors.required((*path, "secretName"), "The volume names no Secret.", rule=_RULE)
    _validate_mode(source.get("defaultMode"), (*path, "defaultMode"), errors)
    _validate_items(source, path, errors)


def validate_config_map_volume(source: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the source of a configMap volume."""
    if not source.get("name"):
        errors.required((*path, "name"), "The volume names no ConfigMap.", rule=_RULE)
    _validate_mode(source.get("defaultMode"), (*path, "defaultMode"), errors)
    _validate_items(source, path, errors)


def validate_downward_api_volume(source: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the source of a downwardAPI volume."""
    _validate_mode(source.get("defaultMode"), (*path, "defaultMode"), errors)
    _validate_downward_items(source, path, errors)


def validate_projected_volume(
    source: Object, path: FieldPath, errors: Errors, *, any_token_path: bool
) -> None:
    """Judge the source of a projected volume.

    Args:
        source: The source, with defaults applied.
        path: Where it stands.
        errors: Gets what is wrong.
        any_token_path: Let malformed paths of service account tokens through.
    """
    _validate_mode(source.get("defaultMode"), (*path, "defaultMode"), errors)
    taken: set[str] = set()
    for index, projection in enumerate(source.get("sources") or ()):
        projection_path = (*path, "sources", index)
        for kind in ("secret", "configMap"):
            if kind in projection:
                if not projection[kind].get("name"):
                    errors.required((*projection_path, kind, "name"), f"The {kind} has no name.", rule=_RULE)
                _validate_items(projection[kind], (*projection_path, kind), errors)
        if "downwardAPI" in projection:
            _validate_downward_items(projection["downwardAPI"], (*projection_path, "downwardAPI"), errors)
        if "serviceAccountToken" in projection:
            token_path = (*projection_path, "serviceAccountToken")
            # The API server names the path of the token without saying of which source.
            field = format_path((*path, "path"))
            _validate_token(
                projection["serviceAccountToken"], token_path, errors, field=field, any_path=any_token_path
            )
        if "clusterTrustBundle" in projection:
            from linter.apiserver.pod.certificates import validate_cluster_trust_bundle

            bundle_path = (*projection_path, "clusterTrustBundle")
            validate_cluster_trust_bundle(projection["clusterTrustBundle"], bundle_path, errors)
        if "podCertificate" in projection:
            from linter.apiserver.pod.certificates import validate_pod_certificate

            certificate_path = (*projection_path, "podCertificate")
            validate_pod_certificate(projection["podCertificate"], certificate_path, errors)
        _validate_free_paths(projection, projection_path, errors, taken=taken, field=format_path(path))
        if len(projection) > 1:
            message = f"A source holds one projection, but this has {', '.join(projection)}."
            errors.forbidden(projection_path, message, rule=_RULE)


def has_malformed_token_path(volumes: Iterable[Object]) -> bool:
    """Tell whether a volume holds a service account token at a malformed path: an update may keep such paths."""
    return any(
        names.non_reserved_path((projection.get("serviceAccountToken") or {}).get("path") or "")
        for volume in volumes
        for projection in (volume.get("projected") or {}).get("sources") or ()
    )


def _validate_mode(mode: int | None, path: FieldPath, errors: Errors, *, field: str | None = None) -> None:
    if mode is None or file_modes.is_file_mode(mode):
        return
    message = f"The file mode {mode} is out of range: 0 to 0777, or 511 in decimal."
    meant = file_modes.octal(str(mode))
    if meant is not None:
        message = f"The file mode {mode} is taken as a decimal number; write {file_modes.spelled(meant)}."
    errors.invalid(path, message, rule=_RULE, field=field)


def _validate_items(source: Object, path: FieldPath, errors: Errors) -> None:
    for index, item in enumerate(source.get("items") or ()):
        item_path = (*path, "items", index)
        if not item.get("key"):
            errors.required((*item_path, "key"), "The item has no key.", rule=_RULE)
        if not item.get("path"):
            errors.required((*item_path, "path"), "The item has no path.", rule=_RULE)
        else:
            faults = names.non_reserved_path(item["path"])
            errors.faults((*item_path, "path"), "The path", item["path"], faults, rule=_RULE)
        _validate_mode(item.get("mode"), (*item_path, "mode"), errors)


def _validate_downward_items(source: Object, path: FieldPath, errors: Errors) -> None:
    for index, item in enumerate(source.get("items") or ()):
        # The API server leaves `items[…]` out of all these paths.
        _validate_downward_item(item, (*path, "items", index), errors, seen_at=path)


def _validate_downward_item(item: Object, path: FieldPath, errors: Errors, *, seen_at: FieldPath) -> None:
    file_path = item.get("path") or ""
    field = format_path((*seen_at, "path"))
    if not file_path:
        errors.required((*path, "path"), "The item has no path.", rule=_RULE, field=field)
    else:
        faults = names.non_reserved_path(file_path)
        errors.faults((*path, "path"), "The path", file_path, faults, rule=_RULE, field=field)
    if "fieldRef" in item:
        ref_path, ref_seen_at = (*path, "fieldRef"), (*seen_at, "fieldRef")
        validate_object_field_selector(
            item["fieldRef"], ref_path, errors, _FIELDS, rule=_RULE, seen_at=ref_seen_at
        )
        if "resourceFieldRef" in item:
            message = "An item can't have both fieldRef and resourceFieldRef."
            errors.invalid(path, message, rule=_RULE, field=format_path(seen_at))
    elif "resourceFieldRef" in item:
        ref_path, ref_seen_at = (*path, "resourceFieldRef"), (*seen_at, "resourceFieldRef")
        validate_resource_field_selector(
            item["resourceFieldRef"], ref_path, errors, in_volume=True, rule=_RULE, seen_at=ref_seen_at
        )
    else:
        message = "An item needs a fieldRef or a resourceFieldRef."
        errors.required(path, message, rule=_RULE, field=format_path(seen_at))
    _validate_mode(item.get("mode"), (*path, "mode"), errors, field=format_path((*seen_at, "mode")))


def _validate_token(token: Object, path: FieldPath, errors: Errors, *, field: str, any_path: bool) -> None:
    seconds = token.get("expirationSeconds", 3600)
    if not 600 <= seconds <= 1 << 32:
        message = (
            f"The token expires after {seconds} seconds; at least 600 (and at most 4294967296) are needed."
        )
        errors.invalid((*path, "expirationSeconds"), message, rule=_RULE)
    file_path = token.get("path") or ""
    faults = names.non_reserved_path(file_path)
    if not file_path:
        message = "The service account token has no path."
        errors.required((*path, "path"), message, rule=_RULE, field=field)
    elif any_path:
        return
    errors.faults((*path, "path"), "The path", file_path, faults, rule=_RULE, field=field)


def _validate_free_paths(
    projection: Object, path: FieldPath, errors: Errors, *, taken: set[str], field: str
) -> None:
    """Judge whether the items of a source write to paths that other items of the volume write to.

    Args:
        projection: One of the sources of a projected volume.
        path: Where it stands.
        errors: Gets what is wrong.
        taken: The paths that are taken; gets those of this source.
        field: The volume's source, which is all that the server names.
    """
    for file_path, written in _file_paths(projection, path):
        if file_path and file_path in taken:
            message = f"The path {quote(file_path)} is taken by another item of the volume."
            errors.invalid(written, message, rule=_RULE, field=field)
        taken.add(file_path)


def _file_paths(projection: Object, path: FieldPath) -> Iterator[tuple[str, FieldPath]]:
    """Yield the paths of the files that a source makes, and where each is written."""
    for kind in ITEM_KINDS:
        for index, item in enumerate((projection.get(kind) or {}).get("items") or ()):
            yield item.get("path") or "", (*path, kind, "items", index, "path")
    for kind, fields in _FILES.items():
        source = projection.get(kind) or {}
        for field in fields:
            yield source.get(field) or "", (*path, kind, field)
