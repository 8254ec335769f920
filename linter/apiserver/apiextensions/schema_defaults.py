"""Defaults in a schema: each must be a value that the schema itself takes."""

from __future__ import annotations

from linter.apiserver.customresources.messages import error_of
from linter.apiserver.customresources.plain import as_json, has_rules, normalized
from linter.apiserver.customresources.schema import SchemaValidator, TooManyPartsError, Work
from linter.apiserver.errors import Errors
from linter.apiserver.meta import validate_labels
from linter.cel.errors import CelMissingError
from linter.kube.formats import has_format, is_known_format
from linter.path import Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.customresources.plain import Schema
    from linter.apiserver.request import Object
    from linter.path import FieldPath
    from linter.version import KubeVersion

_RULE = "schema-default"
_EMBEDDED = "x-kubernetes-embedded-resource"
_PRESERVE = "x-kubernetes-preserve-unknown-fields"
_TYPE_META = frozenset({"apiVersion", "kind", "metadata"})


def validate_defaults(
    node: Object, path: FieldPath, errors: Errors, *, is_resource: bool = True, inside_metadata: bool = False
) -> None:
    """Judge the defaults of a node and of what is below it. What additionalProperties hold is not looked at.

    Args:
        node: The schema.
        path: Where it is.
        errors: Gets what is wrong.
        is_resource: Whether it is of a whole object, with apiVersion, kind and metadata.
        inside_metadata: Whether it is within the apiVersion, kind or metadata of one.
    """
    default = node.get("default")
    if default is not None and not inside_metadata:
        _validate_default(default, node, (*path, "default"), errors, is_resource=is_resource)
    items = node.get("items")
    if isinstance(items, dict):
        embedded = bool(items.get(_EMBEDDED))
        validate_defaults(
            items, (*path, "items"), errors, is_resource=embedded, inside_metadata=inside_metadata
        )
    for name, child in (node.get("properties") or {}).items():
        at = (*path, "properties", Key(name))
        is_type_meta = is_resource and name in _TYPE_META
        if is_type_meta and not inside_metadata:
            _validate_type_meta(name, (child or {}).get("default"), (*at, "default"), errors)
        inside = inside_metadata or is_type_meta
        embedded = bool((child or {}).get(_EMBEDDED))
        validate_defaults(child or {}, at, errors, is_resource=embedded, inside_metadata=inside)


def _validate_type_meta(name: str, default: Any, path: FieldPath, errors: Errors) -> None:
    """Judge a default of apiVersion, kind or metadata itself; those deeper in metadata are not looked at here."""
    if default is None:
        return
    fits = _is_metadata(default) if name == "metadata" else isinstance(default, str) and default != ""
    if not fits:
        message = f"With this default an object has no {name} that it could have: leave it out."
        errors.invalid(path, message, rule=_RULE)


def _validate_default(
    default: Any, node: Object, path: FieldPath, errors: Errors, *, is_resource: bool
) -> None:
    if _has_unknown(default, node, is_resource=is_resource):
        message = "The default has fields that the schema does not know: declare them, or leave them out."
        errors.invalid(path, message, rule=_RULE)
    before = len(errors)
    if is_resource and isinstance(default, dict):
        _validate_resource(default, path, errors)
    if len(errors) > before:
        return
    _validate_value(default, node, path, errors)
    if len(errors) == before:
        _validate_against_rules(default, node, path, errors, is_resource=is_resource)


def _validate_value(default: Any, node: Object, path: FieldPath, errors: Errors) -> None:
    try:
        failures = SchemaValidator(errors.version).validate(
            as_json(default), _without_int_or_string(normalized(node)), path
        )
    except TooManyPartsError:
        return  # it is said of the objects
    prefix = format_path(path)
    is_taken = _is_taken_by_format(default, node, errors.version)
    for failure in failures:
        if is_taken and failure.keyword == "type" and failure.path == path:
            continue
        # The server puts a dot before an index right behind the default.
        field = (
            prefix if failure.at_root else format_path(failure.path).replace(f"{prefix}[", f"{prefix}.[", 1)
        )
        errors.errors.append(error_of(failure)._replace(rule=_RULE, field=field))


def _is_taken_by_format(default: Any, node: Object, version: KubeVersion) -> bool:
    """Tell whether a format lets a default pass whose type is wrong: of a text or a list the server asks no type then."""
    format_ = node.get("format") or ""
    if not format_ or node.get("type") in {"integer", "number"}:
        return False
    is_asked = is_known_format(format_, version)
    return isinstance(default, list) or (
        isinstance(default, str) and not (is_asked and not has_format(default, format_))
    )


