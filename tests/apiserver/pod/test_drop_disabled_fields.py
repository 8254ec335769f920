"""What the API server drops of a pod spec before it looks: the fields whose feature gate is off."""

from __future__ import annotations

from typing import Any

import pytest

from linter.apiserver.pod.gates import drop_disabled_fields
from linter.version import KubeVersion

NEWEST = KubeVersion(1, 36)


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
    assert drop_disabled_fields({"containers": [before]}, version) == {"containers": [after]}


def test_projections_that_are_switched_off_leave_an_empty_source() -> None:
    sources = [{"clusterTrustBundle": {"path": "a"}}, {"configMap": {"name": "c"}}]
    pod = drop_disabled_fields({"volumes": [{"name": "v", "projected": {"sources": sources}}]}, NEWEST)
    assert pod["volumes"][0]["projected"]["sources"] == [{}, {"configMap": {"name": "c"}}]


@pytest.mark.parametrize(("version", "kept"), [(KubeVersion(1, 34), ["b"]), (KubeVersion(1, 35), ["a", "b"])])
def test_image_volumes_go_with_their_mounts(version: KubeVersion, kept: list[str]) -> None:
    pod = drop_disabled_fields(
        {
            "volumes": [{"name": "a", "image": {}}, {"name": "b", "emptyDir": {}}],
            "containers": [{"volumeMounts": [{"name": "a"}, {"name": "b"}]}, {}],
        },
        version,
    )
    assert [each["name"] for each in pod["volumes"]] == kept
    assert [each["name"] for each in pod["containers"][0]["volumeMounts"]] == kept


def test_nothing_is_copied_or_changed_where_nothing_is_switched_off() -> None:
    spec = {"containers": [{"name": "a"}], "volumes": [{"name": "v", "emptyDir": {}}]}
    assert drop_disabled_fields(spec, NEWEST) is spec
    before = {"containers": [{"lifecycle": {"stopSignal": "SIGTERM"}}]}
    drop_disabled_fields(before, NEWEST)
    assert before == {"containers": [{"lifecycle": {"stopSignal": "SIGTERM"}}]}
