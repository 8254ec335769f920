"""What the server refuses of a custom resource before it looks at values: fields that no schema knows, metadata that cannot be read."""

from __future__ import annotations

from linter.apiserver.customresources.embedded import EMBEDDED, embedded_resources
from linter.apiserver.errors import Error
from linter.apiserver.explain import name_of
from linter.kube.suggest import did_you_mean
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from linter.apiserver.customresources.plain import Schema
    from linter.path import FieldPath

    IdentityErrors = Callable[[dict[str, Any]], Iterable[Error]]
    """Judges apiVersion, kind and metadata of an object as the decoder does; paths begin at the object."""

PRESERVE = "x-kubernetes-preserve-unknown-fields"
IDENTITY = ("apiVersion", "kind", "metadata")


def decode_errors(
    value: dict[str, Any], schema: Schema, identity_errors: IdentityErrors, *, prune: bool
) -> Iterator[Error]:
    """Yield why the server could not decode a custom resource, but for its own apiVersion, kind and metadata.

    Args:
        value: The custom resource.
        schema: Its schema.
        identity_errors: Judges embedded resources.
        prune: Whether unknown fields are refused; they are kept where the definition has preserveUnknownFields.
    """
    if prune:
        yield from _unknown_fields(value, {**schema, EMBEDDED: True}, ())
    for path, resource in embedded_resources(value, schema):
        for error in identity_errors({name: resource[name] for name in IDENTITY if name in resource}):
            yield error._replace(path=(*path, *error.path))


def _unknown_fields(
    value: Any, schema: Schema | None, path: FieldPath, *, keeps: bool = False
) -> Iterator[Error]:
    """Yield the fields that the server would prune.

    Args:
        value: The object, or a part of it.
        schema: Its schema; None where there is none, so that no field is known.
        path: Where it is.
        keeps: Whether unknown fields are kept because the list around it says so.
    """
    schema = {} if schema is None else schema
    keeps = keeps or bool(schema.get(PRESERVE))
    if isinstance(value, list):
        # A list that preserves unknown fields hands that on to its items.
        for index, each in enumerate(value):
            yield from _unknown_fields(each, schema.get("items"), (*path, index), keeps=keeps)
        return
    if not isinstance(value, dict):
        return
    properties, others = schema.get("properties", {}), schema.get("additionalProperties")
    for key, each in value.items():
        if schema.get(EMBEDDED) and key in IDENTITY:
            continue
        if key in properties:
            yield from _unknown_fields(each, properties[key], (*path, key))
        elif others is not None:
            # `additionalProperties: true` says nothing of what is below.
            yield from _unknown_fields(each, others if isinstance(others, dict) else None, (*path, Key(key)))
        elif not keeps:
            what = f"`{name_of(path)}`" if path else "this custom resource"
            message = f"`{key}` is not a field of {what}.{did_you_mean(key, properties)}"
            yield Error("unknown-field", (*path, key), message, "UnknownField", at_key=True)
