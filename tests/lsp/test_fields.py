"""What hovers tell of fields."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

import linter.lsp
from linter.lsp.cursor import cursor_at
from linter.lsp.fields import meaning_of, rules_about
from linter.lsp.hover import describe_field
from linter.schemas import definition, kinds
from linter.version import DEFAULT

MEANINGS: dict[str, dict[str, str]] = tomllib.loads(
    Path(linter.lsp.__file__).with_name("fields.toml").read_text("utf-8")
)


@pytest.mark.parametrize("struct", MEANINGS)
def test_each_field_exists_and_is_told_in_sentences(struct: str) -> None:
    assert MEANINGS[struct].keys() <= definition(struct).keys()
    for meaning in MEANINGS[struct].values():
        assert re.fullmatch(r"[A-Z`].*[.]", meaning)
        assert len(meaning) <= 160


def test_the_spec_of_every_workload_is_told_whole() -> None:
    for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        struct = kinds()[f"apps/v1 {kind}"]
        spec = definition(struct)["spec"]
        name = re.search(r"apps/v1\.\w+", str(spec))
        assert name is not None
        assert MEANINGS[name[0]].keys() == definition(name[0]).keys()


def test_rules_that_are_about_a_field() -> None:
    about = rules_about("Deployment", "maxUnavailable")
    assert about
    assert "maxSurge" not in about
    assert rules_about("ConfigMap", "maxUnavailable") == []


def test_one_name_means_different_things() -> None:
    assert meaning_of("core/v1.Container", "restartPolicy") != meaning_of("core/v1.PodSpec", "restartPolicy")
    assert meaning_of("core/v1.Container", "no-field") is None


def test_a_hover_in_a_list() -> None:
    lines = (
        "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n"
        "        readinessProbe:\n          periodSeconds: 5"
    ).splitlines()
    shown = describe_field(cursor_at(lines, 8, 12), None, DEFAULT)
    assert shown is not None
    assert shown.split("\n\n")[:2] == ["**periodSeconds** · int32", "How many seconds lie between probes."]


def test_a_field_that_no_update_can_change() -> None:
    lines = ["apiVersion: storage.k8s.io/v1", "kind: StorageClass", "provisioner: x"]
    shown = describe_field(cursor_at(lines, 2, 3), None, DEFAULT)
    assert shown is not None
    assert "An update cannot change it." in shown.split("\n\n")
    lines = ["apiVersion: apps/v1", "kind: Deployment", "spec:", "  replicas: 3"]
    shown = describe_field(cursor_at(lines, 3, 3), None, DEFAULT)
    assert shown is not None
    assert "cannot change" not in shown
