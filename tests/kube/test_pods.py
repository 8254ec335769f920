"""Pods of templates: walking containers and volumes, and what the API server drops before it looks."""

from __future__ import annotations

from typing import Any

import pytest

from linter.kube.pods import POD, pod_of
from linter.version import KubeVersion

NEWEST = KubeVersion(1, 36)


def workload(pod: dict[str, Any], kind: str = "Deployment", **spec: Any) -> dict[str, Any]:
    return {"kind": kind, "spec": {"template": {"spec": pod}, **spec}}


def claim(name: str | None) -> dict[str, Any]:
    return {"metadata": {} if name is None else {"name": name}, "spec": {}}


def test_containers_come_in_the_order_of_the_api_server() -> None:
    pod = pod_of(
        workload(
            {
                "containers": [{"name": "a"}, {"name": "b"}],
                "initContainers": [{"name": "i", "restartPolicy": "Always"}],
                "ephemeralContainers": [{"name": "e"}],
            }
        ),
        NEWEST,
    )
    assert [each.path[len(POD) :] for each in pod.containers] == [
        ("initContainers", 0),
        ("containers", 0),
        ("containers", 1),
        ("ephemeralContainers", 0),
    ]
    assert [each.is_sidecar for each in pod.containers] == [True, False, False, False]
    assert [each.is_regular for each in pod.containers] == [False, True, True, False]


@pytest.mark.parametrize(
    "obj", [{}, {"spec": {}}, {"spec": {"template": {}}}, {"spec": {"template": {"spec": {}}}}]
)
def test_a_workload_without_template_has_an_empty_pod(obj: dict[str, Any]) -> None:
    pod = pod_of({"kind": "Deployment", **obj}, NEWEST)
    assert (pod.annotations, pod.security_context, pod.containers, pod.volumes) == ({}, {}, (), ())


def test_claim_templates_count_as_volumes_and_hide_those_of_the_same_name() -> None:
    pod = pod_of(
        workload(
            {"volumes": [{"name": "data", "emptyDir": {}}, {"name": "config", "emptyDir": {}}]},
            "StatefulSet",
            volumeClaimTemplates=[claim("data"), claim("logs"), claim("data")],
        ),
        NEWEST,
    )
    assert [(each.spec["name"], each.path, each.seen_at[-1]) for each in pod.volumes] == [
        ("data", ("spec", "volumeClaimTemplates", 0, "metadata"), 0),
        ("logs", ("spec", "volumeClaimTemplates", 1, "metadata"), 1),
        ("config", (*POD, "volumes", 1), 2),
    ]


def test_only_a_stateful_set_has_claim_templates_and_host_names_of_its_own() -> None:
    spec = {"hostname": "a", "subdomain": "b", "nodeName": "c"}
    assert pod_of(workload(spec, volumeClaimTemplates=[claim("data")]), NEWEST).spec == spec
    stateful = pod_of(workload(spec, "StatefulSet", volumeClaimTemplates=[claim(None)]), NEWEST)
    assert stateful.spec == {"nodeName": "c"}
    assert [each.spec["name"] for each in stateful.volumes] == [""]


@pytest.mark.parametrize(
    ("version", "before", "after"),
    [
        (NEWEST, {"lifecycle": {"stopSignal": "SIGTERM"}}, {}),
        (NEWEST, {"lifecycle": {}}, {"lifecycle": {}}),
        (
            NEWEST,
            {"lifecycle": {"stopSignal": "SIGTERM", "preStop": {}}},
            {"lifecycle": {"preStop": {}}},
        ),
        (NEWEST, {"restartPolicy": "Never"}, {"restartPolicy": "Never"}),
        (KubeVersion(1, 34), {"restartPolicy": "Never", "restartPolicyRules": []}, {}),
        (KubeVersion(1, 31), {"restartPolicy": "Never"}, {"restartPolicy": "Never"}),
        (
            KubeVersion(1, 31),
            {"resizePolicy": [], "securityContext": {"procMount": "x"}},
            {"securityContext": {"procMount": "Default"}},
        ),
        (KubeVersion(1, 31), {"resources": {"claims": [], "limits": {}}}, {"resources": {"limits": {}}}),
        (
            KubeVersion(1, 34),
            {"env": [{"name": "a", "valueFrom": {"fileKeyRef": {}}}, {"name": "b"}]},
            {"env": [{"name": "a", "valueFrom": {}}, {"name": "b"}]},
        ),
    ],
)
def test_container_fields_that_are_switched_off_are_gone(
    version: KubeVersion, before: dict[str, Any], after: dict[str, Any]
) -> None:
    (container,) = pod_of(workload({"containers": [before]}), version).containers
    assert container.spec == after


def test_projections_that_are_switched_off_leave_an_empty_source() -> None:
    sources = [{"clusterTrustBundle": {"path": "a"}}, {"configMap": {"name": "c"}}]
    pod = pod_of(workload({"volumes": [{"name": "v", "projected": {"sources": sources}}]}), NEWEST)
    assert pod.volumes[0].spec["projected"]["sources"] == [{}, {"configMap": {"name": "c"}}]


@pytest.mark.parametrize(("version", "kept"), [(KubeVersion(1, 34), ["b"]), (KubeVersion(1, 35), ["a", "b"])])
def test_image_volumes_go_with_their_mounts(version: KubeVersion, kept: list[str]) -> None:
    pod = pod_of(
        workload(
            {
                "volumes": [{"name": "a", "image": {}}, {"name": "b", "emptyDir": {}}],
                "containers": [{"volumeMounts": [{"name": "a"}, {"name": "b"}]}, {}],
            }
        ),
        version,
    )
    assert [each.spec["name"] for each in pod.volumes] == kept
    assert [each["name"] for each in pod.containers[0].spec["volumeMounts"]] == kept


def test_nothing_is_copied_or_changed_where_nothing_is_switched_off() -> None:
    spec = {"containers": [{"name": "a"}], "volumes": [{"name": "v", "emptyDir": {}}]}
    assert pod_of(workload(spec), NEWEST).spec is spec
    before = {"containers": [{"lifecycle": {"stopSignal": "SIGTERM"}}]}
    pod_of(workload(before), NEWEST)
    assert before == {"containers": [{"lifecycle": {"stopSignal": "SIGTERM"}}]}
