"""Of templates that are plain the validation says nothing, so that it need not be asked."""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from linter.apiserver import shapes
from linter.apiserver.errors import Errors
from linter.apiserver.pod import plain
from linter.apiserver.pod import template as pod_templates
from linter.apiserver.pod.gates import drop_disabled_fields
from linter.apiserver.pod.template import validate_pod_template, warn_of_pod_template
from linter.apiserver.server import Server
from linter.kube.defaults.apply import apply_defaults
from linter.version import NEWEST, OLDEST, KubeVersion

if TYPE_CHECKING:
    from collections.abc import Iterator

Object = dict[str, Any]
SELECTOR = {"matchLabels": {"app": "web"}}
TERM = {"topologyKey": "kubernetes.io/hostname", "labelSelector": SELECTOR}
EXPRESSION = {"key": "app", "operator": "In", "values": ["web", "api"]}
SECURITY = {
    "runAsNonRoot": True,
    "runAsUser": 1000,
    "runAsGroup": 1000,
    "seccompProfile": {"type": "RuntimeDefault"},
}
RESOURCES = {
    "limits": {"cpu": "1", "memory": "1Gi"},
    "requests": {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "1G"},
}
VARIABLES = [
    {"name": "LEVEL", "value": "info"},
    {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
    {"name": "URL", "valueFrom": {"configMapKeyRef": {"name": "web", "key": "url", "optional": True}}},
    {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "web", "key": "token"}}},
]
TEMPLATE: Object = {
    "metadata": {"labels": {"app": "web"}, "annotations": {"example.com/Note": "x"}},
    "spec": {
        "affinity": {
            "podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [TERM]},
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {
                        "weight": 1,
                        "podAffinityTerm": {**TERM, "labelSelector": {"matchExpressions": [EXPRESSION]}},
                    }
                ]
            },
        },
        "automountServiceAccountToken": False,
        "hostNetwork": False,
        "imagePullSecrets": [{"name": "one"}, {"name": "two"}],
        "initContainers": [
            {
                "name": "migrate",
                "image": "web:1",
                "command": ["migrate"],
                "env": VARIABLES,
                "resources": RESOURCES,
            }
        ],
        "containers": [
            {
                "name": "web",
                "image": "web:1",
                "args": ["serve"],
                "env": VARIABLES,
                "envFrom": [{"configMapRef": {"name": "web"}}, {"secretRef": {"name": "web"}}],
                "ports": [{"name": "http", "containerPort": 8080}, {"name": "admin", "containerPort": 8081}],
                "resources": RESOURCES,
                "readinessProbe": {"httpGet": {"path": "/", "port": "http"}, "successThreshold": 2},
                "livenessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 20},
                "startupProbe": {"exec": {"command": ["true"]}, "failureThreshold": 30},
                "lifecycle": {"preStop": {"exec": {"command": ["sleep", "5"]}}},
                "securityContext": {
                    **SECURITY,
                    "privileged": False,
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]},
                },
                "volumeMounts": [
                    {"name": "config", "mountPath": "/etc/web", "readOnly": True},
                    {"name": "secret", "mountPath": "/run/secret", "subPath": "token"},
                    {"name": "tmp", "mountPath": "/cache"},
                    {"name": "data", "mountPath": "/data"},
                ],
            },
            {"name": "proxy", "image": "proxy:1", "ports": [{"containerPort": 9090, "protocol": "UDP"}]},
        ],
        "nodeSelector": {"kubernetes.io/arch": "arm64"},
        "priorityClassName": "high",
        "securityContext": {**SECURITY, "fsGroup": 1000, "supplementalGroups": [1, 2]},
        "serviceAccountName": "web",
        "terminationGracePeriodSeconds": 60,
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": SELECTOR,
            }
        ],
        "volumes": [
            {"name": "config", "configMap": {"name": "web", "optional": True}},
            {"name": "secret", "secret": {"secretName": "web", "defaultMode": 0o400}},
            {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}},
            {"name": "logs", "hostPath": {"path": "/var/log", "type": "Directory"}},
            {"name": "data", "persistentVolumeClaim": {"claimName": "web"}},
        ],
    },
}
"""With every field that can be plain, but for those that say little."""
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
VERSIONS = [KubeVersion(1, minor) for minor in range(OLDEST.minor, NEWEST.minor + 1)]