def _without_int_or_string(schema: Schema) -> Schema:
    """Return a schema in which "integer or string" asks for no type: the server does not look at it in a default."""
    result: Schema = {}
    for name, value in schema.items():
        match name:
            case "x-kubernetes-int-or-string":
                continue
            case "properties":
                result[name] = {key: _without_int_or_string(each) for key, each in value.items()}
            case "items" | "additionalProperties" if isinstance(value, dict):
                result[name] = _without_int_or_string(value)
            case _:
                result[name] = value
    return result


def _validate_against_rules(
    default: Any, node: Object, path: FieldPath, errors: Errors, *, is_resource: bool
) -> None:
    """Judge a default by the rules in CEL about it and what is in it: as a value that did not change, then as a new one."""
    schema = normalized(node)
    if not has_rules(schema):
        return
    from linter.apiserver.customresources.rules import RuleValidator

    value = as_json(default)
    before = len(errors)
    _compile_rules(value, schema, path, errors, is_resource=is_resource)
    if len(errors) > before:
        return
    for old in (value, None):
        found = Errors(errors.version)
        try:
            RuleValidator(found, Work()).validate(value, old, schema, None, is_resource=is_resource)
        except CelMissingError:
            return
        for error in found.errors:
            errors.errors.append(error._replace(rule=_RULE, path=(*path, *error.path), field=None))
        if found.errors:
            return


def _compile_rules(value: Any, schema: Schema, path: FieldPath, errors: Errors, *, is_resource: bool) -> None:
    """Report rules about a default, or what is in it, that do not compile: the server asks them before it judges them by themselves."""
    from linter.apiserver.apiextensions.expressions import rule_fault

    for rule in schema.get("x-kubernetes-validations", ()):
        if fault := rule_fault(rule or {}, schema, errors, is_resource=is_resource):
            errors.invalid(path, f"A rule about the default {fault}.", rule=_RULE)
    others = schema.get("additionalProperties")
    for name, each in value.items() if isinstance(value, dict) else ():
        child = schema.get("properties", {}).get(name, others)
        if isinstance(child, dict):
            step = name if name in schema.get("properties", {}) else Key(name)
            _compile_rules(each, child, (*path, step), errors, is_resource=bool(child.get(_EMBEDDED)))
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, dict):
        for index, each in enumerate(value):
            _compile_rules(each, items, (*path, index), errors, is_resource=bool(items.get(_EMBEDDED)))


def _validate_resource(value: Object, path: FieldPath, errors: Errors) -> None:
    for name in ("apiVersion", "kind"):
        if not value.get(name):
            errors.required((*path, name), f"The default is an object without {name}.", rule=_RULE)
    metadata = value.get("metadata")
    at = (*path, "metadata")
    if metadata is not None and not _is_metadata(metadata):
        errors.invalid(at, "The default has metadata that no object can have.", rule=_RULE)
    elif metadata and metadata.get("labels"):
        validate_labels(metadata["labels"], (*at, "labels"), errors, rule=_RULE)


def _is_metadata(value: Any) -> bool:
    """Tell whether a value can be decoded as the metadata of an object, as far as names and labels go."""
    if not isinstance(value, dict):
        return False
    labels = value.get("labels") or {}
    texts = [value.get(name) or "" for name in ("name", "generateName", "namespace")]
    return isinstance(labels, dict) and all(isinstance(each, str) for each in (*texts, *labels.values()))


def _has_unknown(value: Any, node: Object, *, is_resource: bool) -> bool:
    """Tell whether the server would prune something from a value."""
    if isinstance(value, list):
        items = node.get("items")
        return isinstance(items, dict) and any(_has_unknown(each, items, is_resource=False) for each in value)
    if not isinstance(value, dict):
        return False
    if node.get("x-kubernetes-int-or-string"):
        return False
    properties, extra = node.get("properties") or {}, node.get("additionalProperties")
    for name, each in value.items():
        if name in properties:
            child = properties[name] or {}
            if _has_unknown(each, child, is_resource=bool(child.get(_EMBEDDED))):
                return True
        elif is_resource and name in _TYPE_META:
            continue
        elif isinstance(extra, dict):
            if _has_unknown(each, extra, is_resource=False):
                return True
        elif not extra and not node.get(_PRESERVE):
            return True
    return False
