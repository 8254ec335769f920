"""Schemas and rules of CustomResourceDefinitions against what a real API server answered (tests/conformance/README.md)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linter.apiserver.apiextensions.declared import declared
from linter.apiserver.server import Server
from linter.cel.check.compile import compiled
from linter.cel.check.scope import Scope
from linter.cel.estimate.cost import most_cost
from linter.path import format_path
from linter.version import parse_version

if TYPE_CHECKING:
    from linter.apiserver.errors import Error, Errors

Case = dict[str, Any]
DATA = Path(__file__).parents[2] / "conformance" / "crs"


def recorded(name: str) -> list[Case]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


SCHEMAS, RULES = recorded("schemas.jsonl"), recorded("rules.jsonl")
VERSION = parse_version("1.37")
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


def reason_of(error: Error) -> str:
    """Return the reason of an error as the server spells it in its causes."""
    return "InternalError" if error.reason == "InternalError" else f"FieldValue{error.reason}"


def differs(case: Case, found: Errors) -> bool:
    """Tell whether podplan says something else of a schema: in verdict, reasons, fields, or whether it warns."""
    theirs = {(each["reason"], each["field"]) for each in case["causes"]}
    is_refused = case["verdict"] == "reject"
    if is_refused != bool(found.errors) or bool(case.get("warnings")) != bool(found.warnings):
        return True
    ours = {(reason_of(each), each.field or format_path(each.path)) for each in found.errors}
    # What can't be decoded has no causes.
    return case["code"] == 422 and ours != theirs


def test_schemas() -> None:
    differing = [
        case["schema"]
        for case in SCHEMAS
        if differs(case, created({"type": "object", "properties": {"x": case["schema"]}}))
    ]
    assert differing == []


def test_rules() -> None:
    differing = []
    for case in RULES:
        rule = {name: case[name] for name in ("rule", "messageExpression") if case[name] is not None}
        found = created({"type": "object", "properties": FIELDS, "x-kubernetes-validations": [rule]})
        if (case["verdict"] == "reject") != bool(found.errors):
            differing.append(case["rule"])
    assert differing == []


def factor(case: Case) -> str | None:
    """Return by what factor a rule about items costs more than it may, as the server spells it; None if it does not say."""
    found = re.search(r"estimated rule cost exceeds budget by factor of (\d+\.\d+)x", case["message"] or "")
    return found[1] if found and "x-kubernetes-validations" in case["schema"].get("items", {}) else None


def test_costs() -> None:
    """The server names six digits of a factor below 1.5: the estimates are the same to the last one."""
    cases = [case for case in SCHEMAS if factor(case) is not None]
    assert len(cases) > 200
    for case in cases:
        items = case["schema"]["items"]
        self_ = declared(items, is_resource=False)
        assert self_ is not None
        rule = items["x-kubernetes-validations"][0]["rule"]
        checked = compiled(
            rule, Scope({"self": self_.type, "oldSelf": self_.type}, self_.objects(), 37)
        ).checked
        assert checked is not None
        times = most_cost(checked, self_.size_of) * case["schema"].get("maxItems", 1) / 10_000_000
        assert (f"{times:.6f}" if times < 1.5 else f"{times:.1f}") == factor(case), rule


def test_the_recordings_are_there() -> None:
    assert (len(SCHEMAS), len(RULES)) == (392, 79)
