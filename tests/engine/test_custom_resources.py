from __future__ import annotations

from typing import Any

import pytest

from linter.apiserver.decode import Decoder
from linter.apiserver.server import Server
from linter.engine.custom_resources import CustomSchemas, schemas_of
from linter.path import format_path
from linter.version import KubeVersion


def definition(schema: dict[str, Any], **spec: Any) -> dict[str, Any]:
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "spec": {"group": "example.com", "names": {"kind": "Widget"}, "versions": [version], **spec},
    }


def no_errors(_identity: dict[str, Any]) -> tuple[()]:
    return ()


def spec_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"spec": schema}}


def said(schema: dict[str, Any], spec: Any, **more: Any) -> list[tuple[str, str, str | None]]:
    """Judge an object with such a spec by a definition whose spec has such a schema."""
    server = Server(KubeVersion(1, 36), CustomSchemas(schemas_of(definition(spec_of(schema), **more))))
    manifest = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": spec}
    return [(each.rule, format_path(each.path), each.reason) for each in server.create(manifest).errors]


def test_status_of_kinds() -> None:
    decoder = Decoder(KubeVersion(1, 36), CustomSchemas(schemas_of(definition(spec_of({"type": "object"})))))
    assert decoder.status("example.com/v1", "Widget") == "defined"
    assert decoder.status("example.com/v2", "Widget") == "skipped"
    assert decoder.status("example.com/v1", "Gadget") == "skipped"


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "integer"}, 3, None),
        ({"type": "integer"}, "3", ("wrong-type", "TypeInvalid")),
        ({"type": "integer"}, None, None),
        ({"type": "integer", "nullable": True}, None, None),
        ({"type": "integer", "default": 1}, None, None),
        ({"type": "string", "enum": ["a"], "nullable": True}, None, ("custom-resource", "NotSupported")),
        ({"type": "string", "enum": ["a", "b"]}, "c", ("custom-resource", "NotSupported")),
        ({"type": "integer", "minimum": 1}, 0, ("custom-resource", "Invalid")),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 1, ("custom-resource", "Invalid")),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": False}, 1, None),
        ({"type": "integer", "maximum": 5, "exclusiveMaximum": True}, 5, ("custom-resource", "Invalid")),
        ({"type": "string", "maxLength": 2}, "abc", ("custom-resource", "TooLong")),
        ({"type": "string", "pattern": "^[a-z]+$"}, "A", ("custom-resource", "Invalid")),
        ({"type": "string", "pattern": "("}, "A", None),
        (
            {"type": "array", "maxItems": 1, "items": {"type": "string"}},
            ["a", "b"],
            ("custom-resource", "TooMany"),
        ),
        ({"x-kubernetes-int-or-string": True}, 1, None),
        ({"x-kubernetes-int-or-string": True}, "1", None),
        ({"x-kubernetes-int-or-string": True}, True, ("wrong-type", "TypeInvalid")),
        (
            {
                "x-kubernetes-int-or-string": True,
                "anyOf": [{"type": "integer"}, {"type": "string"}],
                "pattern": "^[0-9]+%?$",
            },
            "x",
            ("custom-resource", "Invalid"),
        ),
        ({"type": "string", "format": "ipv4"}, "no address", ("custom-resource", "TypeInvalid")),
        ({"type": "string", "format": "phone"}, "no number", None),
        ({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, {"a": 1}, None),
        ({"type": "object", "additionalProperties": {"type": "string"}}, {"a": "b"}, None),
        ({"x-kubernetes-preserve-unknown-fields": True}, [1], None),
        ({"type": "object", "not": {"required": ["a"]}, "properties": {"a": {"type": "string"}}}, {}, None),
    ],
)
def test_values(schema: dict[str, Any], value: Any, expected: tuple[str, str] | None) -> None:
    assert said(schema, value) == ([(expected[0], "spec", expected[1])] if expected else [])


