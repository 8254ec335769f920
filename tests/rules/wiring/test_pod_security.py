"""Pods and the Pod Security Standard of their Namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Check

RULE = "pod-security-enforced"


def namespace(labels: str, name: str = "payments") -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n---\n"


ENFORCE = "pod-security.kubernetes.io/enforce"
RESTRICTED = (
    "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}, allowPrivilegeEscalation: false, "
    "capabilities: {drop: [ALL]}}"
)


def pods(kind: str, container: str = "", pod: str = "", name: str = "payments") -> str:
    spec = f"{{restartPolicy: Never, {pod}containers: [{{name: a, image: 'a:1'{', ' if container else ''}{container}}}]}}"
    head = f"kind: {kind}\nmetadata: {{name: a, namespace: {name}}}\n"
    template = f"template: {{metadata: {{labels: {{app: a}}}}, spec: {spec}}}"
    match kind:
        case "Pod":
            return f"apiVersion: v1\n{head}spec: {spec}\n"
        case "CronJob":
            return f"apiVersion: batch/v1\n{head}spec: {{schedule: '* * * * *', jobTemplate: {{spec: {{{template}}}}}}}\n"
        case "Job":
            return f"apiVersion: batch/v1\n{head}spec: {{{template}}}\n"
        case _:
            template = template.replace("restartPolicy: Never, ", "")
            return f"apiVersion: apps/v1\n{head}spec: {{selector: {{matchLabels: {{app: a}}}}, {template}}}\n"


@pytest.mark.parametrize(
    "kind", ["Pod", "CronJob", "Job", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]
)
def test_each_kind(kind: str, found: Check) -> None:
    text = namespace(f"{ENFORCE}: restricted") + pods(kind, "securityContext: {privileged: true}")
    (finding,) = found(RULE, text)
    assert finding.range.line == 8
    assert (
        'violates PodSecurity "restricted:latest": privileged (container "a" must not set' in finding.message
    )
    assert ("refuses this Pod" if kind == "Pod" else f"refuses every pod of this {kind}") in finding.message
    assert found(RULE, namespace(f"{ENFORCE}: restricted") + pods(kind, RESTRICTED)) == []


@pytest.mark.parametrize(
    "text",
    [
        namespace(f"{ENFORCE}: privileged") + pods("Deployment", "securityContext: {privileged: true}"),
        namespace("pod-security.kubernetes.io/warn: restricted") + pods("Deployment"),
        namespace("") + pods("Deployment", "securityContext: {privileged: true}"),
        pods("Deployment", "securityContext: {privileged: true}"),
        namespace(f"{ENFORCE}: restricted", "other") + pods("Deployment"),
        namespace(f"{ENFORCE}: baseline") + pods("Deployment"),
        namespace(f"{ENFORCE}: baseline") + namespace(f"{ENFORCE}: restricted") + pods("Deployment"),
    ],
)
def test_silent(text: str, found: Check) -> None:
    assert found(RULE, text) == []


def test_the_version_of_the_standard(found: Check) -> None:
    (finding,) = found(
        RULE, namespace(f"{ENFORCE}: restricted, {ENFORCE}-version: v1.24") + pods("Deployment")
    )
    assert '"restricted:v1.24"' in finding.message


def test_the_network_of_the_node(found: Check) -> None:
    (finding,) = found(
        RULE, namespace(f"{ENFORCE}: baseline") + pods("Deployment", pod="hostNetwork: true, ")
    )
    assert "host namespaces (hostNetwork=true)" in finding.message
