"""Custom resources, checked against the schemas of their CustomResourceDefinitions or against JSON Schemas from elsewhere.

jsonschema-rs tells in microseconds whether an object is valid; jsonschema, slow to import and to run, is asked only
why one is not.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from linter.apiserver.errors import Error
from linter.apiserver.explain import found, name_of
from linter.kube.suggest import did_you_mean, one_of, quote
from linter.version import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import jsonschema
    import jsonschema_rs

    from linter.apiserver.errors import Reason
    from linter.path import FieldPath
    from linter.version import KubeVersion

Schema = dict[str, Any]


class CustomSchemas:
    """The schemas of custom resources.

    Args:
        definitions: CustomResourceDefinitions of apiextensions.k8s.io/v1, as plain data. What is something else, or too broken to
            hold a schema, is passed over: it is judged elsewhere.
        locations: Where else to look, in order: folders, files or URL templates (linter.engine.custom.schema_locations).
        version: The Kubernetes version, for templates that ask for it.
    """

    def __init__(
        self,
        definitions: Iterable[Mapping[str, Any]] = (),
        locations: Sequence[str] = (),
        version: KubeVersion = DEFAULT,
    ) -> None:
        self._known: dict[tuple[str, str], CustomSchema | None] = {}
        for definition in definitions:
            self._known.update(_schemas(definition))
        self._locations = locations
        self._version = version

    def find(self, api_version: str, kind: str) -> CustomSchema | None:
        """Return the schema of a custom resource; None where there is none.

        Raises:
            SchemaLocationError: a location can't be read.
        """
        key = (api_version, kind)
        if key not in self._known:
            self._known[key] = self._looked_up(api_version, kind)
        return self._known[key]

    def _looked_up(self, api_version: str, kind: str) -> CustomSchema | None:
        if not self._locations:
            return None
        from linter.engine.custom.schema_locations import fetch

        for location in self._locations:
            for document in fetch(location, api_version, kind, self._version):
                if document.get("kind") != "CustomResourceDefinition":
                    return CustomSchema(document)
                schema = dict(_schemas(document)).get((api_version, kind))
                if schema is not None:
                    return schema
        return None


class CustomSchema:
    """The schema of one custom resource.

    Args:
        schema: A JSON Schema (draft 2020-12 unless its `$schema` names another) of the whole object.
        structural: The structural schema that it was made of, where it was.
    """

    def __init__(self, schema: Schema, structural: Schema | None = None) -> None:
        self.schema = schema
        self.structural = structural

    @cached_property
    def _gate(self) -> jsonschema_rs.Validator | None:
        import jsonschema_rs

        try:
            return jsonschema_rs.validator_for(self.schema, retriever=_retrieve_nothing)
        except (ValueError, jsonschema_rs.ReferencingError):
            return None  # a pattern or reference that it does not understand: jsonschema may

    @cached_property
    def _explainer(self) -> jsonschema.protocols.Validator | None:
        import jsonschema
        import referencing

        base = jsonschema.validators.validator_for(self.schema, jsonschema.Draft202012Validator)
        try:
            # Without a look at formats: that would compile patterns. (The stubs do not know that one can ask for it.)
            base.check_schema(self.schema, format_checker=jsonschema.FormatChecker(()))  # type: ignore[call-arg]
        except jsonschema.SchemaError:
            return None
        extended = jsonschema.validators.extend(base, {"pattern": _judge_pattern})  # type: ignore[no-untyped-call]
        validator: jsonschema.protocols.Validator = extended(self.schema, registry=referencing.Registry())
        return validator

    def errors(self, manifest: Mapping[str, Any]) -> Iterator[Error]:
        """Yield what does not fit, in the order of the paths. Nothing is reported twice, and nothing of a broken schema.

        Raises:
            SchemaLocationError: the schema refers to another one.
        """
        if self.structural is not None:
            manifest = without_nulls(manifest, self.structural)
        if self.is_valid(manifest):
            return
        seen = set()
        for error in sorted(self._errors(manifest), key=lambda error: [*map(str, error.absolute_path)]):
            for each in _explain(error):
                if each not in seen:
                    seen.add(each)
                    yield each

    def is_valid(self, manifest: Mapping[str, Any]) -> bool:
        """Tell whether an object fits, by the fast validator where it can judge."""
        if self._gate is not None:
            try:
                return self._gate.is_valid(manifest)
            except ValueError:  # a text with a lone surrogate, which it can't take
                pass
        return not self._errors(manifest)

    def _errors(self, manifest: Mapping[str, Any]) -> list[jsonschema.ValidationError]:
        import referencing.exceptions

        if self._explainer is None:
            return []
        try:
            return list(self._explainer.iter_errors(manifest))
        except referencing.exceptions.Unresolvable as error:
            from linter.engine.custom.schema_locations import SchemaLocationError

            raise SchemaLocationError(f"A schema refers to {error.ref}, which is not in it.") from error


def _judge_pattern(
    _validator: Any, pattern: Any, instance: Any, _schema: Any
) -> Iterator[jsonschema.ValidationError]:
    """Judge a text as the fast validator does: in bounded time, whatever the pattern. Python's own engine may take for ever."""
    import jsonschema

    if isinstance(instance, str) and not _matches(pattern, instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def _matches(pattern: str, text: str) -> bool:
    expression = _expression(pattern)
    try:
        return expression is None or expression.is_valid(text)
    except ValueError:  # a lone surrogate
        return True


@lru_cache(maxsize=256)
def _expression(pattern: str) -> jsonschema_rs.Validator | None:
    """Return what tells whether a text matches; None where the pattern is malformed."""
    import jsonschema_rs

    try:
        return jsonschema_rs.validator_for({"pattern": pattern})
    except ValueError:
        return None


def _retrieve_nothing(uri: str) -> Schema:
    """Refuse to fetch what a schema refers to: nothing is read that the user has not named."""
    raise ValueError(uri)


def _schemas(definition: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], CustomSchema]]:
    """Yield the schemas of a CustomResourceDefinition, by apiVersion and kind."""
    match definition:
        case {
            "spec": {"group": str(group), "names": {"kind": str(kind)}, "versions": list(versions), **spec}
        }:
            prune = spec.get("preserveUnknownFields") is not True
        case _:
            return
    for version in versions:
        match version:
            case {"name": str(name), "schema": {"openAPIV3Schema": dict(schema)}, **rest}:
                if rest.get("served") is not False:
                    yield (f"{group}/{name}", kind), CustomSchema(json_schema(schema, prune=prune), schema)