def test_what_the_best_alternative_lacks_is_reported_too() -> None:
    text = {"type": "string"}
    schema = {
        "type": "object",
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
        "properties": {"a": text, "b": text},
    }
    assert said(schema, {}) == [
        ("custom-resource", "spec", "Invalid"),
        ("missing-field", "spec.a", "Required"),
    ]


def test_unknown_and_missing_fields() -> None:
    schema = {
        "type": "object",
        "required": ["size", "color"],
        "properties": {"size": {"type": "integer"}, "color": {"type": "string", "default": "red"}},
    }
    # The server looks at no value as long as there are unknown fields.
    assert said(schema, {"sise": 1, "free": {}}) == [
        ("unknown-field", "spec.sise", "UnknownField"),
        ("unknown-field", "spec.free", "UnknownField"),
    ]
    assert said(schema, {}) == [("missing-field", "spec.size", "Required")]
    assert said(schema, {"size": 1, "free": {}}, preserveUnknownFields=True) == []


def test_nulls_are_dropped_before_the_schema_is_asked() -> None:
    text = {"type": "string"}
    schema = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": text, "b": {**text, "nullable": True}, "c": {**text, "enum": ["x"]}},
    }
    assert said(schema, {"a": "x", "b": None, "c": None}) == []
    assert said(schema, {"a": None, "b": "x"}) == [("missing-field", "spec.a", "Required")]
    assert said({"type": "object", "additionalProperties": text}, {"a": None}) == []
    one_of = {"oneOf": [{"required": ["a"]}, {"required": ["c"]}]}
    assert said({**schema, **one_of, "required": []}, {"a": "x", "c": None}) == []
    # Nulls in lists stay.
    assert said({"type": "array", "items": text}, [None]) == [("wrong-type", "spec[0]", "TypeInvalid")]
    assert said({"type": "array", "items": schema}, [{"a": "x", "b": "y", "c": None}]) == []


def test_embedded_resources_have_their_own_metadata() -> None:
    schema = {
        "type": "object",
        "x-kubernetes-embedded-resource": True,
        "properties": {"data": {"type": "string"}},
    }
    assert said(schema, {"apiVersion": "v1", "kind": "A", "metadata": {}, "data": "x"}) == []
    assert said(schema, {"apiVersion": "v1", "dat": "x"}) == [("unknown-field", "spec.dat", "UnknownField")]


def test_metadata_is_that_of_all_objects() -> None:
    decoder = Decoder(KubeVersion(1, 36), CustomSchemas(schemas_of(definition({"type": "object"}))))
    manifest = {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"labels": {"a": 1}, "nme": "x"},
    }
    found = [
        (each.rule, format_path(each.path)) for each in decoder.errors("example.com/v1", "Widget", manifest)
    ]
    assert found == [("wrong-type", "metadata.labels[a]"), ("unknown-field", "metadata.nme")]


def test_versions_that_are_not_served_are_not_there() -> None:
    unserved = definition(spec_of({"type": "object"}))
    unserved["spec"]["versions"][0]["served"] = False
    assert CustomSchemas(schemas_of(unserved)).find("example.com/v1", "Widget") is None


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"spec": None},
        {"spec": {"group": "example.com", "names": {"kind": "Widget"}, "versions": [None, {"name": "v1"}]}},
        definition({"type": "object", "properties": ["a"], "pattern": 3, "anyOf": [1]}),
        definition({"type": "no type"}),
        definition({"required": 5}),
    ],
)
def test_broken_definitions_say_nothing(broken: dict[str, Any]) -> None:
    schema = CustomSchemas(schemas_of(broken)).find("example.com/v1", "Widget")
    assert (
        schema is None
        or list(schema.errors({"apiVersion": "example.com/v1", "kind": "Widget"}, no_errors)) == []
    )


def test_what_no_name_can_be_required_by_stops_nothing() -> None:
    broken = {"type": "object", "required": [["a"], "b"], "properties": {"b": {"type": "string"}}}
    assert said(broken, {}) == []
