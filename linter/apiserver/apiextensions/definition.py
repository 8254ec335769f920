"""CustomResourceDefinition.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
"""

from __future__ import annotations

from linter.apiserver.apiextensions.schema import validate_schema, warn_of_schema
from linter.apiserver.apiextensions.subject import stored_of
from linter.apiserver.apiextensions.versions import (
    validate_columns,
    validate_deprecation,
    validate_selectable_fields,
    validate_subresources,
)
from linter.apiserver.client_config import validate_client_config, validate_review_versions
from linter.apiserver.fields import refuse_change
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.kube import names
from linter.kube.suggest import quote
from linter.kube.urls import parse_url
from linter.light_typing import NamedTuple
from linter.path import Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

SCOPES = ("Cluster", "Namespaced")
STRATEGIES = ("None", "Webhook")
_SPEC: FieldPath = ("spec",)
_APPROVED = "api-approved.kubernetes.io"
_NAMES = "definition-names"
_VERSIONS = "definition-versions"
_CONVERSION = "definition-conversion"


class Block(NamedTuple):
    """A part of a version that the server moves out of the versions where all of them have the same."""

    name: str
    spelled: str
    """As the server spells its path then."""


SCHEMA = Block("schema", "spec.validation")
SUBRESOURCES = Block("subresources", "spec.subresources")
COLUMNS = Block("additionalPrinterColumns", "spec.additionalPrinterColumns")
SELECTABLE_FIELDS = Block("selectableFields", "spec.selectableFields")


def validate_custom_resource_definition(request: Request, errors: Errors) -> None:
    """Judge a CustomResourceDefinition, new or updated."""
    spec = request.spec
    _validate_name(request, errors)
    _validate_group(spec.get("group") or "", errors)
    scope = spec.get("scope") or ""
    if scope:
        errors.not_supported((*_SPEC, "scope"), "The scope", scope, SCOPES, rule=_NAMES)
    else:
        message = "The scope is missing: write `Namespaced` or `Cluster`."
        errors.required((*_SPEC, "scope"), message, rule=_NAMES)
    versions = spec.get("versions") or []
    stored = (request.old.object.get("spec") or {}) if request.old else {}
    if spec.get("preserveUnknownFields") and not stored.get("preserveUnknownFields"):
        message = "preserveUnknownFields is gone in v1: write x-kubernetes-preserve-unknown-fields in the schema instead."
        errors.invalid((*_SPEC, "preserveUnknownFields"), message, rule=_VERSIONS)
    _validate_versions(request, versions, errors)
    for block in (SCHEMA, SUBRESOURCES, COLUMNS, SELECTABLE_FIELDS):
        _validate_block(block, versions, stored.get("versions") or [], errors)
    _validate_names(spec["names"], (*_SPEC, "names"), errors)
    _validate_conversion(spec["conversion"], (*_SPEC, "conversion"), errors)
    if request.old is None:
        _validate_approval(request, errors)
    else:
        _validate_unchanged(request, spec, stored, errors)


def warn_of_custom_resource_definition(request: Request, errors: Errors) -> None:
    """Warn of formats that the server does not know, and of sets that it handles as lists."""
    versions = request.spec.get("versions") or []
    for index, version in enumerate(versions):
        schema = (version.get("schema") or {}).get("openAPIV3Schema")
        if schema and not any(version.get("schema") == each.get("schema") for each in versions[:index]):
            warn_of_schema(schema, (*_SPEC, "versions", index, "schema", "openAPIV3Schema"), errors)


def _validate_name(request: Request, errors: Errors) -> None:
    spec = request.spec
    plural, group = (spec.get("names") or {}).get("plural") or "", spec.get("group") or ""
    wanted = f"{plural or '<plural>'}.{group or '<group>'}"

    def faults(name: str) -> names.Faults:
        odd = () if name == wanted else (f"must be the plural and the group: {quote(wanted)}",)
        return (*names.dns_subdomain(name), *odd)

    validate_meta(
        request,
        errors,
        name=faults if request.old is None else names.dns_subdomain,
        finalizers_need_domain=False,
    )


def _validate_group(group: str, errors: Errors) -> None:
    path = (*_SPEC, "group")
    if not group:
        errors.required(path, "The group is missing: write one such as `example.com`.", rule=_NAMES)
        return
    faults = names.dns_subdomain(group)
    if not faults and "." not in group:
        faults = ("must have a dot, such as `example.com`",)
    errors.faults(path, "The group", group, faults, rule=_NAMES)


