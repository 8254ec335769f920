"""Pods and the nodes that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]

CONTROL = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}


def node(name: str, *taints: dict[str, str], **labels: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": labels}, "spec": {"taints": list(taints)}}


NODES = (
    node("control-1", CONTROL, zone="a"),
    node("worker-1", zone="a", disk="ssd"),
    node("worker-2", zone="b", disk="hdd"),
)

REQUIRED = (
    "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [%s]}}}"
)


@pytest.mark.parametrize(
    ("pod", "field", "message"),
    [
        pytest.param(
            "nodeSelector: {disk: nvme}",
            "spec.template.spec.nodeSelector[disk]",
            "None of the 3 nodes has the label disk=nvme (there is disk=hdd, disk=ssd): no pod can run.",
            id="another value",
        ),
        pytest.param(
            "nodeSelector: {zone: a, gpu: 'yes'}",
            "spec.template.spec.nodeSelector[gpu]",
            "None of the 3 nodes has the label gpu=yes: no pod can run.",
            id="no such label",
        ),
        pytest.param(
            "nodeSelector: {zone: b, disk: ssd}",
            "spec.template.spec.nodeSelector",
            "None of the 3 nodes has all of zone=b, disk=ssd: no pod can run.",
            id="each on another node",
        ),
        pytest.param(
            "nodeName: worker-9",
            "spec.template.spec.nodeName",
            "None of the 3 nodes is called worker-9: no pod can run.",
            id="no such node",
        ),
        pytest.param(
            REQUIRED % "{matchExpressions: [{key: zone, operator: In, values: [c]}]}",
            "spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution",
            "None of the 3 nodes meets this required node affinity: no pod can run.",
            id="affinity",
        ),
        pytest.param(
            "nodeSelector: {zone: b}\n"
            + REQUIRED % "{matchExpressions: [{key: zone, operator: In, values: [a]}]}",
            "spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution",
            "None of the 3 nodes meets nodeName, nodeSelector and this required node affinity: no pod can run.",
            id="selector against affinity",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["Deployment", "DaemonSet"])
def test_none_matches(kind: str, pod: str, field: str, message: str, lint: Lint, workload: Write) -> None:
    (finding,) = lint(workload(kind, pod=pod), nodes=NODES)
    assert (finding.rule, finding.field, finding.message) == ("no-node-matches", field, message)


@pytest.mark.parametrize(
    "pod",
    [
        "",
        "nodeSelector: {disk: ssd}",
        REQUIRED % "{matchExpressions: [{key: zone, operator: In, values: [c]}]}, "
        "{matchExpressions: [{key: disk, operator: Exists}]}",
        REQUIRED % "{matchFields: [{key: metadata.name, operator: In, values: [worker-1]}]}",
        (
            "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: "
            "[{weight: 1, preference: {matchExpressions: [{key: zone, operator: In, values: [c]}]}}]}}"
        ),
        "nodeName: control-1",  # goes past the scheduler
    ],
)
def test_some_match(pod: str, lint: Lint, workload: Write) -> None:
    assert lint(workload(pod=pod), nodes=NODES) == []


@pytest.mark.parametrize("nodes", [None, ()])
def test_unknown_nodes(nodes: tuple[()] | None, lint: Lint, workload: Write) -> None:
    assert lint(workload(pod="nodeSelector: {disk: nvme}"), nodes=nodes) == []


@pytest.mark.parametrize(
    "nodes",
    [
        ({},),
        ({"metadata": {"name": 5, "labels": ["disk"]}, "spec": {"taints": "none"}},),
        ({"metadata": None, "spec": {"taints": [None]}},),
    ],
)
def test_nodes_that_do_not_decode(nodes: tuple[dict[str, Any], ...], lint: Lint, workload: Write) -> None:
    assert lint(workload(), nodes=nodes) == []


def test_all_that_match_are_tainted(lint: Lint, workload: Write) -> None:
    nodes = (*NODES, node("gpu-1", {"key": "gpu", "value": "a100", "effect": "NoExecute"}, gpu="yes"))
    (finding,) = lint(workload(pod="nodeSelector: {gpu: 'yes'}"), nodes=nodes)
    assert finding.rule == "no-node-matches"
    assert finding.message == (
        "No pod can run: the 1 of 4 nodes that match have taints that the pods don't tolerate (gpu=a100:NoExecute)."
    )
    tolerant = "nodeSelector: {gpu: 'yes'}\ntolerations: [{key: gpu, operator: Exists}]"
    assert lint(workload(pod=tolerant), nodes=nodes) == []


@pytest.mark.parametrize("key", ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"])
def test_passing_taints_do_not_count(key: str, lint: Lint, workload: Write) -> None:
    nodes = (node("n1", {"key": key, "effect": "NoExecute"}),)
    assert lint(workload(), nodes=nodes) == []


def test_control_plane(lint: Lint, workload: Write) -> None:
    (finding,) = lint(workload("DaemonSet"), nodes=NODES)
    assert (finding.rule, finding.severity) == ("control-plane-not-tolerated", "info")
    assert finding.field == "spec.template.spec.tolerations"
    assert finding.message == (
        "1 of 3 nodes (control-1) get no pod, because of the taint node-role.kubernetes.io/control-plane:NoSchedule. "
        "Tolerate it if the pods belong there, too."
    )


@pytest.mark.parametrize(
    ("kind", "pod"),
    [
        ("Deployment", ""),
        ("DaemonSet", "tolerations: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]"),
        ("DaemonSet", "tolerations: [{operator: Exists}]"),
        ("DaemonSet", "nodeSelector: {disk: ssd}"),
        (
            "DaemonSet",
            REQUIRED % "{matchFields: [{key: metadata.name, operator: NotIn, values: [control-1]}]}",
        ),
    ],
)
def test_control_plane_left_out_on_purpose_or_tolerated(
    kind: str, pod: str, lint: Lint, workload: Write
) -> None:
    assert lint(workload(kind, pod=pod), nodes=NODES) == []


def test_only_control_plane_nodes_is_one_finding(lint: Lint, workload: Write) -> None:
    findings = lint(workload("DaemonSet"), nodes=(node("c1", CONTROL), node("c2", CONTROL)))
    assert [finding.rule for finding in findings] == ["no-node-matches"]
    assert "all nodes have taints" in findings[0].message


def test_nodes_among_the_manifests_need_not_be_all(lint: Lint, workload: Write) -> None:
    manifest = "---\napiVersion: v1\nkind: Node\nmetadata: {name: n1, labels: {disk: ssd}}\n"
    assert lint(workload(pod="nodeSelector: {disk: hdd}") + manifest) == []
