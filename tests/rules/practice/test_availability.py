from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]


def autoscaler(spec: str = "minReplicas: 2, ") -> str:
    return (
        "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
        f"spec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}, {spec}maxReplicas: 9}}\n"
    )


@pytest.mark.parametrize(
    ("kind", "spec", "options", "message"),
    [
        ("Deployment", "", {}, "replicas is 1; run at least 2."),
        ("StatefulSet", "serviceName: web", {}, "replicas is 1; run at least 2."),
        ("Deployment", "replicas: 2", {}, None),
        ("Deployment", "replicas: 2", {"minimum": 3}, "replicas is 2; run at least 3."),
        ("Deployment", "replicas: 0", {}, None),
        ("DaemonSet", "", {}, None),
    ],
)
def test_minimum_replicas(
    kind: str, spec: str, options: dict[str, Any], message: str | None, lint: Lint, workload: Write
) -> None:
    findings = lint("minimum-replicas", workload(kind, spec), **options)
    assert [finding.message for finding in findings] == ([] if message is None else [message])


@pytest.mark.parametrize(
    ("spec", "options", "found"),
    [("", {}, True), ("minReplicas: 2, ", {}, False), ("minReplicas: 2, ", {"minimum": 3}, True)],
)
def test_the_autoscaler_is_judged_instead(
    spec: str, options: dict[str, Any], *, found: bool, lint: Lint, workload: Write
) -> None:
    text = workload() + autoscaler(spec)
    assert lint("minimum-replicas", text) == []
    assert len(lint("hpa-minimum-replicas", text, **options)) == found


SPREAD = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: %s, whenUnsatisfiable: ScheduleAnyway%s}]"
ANTI = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: %s%s}]}}"
OWN = ", labelSelector: {matchLabels: {app: web}}"


@pytest.mark.parametrize(
    ("spec", "pod", "found"),
    [
        ("replicas: 2", "", True),
        ("replicas: 1", "", False),
        ("replicas: 2", ANTI % ("kubernetes.io/hostname", OWN), False),
        ("replicas: 2", ANTI % ("kubernetes.io/hostname", OWN.replace("web", "other")), True),
        ("replicas: 2", ANTI % ("kubernetes.io/hostname", ""), True),
        ("replicas: 2", SPREAD % ("topology.kubernetes.io/zone", OWN), False),
        ("replicas: 2", SPREAD % ("topology.kubernetes.io/zone", ""), True),
    ],
)
def test_anti_affinity(spec: str, pod: str, *, found: bool, lint: Lint, workload: Write) -> None:
    assert len(lint("no-anti-affinity", workload(spec=spec, pod=pod))) == found


def test_anti_affinity_counts_what_an_autoscaler_may_start(lint: Lint, workload: Write) -> None:
    (finding,) = lint("no-anti-affinity", workload() + autoscaler())
    assert finding.message.startswith("2 to 9 replicas (autoscaler) may all run on one node")


def budget(selector: str, namespace: str = "default") -> str:
    return (
        f"---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: web, namespace: {namespace}}}\n"
        f"spec: {{maxUnavailable: 1, selector: {selector}}}\n"
    )


@pytest.mark.parametrize(
    ("spec", "other", "found"),
    [
        ("replicas: 2", "", True),
        ("replicas: 1", "", False),
        ("replicas: 2", budget("{matchLabels: {app: web}}"), False),
        ("replicas: 2", budget("{matchLabels: {app: other}}"), True),
        ("replicas: 2", budget("{matchLabels: {app: web}}", "other"), True),
        ("replicas: 2", budget("{}"), False),
        ("replicas: 2", budget("null"), True),
        ("replicas: 2", budget("{matchExpressions: [{key: app, operator: In, values: [web, api]}]}"), False),
        ("replicas: 2", budget("{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}"), True),
        ("replicas: 2", budget("{matchLabels: [app]}"), True),
        ("replicas: 2", budget("{matchLabels: {app: [web]}}"), True),
        ("replicas: 2", budget("{matchExpressions: app}"), True),
    ],
)
def test_disruption_budget(spec: str, other: str, *, found: bool, lint: Lint, workload: Write) -> None:
    findings = lint("no-disruption-budget", workload(spec=spec) + other)
    assert [finding.rule for finding in findings] == ["no-disruption-budget"] * found


@pytest.mark.parametrize(
    ("pod", "selector", "found"),
    [
        ("", None, True),
        ("", "{}", False),
        ("", "{matchLabels: {app: api}}", True),
        ("hostNetwork: true", None, False),
    ],
)
def test_network_policy(pod: str, selector: str | None, *, found: bool, lint: Lint, workload: Write) -> None:
    policy = (
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\n"
        f"spec: {{podSelector: {selector}}}\n"
        if selector
        else ""
    )
    assert len(lint("non-isolated-pod", workload(pod=pod) + policy)) == found


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("", True),
        (", unhealthyPodEvictionPolicy: IfHealthyBudget", False),
        (", unhealthyPodEvictionPolicy: AlwaysAllow", False),
    ],
)
def test_eviction_of_broken_pods(field: str, *, found: bool, lint: Lint) -> None:
    text = budget(f"{{matchLabels: {{app: web}}}}{field}")
    assert len(lint("pdb-unhealthy-pod-eviction-policy", text)) == found