def _validate_versions(request: Request, versions: list[Object], errors: Errors) -> None:
    whole = (*_SPEC, "versions")
    seen: set[str] = set()
    for index, version in enumerate(versions):
        path: FieldPath = (*whole, index)
        name = version.get("name") or ""
        if faults := names.dns_label_1035(name):
            errors.faults((*path, "name"), "The version", name, faults, rule=_VERSIONS)
            if index == 0 and name:
                errors.faults(
                    (*path, "name"), "The version", name, faults, rule=_VERSIONS, field="spec.version"
                )
        if name in seen:
            message = f"The version {quote(name)} is there twice."
            errors.invalid((*path, "name"), message, rule=_VERSIONS, field="spec.versions")
        seen.add(name)
        validate_deprecation(version, path, errors)
        if (version.get("schema") or {}).get("openAPIV3Schema") is None:
            message = (
                "The version has no schema: write at least `type: object` and "
                "`x-kubernetes-preserve-unknown-fields: true`."
            )
            errors.required((*path, "schema", "openAPIV3Schema"), message, rule=_VERSIONS)
    storage = [version.get("name") or "" for version in versions if version.get("storage")]
    if len(storage) != 1:
        message = f"{len(storage)} versions have `storage: true`; exactly one must."
        errors.invalid(whole, message, rule=_VERSIONS)
    _validate_stored_versions(request, versions, storage, errors)


def _validate_stored_versions(
    request: Request, versions: list[Object], storage: list[str], errors: Errors
) -> None:
    """Judge status.storedVersions as the server keeps it: it adds the first version with `storage: true`."""
    field = "status.storedVersions"
    path = (*_SPEC, "versions")
    stored = _stored_versions(request.old.object) if request.old else []
    stored += [name for name in storage[:1] if name not in stored]
    if not stored:
        errors.invalid(path, "No version is stored.", rule=_VERSIONS, field=field)
        return
    left = list(stored)
    for version in versions:
        name = version.get("name") or ""
        if name in left:
            left.remove(name)
        elif version.get("storage"):
            message = f"Another version is stored beside {quote(name)}."
            errors.invalid(path, message, rule=_VERSIONS, field=field)
    for name in left:
        message = f"Objects may be stored in the version {quote(name)}: keep it, with `storage: false`."
        errors.invalid(path, message, rule=_VERSIONS, field=f"{field}[{stored.index(name)}]")


def _stored_versions(definition: Object) -> list[str]:
    if stored := (definition.get("status") or {}).get("storedVersions"):
        return list(stored)
    versions = (definition.get("spec") or {}).get("versions") or []
    return [version.get("name") or "" for version in versions if version.get("storage")][:1]


def _validate_block(
    block: Block, versions: list[Object], stored_versions: list[Object], errors: Errors
) -> None:
    """Judge a block of every version; only once, and spelled as a block of the whole, where all have the same."""
    if not versions:
        return
    blocks = [version.get(block.name) or None for version in versions]
    same = all(each == blocks[0] for each in blocks)
    for index, version in enumerate(versions[:1] if same else versions):
        path: FieldPath = (*_SPEC, "versions", index, block.name)
        before = len(errors)
        if block.name in version:
            _validate_content(block, version, stored_versions, path, errors)
        if same:
            prefix = format_path(path)
            errors.errors[before:] = [
                error._replace(
                    field=(error.field or format_path(error.path)).replace(prefix, block.spelled, 1)
                )
                for error in errors.errors[before:]
            ]


def _validate_content(
    block: Block, version: Object, stored_versions: list[Object], path: FieldPath, errors: Errors
) -> None:
    content = version[block.name]
    schema = (version.get("schema") or {}).get("openAPIV3Schema")
    if block is SCHEMA:
        if schema is not None:
            has_status = "status" in (version.get("subresources") or {})
            stored = stored_of(stored_versions, version)
            validate_schema(schema, (*path, "openAPIV3Schema"), errors, stored, has_status=has_status)
    elif block is SUBRESOURCES:
        validate_subresources(content, path, errors)
    elif block is COLUMNS:
        validate_columns(content, path, errors)
    elif block is SELECTABLE_FIELDS:
        validate_selectable_fields(content, schema or {}, path, errors)
    else:
        raise KeyError(block.name)


