"""Practice around updates: probes that overlap, pods that stop too early, spread constraints that count old pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]

SERVICE = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]%s}\n"


@pytest.mark.parametrize("probe", ["readinessProbe", "livenessProbe", "startupProbe"])
@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ("periodSeconds: 1, timeoutSeconds: 15", "may take 15 s and is due every 1 s"),
        ("timeoutSeconds: 11", "may take 11 s and is due every 10 s"),
        ("periodSeconds: 10, timeoutSeconds: 10", None),
        ("periodSeconds: 1", None),
        ("timeoutSeconds: 10", None),
    ],
)
def test_timeouts(probe: str, numbers: str, message: str | None, lint: Lint, workload: Write) -> None:
    findings = lint(
        "probe-timeout-above-period", workload(container=f"{probe}: {{tcpSocket: {{port: 80}}, {numbers}}}")
    )
    if message is None:
        assert findings == []
    else:
        assert message in findings[0].message
        assert findings[0].field == f"spec.template.spec.containers[0].{probe}.timeoutSeconds"


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_no_hook_behind_a_service(kind: str, lint: Lint, workload: Write) -> None:
    (finding,) = lint("no-pre-stop", workload(kind) + SERVICE % "")
    assert finding.field == "spec.template.spec.containers[0].lifecycle"
    assert finding.message.startswith("The Service web still sends requests while a pod stops")


@pytest.mark.parametrize(
    ("container", "service"),
    [
        ("lifecycle: {preStop: {sleep: {seconds: 5}}}", SERVICE % ""),
        ("lifecycle: {preStop: {exec: {command: [sleep, '5']}}}", SERVICE % ""),
        ("", SERVICE % ", clusterIP: None"),
        ("", SERVICE.replace("app: web", "app: other") % ""),
        ("", ""),
    ],
)
def test_pods_that_need_no_hook(container: str, service: str, lint: Lint, workload: Write) -> None:
    assert lint("no-pre-stop", workload(container=container) + service) == []


def test_a_hook_of_a_sidecar_counts(lint: Lint, workload: Write) -> None:
    sidecar = "initContainers: [{name: p, image: 'p:1', restartPolicy: Always, lifecycle: {preStop: {sleep: {seconds: 5}}}}]"
    assert lint("no-pre-stop", workload(pod=sidecar) + SERVICE % "") == []


SPREAD = (
    "topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: %s, labelSelector: "
    "{matchLabels: {app: %s}}%s}]"
)


@pytest.mark.parametrize(
    ("kind", "spec", "pod", "found"),
    [
        ("Deployment", "", SPREAD % ("DoNotSchedule", "web", ""), True),
        ("Deployment", "strategy: {type: Recreate}", SPREAD % ("DoNotSchedule", "web", ""), False),
        ("Deployment", "", SPREAD % ("ScheduleAnyway", "web", ""), False),
        ("Deployment", "", SPREAD % ("DoNotSchedule", "other", ""), False),
        ("Deployment", "", SPREAD % ("DoNotSchedule", "web", ", matchLabelKeys: [pod-template-hash]"), False),
        ("StatefulSet", "", SPREAD % ("DoNotSchedule", "web", ""), False),
    ],
)
def test_old_pods(kind: str, spec: str, pod: str, found: bool, lint: Lint, workload: Write) -> None:  # noqa: FBT001  a parameter of the test
    assert bool(lint("spread-counts-old-pods", workload(kind, spec=spec, pod=pod))) == found


@pytest.mark.parametrize(
    ("ports", "found"),
    [
        ("[{containerPort: 53, protocol: UDP}, {containerPort: 53}]", [1]),
        (
            "[{containerPort: 53}, {containerPort: 54, protocol: UDP}, {containerPort: 53, protocol: UDP}]",
            [2],
        ),
        ("[{containerPort: 53, protocol: UDP}, {containerPort: 54}]", []),
        ("[{containerPort: 53, protocol: TCP}, {containerPort: 53, hostPort: 54}]", []),
    ],
)
def test_ports_of_two_protocols(ports: str, found: list[int], lint: Lint, workload: Write) -> None:
    findings = lint("port-of-two-protocols", workload(container=f"ports: {ports}"))
    assert [finding.field for finding in findings] == [
        f"spec.template.spec.containers[0].ports[{index}].containerPort" for index in found
    ]


def test_a_service_of_two_protocols(lint: Lint) -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{name: u, port: 53, protocol: UDP}, {name: t, port: 53}]}\n"
    (finding,) = lint("port-of-two-protocols", text)
    assert finding.message == (
        "`kubectl apply` takes 53/UDP and 53/TCP for one port, and may lose one of them when the list changes. "
        "Apply it with --server-side."
    )
