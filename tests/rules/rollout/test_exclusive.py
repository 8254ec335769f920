"""What only one pod can hold: ReadWriteOnce claims, host ports, the network of the node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]

VOLUME = "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]"


def claim(modes: str, namespace: str = "default") -> str:
    return (
        "apiVersion: v1\nkind: PersistentVolumeClaim\n"
        f"metadata: {{name: data, namespace: {namespace}}}\n"
        f"spec: {{accessModes: {modes}, resources: {{requests: {{storage: 1Gi}}}}}}\n---\n"
    )


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize(
    ("modes", "spec", "expected"),
    [
        ("[ReadWriteOnce]", "", ["read-write-once-handover"]),
        ("[ReadWriteOnce]", "strategy: {type: Recreate}", []),
        ("[ReadWriteOnce]", "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}", []),
        ("[ReadWriteOnce]", "replicas: 0", []),
        ("[ReadWriteOnce]", "replicas: 3", ["read-write-once-handover"]),
        ("[ReadWriteOncePod]", "", ["read-write-once-pod-handover"]),
        ("[ReadWriteOncePod]", "strategy: {type: Recreate}", []),
        ("[ReadWriteOnce, ReadWriteOncePod]", "", ["read-write-once-handover"]),
        ("[ReadWriteMany]", "", []),
        ("[ReadWriteOnce, ReadWriteMany]", "", []),
        ("[ReadWriteOnce, ReadOnlyMany]", "", []),
        ("[]", "", []),
    ],
)
def test_claims(modes: str, spec: str, expected: list[str], lint: Lint, workload: Write) -> None:
    assert rules(lint(claim(modes) + workload(spec=spec, pod=VOLUME))) == expected


def test_claim_that_the_run_does_not_hold(lint: Lint, workload: Write) -> None:
    assert lint(workload(pod=VOLUME)) == []
    assert lint(claim("[ReadWriteOnce]", "other") + workload(pod=VOLUME)) == []


@pytest.mark.parametrize("broken", ["{accessModes: ReadWriteOnce}", "{accessModes: [{}]}", "[]", "null"])
def test_claim_that_does_not_decode(broken: str, lint: Lint, workload: Write) -> None:
    text = f"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data}}\nspec: {broken}\n---\n"
    assert lint(text + workload(pod=VOLUME)) == []


def test_message_and_place_of_a_claim(lint: Lint, workload: Write) -> None:
    (finding,) = lint(
        claim("[ReadWriteOnce]")
        + workload(
            spec="replicas: 4",
            pod="volumes:\n- name: tmp\n  emptyDir: {}\n- name: data\n  persistentVolumeClaim:\n    claimName: data",
        )
    )
    assert finding.field == "spec.template.spec.volumes[1].persistentVolumeClaim.claimName"
    assert (finding.range.line, finding.range.column) == (23, 22)
    assert "keeps 3 old pods until a new one is ready" in finding.message
    assert "With 4 replicas use a StatefulSet" in finding.message


@pytest.mark.parametrize(
    ("pod", "found"),
    [
        ("nodeName: node-1", False),
        ("nodeSelector: {kubernetes.io/hostname: node-1}", False),
        ("nodeSelector: {disktype: ssd}", True),
        (
            (
                "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
                "[{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-1]}]}]}}}"
            ),
            False,
        ),
        (
            (
                "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
                "[{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-1, node-2]}]}]}}}"
            ),
            True,
        ),
        (
            (
                "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                "[{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}"
            ),
            False,
        ),
        (
            (
                "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                "[{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: other}}}]}}"
            ),
            True,
        ),
    ],
)
def test_pods_tied_to_one_node_can_share(pod: str, *, found: bool, lint: Lint, workload: Write) -> None:
    shared = lint(claim("[ReadWriteOnce]") + workload(pod=f"{pod}\n{VOLUME}"))
    assert rules(shared) == ["read-write-once-handover"] * found
    # One pod is one pod, on whatever node.
    single = lint(claim("[ReadWriteOncePod]") + workload(pod=f"{pod}\n{VOLUME}"))
    assert rules(single) == ["read-write-once-pod-handover"]


def nodes(number: int, **spec: object) -> tuple[dict[str, object], ...]:
    return tuple({"metadata": {"name": f"n{i}"}, "spec": spec} for i in range(number))


PORT = "ports:\n- containerPort: 8080\n  hostPort: 80"


@pytest.mark.parametrize(
    ("spec", "known", "found"),
    [
        ("replicas: 3", None, True),
        ("replicas: 3", nodes(3), True),
        ("replicas: 3", nodes(4), False),
        ("replicas: 3", nodes(4, taints=[{"key": "dedicated", "effect": "NoSchedule"}]), False),
        ("replicas: 3\nstrategy: {rollingUpdate: {maxUnavailable: 1}}", None, False),
        ("replicas: 4", None, False),  # maxUnavailable 25% of 4 is 1
        ("replicas: 3\nstrategy: {type: Recreate}", None, False),
        ("replicas: 0", None, False),
    ],
)
def test_host_port_of_a_deployment(
    spec: str, known: tuple[dict[str, object], ...] | None, *, found: bool, lint: Lint, workload: Write
) -> None:
    findings = lint(workload(spec=spec, container=PORT), nodes=known)
    assert ("host-port-surge" in rules(findings)) == found


def test_host_port_says_how_many_nodes_there_are(lint: Lint, workload: Write) -> None:
    (finding,) = lint(workload(spec="replicas: 3", container=PORT), nodes=nodes(3))
    assert finding.field == "spec.template.spec.containers[0].ports[0].hostPort"
    assert (finding.range.line, finding.range.column) == (18, 21)
    assert finding.message == (
        "Port 80 of the node can be taken once on each node. With 3 replicas, maxSurge 1 and maxUnavailable 0 an update "
        "needs 4 nodes to start the first new pod; 3 nodes of 3 can take it. Write maxUnavailable 1."
    )


SURGE = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"


@pytest.mark.parametrize(
    ("spec", "container", "pod", "expected"),
    [
        (SURGE, PORT, "", ["daemonset-host-port-surge"]),
        (SURGE, "ports: [{containerPort: 80}]", "hostNetwork: true", ["daemonset-host-port-surge"]),
        (SURGE, "", "hostNetwork: true", ["host-network-surge"]),
        (SURGE, "ports: [{containerPort: 80}]", "", []),
        ("", PORT, "", []),
        ("", "", "hostNetwork: true", []),
        ("updateStrategy: {type: OnDelete}", PORT, "", ["on-delete-update"]),
        (
            SURGE,
            "",
            (
                "initContainers: [{name: side, image: 'envoy:v1.31', restartPolicy: Always, "
                "ports: [{containerPort: 80, hostPort: 80}]}]"
            ),
            ["daemonset-host-port-surge"],
        ),
        (
            SURGE,
            "",
            "initContainers: [{name: init, image: 'busybox:1.36', ports: [{containerPort: 80, hostPort: 80}]}]",
            [],
        ),
        (SURGE.replace("1,", "10%,"), PORT, "", ["daemonset-host-port-surge"]),
    ],
)
def test_daemon_sets(
    spec: str, container: str, pod: str, expected: list[str], lint: Lint, workload: Write
) -> None:
    assert rules(lint(workload("DaemonSet", spec, container, pod))) == expected


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("", True),
        ("replicas: 4", False),
        ("strategy: {type: Recreate}", False),
        ("strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}", False),
    ],
)
def test_host_network_of_a_deployment(spec: str, *, found: bool, lint: Lint, workload: Write) -> None:
    findings = lint(workload(spec=spec, pod="hostNetwork: true"))
    assert rules(findings) == ["host-network-surge"] * found
