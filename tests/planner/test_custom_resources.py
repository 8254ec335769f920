"""Updates of custom resources whose definition is among the objects."""

from __future__ import annotations

from typing import Any

import linter

Manifest = dict[str, Any]
RULE = {"rule": "self.most == oldSelf.most", "message": "most is fixed"}
SPEC = {
    "type": "object",
    "properties": {"most": {"type": "integer"}, "keep": {"type": "integer", "maximum": 9}},
    "x-kubernetes-validations": [RULE],
}


def definition() -> Manifest:
    schema = {"type": "object", "properties": {"spec": SPEC}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"kind": "Backup", "plural": "backups", "singular": "backup", "listKind": "BackupList"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "backups.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }


def backup(**spec: int) -> Manifest:
    metadata = {"name": "nightly", "namespace": "default"}
    return {"apiVersion": "example.com/v1", "kind": "Backup", "metadata": metadata, "spec": spec}


def refused(old: Manifest, new: Manifest) -> list[tuple[str, str]]:
    plan = linter.plan("update", [definition(), new], old=[definition(), old])
    return [(each.field, each.reason) for change in plan.changes for each in change.refused]


def test_what_a_rule_forbids_is_refused() -> None:
    assert refused(backup(most=5), backup(most=6)) == [("spec", "Invalid")]


def test_what_the_schema_rules_out_is_refused() -> None:
    assert refused(backup(most=5, keep=1), backup(most=5, keep=10)) == [("spec.keep", "Invalid")]


def test_a_value_that_did_not_change_is_forgiven() -> None:
    assert refused(backup(most=5, keep=10), backup(most=5, keep=10)) == []


def test_all_else_is_taken() -> None:
    assert refused(backup(most=5), backup(most=5, keep=2)) == []