def deployment(template: Object) -> Object:
    spec = {"selector": SELECTOR, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def as_judged(template: Object, version: KubeVersion) -> Object:
    whole: Object = apply_defaults(deployment(template))["spec"]["template"]
    return {**whole, "spec": drop_disabled_fields(whole["spec"], version)}


def is_plain(template: Object, version: KubeVersion = NEWEST) -> bool:
    with mock.patch.object(shapes, "is_plain", shapes.is_plain_in_python):
        return plain.is_plain_template(as_judged(template, version))


def said_of(template: Object, version: KubeVersion) -> list[str]:
    errors, judged = Errors(version), as_judged(template, version)
    validate_pod_template(judged, ("spec", "template"), errors, manifest=template)
    warn_of_pod_template(judged, ("spec", "template"), errors)
    return [each.message for each in (*errors.errors, *errors.warnings)]


def collections_in(value: Any) -> list[Any]:
    found = [value]
    for each in found:  # grows meanwhile
        found += [
            one
            for one in (each.values() if isinstance(each, dict) else each)
            if isinstance(one, (dict, list))
        ]
    return found


LEAVES = [
    "", "a", "A", "-a", "web", "http", "a/b/c", "a" * 300, "1.5", "1m", "-1", "5Gi", "Always", "Never", "None", "25", "..", "/a/..",
    "CAP_SYS_ADMIN", "kubernetes.io/x", "beta.kubernetes.io/os", "metadata.uid", "Localhost",
    0, 1, 2, -1, 101, 8080, 65536, 2**31 - 1, True, False,
]  # fmt: skip
NAMES = [
    "add", "claims", "claimName", "configMap", "cpu", "defaultMode", "dnsPolicy", "emptyDir", "fsGroup", "grpc", "hostIP", "hostPort",
    "hostUsers", "httpGet", "items", "matchLabels", "memory", "name", "nvidia.com/gpu", "operator", "os", "ports", "privileged",
    "procMount", "protocol", "resources", "restartPolicy", "securityContext", "subPath", "subPathExpr", "value", "valueFrom", "x",
    "beta.kubernetes.io/os", "pod.kubernetes.io/x", "hugepages-2Mi",
]  # fmt: skip


def mutants(count: int) -> Iterator[Object]:
    """Yield templates in which something is other, missing, added, or there twice."""
    chance = random.Random(7)  # noqa: S311  mutants are no secrets
    for _ in range(count):
        mutant = copy.deepcopy(TEMPLATE)
        for _ in range(chance.choice([1, 1, 1, 2])):
            inside = chance.choice(collections_in(mutant))
            other = chance.choice([*LEAVES, copy.deepcopy(chance.choice(collections_in(TEMPLATE)))])
            if isinstance(inside, list):
                if inside and chance.random() < 0.5:
                    inside.append(copy.deepcopy(chance.choice(inside)))
                elif inside:
                    inside[chance.randrange(len(inside))] = other
            elif inside and chance.random() < 0.3:
                del inside[chance.choice([*inside])]
            else:
                inside[chance.choice([*inside, *inside, chance.choice(NAMES)])] = other
        yield mutant


def decodable_mutants(count: int) -> Iterator[tuple[Object, KubeVersion]]:
    """Yield those of so many mutants that have the right types, each with a version that judges it."""
    servers = {version: Server(version) for version in VERSIONS}
    for number, mutant in enumerate(mutants(count)):
        version = VERSIONS[number % len(VERSIONS)]
        if not servers[version].decode(deployment(mutant)):
            yield mutant, version


def test_a_template_with_all_that_can_be_plain_is() -> None:
    assert all(is_plain(TEMPLATE, version) and not said_of(TEMPLATE, version) for version in VERSIONS)


def test_nothing_is_said_of_what_is_plain() -> None:
    found_plain = found_other = 0
    for mutant, version in decodable_mutants(3_000):
        if is_plain(mutant, version):
            found_plain += mutant != TEMPLATE
            assert not said_of(mutant, version), mutant
            written = apply_defaults(deployment(mutant))["spec"]["template"]["spec"]
            assert drop_disabled_fields(written, version) is written, mutant
        else:
            found_other += 1
    assert found_plain > 100
    assert found_other > 300


@pytest.mark.skipif(shapes.is_plain is None, reason="the compiled part is not installed (make native)")
@pytest.mark.parametrize(
    ("api_version", "kind", "more"),
    [
        ("apps/v1", "StatefulSet", {"volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": CLAIM}]}),
        ("batch/v1", "Job", {"selector": None}),
    ],
)
def test_plain_templates_of_other_kinds(api_version: str, kind: str, more: Object) -> None:
    template = copy.deepcopy(TEMPLATE)
    if kind == "Job":
        template["spec"]["restartPolicy"] = "Never"
    else:
        template["spec"]["volumes"].pop()  # it comes of the claim
    spec = {"serviceName": "web"} if kind == "StatefulSet" else {}
    obj = {**deployment(template), "apiVersion": api_version, "kind": kind}
    obj["spec"] = {**obj["spec"], **spec, **more}
    with mock.patch.object(pod_templates, "validate_pod_spec") as validate:
        assert not Server().create(obj).errors
    assert not validate.called


@pytest.mark.skipif(shapes.is_plain is None, reason="the compiled part is not installed (make native)")
def test_the_validation_does_not_look_at_a_plain_template() -> None:
    with (
        mock.patch.object(pod_templates, "validate_pod_template") as validate,
        mock.patch.object(pod_templates, "warn_of_pod_template") as warn,
    ):
        assert not Server().create(deployment(TEMPLATE)).errors
        assert not validate.called
        assert not warn.called
        other = copy.deepcopy(TEMPLATE)
        other["spec"]["hostNetwork"] = True
        Server().create(deployment(other))
        assert validate.call_count == warn.call_count == 1
