from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]

WINDOWS = "os: {name: windows}"


@pytest.mark.parametrize(
    ("rule", "pod", "container", "field"),
    [
        ("run-as-non-root", "", "", "securityContext"),
        ("run-as-non-root", "securityContext: {runAsNonRoot: true}", "", None),
        ("run-as-non-root", "securityContext: {runAsUser: 1000}", "", None),
        ("run-as-non-root", "", "securityContext: {runAsUser: 1000}", None),
        ("run-as-non-root", "", "securityContext: {runAsUser: 0}", "securityContext.runAsUser"),
        (
            "run-as-non-root",
            "securityContext: {runAsNonRoot: true}",
            "securityContext: {runAsNonRoot: false}",
            "securityContext.runAsNonRoot",
        ),
        ("run-as-non-root", "hostUsers: false", "", None),
        ("run-as-non-root", WINDOWS, "", None),
        ("privilege-escalation-container", "", "", "securityContext.allowPrivilegeEscalation"),
        ("privilege-escalation-container", "", "securityContext: {allowPrivilegeEscalation: false}", None),
        (
            "privilege-escalation-container",
            "",
            "securityContext: {allowPrivilegeEscalation: true}",
            "securityContext.allowPrivilegeEscalation",
        ),
        ("privilege-escalation-container", "", "securityContext: {privileged: true}", None),
        ("privilege-escalation-container", WINDOWS, "", None),
        ("privileged-container", "", "", None),
        ("privileged-container", "", "securityContext: {privileged: false}", None),
        ("privileged-container", "", "securityContext: {privileged: true}", "securityContext.privileged"),
        ("no-read-only-root-fs", "", "", "securityContext.readOnlyRootFilesystem"),
        (
            "no-read-only-root-fs",
            "",
            "securityContext: {readOnlyRootFilesystem: false}",
            "securityContext.readOnlyRootFilesystem",
        ),
        ("no-read-only-root-fs", "", "securityContext: {readOnlyRootFilesystem: true}", None),
        ("no-read-only-root-fs", WINDOWS, "", None),
        ("drop-capabilities", "", "", "securityContext.capabilities.drop"),
        (
            "drop-capabilities",
            "",
            "securityContext: {capabilities: {drop: [NET_RAW]}}",
            "securityContext.capabilities.drop",
        ),
        ("drop-capabilities", "", "securityContext: {capabilities: {drop: [ALL]}}", None),
        ("drop-capabilities", "", "securityContext: {capabilities: {drop: [all], add: [CHOWN]}}", None),
        ("drop-capabilities", "", "securityContext: {privileged: true}", None),
        ("drop-capabilities", WINDOWS, "", None),
        ("no-seccomp-profile", "", "", "securityContext.seccompProfile.type"),
        ("no-seccomp-profile", "securityContext: {seccompProfile: {type: RuntimeDefault}}", "", None),
        ("no-seccomp-profile", "", "securityContext: {seccompProfile: {type: RuntimeDefault}}", None),
        (
            "no-seccomp-profile",
            "securityContext: {seccompProfile: {type: RuntimeDefault}}",
            "securityContext: {seccompProfile: {type: Unconfined}}",
            "securityContext.seccompProfile.type",
        ),
        ("no-seccomp-profile", WINDOWS, "", None),
        ("unsafe-proc-mount", "", "", None),
        ("unsafe-proc-mount", "", "securityContext: {procMount: Default}", None),
        (
            "unsafe-proc-mount",
            "hostUsers: false",
            "securityContext: {procMount: Unmasked}",
            "securityContext.procMount",
        ),
        ("ssh-port", "", "ports: [{containerPort: 22}]", "ports[0].containerPort"),
        ("ssh-port", "", "ports: [{containerPort: 22, protocol: UDP}]", None),
        ("ssh-port", "", "ports: [{containerPort: 2222}]", None),
        ("low-user-group-id", "", "securityContext: {runAsUser: 9999}", "securityContext.runAsUser"),
        ("low-user-group-id", "", "securityContext: {runAsGroup: 9999}", "securityContext.runAsGroup"),
        ("low-user-group-id", "", "securityContext: {runAsUser: 10000, runAsGroup: 10000}", None),
        ("low-user-group-id", "", "securityContext: {runAsUser: 0}", None),
        ("low-user-group-id", "", "", None),
    ],
)
def test_containers(
    rule: str, pod: str, container: str, field: str | None, lint: Lint, workload: Write
) -> None:
    findings = lint(rule, workload(pod=pod, container=container))
    expected = [] if field is None else [f"spec.template.spec.containers[0].{field}"]
    assert [finding.field for finding in findings] == expected


def test_settings_of_the_pod_are_reported_there(lint: Lint, workload: Write) -> None:
    (root,) = lint("run-as-non-root", workload(pod="securityContext: {runAsUser: 0}"))
    assert root.field == "spec.template.spec.securityContext.runAsUser"
    (low,) = lint("low-user-group-id", workload(pod="securityContext: {runAsUser: 33}"))
    assert low.field == "spec.template.spec.securityContext.runAsUser"
    (open_,) = lint(
        "no-seccomp-profile", workload(pod="securityContext: {seccompProfile: {type: Unconfined}}")
    )
    assert open_.field == "spec.template.spec.securityContext.seccompProfile.type"


