"""Probes, hooks and deadlines: what takes longer than it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]


def places(findings: list[Finding]) -> list[tuple[str, int, int]]:
    return [(finding.rule, finding.range.line, finding.range.column) for finding in findings]


@pytest.mark.parametrize(
    ("spec", "container", "expected"),
    [
        pytest.param(
            "progressDeadlineSeconds: 60",
            "startupProbe: {tcpSocket: {port: 80}, failureThreshold: 10}",
            [("progress-deadline-too-short", 6, 28)],
            id="91 s of 60",
        ),
        pytest.param(
            "progressDeadlineSeconds: 91",
            "startupProbe: {tcpSocket: {port: 80}, failureThreshold: 10}",
            [],
            id="91 s of 91",
        ),
        pytest.param(
            "",
            "readinessProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 601}",
            [("progress-deadline-too-short", 15, 9)],
            id="readiness alone, the default of 600",
        ),
        pytest.param(
            "progressDeadlineSeconds: 100",
            "readinessProbe: {tcpSocket: {port: 80}, successThreshold: 12}",
            [("progress-deadline-too-short", 6, 28)],
            id="twelve successes take 110 s",
        ),
        pytest.param(
            "minReadySeconds: 590",
            "startupProbe: {tcpSocket: {port: 80}, failureThreshold: 30}",
            [],
            id="the clock starts anew when the pod is ready",
        ),
        pytest.param("progressDeadlineSeconds: 30", "", [], id="no probe"),
        pytest.param(
            "progressDeadlineSeconds: 30",
            "livenessProbe: {tcpSocket: {port: 80}, failureThreshold: 99}",
            [],
            id="liveness does not count",
        ),
    ],
)
def test_progress_deadline(
    spec: str, container: str, expected: list[tuple[str, int, int]], lint: Lint, workload: Write
) -> None:
    assert places(lint(workload(spec=spec, container=container))) == expected


def test_progress_deadline_adds_the_sidecars_before(lint: Lint, workload: Write) -> None:
    pod = (
        "initContainers:\n- name: proxy\n  image: envoy:v1.31\n  restartPolicy: Always\n"
        "  startupProbe: {tcpSocket: {port: 1}, failureThreshold: 40}\n"
    )
    probe = "startupProbe: {tcpSocket: {port: 80}, failureThreshold: 40}"
    (finding,) = lint(workload(pod=pod, container=probe))
    assert "take 782 s to become ready, but after progressDeadlineSeconds 600" in finding.message
    assert lint(workload(container=probe)) == []


PORTS = "ports:\n- {name: http, containerPort: 8080}\n"


@pytest.mark.parametrize(
    ("container", "found"),
    [
        pytest.param(
            "livenessProbe: {httpGet: {port: 8080}}\n"
            "readinessProbe: {httpGet: {path: /r, port: http}, initialDelaySeconds: 60}",
            True,
            id="same port by name and number",
        ),
        pytest.param(
            "livenessProbe: {httpGet: {port: 8081}}\nreadinessProbe: {httpGet: {port: 8080}, initialDelaySeconds: 60}",
            False,
            id="another port may listen earlier",
        ),
        pytest.param(
            "livenessProbe: {exec: {command: [check]}}\n"
            "readinessProbe: {exec: {command: [check]}, initialDelaySeconds: 60}",
            True,
            id="same command",
        ),
        pytest.param(
            "livenessProbe: {exec: {command: [alive]}}\n"
            "readinessProbe: {exec: {command: [check]}, initialDelaySeconds: 60}",
            False,
            id="another command",
        ),
        pytest.param(
            "livenessProbe: {tcpSocket: {port: http}, initialDelaySeconds: 60}\n"
            "readinessProbe: {httpGet: {port: http}, initialDelaySeconds: 60}",
            False,
            id="liveness waits as long",
        ),
        pytest.param(
            "livenessProbe: {httpGet: {port: http}}\n"
            "readinessProbe: {httpGet: {port: http}, initialDelaySeconds: 21}",
            False,
            id="gives up just then",
        ),
        pytest.param(
            "livenessProbe: {httpGet: {port: http}}\n"
            "readinessProbe: {httpGet: {port: http}, initialDelaySeconds: 22}",
            True,
            id="gives up a second before",
        ),
        pytest.param(
            "startupProbe: {httpGet: {port: http}, failureThreshold: 30}\n"
            "livenessProbe: {httpGet: {port: http}}\n"
            "readinessProbe: {httpGet: {port: http}, initialDelaySeconds: 60}",
            False,
            id="the startup probe holds liveness back",
        ),
        pytest.param(
            "startupProbe: {grpc: {port: 8080}}\nreadinessProbe: {grpc: {port: 8080}, initialDelaySeconds: 60}",
            True,
            id="the startup probe itself is too short",
        ),
        pytest.param("livenessProbe: {httpGet: {port: http}}", False, id="no readiness probe"),
        pytest.param(
            "readinessProbe: {httpGet: {port: http}, initialDelaySeconds: 60}", False, id="no liveness probe"
        ),
    ],
)
def test_liveness(container: str, *, found: bool, lint: Lint, workload: Write) -> None:
    findings = lint(workload(container=PORTS + container))
    assert [finding.rule for finding in findings] == ["liveness-kills-slow-start"] * found


def test_liveness_message(lint: Lint, workload: Write) -> None:
    probes = (
        "livenessProbe:\n  httpGet: {port: http}\n  initialDelaySeconds: 5\n  periodSeconds: 5\n  timeoutSeconds: 2\n"
        "readinessProbe: {httpGet: {port: http}, initialDelaySeconds: 40}"
    )
    (finding,) = lint(workload(container=PORTS + probes))
    assert (finding.range.line, finding.range.column) == (17, 9)
    assert finding.message == (
        "The livenessProbe gives up after 17 s (initialDelaySeconds 5, failureThreshold 3, periodSeconds 5) and the "
        "container is restarted, but the readinessProbe expects no answer before 40 s; add a startupProbe."
    )


@pytest.mark.parametrize(
    ("pod", "hook", "found"),
    [
        ("", "exec: {command: [sleep, '30']}", True),
        ("", "exec: {command: [sleep, '29']}", False),
        ("", "exec: {command: [/bin/sleep, '60']}", True),
        ("", "exec: {command: [sh, -c, 'sleep 60']}", True),
        ("", "exec: {command: [/bin/sh, -c, 'nginx -s quit; sleep 1m']}", True),
        ("", "exec: {command: [sh, -c, '(sleep 45)&&kill 1']}", True),
        ("", "exec: {command: [sh, -c, 'while curl -s :80; do sleep 1; done']}", False),
        ("", "exec: {command: [sh, -c, 'usleep 90']}", False),
        ("", "exec: {command: [sh, -c, 'sleep $DELAY']}", False),
        ("", "exec: {command: [sh, -c, 'sleep 5 && sleep 3']}", False),
        ("", "sleep: {seconds: 30}", True),
        ("", "sleep: {seconds: 29}", False),
        ("", "sleep: {seconds: 31}", False),  # refused by the API server
        ("", "httpGet: {port: 80}", False),
        ("terminationGracePeriodSeconds: 61", "exec: {command: [sleep, '60']}", False),
        ("terminationGracePeriodSeconds: 60", "exec: {command: [sleep, '60']}", True),
        ("terminationGracePeriodSeconds: 0", "exec: {command: [sleep, '5']}", True),
    ],
)
def test_grace_period(pod: str, hook: str, *, found: bool, lint: Lint, workload: Write) -> None:
    findings = lint(workload(pod=pod, container=f"lifecycle: {{preStop: {{{hook}}}}}"))
    assert [finding.rule for finding in findings] == ["grace-period-too-short"] * found


def test_grace_period_place(lint: Lint, workload: Write) -> None:
    (finding,) = lint(workload(container="lifecycle:\n  preStop:\n    sleep:\n      seconds: 30"))
    assert (finding.range.line, finding.range.column) == (18, 24)
    assert finding.field == "spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds"
    assert "waits 30 s, but the pod has 30 s to stop" in finding.message
