"""The spec of PersistentVolumeClaims, wherever it stands: in a claim, a StatefulSet's claim template, an ephemeral volume.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolumeclaims
"""

from __future__ import annotations

from linter.apiserver.constraints import check, check_field
from linter.apiserver.selectors import validate_label_selector
from linter.kube import names, quantities
from linter.kube.suggest import quote
from linter.path import FieldPath, Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

_STRUCT = "core/v1.PersistentVolumeClaimSpec"
_SEVERAL_PODS = frozenset({"ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"})
"""The access modes that let several pods in."""
_SOURCE_PARTS = (("apiGroup", None), ("kind", ""), ("name", ""))
"""The parts of a data source, with what counts where one is absent."""


def validate_claim_spec(
    spec: Object,
    path: FieldPath,
    errors: Errors,
    *,
    rule: str = "claim-templates",
    any_value: bool = False,
    any_group: bool = False,
) -> None:
    """Judge the spec of a claim.

    Args:
        spec: The spec, with defaults applied.
        path: Where it stands.
        errors: Gets what is wrong.
        rule: The id of the page.
        any_value: Let malformed values in the selector through, as an update does for a claim that had them.
        any_group: Let malformed API groups through, as an update does for a claim that had any group.
    """
    modes = spec.get("accessModes") or []
    validate_access_modes(modes, (*path, "accessModes"), errors, rule=rule)
    if "selector" in spec:
        selector_path = (*path, "selector")
        validate_label_selector(spec["selector"], selector_path, errors, rule=rule, any_value=any_value)
    _validate_size(spec, path, errors, rule)
    check(_STRUCT, spec, path, errors, but=("accessModes",), rule=rule)
    _validate_data_sources(spec, path, errors, rule, any_group=any_group)


def warn_of_claim_spec(
    spec: Object, path: FieldPath, errors: Errors, *, seen_at: FieldPath | None = None
) -> None:
    """Warn of sizes that are not whole numbers of bytes.

    Args:
        spec: The spec of a claim.
        path: Where it stands.
        errors: Gets the warnings.
        seen_at: Where the server says that it stands, if that differs.
    """
    resources = spec.get("resources") or {}
    for kind in ("requests", "limits"):
        size = (resources.get(kind) or {}).get("storage")
        if size is not None and quantities.parse(size).has_fractional_bytes:
            inside = ("resources", kind, Key("storage"))
            message = f"{quote(size)} is not a whole number of bytes; `m` stands for thousandths."
            field = format_path((*(path if seen_at is None else seen_at), *inside))
            errors.warn((*path, *inside), message, rule="fractional-storage", field=field)


def validate_access_modes(
    modes: list[str],
    path: FieldPath,
    errors: Errors,
    *,
    rule: str,
    noun: str = "claim",
    struct: str = _STRUCT,
) -> None:
    """Judge the access modes of a claim or a volume.

    Args:
        modes: The modes.
        path: Where they stand.
        errors: Gets what is wrong.
        rule: The id of the page.
        noun: What has them.
        struct: Its struct, for the table of constraints.
    """
    if not modes:
        errors.required(path, f"The {noun} has no access modes, for example `ReadWriteOnce`.", rule=rule)
    # The server leaves out which one it is.
    check_field(struct, "accessModes", modes, path, errors, rule=rule, field=format_path(path))
    if "ReadWriteOncePod" in modes and not _SEVERAL_PODS.isdisjoint(modes):
        message = "ReadWriteOncePod can't be combined with another access mode."
        errors.forbidden(path, message, rule=rule)


def _validate_size(spec: Object, path: FieldPath, errors: Errors, rule: str) -> None:
    size = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if size is not None and quantities.parse(size).nanos > 0:
        return
    size_path = (*path, "resources", "requests", Key("storage"))
    # The API server leaves `requests` out of this path.
    field = format_path((*path, "resources", Key("storage")))
    if size is None:
        message = "The claim asks for no storage; write resources.requests.storage."
        errors.required(size_path, message, rule=rule, field=field)
    else:
        message = f"The claim asks for {quote(size)}; the size must be greater than 0."
        errors.invalid(size_path, message, rule=rule, field=field)


def _validate_data_sources(
    spec: Object, path: FieldPath, errors: Errors, rule: str, *, any_group: bool
) -> None:
    source, ref = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None:
        _validate_data_source(source, (*path, "dataSource"), errors, rule, any_group=any_group)
    if ref is None:
        return
    _validate_data_source(ref, (*path, "dataSourceRef"), errors, rule, any_group=any_group)
    namespace = ref.get("namespace")
    if namespace:
        namespace_path = (*path, "dataSourceRef", "namespace")
        errors.faults(namespace_path, "The namespace", namespace, names.dns_label(namespace), rule=rule)
    if source is None:
        return
    if namespace:
        message = "dataSource can't be set when dataSourceRef has a namespace."
        errors.invalid(path, message, rule=rule)
    elif any(source.get(part, default) != ref.get(part, default) for part, default in _SOURCE_PARTS):
        errors.invalid(path, "dataSource and dataSourceRef differ; keep one of them.", rule=rule)


def _validate_data_source(
    source: Object, path: FieldPath, errors: Errors, rule: str, *, any_group: bool
) -> None:
    for field in ("name", "kind"):
        if not source.get(field):
            errors.required((*path, field), f"The {path[-1]} has no {field}.", rule=rule)
    if group := source.get("apiGroup"):
        faults = () if any_group else names.dns_subdomain(group)
        errors.faults((*path, "apiGroup"), "The API group", group, faults, rule=rule)
    elif source.get("kind") != "PersistentVolumeClaim":
        message = "Without an apiGroup the kind must be PersistentVolumeClaim."
        errors.invalid(path, message, rule=rule)
