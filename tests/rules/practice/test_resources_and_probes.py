from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linter.engine.registry import all_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]

CPU, MEMORY, DISK = (
    "unset-cpu-requirements",
    "unset-memory-requirements",
    "unset-ephemeral-storage-requirements",
)


@pytest.mark.parametrize(
    ("rule", "resources", "options", "said"),
    [
        (CPU, "{}", {}, "requests.cpu"),
        (CPU, "{requests: {cpu: 100m}}", {}, None),
        (CPU, "{limits: {cpu: 100m}}", {}, None),  # a limit alone is a request, too
        (CPU, "{requests: {cpu: 100m}}", {"limit": True}, "limits.cpu"),
        (CPU, "{requests: {memory: 1Gi}}", {"limit": True}, "requests.cpu and limits.cpu"),
        (MEMORY, "{}", {}, "requests.memory and limits.memory"),
        (MEMORY, "{requests: {memory: 1Gi}}", {}, "limits.memory"),
        (MEMORY, "{requests: {memory: 1Gi}}", {"limit": False}, None),
        (MEMORY, "{limits: {memory: 1Gi}}", {}, None),
        (DISK, "{}", {}, "requests.ephemeral-storage and limits.ephemeral-storage"),
        (DISK, "{limits: {ephemeral-storage: 1Gi}}", {}, None),
    ],
)
def test_resources(
    rule: str, resources: str, options: dict[str, Any], said: str | None, lint: Lint, workload: Write
) -> None:
    findings = lint(rule, workload(container=f"resources: {resources}"), **options)
    expected = [] if said is None else [f"Container web does not say resources.{said}."]
    assert [finding.message for finding in findings] == expected


def test_resources_of_the_whole_pod_count(lint: Lint, workload: Write) -> None:
    assert lint(CPU, workload(pod="resources: {requests: {cpu: 1}}")) == []


def test_resources_of_init_containers(lint: Lint, workload: Write) -> None:
    text = workload(
        pod="initContainers: [{name: init, image: 'busybox:1.36'}]",
        container="resources:\n  requests: {cpu: 1}",
    )
    (finding,) = lint(CPU, text)
    assert finding.field == "spec.template.spec.initContainers[0].resources.requests[cpu]"
    assert (finding.range.line, finding.range.column) == (12, 24)


PROBE = "{httpGet: {port: 80}}"


@pytest.mark.parametrize(
    ("rule", "container", "found"),
    [
        ("no-liveness-probe", "", True),
        ("no-liveness-probe", f"livenessProbe: {PROBE}", False),
        ("no-readiness-probe", "", True),
        ("no-readiness-probe", f"readinessProbe: {PROBE}", False),
        ("no-readiness-probe", f"livenessProbe: {PROBE}", True),
        ("identical-probes", f"livenessProbe: {PROBE}\nreadinessProbe: {PROBE}", True),
        # Written differently, the same by default.
        (
            "identical-probes",
            "livenessProbe: {httpGet: {port: 80, path: /}, periodSeconds: 10}\nreadinessProbe: {httpGet: {port: 80}}",
            True,
        ),
        (
            "identical-probes",
            "livenessProbe: {httpGet: {port: 80}, failureThreshold: 5}\nreadinessProbe: {httpGet: {port: 80}}",
            False,
        ),
        ("identical-probes", f"livenessProbe: {PROBE}", False),
    ],
)
def test_probes(rule: str, container: str, *, found: bool, lint: Lint, workload: Write) -> None:
    assert len(lint(rule, workload(container=container))) == found


def test_probes_are_not_for_init_containers(lint: Lint, workload: Write) -> None:
    pod = "initContainers:\n- {name: init, image: 'busybox:1.36'}\n- {name: side, image: 'envoy:v1.31', restartPolicy: Always}"
    findings = lint("no-liveness-probe", workload(pod=pod, container=f"livenessProbe: {PROBE}"))
    assert [finding.field for finding in findings] == ["spec.template.spec.initContainers[1].livenessProbe"]


SERVICE = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"


def test_readiness_behind_a_service_is_left_to_the_rollout_rule(lint: Lint, workload: Write) -> None:
    assert lint("no-readiness-probe", workload() + SERVICE) == []
    assert len(lint("service-without-readiness", workload() + SERVICE)) == 1
    # An update that does not roll is not that rule's business.
    recreate = workload(spec="strategy: {type: Recreate}")
    assert len(lint("no-readiness-probe", recreate + SERVICE)) == 1
    assert lint("service-without-readiness", recreate + SERVICE) == []


def test_readiness_of_the_other_containers(lint: Lint, workload: Write) -> None:
    text = workload(container=f"readinessProbe: {PROBE}") + "      - {name: side, image: 'envoy:v1.31'}\n"
    (finding,) = lint("no-readiness-probe", text + SERVICE)
    assert finding.field == "spec.template.spec.containers[1].readinessProbe"


def test_a_request_that_an_autoscaler_needs_is_left_to_the_wiring_rule(lint: Lint, workload: Write) -> None:
    autoscaler = (
        "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
        "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 9}\n"
    )
    assert len(lint("autoscaler-no-requests", workload() + autoscaler)) == 1
    assert lint(CPU, workload() + autoscaler) == []
    (finding,) = lint(CPU, workload() + autoscaler, limit=True)
    assert finding.message == "Container web does not say resources.limits.cpu."
    assert len(lint(MEMORY, workload() + autoscaler)) == 1


@pytest.mark.parametrize("rest", ["", "spec:\n", "spec: {template: null}\n"])
def test_manifests_without_a_template(rest: str, lint: Lint) -> None:
    text = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\n{rest}"
    for rule in [each.id for each in all_rules().values() if each.group in {"rollout", "practice"}]:
        assert {finding.rule for finding in lint(rule, text)} <= {rule}
