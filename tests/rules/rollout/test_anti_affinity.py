"""Anti-affinities that leave an update no place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]

HOST = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"


def nodes(*zones: str, tainted: int = 0) -> tuple[dict[str, Any], ...]:
    taints = [{"key": "a", "effect": "NoSchedule"}]
    return tuple(
        {
            "kind": "Node",
            "metadata": {"name": f"n{index}", "labels": {HOST: f"n{index}", ZONE: zone}},
            "spec": {"taints": taints if index < tainted else []},
        }
        for index, zone in enumerate(zones)
    )


def affinity(key: str = HOST, app: str = "web", more: str = "") -> str:
    term = f"{{topologyKey: {key}, labelSelector: {{matchLabels: {{app: {app}}}}}{more}}}"
    return f"affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{term}]}}}}"


@pytest.mark.parametrize(
    ("replicas", "strategy", "pod", "zones", "tainted", "found"),
    [
        (2, "", affinity(), "ab", 0, True),
        (3, "", affinity(), "ab", 0, True),
        (2, "", affinity(), "abc", 1, True),
        (2, "", affinity(ZONE), "aabb", 0, True),
        (2, "", affinity(), "abc", 0, False),
        (2, "", affinity(ZONE), "abc", 0, False),
        (2, "strategy: {rollingUpdate: {maxUnavailable: 1}}", affinity(), "ab", 0, False),
        (2, "strategy: {type: Recreate}", affinity(), "ab", 0, False),
        (2, "", affinity(app="other"), "ab", 0, False),
        (2, "", affinity(more=", matchLabelKeys: [pod-template-hash]"), "ab", 0, False),
        (2, "", affinity(more=", namespaces: [other]"), "ab", 0, False),
        (2, "", affinity(more=", namespaces: [default]"), "ab", 0, True),
        (2, "", affinity("example.org/rack"), "ab", 0, False),
        (2, "", affinity(), "", 0, False),
        (0, "", affinity(), "ab", 0, False),
    ],
)
def test_places(replicas: int, strategy: str, pod: str, zones: str, tainted: int, *, found: bool, lint: Lint, workload: Write) -> None:  # fmt: skip
    findings = lint(
        workload(spec=f"replicas: {replicas}\n{strategy}", pod=pod),
        nodes=nodes(*zones, tainted=tainted) or None,
    )
    assert ("no-room-on-nodes" in {each.rule for each in findings}) == found


def test_the_words(lint: Lint, workload: Write) -> None:
    (finding,) = lint(workload(spec="replicas: 2", pod=affinity()), nodes=nodes("a", "b"))
    assert finding.rule == "no-room-on-nodes"
    assert finding.message == (
        "An update never ends: the new pod that it starts before an old one goes finds no node. 0/2 nodes are available: "
        "2 node(s) didn't match pod anti-affinity rules. Write maxSurge 0 and maxUnavailable 1."
    )
    assert finding.field == "spec.template.spec.affinity.podAntiAffinity"
