"""JSON Schemas from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from linter.engine.custom import json_schema
from linter.engine.custom.json_schema import JsonSchema
from linter.engine.custom.schema_locations import SchemaLocationError


def spec_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"spec": schema}}


def test_both_validators_judge_alike() -> None:
    schema = JsonSchema(spec_of({"type": "string", "pattern": "^(a|b)+$", "minLength": 2}))
    for value, valid in (("ab", True), ("a", False), ("xy", False), (1, False), ("b\n", None)):
        manifest = {"spec": value}
        assert schema._fast_validator is not None
        assert schema._explainer is not None
        if valid is not None:
            assert schema._fast_validator.is_valid(manifest) is valid
            assert schema._explainer.is_valid(manifest) is valid


@pytest.mark.parametrize("draft", ["draft-03", "draft-04", "draft-07", "draft/2019-09", "draft/2020-12"])
def test_a_broken_schema_says_nothing(draft: str) -> None:
    scheme = "https" if "/" in draft else "http"
    named = {"$schema": f"{scheme}://json-schema.org/{draft}/schema{'' if '/' in draft else '#'}"}
    broken = {"spec": {"type": "integer", "properties": {"a": {"enum": 1}}}}
    assert list(JsonSchema({**named, "properties": broken}).errors({"spec": "x"})) == []
    sound = {"spec": {"type": "integer"}}
    assert len(list(JsonSchema({**named, "properties": sound}).errors({"spec": "x"}))) == 1


def test_a_text_that_the_fast_validator_cannot_take() -> None:
    schema = JsonSchema(spec_of({"type": "integer"}))
    assert [each.rule for each in schema.errors({"spec": "\ud800"})] == ["wrong-type"]


def test_a_schema_that_refers_to_another_one() -> None:
    schema = JsonSchema({"properties": {"spec": {"$ref": "https://example.invalid/other.json"}}})
    with pytest.raises(SchemaLocationError, match=r"other\.json"):
        list(schema.errors({"spec": 1}))


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = {"anyOf": [schema, schema]}
    return {"type": "object", "properties": {"spec": {"type": "array", "items": schema}}}


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_schema, "MOST_STEPS", 2_000)  # enough to tell, in a part of the time
    (error,) = JsonSchema(nested(13)).errors({"spec": [1] * 10_000})
    assert error.rule == "too-large-to-judge"
    assert str(json_schema.MOST_STEPS) in error.message


def test_a_schema_that_refers_to_itself_is_never_left_to_the_validator_that_cannot_be_stopped() -> None:
    reference = {"$ref": "#/$defs/node"}
    node = {"anyOf": [{"type": "integer"}, {"type": "array", "items": reference}]}
    schema = JsonSchema({"$defs": {"node": node}, "properties": {"spec": reference}})
    assert schema._size is None
    assert list(schema.errors({"spec": [1, [2]]})) == []
    assert [each.path for each in schema.errors({"spec": [1, ["x"]]})] == [("spec",)]


def test_the_size_of_a_schema_counts_what_it_refers_to() -> None:
    reference = {"$ref": "#/$defs/node"}
    small = JsonSchema({"$defs": {"node": {"type": "integer"}}, "properties": {"a": reference}})
    large = JsonSchema(
        {"$defs": {"node": {"enum": list(range(100))}}, "properties": {"a": reference, "b": reference}}
    )
    assert small._size is not None
    assert large._size is not None
    assert small._size < 20
    assert large._size > 200
