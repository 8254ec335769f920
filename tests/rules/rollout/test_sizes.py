"""Objects that do not fit into the annotation of kubectl apply."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]

KIB = 1024
KEY = "kubectl.kubernetes.io/last-applied-configuration"


def config(data: str, kind: str = "ConfigMap", **metadata: Any) -> str:
    field = "data" if kind == "ConfigMap" else "stringData"
    return json.dumps(
        {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a", **metadata}, field: {"d": data}}
    )


def sizes(lint: Lint, text: str) -> list[str]:
    return [finding.message for finding in lint(text) if finding.rule == "too-large-to-apply"]


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret"])
def test_large(kind: str, lint: Lint) -> None:
    (message,) = sizes(lint, config("x" * 300 * KIB, kind))
    assert "kubectl apply --server-side" in message


def test_the_last_byte(lint: Lint) -> None:
    """The annotation holds the manifest with an empty map of annotations and a line end."""
    rest = len(json.dumps(json.loads(config("", annotations={})), separators=(",", ":"))) + 1
    most = 256 * KIB - len(KEY) - rest
    assert sizes(lint, config("x" * most)) == []
    (message,) = sizes(lint, config("x" * (most + 1)))
    assert f"with {256 * KIB + 1} bytes" in message


def test_what_go_writes_longer(lint: Lint) -> None:
    assert sizes(lint, config("<" * 40 * KIB)) == []
    assert len(sizes(lint, config("<" * 44 * KIB))) == 1
    assert len(sizes(lint, config("é" * 131 * KIB))) == 1


def test_other_annotations_count_and_the_old_copy_does_not(lint: Lint) -> None:
    assert len(sizes(lint, config("x" * 200 * KIB, annotations={"a": "y" * 60 * KIB}))) == 1
    assert sizes(lint, config("x" * 200 * KIB, annotations={KEY: "y" * 60 * KIB})) == []


@pytest.mark.parametrize(
    "option", ["ServerSideApply=true", "Validate=false,ServerSideApply=true", "Replace=true"]
)
def test_what_argo_cd_applies_otherwise(option: str, lint: Lint) -> None:
    annotations = {"argocd.argoproj.io/sync-options": option}
    assert sizes(lint, config("x" * 300 * KIB, annotations=annotations)) == []