def test_settings_of_the_pod_are_reported_once(lint: Lint, workload: Write) -> None:
    second = "      - {name: second, image: 'envoy:v1.31'}\n"
    context = "securityContext: {runAsUser: 0, seccompProfile: {type: Unconfined}}"
    for rule in ("run-as-non-root", "no-seccomp-profile"):
        assert len(lint(rule, workload(pod=context) + second)) == 1


def test_init_containers_are_containers(lint: Lint, workload: Write) -> None:
    text = workload(
        pod="initContainers: [{name: init, image: 'busybox:1.36', securityContext: {privileged: true}}]"
    )
    (finding,) = lint("privileged-container", text)
    assert finding.field == "spec.template.spec.initContainers[0].securityContext.privileged"


@pytest.mark.parametrize(
    ("drop", "options", "found"),
    [("[NET_RAW]", {"capabilities": ["NET_RAW"]}, False), ("[KILL]", {"capabilities": ["NET_RAW"]}, True)],
)
def test_capabilities_option(
    drop: str, options: dict[str, Any], *, found: bool, lint: Lint, workload: Write
) -> None:
    text = workload(container=f"securityContext: {{capabilities: {{drop: {drop}}}}}")
    assert len(lint("drop-capabilities", text, **options)) == found


@pytest.mark.parametrize(
    ("name", "options", "found"),
    [
        ("kernel.msgmax", {}, True),
        ("net.core.somaxconn", {}, True),
        ("net.core.somaxconn", {"allowed": ["net.core.somaxconn"]}, False),
        ("net.ipv4.tcp_syncookies", {}, False),
        ("net/ipv4/tcp_syncookies", {}, False),
    ],
)
def test_sysctls(name: str, options: dict[str, Any], *, found: bool, lint: Lint, workload: Write) -> None:
    text = workload(pod=f"securityContext: {{sysctls: [{{name: {name}, value: '1'}}]}}")
    assert len(lint("unsafe-sysctls", text, **options)) == found


@pytest.mark.parametrize(
    ("rule", "field"), [("host-network", "hostNetwork"), ("host-pid", "hostPID"), ("host-ipc", "hostIPC")]
)
def test_host_namespaces(rule: str, field: str, lint: Lint, workload: Write) -> None:
    (finding,) = lint(rule, workload(pod=f"{field}: true"))
    assert (finding.range.line, finding.range.column) == (12, 9 + len(field))
    assert lint(rule, workload(pod=f"{field}: false")) == []


PATH_RULES = ("sensitive-host-mounts", "docker-sock", "writable-host-mount")


@pytest.mark.parametrize(
    ("path", "mount", "expected"),
    [
        ("/", "", ["sensitive-host-mounts"]),
        ("/etc", "", ["sensitive-host-mounts"]),
        ("/etc/", ", readOnly: true", ["sensitive-host-mounts"]),
        ("/etc/ssl/certs", ", readOnly: true", []),
        ("/var/run/docker.sock", "", ["docker-sock"]),
        ("/run/containerd/containerd.sock", "", ["docker-sock"]),
        ("/var/log", "", ["writable-host-mount"]),
        ("/var/log", ", readOnly: false", ["writable-host-mount"]),
        ("/var/log", ", readOnly: true", []),
    ],
)
def test_host_paths_have_one_finding(
    path: str, mount: str, expected: list[str], lint: Lint, workload: Write
) -> None:
    text = workload(
        pod=f"volumes: [{{name: host, hostPath: {{path: {path}}}}}]",
        container=f"volumeMounts: [{{name: host, mountPath: /host{mount}}}]",
    )
    assert [rule for rule in PATH_RULES if lint(rule, text)] == expected


def test_sensitive_paths_option(lint: Lint, workload: Write) -> None:
    text = workload(pod="volumes: [{name: host, hostPath: {path: /data}}]")
    assert lint("sensitive-host-mounts", text) == []
    assert len(lint("sensitive-host-mounts", text, paths=["/data"])) == 1


ACCOUNT = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default}\nautomountServiceAccountToken: false\n"


@pytest.mark.parametrize(
    ("pod", "other", "found"),
    [
        ("", "", True),
        ("serviceAccountName: default", "", True),
        ("serviceAccountName: web", "", False),
        ("serviceAccount: web", "", False),
        ("automountServiceAccountToken: false", "", False),
        ("automountServiceAccountToken: true", "", True),
        ("", ACCOUNT, False),
    ],
)
def test_default_service_account(pod: str, other: str, *, found: bool, lint: Lint, workload: Write) -> None:
    assert len(lint("default-service-account", workload(pod=pod) + other)) == found


@pytest.mark.parametrize(
    ("pod", "found"),
    [
        ("serviceAccount: web", True),
        ("serviceAccount: web\nserviceAccountName: web", True),
        ("serviceAccountName: web", False),
        ("serviceAccount: ''", False),
        ("serviceAccount: null", False),
    ],
)
def test_deprecated_service_account(pod: str, *, found: bool, lint: Lint, workload: Write) -> None:
    findings = lint("deprecated-service-account-field", workload(pod=pod))
    assert [(each.range.line, each.range.column) for each in findings] == [(12, 7)] * found
