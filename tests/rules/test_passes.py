"""How often the rules walk through the containers of a pod: at most twice for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import linter
from linter.engine.config.options import LintOptions
from linter.kube import pods

if TYPE_CHECKING:
    import pytest

RICH = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.com/web:1.4.2
        ports: [{name: http, containerPort: 80, hostPort: 80}]
        env: [{name: A, value: $(B)}]
        lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
        livenessProbe: {httpGet: {path: /, port: http}}
        readinessProbe: {httpGet: {path: /, port: http}}
"""


def test_containers_are_walked_for_all_rules_together(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[Any] = []
    walk = pods.containers

    def counted(pod: Any, path: Any = pods.POD) -> Any:
        walked.append(path)
        return walk(pod, path)

    monkeypatch.setattr(pods, "containers", counted)
    options = LintOptions(select=("wiring", "rollout", "practice"))
    report = linter.lint((), texts=[("web.yaml", RICH)], options=options)
    assert len(report.findings) > 5
    # While its file is checked, and again with what is beside it: in between nothing is kept that can be computed again.
    assert walked == [pods.POD] * 2
