"""What rules in CEL may cost: what is said, and what an update may keep. How much it is, the recordings hold."""

from __future__ import annotations

from typing import Any

from linter.apiserver.server import Server
from linter.path import format_path
from linter.version import parse_version

SERVER = Server(parse_version("1.37"))
EXPENSIVE = "self.names.all(x, self.names.exists_one(y, x == y))"


def definition(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a definition whose objects have this schema of `spec`."""
    schema = {"type": "object", "properties": {"spec": spec}}
    names = {"plural": "webs", "singular": "web", "kind": "Web", "listKind": "WebList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "webs.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }


def about(rule: str, **limits: Any) -> dict[str, Any]:
    """Return a schema with a list of texts of up to 3 characters, and a rule."""
    names = {"type": "array", "items": {"type": "string", "maxLength": 3}, **limits}
    return {"type": "object", "properties": {"names": names}, "x-kubernetes-validations": [{"rule": rule}]}


def messages(spec: dict[str, Any]) -> list[str]:
    errors = SERVER.create(definition(spec)).errors
    assert {(each.rule, each.reason) for each in errors} == {("schema-rule-cost", "Forbidden")}
    return [each.message for each in errors]


def updated(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return the fields that an update of the schema is refused for."""
    errors = SERVER.update(definition(old), definition(new)).errors
    return [each.field or format_path(each.path) for each in errors]


def test_what_has_no_limit_is_named() -> None:
    rule, one, all_ = messages(about(EXPENSIVE))
    assert rule == (
        "The rule may cost more than 100 times what the server allows a rule: add maxItems to `self.names`."
    )
    assert one == "The rule is one of those that make all rules of the schema together too expensive."
    assert all_ == (
        "The rules of the schema may cost more than 100 times what the server allows for all of them: give the lists, maps and texts that they "
        "go through a maxItems, maxProperties or maxLength."
    )


def test_what_is_around_a_rule_is_named_too() -> None:
    node = {"type": "string", "x-kubernetes-validations": [{"rule": "self.matches('^a+$')"}]}
    names = {"type": "array", "items": node}
    first, *_ = messages({"type": "object", "properties": {"names": names}})
    assert first == (
        "The rule may cost more than 100 times what the server allows a rule: add maxItems to `spec.names`, maxLength to `self`."
    )
    first, *_ = messages(
        {"type": "object", "properties": {"names": {**names, "items": {**node, "maxLength": 2000}}}}
    )
    assert (
        first == "The rule may cost 84.10 times what the server allows a rule: add maxItems to `spec.names`."
    )


def test_where_there_are_limits_they_are_too_high() -> None:
    assert messages(about(EXPENSIVE, maxItems=3000)) == [
        (
            "The rule may cost 5.40 times what the server allows a rule: make it simpler, or lower the limits of the lists, maps and texts that "
            "it goes through."
        )
    ]
    assert SERVER.create(definition(about(EXPENSIVE, maxItems=1000))).errors == []


def test_a_schema_that_does_not_change_may_cost_what_it_did() -> None:
    spec = about(EXPENSIVE, maxItems=3000)
    assert updated(spec, spec) == []
    field = "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule"
    assert updated(spec, about(EXPENSIVE, maxItems=2999)) == [field]


def test_a_rule_that_was_there_may_call_newer_functions() -> None:
    old = about("self.names.includes('a')", maxItems=3)
    new = about("self.names.includes('a')", maxItems=4)
    other = about("self.names.includes('b')", maxItems=4)
    field = "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule"
    assert updated(old, new) == []
    assert updated(old, other) == [field]
