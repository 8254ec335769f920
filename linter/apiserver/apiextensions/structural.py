"""Whether a schema is structural: it says the type of every field, and what its junctors (allOf, not …) say of values only.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

from __future__ import annotations

from linter.kube.suggest import quote
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

    Level = Literal["root", "field", "item"]

JUNCTORS = ("allOf", "anyOf", "oneOf")
_INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]
_FORBIDDEN_IN_JUNCTORS = (
    "type", "title", "description", "nullable", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string", "x-kubernetes-list-map-keys", "x-kubernetes-list-type", "x-kubernetes-map-type",
    "x-kubernetes-validations",
)  # fmt: skip
_POINTERS = frozenset({"additionalProperties", "required"})
"""What says something even where it is false or empty."""
_RULE = "structural-schema"
_EMBEDDED = "x-kubernetes-embedded-resource"
_PRESERVE = "x-kubernetes-preserve-unknown-fields"
_ANY = "x-kubernetes-int-or-string"


def children(node: Object) -> Iterator[tuple[FieldPath, Object]]:
    """Return the nodes right below one, each with the steps that lead to it."""
    extra = node.get("additionalProperties")
    if isinstance(extra, dict):
        yield ("additionalProperties",), extra
    for name, child in (node.get("properties") or {}).items():
        yield ("properties", Key(name)), child or {}
    if (negated := node.get("not")) is not None:
        yield ("not",), negated
    for junctor in JUNCTORS:
        for index, child in enumerate(node.get(junctor) or ()):
            yield (junctor, index), child or {}
    for name, child in (node.get("definitions") or {}).items():
        yield ("definitions", Key(name)), child or {}
    items = node.get("items")
    if isinstance(items, dict):
        yield ("items",), items
    elif isinstance(items, list):
        for index, child in enumerate(items):
            if isinstance(child, dict):
                yield ("items", index), child


def has_unsupported(node: Object) -> bool:
    """Tell whether a keyword in a schema keeps the server from reading it as a structural one."""
    if node.get("additionalItems") is not None or isinstance(node.get("items"), list):
        return True
    names = ("id", "$schema", "$ref", "patternProperties", "definitions", "dependencies")
    return any(node.get(name) for name in names) or any(has_unsupported(child) for _, child in children(node))


def denies_preserving(node: Object) -> bool:
    """Tell whether a node, outside of junctors, says `x-kubernetes-preserve-unknown-fields: false`, which no structural schema can."""
    return node.get(_PRESERVE) is False or any(map(denies_preserving, _below(node)))


def lacks_items(node: Object) -> bool:
    """Tell whether a node, outside of junctors, is an array of nobody knows what."""
    is_bare = node.get("type") == "array" and node.get("items") is None
    return is_bare or any(map(lacks_items, _below(node)))


def _below(node: Object) -> Iterator[Object]:
    """Yield the nodes right below one that hold values."""
    for step, child in children(node):
        if step[0] in {"properties", "items", "additionalProperties"}:
            yield child


def validate_structural(schema: Object, path: FieldPath, errors: Errors) -> None:
    """Judge whether a schema is structural.

    Args:
        schema: The schema, without keywords that are not supported.
        path: Where it is.
        errors: Gets what is wrong.
    """
    _validate_invariants(schema, "root", path, errors)
    _validate_completeness(schema, schema, path, errors)


def _validate_invariants(node: Object, level: Level, path: FieldPath, errors: Errors) -> None:
    items, extra, properties = (
        node.get("items"),
        node.get("additionalProperties"),
        node.get("properties") or {},
    )
    if isinstance(items, dict):
        _validate_invariants(items, "item", (*path, "items"), errors)
    for name, child in properties.items():
        _validate_invariants(child or {}, "field", (*path, "properties", Key(name)), errors)
    if extra is not None and level == "root":
        message = "additionalProperties can't stand at the root of the schema: name the properties."
        errors.forbidden((*path, "additionalProperties"), message, rule=_RULE)
    if isinstance(extra, dict):
        _validate_invariants(extra, "field", (*path, "additionalProperties"), errors)
    for name in (_PRESERVE, _EMBEDDED):
        if node.get(_ANY) and node.get(name):
            message = f"{name} and {_ANY} exclude each other: leave one of them out."
            errors.invalid((*path, name), message, rule=_RULE)
    _validate_junctors(
        node,
        level,
        path,
        errors,
        skip_any_of=_is_int_or_string(node),
        skip_first=_is_first_int_or_string(node),
    )
    _validate_type(node, level, path, errors)
    if node.get(_EMBEDDED) and extra is not None:
        message = "An embedded resource has no additionalProperties: name the properties."
        errors.forbidden((*path, "additionalProperties"), message, rule=_RULE)
    if node.get(_EMBEDDED) and not node.get(_PRESERVE) and not properties:
        message = f"An embedded resource needs properties, or `{_PRESERVE}: true`."
        errors.required((*path, "properties"), message, rule=_RULE)
    if level == "root" or node.get(_EMBEDDED):
        for name, wanted in (("kind", "string"), ("apiVersion", "string"), ("metadata", "object")):
            if name in properties and (properties[name] or {}).get("type") != wanted:
                at = (*path, "properties", Key(name), "type")
                errors.invalid(at, f"{name} must be of type {wanted}.", rule=_RULE)
    if level == "root" and "metadata" in properties and _says_more(properties["metadata"] or {}):
        message = "The server knows metadata: say nothing of it but `type: object`, and limits of name and generateName."
        errors.forbidden((*path, "properties", Key("metadata")), message, rule=_RULE)


def _validate_type(node: Object, level: Level, path: FieldPath, errors: Errors) -> None:
    type_ = node.get("type") or ""
    at = (*path, "type")
    if node.get(_EMBEDDED) and type_ != "object":
        report = errors.invalid if type_ else errors.required
        report(at, "An embedded resource must be of type object.", rule=_RULE)
    elif not type_ and not node.get(_ANY) and not node.get(_PRESERVE):
        errors.required(at, "The type is missing: every field has one.", rule=_RULE)
    if level == "root" and type_ and type_ != "object":
        errors.invalid(
            at, f"The root of the schema is of type {quote(type_)}; it must be object.", rule=_RULE
        )


def _says_more(metadata: Object) -> bool:
    """Tell whether the schema of the root's metadata says more than that there are name and generateName."""
    said = {
        name
        for name, value in metadata.items()
        if value is not None and (name in _POINTERS or (value is not False and value not in ("", [], {})))
    }
    return bool(said - {"type", "properties", "default"}) or bool(
        set(metadata.get("properties") or {}) - {"name", "generateName"}
    )


