"""Rules about many objects that have something in common: the work grows with the objects, not with their pairs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from linter.engine.config.options import LintOptions
from linter.engine.run.run import run
from linter.loading.source import Source

if TYPE_CHECKING:
    from types import FrameType

STATEFUL_SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: web-{number}}}
spec:
  serviceName: {service}
  selector: {{matchLabels: {{part: p{number}}}}}
  template:
    metadata: {{labels: {{app: web, part: p{number}}}}}
    spec: {{containers: [{{name: web, image: "web:1"}}]}}
"""
HEADLESS = """\
---
apiVersion: v1
kind: Service
metadata: {{name: web-{number}}}
spec: {{clusterIP: None, selector: {{app: web, part: p{number}}}}}
"""
AUTOSCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: web-{number}}}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}
  maxReplicas: 5
"""
BUDGET = """\
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: web-{number}}}
spec: {{maxUnavailable: 1, selector: {{matchLabels: {{app: web, part: q{number}}}}}}}
"""


def calls(rule: str, template: str, files: int) -> int:
    """Return how many functions of podplan are called to ask one rule of so many files."""
    sources = [
        Source(f"{number}.yaml", template.format(number=number, service="web")) for number in range(files)
    ]
    count = 0

    def called(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(called)
    try:
        report = run(sources, LintOptions(select=(rule,), jobs=1, cache=False))
    finally:
        sys.setprofile(None)
    assert len(report.findings) >= files - 1
    return count


@pytest.mark.parametrize(
    ("rule", "template"),
    [
        ("governing-service-shared", STATEFUL_SET),
        ("service-name-missing", STATEFUL_SET.replace("  serviceName: {service}\n", "") + HEADLESS),
        ("autoscaler-overlap", AUTOSCALER),
        (
            "no-disruption-budget",
            STATEFUL_SET.replace("spec:\n  service", "spec:\n  replicas: 3\n  service") + BUDGET,
        ),
    ],
)
def test_twice_as_many_take_twice_as_long(rule: str, template: str) -> None:
    calls(rule, template, 3)  # loads what is needed
    few, more, many = (calls(rule, template, files) for files in (20, 40, 80))
    assert many - more < 2.05 * (more - few)
