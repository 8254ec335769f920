"""The schema of a custom resource, as far as each node of it is judged by itself.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

from __future__ import annotations

from linter.apiserver.apiextensions.rules import validate_rule_texts
from linter.apiserver.apiextensions.schema_defaults import validate_defaults
from linter.apiserver.apiextensions.shape import validate_shape
from linter.apiserver.apiextensions.structural import (
    children,
    denies_preserving,
    has_unsupported,
    lacks_items,
    validate_structural,
)
from linter.apiserver.apiextensions.subject import Subject
from linter.kube.formats import format_of
from linter.kube.patterns import pattern_fault
from linter.kube.suggest import quote
from linter.light_typing import NamedTuple
from linter.path import Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.apiextensions.subject import Stored
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

TYPES = ("array", "boolean", "integer", "number", "object", "string")
LIST_TYPES = ("atomic", "set", "map")
MAP_TYPES = ("granular", "atomic")
UNSUPPORTED = ("id", "$ref", "patternProperties", "definitions", "dependencies")
_META_FIELDS = frozenset({"metadata", "kind", "apiVersion"})
# What the root may hold where there is a status subresource.
_ALLOWED_AT_ROOT = frozenset(
    {
        "description", "type", "format", "title", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
        "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "multipleOf", "required", "items", "properties",
        "externalDocs", "example", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations",
    }
)  # fmt: skip
# Fields that are there even where they are empty, false or zero.
_POINTERS = frozenset(
    {
        "default", "additionalProperties", "not", "minProperties", "maxProperties", "x-kubernetes-list-type",
        "x-kubernetes-map-type",
    }
)  # fmt: skip
_OF_EXPRESSIONS = frozenset({"schema-rules", "schema-rule-cost"})
_RULE = "schema-node"
_LISTS = "schema-lists"


class Around(NamedTuple):
    """What is known of the nodes around one."""

    inside_metadata: bool = False
    no_defaults: bool = False
    """Whether it is in a field of the root that the server fills in itself."""


def validate_schema(
    schema: Object, path: FieldPath, errors: Errors, stored: Stored, *, has_status: bool
) -> None:
    """Judge the schema of a version in the server's order: root, structure, defaults, nodes, rules in CEL.

    Args:
        schema: The schema.
        path: Where it is.
        errors: Gets what is wrong.
        stored: What the definition had before.
        has_status: Whether the version has a status subresource.
    """
    before = len(errors)
    validate_shape(schema, path, errors)
    if len(errors) > before:
        return
    if has_status:
        _validate_root(schema, path, errors)
    if schema.get("nullable"):
        message = "The object itself can't be null: leave nullable out."
        errors.forbidden((*path, "nullable"), message, rule="structural-schema")
    subject: Subject | None = None
    is_unsupported = has_unsupported(schema)
    if not is_unsupported and not denies_preserving(schema):
        start = len(errors)
        validate_structural(schema, path, errors)
        if len(errors) == start and not lacks_items(schema):
            validate_defaults(schema, path, errors)
            if len(errors) == start:
                subject = Subject.root(schema, stored)
    _validate_node(schema, path, errors, Around(), subject)
    if subject is not None and subject.costs:
        from linter.apiserver.apiextensions.expressions import judge_total

        judge_total(subject.costs, path, errors)
    if is_unsupported and len(errors) == before:
        message = "The schema holds a keyword that is not supported, such as `$schema`: leave it out."
        errors.invalid(path, message, rule=_RULE)


def warn_of_schema(schema: Object, path: FieldPath, errors: Errors) -> None:
    """Warn of formats that nobody checks, and of sets of objects or lists."""
    if (format_ := schema.get("format")) and not format_of(schema, errors.version):
        message = f"The format {quote(format_)} is not known for this type: nothing checks it."
        errors.warn((*path, "format"), message, rule="schema-format")
    items = schema.get("items")
    if (
        errors.version >= (1, 36)
        and schema.get("x-kubernetes-list-type") == "set"
        and isinstance(items, dict)
        and items.get("type") in {"object", "array"}
    ):
        message = f"Items of type {items['type']} make no set: the server handles the list as it is. Use a map, or atomic."
        errors.warn((*path, "x-kubernetes-list-type"), message, rule="schema-set-items")
    for step, node in children(schema):
        warn_of_schema(node, (*path, *step), errors)


def _validate_root(schema: Object, path: FieldPath, errors: Errors) -> None:
    for name, value in schema.items():
        is_there = value is not None and (name in _POINTERS or value not in ("", False, [], {}))
        if name not in _ALLOWED_AT_ROOT and is_there:
            message = f"With a status subresource, {quote(name)} can't stand at the root of the schema: move it into properties."
            errors.invalid(path, message, rule="structural-schema")
            return


def _validate_node(
    node: Object,
    path: FieldPath,
    errors: Errors,
    around: Around,
    subject: Subject | None,
    *,
    is_root: bool = True,
) -> None:
    """Judge a node and what is below it; its rules are compiled where a subject is given."""
    before = len(errors)
    _validate_keywords(node, path, errors, around)
    for step, child in children(node):
        inside = around
        if (
            step[0] == "properties"
            and (is_root or node.get("x-kubernetes-embedded-resource"))
            and step[1] in _META_FIELDS
        ):
            inside = Around(inside_metadata=True, no_defaults=is_root or around.no_defaults)
        below = subject.below(step, child) if subject else None
        _validate_node(child, (*path, *step), errors, inside, below, is_root=False)
    _validate_lists(node, path, errors)
    validations = [rule or {} for rule in node.get("x-kubernetes-validations") or ()]
    for index, rule in enumerate(validations):
        validate_rule_texts(rule, node, (*path, "x-kubernetes-validations", index), errors)
    # Faults of the node or below it hide those of its expressions; faults of expressions below don't.
    schema_faults = [error for error in errors.errors[before:] if error.rule not in _OF_EXPRESSIONS]
    if validations and subject is not None and not schema_faults:
        from linter.apiserver.apiextensions.expressions import compile_rules

        compile_rules(validations, subject, (*path, "x-kubernetes-validations"), errors)


def _validate_keywords(node: Object, path: FieldPath, errors: Errors, around: Around) -> None:
    if node.get("default") is not None and around.no_defaults:
        message = "The server fills in apiVersion, kind and metadata itself: leave the default out."
        errors.forbidden((*path, "default"), message, rule="schema-default")
    type_ = node.get("type") or ""
    if type_:
        errors.not_supported((*path, "type"), "The type", type_, TYPES, rule=_RULE)
    if type_ == "null":
        message = "There is no type null: write the type and `nullable: true`."
        errors.forbidden((*path, "type"), message, rule=_RULE)
    items = node.get("items")
    if type_ == "array" and items is None:
        errors.required((*path, "items"), "An array needs items: the schema of its entries.", rule=_RULE)
    if isinstance(items, list):
        errors.forbidden((*path, "items"), "items must be one schema, not a list of them.", rule=_RULE)
    if around.inside_metadata and node.get("x-kubernetes-embedded-resource"):
        message = "There are no embedded resources inside of metadata."
        errors.forbidden((*path, "x-kubernetes-embedded-resource"), message, rule=_RULE)
    if node.get("uniqueItems"):
        message = "uniqueItems is not supported: write `x-kubernetes-list-type: set` instead."
        errors.forbidden((*path, "uniqueItems"), message, rule=_RULE)
    if (pattern := node.get("pattern")) and (fault := pattern_fault(pattern)):
        errors.invalid((*path, "pattern"), f"The pattern {quote(pattern)} {fault}.", rule=_RULE)
    for name in UNSUPPORTED:
        if node.get(name):
            errors.forbidden((*path, name), f"{name} is not supported: leave it out.", rule=_RULE)
    if node.get("additionalItems") is not None:
        message = "additionalItems is not supported: leave it out."
        errors.forbidden((*path, "additionalItems"), message, rule=_RULE)
    extra = node.get("additionalProperties")
    if extra is not None and extra is not True and node.get("properties"):
        message = "properties and additionalProperties exclude each other: leave one of them out."
        errors.forbidden((*path, "additionalProperties"), message, rule=_RULE)
    name = "x-kubernetes-preserve-unknown-fields"
    if node.get(name) is False:
        errors.invalid((*path, name), f"{name} must be true, or be left out.", rule=_RULE)


def _validate_lists(node: Object, path: FieldPath, errors: Errors) -> None:
    type_ = node.get("type") or ""
    for name, wanted, allowed in (
        ("x-kubernetes-map-type", "object", MAP_TYPES),
        ("x-kubernetes-list-type", "array", LIST_TYPES),
    ):
        value = node.get(name)
        if value is None:
            continue
        if type_ != wanted:
            report = errors.invalid if type_ else errors.required
            report((*path, "type"), f"{name} needs the type {wanted}.", rule=_LISTS)
        errors.not_supported((*path, name), name, value, allowed, rule=_LISTS)
    list_type, keys = node.get("x-kubernetes-list-type"), node.get("x-kubernetes-list-map-keys") or []
    items = node.get("items")
    items = items if isinstance(items, dict) else None
    if keys and list_type != "map":
        report = errors.required if list_type is None else errors.invalid
        message = "x-kubernetes-list-map-keys belongs to `x-kubernetes-list-type: map`."
        report((*path, "x-kubernetes-list-type"), message, rule=_LISTS)
    if list_type == "map":
        _validate_list_map(keys, items, node, path, errors)
    if list_type in {"set", "map"} and items is not None and items.get("nullable"):
        message = f"The items of a {list_type} can't be null: leave nullable out."
        errors.forbidden((*path, "items", "nullable"), message, rule=_LISTS)
    if list_type == "set" and items is not None:
        _validate_set_items(items, (*path, "items"), errors)


def _validate_list_map(
    keys: list[str], items: Object | None, node: Object, path: FieldPath, errors: Errors
) -> None:
    keys_path = (*path, "x-kubernetes-list-map-keys")
    if not keys:
        errors.required(keys_path, "A list of type map needs the names of its keys.", rule=_LISTS)
    if node.get("items") is None:
        errors.required((*path, "items"), "A list of type map needs items.", rule=_LISTS)
    if items is None:
        return
    if items.get("type") != "object":
        errors.invalid((*path, "items", "type"), "The items of a map must be objects.", rule=_LISTS)
    properties, required = items.get("properties") or {}, items.get("required") or ()
    for index, key in enumerate(keys):
        at = (*path, "items", "properties", Key(key))
        field = properties.get(key)
        if items.get("type") == "object":
            if field is None:
                message = f"The items have no property {quote(key)}."
                errors.invalid((*keys_path, index), message, rule=_LISTS, field=format_path(keys_path))
            elif field.get("type") in {"array", "object"}:
                message = f"The key {quote(key)} must be a scalar, not of type {field['type']}."
                errors.invalid((*at, "type"), message, rule=_LISTS)
            if key in keys[:index]:
                message = f"The key {quote(key)} is there twice."
                errors.invalid((*keys_path, index), message, rule=_LISTS, field=format_path(keys_path))
        if field is None:
            continue
        if key not in required and field.get("default") is None:
            message = f"The key {quote(key)} must always be there: make it required, or give it a default."
            errors.required((*at, "default"), message, rule=_LISTS)
        if field.get("nullable"):
            message = f"The key {quote(key)} can't be null: leave nullable out."
            errors.forbidden((*at, "nullable"), message, rule=_LISTS)


def _validate_set_items(items: Object, path: FieldPath, errors: Errors) -> None:
    map_type, list_type = items.get("x-kubernetes-map-type"), items.get("x-kubernetes-list-type")
    if items.get("type") == "object" and map_type != "atomic":
        message = "Objects in a set must be atomic: write `x-kubernetes-map-type: atomic`."
        errors.invalid((*path, "x-kubernetes-map-type"), message, rule=_LISTS)
    if items.get("type") == "array" and list_type not in {None, "atomic"}:
        message = "Lists in a set must be atomic."
        errors.invalid((*path, "x-kubernetes-list-type"), message, rule=_LISTS)
