"""Pods that find no room on the nodes that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]


def node(name: str, cpu: str = "2") -> dict[str, Any]:
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "status": {"allocatable": {"cpu": cpu, "memory": "4Gi", "pods": "110"}},
    }


NODES = (node("a"), node("b"))

TEXT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: {replicas}
  strategy: {strategy}
  selector:
    matchLabels: {{app: web}}
  template:
    metadata:
      labels: {{app: web}}
    spec:
      containers:
      - name: app
        image: app:1
        resources: {{requests: {{cpu: {cpu}}}}}
"""


@pytest.mark.parametrize(
    ("replicas", "cpu", "strategy", "message"),
    [
        pytest.param(
            2, "1500m", "{}",
            "An update never ends: the new pod that it starts before an old one goes finds no node. "
            "0/2 nodes are available: 2 Insufficient cpu. Write maxSurge 0 and maxUnavailable 1.",
            id="no room for the surge",
        ),
        pytest.param(
            3, "1500m", "{}",
            "On these nodes 1 of 3 pods stays Pending. 0/2 nodes are available: 2 Insufficient cpu.",
            id="no room for all",
        ),
        pytest.param(2, "1500m", "{rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}", None, id="none needed"),
        pytest.param(2, "900m", "{}", None, id="enough"),
    ],
)  # fmt: skip
def test_room(lint: Lint, replicas: int, cpu: str, strategy: str, message: str | None) -> None:
    text = TEXT.format(replicas=replicas, cpu=cpu, strategy=strategy)
    found = [each for each in lint(text, nodes=NODES) if each.rule == "no-room-on-nodes"]
    assert [each.message for each in found] == ([] if message is None else [message])
    assert [(each.range.line, each.field) for each in found] == (
        [] if message is None else [(14, "spec.template.spec.containers")]
    )


def test_without_nodes_nothing_is_known(lint: Lint) -> None:
    text = TEXT.format(replicas=3, cpu="1500m", strategy="{}")
    assert [each for each in lint(text) if each.rule == "no-room-on-nodes"] == []
