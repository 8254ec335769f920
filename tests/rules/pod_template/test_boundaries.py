"""Corners of the rules that the recorded cases leave out, as the API server's own checks have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from linter.engine.rule import Problem

Fields = Callable[..., list[tuple[str, str | None]]]
POD = "spec.template.spec"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("cpu", None),
        ("storage", "NotSupported"),
        ("pods", "NotSupported"),
        ("requests.cpu", "NotSupported"),
        ("requests.hugepages-2Mi", "NotSupported"),
        ("gpu", "Invalid"),
        ("a b", "Invalid"),
    ],
)
def test_resources_of_a_whole_pod_are_few(fields: Fields, name: str, reason: str | None) -> None:
    found = fields(f"resources:\n  limits: {{'{name}': 1}}\n")
    assert found == ([(f"{POD}.resources.limits[{name}]", reason)] if reason else [])


@pytest.mark.parametrize(("amount", "whole"), [("1", True), ("1500m", False), ("1Ei", False), ("2Ei", True)])
def test_an_extended_resource_comes_in_whole_numbers_as_the_server_counts(
    fields: Fields,
    amount: str,
    whole: bool,  # noqa: FBT001  a column
) -> None:
    found = fields(container=f"resources:\n  limits: {{example.com/gpu: {amount}}}\n")
    assert found == ([] if whole else [(f"{POD}.containers[0].resources.limits[example.com/gpu]", "Invalid")])


def test_an_absent_topology_key_equals_an_empty_one(fields: Fields) -> None:
    found = fields(
        "topologySpreadConstraints:\n"
        "- {maxSkew: 1, whenUnsatisfiable: DoNotSchedule}\n"
        "- {maxSkew: 1, whenUnsatisfiable: DoNotSchedule, topologyKey: ''}\n"
    )
    assert (
        f"{POD}.topologySpreadConstraints[0].{{topologyKey, whenUnsatisfiable}}",
        "Duplicate",
    ) in found


def test_of_several_mounts_of_a_volume_the_last_one_is_compared_with_devices(fields: Fields) -> None:
    volumes = "volumes:\n- {name: a, emptyDir: {}}\n- {name: b, persistentVolumeClaim: {claimName: b}}\n"
    uses = (
        "volumeMounts:\n- {name: a, mountPath: /a}\n- {name: a, mountPath: /b}\n"
        "volumeDevices:\n- {name: b, devicePath: %s}\n"
    )
    mounts, device = f"{POD}.containers[0].volumeMounts", f"{POD}.containers[0].volumeDevices[0].devicePath"
    assert fields(volumes, container=uses % "/a") == [(f"{mounts}[0].mountPath", "Invalid")]
    assert set(fields(volumes, container=uses % "/b")) == {
        (f"{mounts}[1].mountPath", "Invalid"),
        (device, "Invalid"),
    }


def test_an_empty_initiator_name_counts_as_one(fields: Fields) -> None:
    portal = "p" * 64
    found = fields(
        f"volumes:\n- name: v\n  iscsi: {{targetPortal: {portal}, iqn: 'iqn.2001-04.com.example:a', initiatorName: ''}}\n"
    )
    assert (f"{POD}.volumes[0].name", "Invalid") in found


def test_a_superfluous_iscsi_source_still_has_to_fit_the_volume_name(fields: Fields) -> None:
    source = "{targetPortal: %s, iqn: x, initiatorName: x}\n"
    two = "volumes:\n- name: v\n  emptyDir: {}\n  iscsi: " + source
    assert fields(two % ("p" * 62)) == [(f"{POD}.volumes[0].iscsi", "Forbidden")]
    assert set(fields(two % ("p" * 63))) == {
        (f"{POD}.volumes[0].iscsi", "Forbidden"),
        (f"{POD}.volumes[0].name", "Invalid"),
    }


def test_the_type_of_a_host_path_without_path_is_not_judged(fields: Fields) -> None:
    assert fields("volumes:\n- {name: v, hostPath: {type: x}}\n") == [
        (f"{POD}.volumes[0].hostPath.path", "Required")
    ]
    assert set(fields("volumes:\n- {name: v, hostPath: {path: ../x, type: x}}\n")) == {
        (f"{POD}.volumes[0].hostPath.path", "Invalid"),
        (f"{POD}.volumes[0].hostPath.type", "NotSupported"),
    }


@pytest.mark.parametrize(
    ("option", "is_reserved"),
    [
        ("kubernetes.io", True),
        ("a.k8s.io", True),
        ("Kubernetes.IO/x", True),
        ("x/kubernetes.io", False),
        ("xkubernetes.io", False),
    ],
)
def test_an_option_without_slash_is_a_namespace(fields: Fields, option: str, is_reserved: bool) -> None:  # noqa: FBT001
    found = fields(f"volumes:\n- name: v\n  flexVolume: {{driver: d, options: {{{option}: x}}}}\n")
    place = f"{POD}.volumes[0].flexVolume.options[{option}]"
    assert found == ([(place, "Invalid")] if is_reserved else [])


def test_a_null_in_a_map_of_text_is_an_empty_text(fields: Fields) -> None:
    found = fields(
        "volumes:\n- name: v\n  flexVolume: {driver: example.com/d, options: {kubernetes.io/a: null}}\n"
    )
    assert found == [(f"{POD}.volumes[0].flexVolume.options[kubernetes.io/a]", "Invalid")]


def test_lengths_count_bytes(fields: Fields) -> None:
    found = fields(f"volumes:\n- name: v\n  csi: {{driver: {'é' * 40}}}\n")
    assert {reason for _, reason in found} == {"TooLong", "Invalid"}


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ("[{request: R_}]", [("[0]", "Required")]),
        ("[{name: a, request: R_}]", [("[0].request", "Invalid")]),
        ("[{name: a}, {name: a, request: R_}]", [("[1]", "Duplicate")]),
        ("[{name: a, request: r}, {name: a, request: s}]", []),
        ("[{name: a, request: r}, {name: a}]", [("[1]", "Duplicate")]),
    ],
)
def test_requests_of_a_claim(fields: Fields, claims: str, found: list[tuple[str, str]]) -> None:
    pod = "resourceClaims:\n- {name: a, resourceClaimName: a}\n"
    place = f"{POD}.containers[0].resources.claims"
    expected = [(f"{place}{field}", reason) for field, reason in found]
    assert fields(pod, container=f"resources:\n  claims: {claims}\n") == expected


@pytest.mark.parametrize(
    ("source", "pairs"),
    [
        ("configMap: {name: c, items: [{key: a, path: p}, {key: b, path: p}, {key: c, path: p/}]}", ["p, p (configMap c)"]),
        (
            "secret: {secretName: s, items: [{key: a, path: p/1}, {key: b, path: p/2}, {key: c, path: p}]}",
            ["p, p/1 (secret s)", "p, p/2 (secret s)"],
        ),
        ("configMap: {name: c, items: [{key: a, path: p}, {key: b, path: pq}]}", []),
        (
            (
                "projected: {sources: [{configMap: {name: a, items: [{key: a, path: p}]}}, "
                "{secret: {name: a, items: [{key: a, path: p/1}]}}, {serviceAccountToken: {path: p}}]}"
            ),
            ["p/1, p (configMap a)", "p, p (configMap a)", "p, p/1 (secret a)"],
        ),
    ],
)  # fmt: skip
def test_each_pair_of_overlapping_items_is_told_once(
    judge: Callable[..., list[Problem]], source: str, pairs: list[str]
) -> None:
    found = judge(f"volumes:\n- name: v\n  {source}\n", rule="overlapping-volume-items")
    assert {each.field for each in found} <= {f"{POD}.volumes[0]"}
    said = [each.message.replace("`", "").rstrip(".").removeprefix("The path ") for each in found]
    assert [each.replace(" overlaps with", ",") for each in said] == pairs
