"""Version and chart labels in selectors and claim templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]

RULE = "version-label-fixed"


def manifest(
    labels: str, *, kind: str = "Deployment", name: str = "web", image: str = "web:1.4.0", claim: str = ""
) -> str:
    rest = "serviceName: web\n  " if kind == "StatefulSet" else ""
    claims = (
        f"\n  volumeClaimTemplates:\n  - metadata: {{name: data, labels: {{{claim}}}}}\n" if claim else "\n"
    )
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  {rest}selector:\n    matchLabels: {{{labels}}}\n"
        f"  template:\n    metadata: {{labels: {{{labels}}}}}\n    spec: {{containers: [{{name: c, image: 'example.org/{image}'}}]}}"
        + claims
    )  # fmt: skip


def found(lint: Lint, text: str) -> list[str | None]:
    return [finding.field for finding in lint(text) if finding.rule == RULE]


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
@pytest.mark.parametrize(
    "label",
    [
        "helm.sh/chart: web-0.3.1",
        "chart: web-0.3.1",
        "app.kubernetes.io/version: v1",
        "app.kubernetes.io/version: '7.0'",
        "version: 1.4.0",
        "release: 1.4.0",
    ],
)
def test_in_selectors(kind: str, label: str, lint: Lint) -> None:
    key = label.partition(":")[0]
    assert found(lint, manifest(f"app: web, {label}", kind=kind)) == [f"spec.selector.matchLabels[{key}]"]


@pytest.mark.parametrize(
    ("labels", "name", "image"),
    [
        ("app: web", "web", "web:1.4.0"),
        ("app: web, version: v1", "web", "web:1.4.0"),
        ("app: web, version: v1", "web", "web:v1"),
        ("app: web, app.kubernetes.io/version: stable", "web", "web:1.4.0"),
        ("app: web, app.kubernetes.io/version: 1.4.0", "web-1.4.0", "web:1.4.0"),
        ("app: web, app.kubernetes.io/version: v1.4.0", "web-v1-4-0", "web:v1.4.0"),
        ("app: web, app.kubernetes.io/version: ''", "web", "web:1.4.0"),
        ("app: web, chart: web", "web", "web:1.4.0"),
        ("app: web, tier: '5000'", "web", "web@sha256:" + 64 * "0"),
        ("app: web, version: '5000'", "web", "web"),
    ],
)
def test_silent(labels: str, name: str, image: str, lint: Lint) -> None:
    assert found(lint, manifest(labels, name=name, image=image)) == []


def test_a_v_in_front_makes_no_difference(lint: Lint) -> None:
    assert found(lint, manifest("app: web, version: 1.4.0", image="web:v1.4.0")) == [
        "spec.selector.matchLabels[version]"
    ]


def test_in_claim_templates(lint: Lint) -> None:
    (finding,) = lint(
        manifest(
            "app: web", kind="StatefulSet", claim="app: web, helm.sh/chart: mongo-1.4.0", image="web:1.3"
        )
    )
    assert finding.field == "spec.volumeClaimTemplates[0].metadata.labels[helm.sh/chart]"
    assert (finding.range.line, finding.range.column) == (12, 47)
    assert finding.message == (
        "`helm.sh/chart: mongo-1.4.0` changes with the next version, but volumeClaimTemplates cannot be changed: the update will "
        "be refused. Leave the label out here."
    )