# Keywords that mean the same in OpenAPI v3 and in JSON Schema.
_SAME = (
    "enum",
    "maximum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "minimum",
    "minItems",
    "minLength",
    "minProperties",
    "multipleOf",
    "pattern",
)


def json_schema(structural: Schema, *, prune: bool = True) -> Schema:
    """Turn the structural schema of a CustomResourceDefinition into a JSON Schema of the whole object.

    apiVersion, kind and metadata may hold anything here: they are Kubernetes' own. Formats and rules in CEL are left
    out, and so is uniqueItems, which the server does not take.

    Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/

    Args:
        structural: The openAPIV3Schema.
        prune: Whether fields that the schema does not name are refused, as the server's strict reading does.
    """
    schema = _converted(structural, prune=prune)
    properties = schema.setdefault("properties", {})
    properties.update(apiVersion={}, kind={}, metadata={})
    return schema


def without_nulls(value: Any, structural: Schema) -> Any:
    """Drop the nulls that the server drops before it asks the schema: of fields that are not nullable.

    Args:
        value: The object, or a part of it.
        structural: The structural schema of that part.
    """
    if isinstance(value, list):
        items = structural.get("items")
        return [without_nulls(each, items) for each in value] if isinstance(items, dict) else value
    if not isinstance(value, dict):
        return value
    properties = _children(structural)
    others = structural.get("additionalProperties")
    kept = {}
    for key, each in value.items():
        inner = properties.get(key, others)
        if not isinstance(inner, dict):
            kept[key] = each
        elif each is not None or inner.get("nullable") is True:
            kept[key] = without_nulls(each, inner)
    return kept


def _converted(node: Schema, *, prune: bool) -> Schema:
    """Convert a node that defines a value."""
    schema = _constraints(node)
    nullable = node.get("nullable") is True
    types = ["integer", "string"] if node.get("x-kubernetes-int-or-string") is True else [node.get("type")]
    if all(types):
        schema["type"] = [*types, "null"] if nullable else types
    if nullable and isinstance(allowed := node.get("enum"), list):
        schema["enum"] = [*allowed, None]
    properties = _children(node)
    if isinstance(required := node.get("required"), list):
        # What has a default is never missing: it is filled in before the schema is asked.
        names = [name for name in required if isinstance(name, str)]
        schema["required"] = [name for name in names if "default" not in properties.get(name, {})]
    if properties:
        schema["properties"] = {name: _converted(each, prune=prune) for name, each in properties.items()}
    if isinstance(items := node.get("items"), dict):
        schema["items"] = _converted(items, prune=prune)
    values = node.get("additionalProperties")
    if isinstance(values, dict):
        schema["additionalProperties"] = _converted(values, prune=prune)
    elif (
        prune
        and values is None
        and node.get("type") == "object"
        and node.get("x-kubernetes-preserve-unknown-fields") is not True
    ):
        schema["additionalProperties"] = False
        if node.get("x-kubernetes-embedded-resource") is True:
            identity: Schema = {"apiVersion": {}, "kind": {}, "metadata": {}}
            schema["properties"] = {**identity, **schema.get("properties", {})}
    return schema


