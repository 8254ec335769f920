"""Pods: what the recordings do not show, such as other versions and updates."""

from __future__ import annotations

from typing import Any

import pytest

from linter.version import KubeVersion

from ...asking import admission

Manifest = dict[str, Any]


def refused(manifest: Manifest, version: tuple[int, int] = (1, 37), old: Manifest | None = None) -> set[str]:
    """Return field and reason of each refusal."""
    problems = admission(KubeVersion(*version))(old, manifest)
    return {f"{each.field} {each.reason}" for each in problems}


def pod(annotations: dict[str, str] | None = None, **spec: Any) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a", "annotations": annotations or {}},
        "spec": {"containers": [{"name": "a", "image": "a:1"}], **spec},
    }


def limited(limits: dict[str, str], requests: dict[str, str] | None = None) -> Manifest:
    return {"name": "a", "image": "a:1", "resources": {"limits": limits, "requests": requests or {}}}


def test_updates_of_images_deadlines_tolerations_and_gates_are_taken() -> None:
    old = pod(
        activeDeadlineSeconds=9,
        schedulingGates=[{"name": "a"}, {"name": "b"}],
        tolerations=[{"operator": "Exists"}],
    )
    new = pod(
        activeDeadlineSeconds=8,
        schedulingGates=[{"name": "b"}],
        tolerations=[{"key": "a"}, {"operator": "Exists", "tolerationSeconds": 3, "effect": "NoExecute"}],
        containers=[{"name": "a", "image": "a:2"}],
    )
    assert refused(new, old=old) == {"spec.tolerations Forbidden"}  # the old one had no effect
    new["spec"]["tolerations"] = [{"key": "a"}, {"operator": "Exists"}]
    # The default pull policy comes with the tag.
    assert refused(new, old=old) == set()


@pytest.mark.parametrize(
    ("new", "fields"),
    [
        (pod(hostNetwork=True), {"spec Forbidden"}),
        (pod(containers=[]), {"spec.containers Required", "spec.containers Forbidden"}),
        (pod(activeDeadlineSeconds=9), {"spec.activeDeadlineSeconds Invalid"}),
        (pod(), {"spec.activeDeadlineSeconds Invalid"}),
        (
            pod(activeDeadlineSeconds=5, schedulingGates=[{"name": "a"}]),
            {"spec.schedulingGates[0].name Forbidden"},
        ),
        (
            pod({"kubernetes.io/config.mirror": "x"}, activeDeadlineSeconds=5, nodeName="n"),
            {"metadata.annotations[kubernetes.io/config.mirror] Forbidden", "spec Forbidden"},
        ),
    ],
    ids=["network", "containers", "later", "no deadline", "gates", "annotation"],
)
def test_updates_of_other_fields_are_refused(new: Manifest, fields: set[str]) -> None:
    deadline = "activeDeadlineSeconds"
    old = (
        pod()
        if deadline not in new["spec"] and fields != {f"spec.{deadline} Invalid"}
        else pod(activeDeadlineSeconds=5)
    )
    assert refused(new, old=old) == fields


def test_a_waiting_pod_may_ask_for_more_of_its_node() -> None:
    required = "requiredDuringSchedulingIgnoredDuringExecution"

    def waiting(selector: dict[str, str], *values: str) -> Manifest:
        expressions = [{"key": each, "operator": "Exists"} for each in values]
        affinity = {"nodeAffinity": {required: {"nodeSelectorTerms": [{"matchExpressions": expressions}]}}}
        return pod(schedulingGates=[{"name": "a"}], nodeSelector=selector, affinity=affinity)

    old = waiting({"a": "b"}, "a")
    term = f"spec.affinity.nodeAffinity.{required}.nodeSelectorTerms[0]"
    assert refused(waiting({"a": "b", "c": "d"}, "a", "b"), old=old) == set()
    assert refused(waiting({"a": "c"}, "a"), old=old) == {"spec.nodeSelector Invalid"}
    assert refused(waiting({"a": "b"}, "b"), old=old) == {f"{term} Invalid"}


def test_resources_of_a_pod_count_since_1_34() -> None:
    too_little = pod(resources={"limits": {"cpu": "1"}}, containers=[limited({}, {"cpu": "2"})])
    assert refused(too_little, (1, 33)) == set()
    assert refused(too_little, (1, 34)) == {"spec.resources.requests Invalid"}


def test_an_image_volume_names_an_image() -> None:
    volumes = [{"name": "v", "image": {}}]
    field = "spec.volumes[0].image.reference Required"
    assert refused(pod(volumes=volumes)) == {field}
    assert refused(pod(volumes=volumes), (1, 36)) == {field}
    template = {
        "apiVersion": "v1",
        "kind": "PodTemplate",
        "metadata": {"name": "a"},
        "template": {"spec": pod(volumes=volumes)["spec"]},
    }
    assert refused(template, (1, 36)) == set()
    assert refused(template) == {f"template.{field}"}


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ({"clusterTrustBundle": {"path": "a"}}, "sources[0].clusterTrustBundle Required"),
        (
            {"podCertificate": {"signerName": "a.io/b", "keyType": "ED25519"}},
            "sources[0].podCertificate Required",
        ),
    ],
)
def test_certificates_in_volumes_are_judged_since_1_37(source: Manifest, field: str) -> None:
    manifest = pod(volumes=[{"name": "v", "projected": {"sources": [source]}}])
    assert refused(manifest) == {f"spec.volumes[0].projected.{field}"}
    assert f"spec.volumes[0].projected.{field}" not in refused(manifest, (1, 36))


def test_mount_options_for_selinux_since_1_37() -> None:
    manifest = pod(securityContext={"seLinuxChangePolicy": "MountOption"})
    assert refused(manifest) == set()
    assert refused(manifest, (1, 36)) == {"spec.securityContext.seLinuxChangePolicy NotSupported"}
