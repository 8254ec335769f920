from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linter.engine.registry import all_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("DB_PASSWORD", "s3cr3t", True),
        ("PGPASSWD", "s3cr3t", True),
        ("client_secret", "abc", True),
        ("API_KEY", "abc", True),
        ("AWS_ACCESS_KEY_ID", "AKIA0", True),
        ("GITHUB_TOKEN", "ghp_0", True),
        ("DB_PASSWORD", "", False),
        ("DB_PASSWORD_FILE", "/run/secrets/db", False),
        ("SECRET_URL", "https://vault.example.com/v1", False),
        ("SECRET_URL", "https://user:pw@example.com", True),
        ("COPY_OF_SECRET", "$(SECRET)", False),
        ("SECRETS_ENABLED", "'true'", False),
        ("TOKEN_TTL", "'3600'", False),
        ("KEYBOARD", "qwerty", False),
        ("LOG_LEVEL", "info", False),
    ],
)
def test_secret_in_plain_text(name: str, value: str, *, found: bool, lint: Lint, workload: Write) -> None:
    findings = lint("env-var-secret", workload(container=f"env:\n- name: {name}\n  value: {value}"))
    assert [(each.range.line, each.range.column) for each in findings] == [(17, 18)] * found
    for finding in findings:
        assert value not in finding.message.split()  # a report goes to more people than the manifest


def test_secret_names_option(lint: Lint, workload: Write) -> None:
    text = workload(container="env: [{name: PIN, value: '98765'}]")
    assert lint("env-var-secret", text) == []
    assert len(lint("env-var-secret", text, names="^pin$")) == 1


@pytest.mark.parametrize(
    ("container", "field"),
    [
        ("env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]", "env[0].valueFrom.secretKeyRef"),
        ("envFrom: [{configMapRef: {name: c}}, {secretRef: {name: s}}]", "envFrom[1].secretRef"),
        ("env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: k}}}]", None),
        ("env: [{name: A, value: b}]", None),
    ],
)
def test_secret_in_the_environment(container: str, field: str | None, lint: Lint, workload: Write) -> None:
    findings = lint("read-secret-from-env-var", workload(container=container))
    expected = [] if field is None else [f"spec.template.spec.containers[0].{field}"]
    assert [finding.field for finding in findings] == expected


@pytest.mark.parametrize(
    ("image", "policy", "options", "found"),
    [
        ("nginx:1.25", "", {}, True),
        ("nginx:1.25", "imagePullPolicy: Always", {}, False),
        ("nginx:latest", "", {}, False),
        ("nginx:latest", "imagePullPolicy: Never", {}, True),
        ("nginx@sha256:" + "0" * 64, "", {}, False),
        ("nginx:1.25", "", {"policy": "IfNotPresent"}, False),
    ],
)
def test_image_pull_policy(
    image: str, policy: str, options: dict[str, Any], *, found: bool, lint: Lint, workload: Write
) -> None:
    assert len(lint("image-pull-policy", workload(image=image, container=policy), **options)) == found


@pytest.mark.parametrize(
    ("kind", "options", "found"),
    [
        ("ClusterIP", {}, False),
        ("NodePort", {}, True),
        ("LoadBalancer", {}, True),
        ("LoadBalancer", {"types": ["NodePort"]}, False),
        ("ExternalName, externalName: example.com", {}, False),
    ],
)
def test_exposed_services(kind: str, options: dict[str, Any], *, found: bool, lint: Lint) -> None:
    text = f"apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{ports: [{{port: 80}}], type: {kind}}}\n"
    assert len(lint("exposed-services", text, **options)) == found


def test_recommended_labels(lint: Lint, workload: Write) -> None:
    (finding,) = lint("recommended-labels", workload())
    assert (finding.range.line, finding.range.column) == (3, 1)
    labelled = workload().replace(
        "  name: web\n", "  name: web\n  labels: {app.kubernetes.io/name: web, owner: ''}\n", 1
    )
    (finding,) = lint("recommended-labels", labelled)
    assert finding.message == "Recommended labels are missing: app.kubernetes.io/instance."
    (finding,) = lint("recommended-labels", labelled, labels=["owner"])
    assert finding.message == "Recommended labels are missing: owner."
    assert lint("recommended-labels", labelled, labels=["app.kubernetes.io/name"]) == []


def test_obsolete_annotations(lint: Lint, workload: Write) -> None:
    text = workload(
        "StatefulSet",
        "serviceName: web\nvolumeClaimTemplates:\n- metadata:\n    name: data\n    annotations:\n"
        "      volume.beta.kubernetes.io/storage-class: fast\n"
        "  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}",
    ).replace(
        "labels: {app: web}",
        "labels: {app: web}\n      annotations: {pod.beta.kubernetes.io/hostname: a, b: c}",
    )
    findings = lint("obsolete-annotations", text)
    assert [finding.message for finding in findings] == [
        "The annotation volume.beta.kubernetes.io/storage-class is obsolete; use spec.storageClassName.",
        "The annotation pod.beta.kubernetes.io/hostname is obsolete; use the field hostname.",
    ]


def test_options_of_rules_are_those_they_ask_for() -> None:
    for rule in all_rules().values():
        if rule.group != "practice":
            continue
        code = (ROOT / "rules" / "practice" / f"{rule.id.replace('-', '_')}.py").read_text("utf-8")
        asked = set(re.findall(rf'option\(\s*context,\s*"{rule.id}",\s*"(\w+)"', code))
        assert asked == set(rule.options), rule.id


def test_table_of_peers_names_rules_that_exist() -> None:
    table = (ROOT / "docs" / "peers-checks.md").read_text("utf-8")
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| `")]
    assert len(rows) > 100
    ours = set(all_rules())
    for row in rows:
        named = re.findall(r"`([a-z0-9-]+)`", row[2])
        assert set(named) <= ours, row
        assert named or row[3].strip(), f"{row[1]}: neither a rule nor a reason"