def _is_int_or_string(node: Object) -> bool:
    return bool(node.get("anyOf") == _INT_OR_STRING)


def _is_first_int_or_string(node: Object) -> bool:
    all_of = node.get("allOf") or []
    return bool(all_of) and (all_of[0] or {}).get("anyOf") == _INT_OR_STRING


def _validate_junctors(
    node: Object,
    level: Level,
    path: FieldPath,
    errors: Errors,
    *,
    skip_any_of: bool = False,
    skip_first: bool = False,
) -> None:
    """Judge what is in junctors; the ways to write "integer or string" are excused."""
    if (negated := node.get("not")) is not None:
        _validate_nested(negated, level, (*path, "not"), errors)
    for junctor in JUNCTORS:
        if junctor == "anyOf" and skip_any_of:
            continue
        for index, child in enumerate(node.get(junctor) or ()):
            skip = skip_first and junctor == "allOf" and index == 0
            _validate_nested(child or {}, level, (*path, junctor, index), errors, skip_any_of=skip)


def _validate_nested(
    node: Object, level: Level, path: FieldPath, errors: Errors, *, skip_any_of: bool = False
) -> None:
    _validate_junctors(node, level, path, errors, skip_any_of=skip_any_of)
    if isinstance(node.get("items"), dict):
        _validate_nested(node["items"], level, (*path, "items"), errors)
    for name, child in (node.get("properties") or {}).items():
        _validate_nested(child or {}, level, (*path, "properties", Key(name)), errors)
    for name in _FORBIDDEN_IN_JUNCTORS:
        if node.get(name):
            _forbid(name, path, errors)
    for name in ("default", "additionalProperties"):
        if node.get(name) is not None:
            _forbid(name, path, errors)
    if level == "root" and "metadata" in (node.get("properties") or {}):
        message = "Nothing can be said of metadata in a junctor: leave it out."
        errors.forbidden((*path, "properties", Key("metadata")), message, rule=_RULE)


def _forbid(name: str, path: FieldPath, errors: Errors) -> None:
    message = f"{name} can't stand inside of allOf, anyOf, oneOf or not: write it outside of them."
    errors.forbidden((*path, name), message, rule=_RULE)


def _validate_completeness(junction: Object, schema: Object, path: FieldPath, errors: Errors) -> None:
    """Judge whether the schema declares what junctors speak of.

    Args:
        junction: What holds junctors: the schema itself, or a part of one.
        schema: The schema of the same value.
        path: Where that is.
        errors: Gets what is wrong.
    """
    parts: list[Any] = [part for name in JUNCTORS for part in junction.get(name) or ()]
    parts += [junction["not"]] if junction.get("not") is not None else []
    for part in parts:
        _validate_part(part or {}, schema, path, errors)


def _validate_part(part: Object, schema: Object, path: FieldPath, errors: Errors) -> None:
    _validate_completeness(part, schema, path, errors)
    items = schema.get("items")
    if isinstance(part.get("items"), dict):
        if isinstance(items, dict):
            _validate_part(part["items"], items, (*path, "items"), errors)
        else:
            message = "items is named in a junctor, but not declared: declare it."
            errors.required((*path, "items"), message, rule=_RULE)
    properties = schema.get("properties") or {}
    for name, child in (part.get("properties") or {}).items():
        at = (*path, "properties", Key(name))
        if name in properties:
            _validate_part(child or {}, properties[name] or {}, at, errors)
        else:
            message = f"The property {quote(name)} is named in a junctor, but not declared: declare it."
            errors.required(at, message, rule=_RULE)
