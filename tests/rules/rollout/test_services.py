"""Pods behind a Service that get requests before they are ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]


def service(spec: str = "selector: {app: web}", namespace: str = "default") -> str:
    return (
        f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: front, namespace: {namespace}}}\n"
        f"spec: {{ports: [{{port: 80, targetPort: http}}], {spec}}}\n"
    )


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_no_probe_behind_a_service(kind: str, lint: Lint, workload: Write) -> None:
    (finding,) = lint(workload(kind) + service())
    assert (finding.rule, finding.range.line, finding.range.column) == ("service-without-readiness", 13, 9)
    assert finding.field == "spec.template.spec.containers[0].readinessProbe"
    assert finding.message.startswith("The Service front sends requests to each new pod")


@pytest.mark.parametrize(
    ("kind", "spec", "container", "pod"),
    [
        pytest.param("Deployment", "", "readinessProbe: {tcpSocket: {port: 80}}", "", id="readiness probe"),
        pytest.param("Deployment", "", "startupProbe: {tcpSocket: {port: 80}}", "", id="startup probe"),
        pytest.param("Deployment", "", "", "readinessGates: [{conditionType: example.com/up}]", id="gate"),
        pytest.param("Deployment", "strategy: {type: Recreate}", "", "", id="no rolling update"),
        pytest.param("Deployment", "replicas: 0", "", "", id="no pod"),
        pytest.param("ReplicaSet", "", "", "", id="a ReplicaSet never updates"),
    ],
)
def test_guarded(kind: str, spec: str, container: str, pod: str, lint: Lint, workload: Write) -> None:
    assert lint(workload(kind, spec, container, pod) + service()) == []


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(service("selector: {app: web}", "other"), id="another namespace"),
        pytest.param(service("selector: {app: web, tier: back}"), id="selects more than the pods have"),
        pytest.param(service("clusterIP: None"), id="no selector"),
        pytest.param(service("selector: {}"), id="empty selector"),
        pytest.param(
            service("selector: {app: web}, publishNotReadyAddresses: true"),
            id="wants pods that are not ready",
        ),
        pytest.param(
            service("selector: {app: web}, type: ExternalName, externalName: example.com"), id="ExternalName"
        ),
        pytest.param(service("selector: web"), id="does not decode"),
        pytest.param(service("selector: {app: [web]}"), id="a label that does not decode"),
        pytest.param("", id="none"),
    ],
)
def test_services_that_send_nothing(other: str, lint: Lint, workload: Write) -> None:
    assert lint(workload() + other) == []


def test_points_at_the_container_that_has_the_port(lint: Lint, workload: Write) -> None:
    pods = workload(container="ports: [{name: metrics, containerPort: 9090}]")
    pods += (
        "      - name: front\n        image: nginx:1.25\n        ports: [{name: http, containerPort: 8080}]\n"
    )
    (finding,) = lint(pods + service())
    assert finding.field == "spec.template.spec.containers[1].readinessProbe"


def test_many_services_cost_no_more_than_their_number(lint: Lint, workload: Write) -> None:
    text = "".join(
        workload().replace("web", f"w{number}") + service(f"selector: {{app: w{number}}}") + "---\n"
        for number in range(150)
    )
    assert len(lint(text)) == 150
