"""Schemas and rules of CustomResourceDefinitions against what a real API server answered (tests/conformance/README.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linter.apiserver.server import Server
from linter.path import format_path
from linter.version import parse_version

if TYPE_CHECKING:
    from linter.apiserver.errors import Errors

Case = dict[str, Any]
DATA = Path(__file__).parents[2] / "conformance" / "crs"


def recorded(name: str) -> list[Case]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


SCHEMAS, RULES = recorded("schemas.jsonl"), recorded("rules.jsonl")
VERSION = parse_version("1.37")
# podplan estimates no costs of expressions at the definition: what is refused for them alone, it takes.
COSTS = "estimated rule cost", "estimated messageExpression cost"

SCHEMA_EXCEPTIONS = {
    '[{"rule": "oldSelf == self", "optionalOldSelf": true}]': "an optional oldSelf is of unknown type to podplan",
}
RULE_EXCEPTIONS = {
    "duration('1x') == self.d": "what literals mean to functions is judged when the rule runs",
    "self.s.reverse() == self.s": "a function that Kubernetes adds for lists is taken for known on all values",
    "quantity(self.s).sign() == 1": "what takes a quantity is declared as function and method alike",
    "oldSelf.hasValue()": "methods of optionals are taken for known on all values",
    "[1, 'a'].size() == 2": "the library, unlike the server, lets entries of one list differ in type",
}

TEXT = {"type": "string", "maxLength": 20}
# The recording does not hold the schema that its rules are about: these are the fields and types that its answers name.
FIELDS = {
    "n": {"type": "integer"},
    "s": TEXT,
    "ss": {"type": "array", "maxItems": 5, "items": TEXT},
    "ns": {"type": "array", "maxItems": 5, "items": {"type": "integer"}},
    "m": {"type": "object", "maxProperties": 5, "additionalProperties": {"type": "integer"}},
    "d": {"type": "string", "format": "duration", "maxLength": 20},
    "t": {"type": "string", "format": "date-time", "maxLength": 30},
    "nul": {**TEXT, "nullable": True},
    "nos": {
        "type": "array",
        "maxItems": 5,
        "items": {"type": "object", "nullable": True, "properties": {"a": TEXT}},
    },
    "ios": {"x-kubernetes-int-or-string": True},
}


def created(spec: dict[str, Any]) -> Errors:
    """Ask podplan about a new definition with this schema of `spec`."""
    schema = {"type": "object", "properties": {"spec": spec}}
    names = {"plural": "probes", "singular": "probe", "kind": "Probe", "listKind": "ProbeList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return Server(VERSION).create(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "probes.try.example.com"},
            "spec": {
                "group": "try.example.com",
                "scope": "Namespaced",
                "names": names,
                "versions": [version],
            },
        }
    )


def is_of_cost(message: str | None) -> bool:
    return any(part in (message or "") for part in COSTS)


def differs(case: Case, found: Errors) -> bool:
    """Tell whether podplan says something else of a schema: in verdict, reasons, fields, or whether it warns."""
    theirs = {(each["reason"], each["field"]) for each in case["causes"] if not is_of_cost(each["message"])}
    is_refused = case["verdict"] == "reject" and (bool(theirs) or case["code"] == 400)
    if is_refused != bool(found.errors) or bool(case["warnings"]) != bool(found.warnings):
        return True
    ours = {(f"FieldValue{each.reason}", each.field or format_path(each.path)) for each in found.errors}
    # What can't be decoded has no causes.
    return case["code"] == 422 and ours != theirs


def test_schemas() -> None:
    differing = [
        case["schema"]
        for case in SCHEMAS
        if differs(case, created({"type": "object", "properties": {"x": case["schema"]}}))
    ]
    assert [json.dumps(each.get("x-kubernetes-validations", each)) for each in differing] == [
        *SCHEMA_EXCEPTIONS
    ]


def test_rules() -> None:
    differing = []
    for case in RULES:
        rule = {name: case[name] for name in ("rule", "messageExpression") if case[name] is not None}
        found = created({"type": "object", "properties": FIELDS, "x-kubernetes-validations": [rule]})
        is_refused = case["verdict"] == "reject" and not is_of_cost(case["message"])
        if is_refused != bool(found.errors):
            differing.append(case["rule"])
    assert differing == [*RULE_EXCEPTIONS]


def test_the_recordings_are_there() -> None:
    assert (len(SCHEMAS), len(RULES)) == (70, 79)
    assert sum(is_of_cost(case["message"]) for case in RULES) == 6
    assert sum(any(is_of_cost(each["message"]) for each in case["causes"]) for case in SCHEMAS) == 5
