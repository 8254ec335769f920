from __future__ import annotations

import re

import pytest

from linter.kube import api_versions
from linter.schemas import kinds, versions
from linter.version import KubeVersion


def test_a_removed_kind_is_in_no_known_version() -> None:
    for since, api_version, names, _ in api_versions._REMOVED:
        assert since <= versions()[0]
        assert not [name for name in names.split() if f"{api_version} {name}" in kinds()]


def test_what_to_use_instead_exists() -> None:
    for _, _, names, instead in api_versions._REMOVED:
        if found := re.fullmatch("`(.*)`", instead):
            assert not [name for name in names.split() if f"{found[1]} {name}" not in kinds()]


@pytest.mark.parametrize(
    ("api_version", "kind", "since", "instead"),
    [
        ("extensions/v1beta1", "Ingress", KubeVersion(1, 22), "`networking.k8s.io/v1`"),
        ("extensions/v1beta1", "Deployment", KubeVersion(1, 16), "`apps/v1`"),
        ("apps/v1beta2", "StatefulSet", KubeVersion(1, 16), "`apps/v1`"),
        ("policy/v1beta1", "PodDisruptionBudget", KubeVersion(1, 25), "`policy/v1`"),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", KubeVersion(1, 26), "`autoscaling/v2`"),
        (
            "flowcontrol.apiserver.k8s.io/v1beta2",
            "FlowSchema",
            KubeVersion(1, 29),
            "`flowcontrol.apiserver.k8s.io/v1`",
        ),
    ],
)
def test_removed(api_version: str, kind: str, since: KubeVersion, instead: str) -> None:
    assert api_versions.removed(api_version, kind) == api_versions.Change(since, instead)


def test_not_removed() -> None:
    assert api_versions.removed("apps/v1", "Deployment") is None
    assert api_versions.removed("apps/v1beta1", "DaemonSet") is None


def test_stability() -> None:
    ranks = [api_versions.stability(each) for each in ("a.k8s.io/v1alpha1", "b/v2beta2", "v1", "apps/v2")]
    assert ranks == [0, 1, api_versions.STABLE, api_versions.STABLE]