def _constraints(node: Schema) -> Schema:
    """Return what a node says about values alone."""
    schema: Schema = {key: node[key] for key in _SAME if key in node}
    if not isinstance(schema.get("pattern", ""), str):
        del schema["pattern"]
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if node.get(exclusive) is True and limit in schema:
            schema[exclusive] = schema.pop(limit)
    for junctor in ("allOf", "anyOf", "oneOf"):
        if isinstance(conditions := node.get(junctor), list):
            schema[junctor] = [_condition(each) for each in conditions if isinstance(each, dict)]
    if isinstance(node.get("not"), dict):
        schema["not"] = _condition(node["not"])
    return schema


def _condition(node: Schema) -> Schema:
    """Convert what stands inside allOf, anyOf, oneOf and not: conditions on values, which define no fields."""
    schema = _constraints(node)
    for key in ("type", "required"):
        if key in node:
            schema[key] = node[key]
    if "properties" in node:
        schema["properties"] = {name: _condition(each) for name, each in _children(node).items()}
    for key in ("items", "additionalProperties"):
        if isinstance(inner := node.get(key), dict):
            schema[key] = _condition(inner)
    return schema


def _children(node: Schema) -> dict[str, Schema]:
    """Return the schemas of a node's fields. A broken definition may have others in their place."""
    properties = node.get("properties")
    if not isinstance(properties, dict):
        return {}
    return {name: each for name, each in properties.items() if isinstance(each, dict)}


_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a map",
    "string": "text",
}
_LIMITS: dict[str, tuple[Reason, str]] = {
    "exclusiveMaximum": ("Invalid", "must be below {}"),
    "exclusiveMinimum": ("Invalid", "must be above {}"),
    "maximum": ("Invalid", "must be at most {}"),
    "maxItems": ("TooMany", "must have at most {} items"),
    "maxLength": ("TooLong", "must have at most {} characters"),
    "maxProperties": ("TooMany", "must have at most {} entries"),
    "minimum": ("Invalid", "must be at least {}"),
    "minItems": ("Invalid", "must have at least {} items"),
    "minLength": ("Invalid", "must have at least {} characters"),
    "minProperties": ("Invalid", "must have at least {} entries"),
    "multipleOf": ("Invalid", "must be a multiple of {}"),
    "pattern": ("Invalid", "must match the pattern `{}`"),
}


def _explain(error: jsonschema.ValidationError) -> Iterator[Error]:
    path: FieldPath = tuple(error.absolute_path)
    value: Any = error.instance
    wanted: Any = error.validator_value
    schema: Any = error.schema
    what = f"`{name_of(path)}`" if path else "The object"
    match error.validator:
        case "additionalProperties" if wanted is False:
            fields = schema.get("properties", {})
            for key in value:
                if key not in fields:
                    message = f"`{key}` is not a field of {what if path else 'this custom resource'}."
                    message += did_you_mean(key, fields)
                    yield Error("unknown-field", (*path, key), message, "UnknownField", at_key=True)
        case "required":
            for key in wanted:
                if key not in value:
                    yield Error("missing-field", (*path, key), f"{what} needs `{key}`.", "Required")
        case "type":
            types = " or ".join(
                _TYPES.get(each, each) for each in ([wanted] if isinstance(wanted, str) else wanted)
            )
            message = f"{what} must be {types}, but is {'null' if value is None else found(value)}."
            yield Error("wrong-type", path, message, "TypeMismatch")
        case "enum":
            allowed = [str(each) for each in wanted if each is not None]
            message = (
                f"{what} is {quote(value)}; it must be {one_of(allowed)}.{did_you_mean(str(value), allowed)}"
            )
            yield Error("custom-resource", path, message, "NotSupported")
        case keyword if keyword in _LIMITS:
            reason, text = _LIMITS[keyword]
            shown = f"is {quote(value)}; it " if isinstance(value, (str, int, float)) else ""
            message = f"{what} {shown}{text.format(wanted)}."
            yield Error("custom-resource", path, message, reason)
        case keyword:
            message = f"{what} does not fulfil the condition `{keyword}` of its schema."
            yield Error("custom-resource", path, message, "Invalid")
