"""Where findings point: at what is written, though the API server names another field."""

from __future__ import annotations

import pytest

import linter
from linter.engine.config.options import LintOptions

TEMPLATE = """\
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - {name: web, image: "nginx:1.27"}
"""


def manifest(kind: str, spec: str, metadata: str = "") -> str:
    api_version = "v1" if kind == "Service" else "apps/v1"
    return f"apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: web\n{metadata}spec:\n{spec}"


@pytest.mark.parametrize(
    ("text", "rule", "line", "column", "field"),
    [
        (
            manifest("Service", "  clusterIP: None\n", "  labels:\n    good: x\n    b d: x\n"),
            "label-syntax", 7, 5, "metadata.labels",
        ),
        (
            manifest("Service", "  clusterIP: None\n", "  labels:\n    good: b d\n"),
            "label-syntax", 6, 11, "metadata.labels",
        ),
        (
            manifest("Service", "  clusterIP: nowhere\n  ports: [{port: 80}]\n"),
            "service-cluster-ips", 6, 14, "spec.clusterIPs[0]",
        ),
        (
            manifest("Service", "  ipFamilies: [IPv4, IPv6]\n  ports: [{port: 80}]\n"),
            "service-ip-families", 6, 15, "spec.ipFamilyPolicy",
        ),
        (
            manifest("Service", "  loadBalancerSourceRanges:\n  - all\n  type: LoadBalancer\n  ports: [{port: 80}]\n"),
            "service-load-balancer", 7, 5, "spec.LoadBalancerSourceRanges[0]",
        ),
        (
            manifest("Deployment", "  minReadySeconds: 600\n  selector: {matchLabels: {app: web}}\n" + TEMPLATE),
            "rollout-timing", 6, 20, "spec.progressDeadlineSeconds",
        ),
        (
            manifest("Deployment", "  strategy:\n    type: Other\n  selector: {matchLabels: {app: web}}\n" + TEMPLATE),
            "deployment-strategy", 7, 11, "spec.strategy",
        ),
        (
            manifest("Deployment", "  selector: {matchLabels: {app: other}}\n" + TEMPLATE),
            "selector-mismatch", 10, 9, "spec.template.metadata.labels",
        ),
    ],
)  # fmt: skip
def test_places(text: str, rule: str, line: int, column: int, field: str) -> None:
    report = linter.lint((), texts=[("web.yaml", text)], options=LintOptions(select=("api",)))
    (finding,) = [finding for finding in report.findings if finding.severity == "error"]
    assert (finding.rule, finding.field) == (rule, field)
    assert (finding.range.line, finding.range.column) == (line, column)
