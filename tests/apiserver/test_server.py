"""The way in: what is asked of objects that are created and updated, and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from linter.apiserver.server import Server
from linter.version import KubeVersion

Manifest = dict[str, Any]
SERVER = Server(KubeVersion(1, 36))


def service(**spec: Any) -> Manifest:
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80}], **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}


def refused(manifest: Manifest, old: Manifest | None = None, **more: Any) -> list[str]:
    answer = SERVER.create(manifest, **more) if old is None else SERVER.update(old, manifest, **more)
    return [error.rule for error in answer.errors]


def warned(manifest: Manifest) -> list[str]:
    return [error.rule for error in SERVER.create(manifest).warnings]


def test_what_is_right_is_taken() -> None:
    assert refused(service()) == []
    assert refused(service(), service()) == []
    assert warned(service()) == []


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ({}, ["missing-api-version", "missing-kind"]),
        ({"apiVersion": 1, "kind": "Service"}, ["missing-api-version"]),
        ({"apiVersion": "v1", "kind": ""}, ["missing-kind"]),
        ({"apiVersion": "v1", "kind": ["Service"]}, ["missing-kind"]),
        ({"apiVersion": "v1", "kind": "Deployment"}, ["unknown-kind"]),
        ({"apiVersion": "example.com/v1", "kind": "Widget"}, []),
    ],
)
def test_an_object_without_identity_is_not_looked_at(manifest: Manifest, expected: list[str]) -> None:
    assert refused({**manifest, "spec": {"bad": 1}}) == expected


def test_the_apiversion_to_write_is_told() -> None:
    [error] = SERVER.create({"kind": "HorizontalPodAutoscaler"}).errors
    assert (
        error.message == "This HorizontalPodAutoscaler has no apiVersion; write `apiVersion: autoscaling/v2`."
    )


def test_what_does_not_decode_is_not_validated() -> None:
    assert refused(service(type="Other", foo=1)) == ["unknown-field"]
    assert refused(service(type="Other")) == ["service-type"]


def test_what_allocation_refuses_is_not_validated() -> None:
    assert refused(service(type="Other", clusterIP="none")) == ["service-cluster-ips"]


def test_what_is_refused_is_not_warned_of() -> None:
    headless = {"clusterIP": "None", "sessionAffinity": "ClientIP"}
    assert warned(service(**headless)) == ["headless-ignored-fields"]
    assert warned(service(**headless, internalTrafficPolicy="x")) == []


def test_a_deprecated_version_is_a_warning() -> None:
    endpoints = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "web"}}
    assert (refused(endpoints), warned(endpoints)) == ([], ["deprecated-api"])


def test_an_update_of_what_no_server_holds_is_a_creation() -> None:
    assert refused(service(clusterIP="10.96.0.9"), service(clusterIP="None")) == ["immutable-cluster-ips"]
    assert refused(service(clusterIP="10.96.0.9"), service(clusterIP="None", foo=1)) == []


def test_the_namespace_of_the_request_counts() -> None:
    manifest = service()
    manifest["metadata"]["namespace"] = "web"
    assert refused(manifest, namespace="default") == ["request-namespace"]
    assert refused(manifest, namespace="web") == refused(manifest) == []
