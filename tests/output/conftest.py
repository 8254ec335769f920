"""One report that every format is shown with, and one whose texts want to break out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linter.engine.report.finding import Finding, Report, ResourceId, Suppressed
from linter.loading.discovery import Skipped
from linter.loading.place import Range
from linter.loading.source import Source, Unreadable
from linter.version import KubeVersion

if TYPE_CHECKING:
    from collections.abc import Callable

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: api
    spec:
      containers:
        - name: web
          image: "nginx:1.25"
          ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  clusterIP: None
  clusterIP: 10.96.0.9
"""
BROKEN = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n   labels: {app: web}\n"


def place(text: str, needle: str, *, to: str | None = None) -> Range:
    """Return where a piece of a text stands, from its first character to its last or to the last of another piece."""
    start = text.index(needle)
    end = start + len(needle) if to is None else text.index(to, start) + len(to)
    return Range(
        text.count("\n", 0, start) + 1,
        start - text.rfind("\n", 0, start),
        text.count("\n", 0, end) + 1,
        end - text.rfind("\n", 0, end),
    )


@pytest.fixture
def report() -> Report:
    """Findings of every severity, on one line and on several, with and without a resource; and the rest of a report."""
    web = Source("k8s/web.yaml", WEB)
    broken = Source("k8s/broken.yaml", BROKEN)
    deployment = ResourceId("apps/v1", "Deployment", "shop", "web")
    service = ResourceId("v1", "Service", "shop", "web")
    return Report(
        version=KubeVersion(1, 36),
        findings=(
            Finding(
                "selector-mismatch",
                "api",
                "error",
                "The template's labels do not match the selector: app is api, not web.",
                web,
                place(WEB, "app: api"),
                deployment,
                "spec.template.metadata.labels",
                "Invalid",
                fixable=False,
                fingerprint="1" * 32,
            ),
            Finding(
                "no-probe",
                "practice",
                "warning",
                "The container has no readiness probe.",
                web,
                place(WEB, "name: web\n          image", to="ports: [{containerPort: 80}]"),
                deployment,
                "spec.template.spec.containers[0]",
                None,
                fixable=True,
                fingerprint="2" * 32,
                builds=("overlays/dev", "overlays/prod", "overlays/staging", "overlays/test"),
            ),
            Finding(
                "service-selects-nothing",
                "wiring",
                "info",
                "The Service has no selector.",
                web,
                place(WEB, "clusterIP: None"),
                service,
                "spec.selector",
                None,
                fixable=False,
                fingerprint="3" * 32,
            ),
            Finding(
                "yaml-syntax",
                "api",
                "error",
                "Mapping values are not allowed here.",
                broken,
                place(BROKEN, ":", to=":")._replace(line=5, column=10, end_line=5, end_column=11),
                None,
                None,
                "Malformed",
                fixable=False,
                fingerprint="4" * 32,
            ),
        ),
        suppressed=(
            Suppressed(
                Finding(
                    "duplicate-key",
                    "api",
                    "error",
                    "The key clusterIP stands twice.",
                    web,
                    place(WEB, "clusterIP: 10.96.0.9"),
                    service,
                    "spec.clusterIP",
                    "Malformed",
                    fixable=False,
                    fingerprint="5" * 32,
                ),
                "comment",
                "the tool that writes it knows no better",
            ),
            Suppressed(
                Finding(
                    "no-limits",
                    "practice",
                    "info",
                    "The container has no limits.",
                    web,
                    place(WEB, "name: web\n"),
                    deployment,
                    "spec.template.spec.containers[0].resources",
                    None,
                    fixable=False,
                    fingerprint="6" * 32,
                ),
                "baseline",
            ),
        ),
        unreadable=(Unreadable("k8s/missing.yaml", "does not exist"),),
        skipped=(Skipped("chart/templates/web.yaml", "is a Helm template"),),
        files=2,
        resources=2,
    )


@pytest.fixture
def clean() -> Report:
    """A report of two resources in which nothing was found."""
    return Report(KubeVersion(1, 36), (), (), (), (), files=1, resources=2)


@pytest.fixture
def hostile() -> Callable[[str], Report]:
    """Make a report in which every text that a manifest or a file name can set is this one."""

    def make(text: str) -> Report:
        source = Source(text, f"first\n{text}\nlast\n")
        resource = ResourceId("v1", text, text, text)
        finding = Finding(
            "duplicate-key", "api", "error", text, source, Range(2, 1, 2, 2), resource, text, "Invalid",
            fixable=False, fingerprint="7" * 32, builds=(text,),
        )  # fmt: skip
        info = Finding(
            "duplicate-key", "api", "info", text, source, Range(1, 1, 3, 2), None, None, None,
            fixable=False, fingerprint="8" * 32,
        )  # fmt: skip
        return Report(
            KubeVersion(1, 36),
            (finding, info),
            (Suppressed(finding, "comment", text),),
            (Unreadable(text, text),),
            (Skipped(text, text),),
            files=1,
            resources=1,
        )

    return make