def _validate_names(written: Object, path: FieldPath, errors: Errors) -> None:
    for name in ("plural", "singular", "kind", "listKind"):
        value = written.get(name) or ""
        if not value:
            errors.required((*path, name), f"{name} is missing.", rule=_NAMES)
            continue
        faults = names.dns_label_1035(value.lower() if name in {"kind", "listKind"} else value)
        errors.faults((*path, name), f"The {name}", value, faults, rule=_NAMES)
    for name in ("shortNames", "categories"):
        for index, value in enumerate(written.get(name) or ()):
            faults = names.dns_label_1035(value)
            errors.faults((*path, name, index), "The name", value, faults, rule=_NAMES)
    kind = written.get("kind")
    if kind and kind == written.get("listKind"):
        message = f"kind and listKind are the same: call the list {quote(f'{kind}List')}."
        errors.invalid((*path, "listKind"), message, rule=_NAMES)


def _validate_conversion(conversion: Object, path: FieldPath, errors: Errors) -> None:
    strategy = conversion.get("strategy") or ""
    if strategy:
        errors.not_supported((*path, "strategy"), "The strategy", strategy, STRATEGIES, rule=_CONVERSION)
    else:
        message = "The strategy is missing: write `None` or `Webhook`."
        errors.required((*path, "strategy"), message, rule=_CONVERSION)
    webhook = conversion.get("webhook") or {}
    config, versions = webhook.get("clientConfig"), webhook.get("conversionReviewVersions") or []
    # The server has the two in another place.
    config_field, versions_field = (
        f"{format_path(path)}.{name}" for name in ("webhookClientConfig", "conversionReviewVersions")
    )
    config_path, versions_path = (
        (*path, "webhook", "clientConfig"),
        (*path, "webhook", "conversionReviewVersions"),
    )
    if strategy == "Webhook":
        if config is None:
            message = "A conversion by webhook needs webhook.clientConfig."
            errors.required(config_path, message, rule=_CONVERSION, field=config_field)
        else:
            validate_client_config(config, config_path, errors, rule="webhook-client", field=config_field)
        validate_review_versions(
            versions, versions_path, errors, rule="review-versions", field=versions_field
        )
    else:
        message = (
            "Only a conversion of strategy `Webhook` has a webhook: leave it out, or change the strategy."
        )
        if config is not None:
            errors.forbidden(config_path, message, rule=_CONVERSION, field=config_field)
        if versions:
            errors.forbidden(versions_path, message, rule=_CONVERSION, field=versions_field)


def _validate_approval(request: Request, errors: Errors) -> None:
    group = request.spec.get("group") or ""
    if not any(group == owner or group.endswith(f".{owner}") for owner in ("k8s.io", "kubernetes.io")):
        return
    rule = "definition-approval"
    annotations = request.metadata.get("annotations") or {}
    value = annotations.get(_APPROVED) or ""
    path: FieldPath = ("metadata", "annotations", Key(_APPROVED))
    wanted = "the URL of the approval, or `unapproved` and a reason"
    if not value:
        message = f"The group {quote(group)} is Kubernetes' own: choose another one, or write the annotation `{_APPROVED}`."
        errors.required(path, message, rule=rule)
    elif not value.startswith("unapproved"):
        url = parse_url(value)
        if url is None or not url.scheme or not url.host:
            message = f"The annotation `{_APPROVED}` is {quote(value)}; it must be {wanted}."
            errors.invalid(path, message, rule=rule)


def _validate_unchanged(request: Request, spec: Object, old: Object, errors: Errors) -> None:
    """Refuse changes of what the storage depends on. The stored definition is taken for established, as all soon are."""
    for path in (("scope",), ("names", "kind"), ("group",), ("names", "plural")):
        new_value: Any = spec
        old_value: Any = old
        for name in path:
            new_value, old_value = (
                (new_value or {}).get(name) or "",
                (old_value or {}).get(name) or "",
            )
        if new_value != old_value:
            refuse_change(request, (*_SPEC, *path), errors, old_value)


CUSTOM_RESOURCE_DEFINITION = Strategy(
    validate_custom_resource_definition,
    validate_custom_resource_definition,
    warn=warn_of_custom_resource_definition,
)
