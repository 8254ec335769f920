"""What an apply does or does not roll out: partitions, OnDelete, image tags, history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linter.version import KubeVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("replicas: 3\nupdateStrategy: {rollingUpdate: {partition: 3}}", ["partition-beyond-replicas"]),
        ("replicas: 3\nupdateStrategy: {rollingUpdate: {partition: 99}}", ["partition-beyond-replicas"]),
        ("replicas: 3\nupdateStrategy: {rollingUpdate: {partition: 2}}", ["partition-left"]),
        ("replicas: 3\nupdateStrategy: {rollingUpdate: {partition: 0}}", []),
        ("updateStrategy: {rollingUpdate: {partition: 1}}", ["partition-beyond-replicas"]),
        ("replicas: 0\nupdateStrategy: {rollingUpdate: {partition: 1}}", []),
        ("updateStrategy: {type: RollingUpdate}", []),
        # The partition is an index, counted from the first ordinal.
        (
            "replicas: 3\nordinals: {start: 5}\nupdateStrategy: {rollingUpdate: {partition: 2}}",
            ["partition-left"],
        ),
        (
            "replicas: 3\nordinals: {start: 5}\nupdateStrategy: {rollingUpdate: {partition: 5}}",
            ["partition-beyond-replicas"],
        ),
        ("updateStrategy: {type: OnDelete}", ["on-delete-update"]),
    ],
)
def test_partition(spec: str, expected: list[str], lint: Lint, workload: Write) -> None:
    assert rules(lint(workload("StatefulSet", "serviceName: web\n" + spec))) == expected


def test_partition_below_what_an_autoscaler_may_reach(lint: Lint, workload: Write) -> None:
    autoscaler = (
        "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
        "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: web}, minReplicas: 3, maxReplicas: 9}\n"
    )
    spec = "serviceName: web\nupdateStrategy: {rollingUpdate: {partition: 3}}"
    (finding,) = lint(workload("StatefulSet", spec) + autoscaler)
    assert finding.rule == "partition-left"
    assert "reaches 6 of 3 to 9 replicas (autoscaler)" in finding.message


def test_partition_message(lint: Lint, workload: Write) -> None:
    spec = "serviceName: web\nreplicas: 5\nupdateStrategy:\n  rollingUpdate:\n    partition: 4"
    (finding,) = lint(workload("StatefulSet", spec))
    assert (finding.range.line, finding.range.column, finding.severity) == (10, 18, "info")
    assert finding.message == (
        "An update reaches 1 of 5 replicas: the pods with an index below 4 keep the old revision until the partition is 0."
    )


@pytest.mark.parametrize(
    ("value", "version", "found"),
    [
        ("2", KubeVersion(1, 34), True),
        ("2", KubeVersion(1, 35), True),
        ("2", KubeVersion(1, 36), True),
        ("50%", KubeVersion(1, 36), True),
        ("1", KubeVersion(1, 36), False),
        ("2", KubeVersion(1, 37), False),
    ],
)
def test_max_unavailable_of_a_stateful_set(
    value: str, version: KubeVersion, *, found: bool, lint: Lint, workload: Write
) -> None:
    spec = f"serviceName: web\nreplicas: 9\nupdateStrategy: {{rollingUpdate: {{maxUnavailable: {value}}}}}"
    findings = lint(workload("StatefulSet", spec), version=version)
    assert rules(findings) == ["stateful-max-unavailable-ignored"] * found
    for finding in findings:
        assert f"Kubernetes 1.{version[1]} drops maxUnavailable {value}" in finding.message


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_no_history(kind: str, lint: Lint, workload: Write) -> None:
    (finding,) = lint(workload(kind, "revisionHistoryLimit: 0"))
    assert (finding.rule, finding.range.line, finding.range.column) == ("no-revision-history", 6, 25)
    assert lint(workload(kind, "revisionHistoryLimit: 1")) == []


@pytest.mark.parametrize(
    ("image", "said"),
    [
        ("nginx", "The image nginx has no tag, which means latest"),
        ("nginx:latest", "The image nginx:latest has the tag latest"),
        ("registry.example:5000/team/app", "has no tag"),
        ("registry.example:5000/team/app:latest", "has the tag latest"),
        ("nginx:1.27.2", None),
        ("nginx:latest-alpine", None),
        ("nginx@sha256:" + "0" * 64, None),
        ("nginx:stable@sha256:" + "0" * 64, None),
        ("registry.example:5000/team/app:1", None),
        ("'NOT an image'", None),
        ("''", None),
    ],
)
def test_image_tag(image: str, said: str | None, lint: Lint, workload: Write) -> None:
    findings = lint(workload(image=image))
    assert rules(findings) == ["mutable-image-tag"] * (said is not None)
    for finding in findings:
        assert said is not None
        assert said in finding.message
        assert (finding.range.line, finding.range.column) == (14, 16)


def test_image_tag_once_for_each_image(lint: Lint, workload: Write) -> None:
    containers = "[{name: a, image: busybox}, {name: b, image: busybox}, {name: c, image: 'busybox:latest'}]"
    findings = lint(workload(pod=f"initContainers: {containers}"))
    assert [finding.field for finding in findings] == [
        "spec.template.spec.initContainers[0].image",
        "spec.template.spec.initContainers[2].image",
    ]


def test_no_image_tag_of_what_istio_injects_or_of_what_is_not_rolled_out(lint: Lint, workload: Write) -> None:
    assert lint(workload(image="auto")) == []
    pod = "spec: {restartPolicy: Never, containers: [{name: a, image: busybox}]}"
    assert lint(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n{pod}\n") == []
    job = f"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec: {{template: {{{pod}}}}}\n"
    assert lint(job) == []


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"])
def test_image_tag_of_init_containers(kind: str, lint: Lint, workload: Write) -> None:
    (finding,) = lint(workload(kind, pod="initContainers: [{name: init, image: busybox}]"))
    assert finding.field == "spec.template.spec.initContainers[0].image"
