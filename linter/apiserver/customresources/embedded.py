"""Embedded resources (x-kubernetes-embedded-resource): whole objects inside a custom resource, with apiVersion, kind and metadata."""

from __future__ import annotations

from linter.apiserver.errors import Errors
from linter.apiserver.meta import validate_object_meta
from linter.apiserver.request import Request
from linter.kube import names
from linter.kube.suggest import quote
from linter.path import Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.apiserver.customresources.plain import Schema
    from linter.path import FieldPath

EMBEDDED = "x-kubernetes-embedded-resource"
_RULE = "embedded-resource"


def embedded_resources(
    value: Any, schema: Schema, path: FieldPath = ()
) -> Iterator[tuple[FieldPath, dict[str, Any]]]:
    """Yield the embedded resources in a value, each with its path; the value itself, too, if its schema says so.

    Args:
        value: The object, or a part of it.
        schema: Its schema.
        path: Where it is.
    """
    if isinstance(value, dict):
        if schema.get(EMBEDDED):
            yield path, value
        properties, others = schema.get("properties", {}), schema.get("additionalProperties")
        for key, each in value.items():
            if key in properties:
                yield from embedded_resources(each, properties[key], (*path, key))
            elif isinstance(others, dict):
                yield from embedded_resources(each, others, (*path, Key(key)))
    elif isinstance(value, list) and isinstance(items := schema.get("items"), dict):
        for index, each in enumerate(value):
            yield from embedded_resources(each, items, (*path, index))


def validate_embedded(resource: dict[str, Any], path: FieldPath, errors: Errors) -> None:
    """Judge an embedded resource: what every object has.

    Args:
        resource: The resource, whose metadata decodes.
        path: Where it is.
        errors: Gets what is wrong.
    """
    for name in ("apiVersion", "kind"):
        if name not in resource:
            message = f"`{format_path(path)}` holds a whole object, which needs `{name}`."
            errors.required((*path, name), message, rule=_RULE)
    api_version, kind = resource.get("apiVersion"), resource.get("kind")
    if isinstance(api_version, str) and (not api_version or api_version.count("/") > 1):
        message = f"The apiVersion {quote(api_version)} is not one: write `v1`, or a group and a version."
        errors.invalid((*path, "apiVersion"), message, rule=_RULE)
    if kind == "":
        errors.invalid((*path, "kind"), "The kind is empty.", rule=_RULE)
    elif isinstance(kind, str):
        errors.faults((*path, "kind"), "The kind", kind, names.dns_label_1035(kind.lower()), rule=_RULE)
    metadata = resource.get("metadata")
    if isinstance(metadata, dict):
        _validate_metadata(metadata, path, errors)


def _validate_metadata(metadata: dict[str, Any], path: FieldPath, errors: Errors) -> None:
    # A name is not asked for.
    whole = {"metadata": metadata if metadata.get("name") else {**metadata, "name": "any"}}
    found = Errors(errors.version)
    request = Request(errors.version, {"kind": ""}, whole)
    validate_object_meta(request, found, name=names.path_segment, finalizers_need_domain=False)
    prefix = format_path(path)
    errors.errors += (
        error._replace(path=(*path, *error.path), field=f"{prefix}.{error.field or format_path(error.path)}")
        for error in found.errors
    )
