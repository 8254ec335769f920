"""What kinds other than workloads share, and what the recordings do not show: other versions, updates, namespaces."""

from __future__ import annotations

from typing import Any

import pytest

import linter
from linter.apiserver.kinds import KINDS, strategy_of
from linter.engine.config.options import LintOptions
from linter.version import KubeVersion

from ..asking import admission

Manifest = dict[str, Any]


def refused(manifest: Manifest, version: tuple[int, int] = (1, 37), old: Manifest | None = None) -> set[str]:
    """Return field and reason of each refusal."""
    problems = admission(KubeVersion(*version))(old, manifest)
    return {f"{each.field} {each.reason}" for each in problems}


def obj(api_version: str, kind: str, **fields: Any) -> Manifest:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, **fields}


def network_policy(cidr: str, *excepted: str) -> Manifest:
    block = {"cidr": cidr, "except": list(excepted)}
    spec = {"podSelector": {}, "ingress": [{"from": [{"ipBlock": block}]}]}
    return obj("networking.k8s.io/v1", "NetworkPolicy", spec=spec)


@pytest.mark.parametrize(("api_version", "kind"), sorted(KINDS))
def test_every_kind_has_a_strategy(api_version: str, kind: str) -> None:
    assert strategy_of(api_version, kind) is not None


def test_blocks_are_read_strictly_since_1_36() -> None:
    loose = network_policy("10.0.0.1/8")
    field = "spec.ingress[0].from[0].ipBlock.cidr"
    assert refused(loose, (1, 36)) == {f"{field} Invalid"}
    assert refused(loose, (1, 35)) == set()


def test_an_update_may_keep_a_block_that_once_was_taken() -> None:
    old = network_policy("10.0.0.1/8")
    assert refused(network_policy("10.0.0.1/8", "10.1.0.0/16"), old=old) == set()
    assert refused(network_policy("10.0.0.2/8"), old=old) != set()


def test_a_service_may_begin_with_a_digit_since_1_36() -> None:
    backend = {"service": {"name": "0web", "port": {"number": 80}}}
    ingress = obj("networking.k8s.io/v1", "Ingress", spec={"defaultBackend": backend})
    assert refused(ingress, (1, 36)) == set()
    assert refused(ingress, (1, 35)) == {"spec.defaultBackend.service.name Invalid"}


def test_owners_are_numbered_since_1_37() -> None:
    role = obj("rbac.authorization.k8s.io/v1", "Role")
    owner = {"apiVersion": "v1", "kind": "Node", "name": "", "uid": "u"}
    role["metadata"]["ownerReferences"] = [owner]
    assert refused(role, (1, 37)) == {"metadata.ownerReferences[0].name Required"}
    assert refused(role, (1, 36)) == {"metadata.ownerReferences.name Invalid"}


def test_the_namespace_of_a_cluster_scoped_object_does_not_count() -> None:
    text = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: a\n  namespace: B_\n"
    )
    options = LintOptions(select=("api",), namespace="default")
    assert linter.lint((), texts=[("a.yaml", text)], options=options).findings == ()


def test_a_role_of_a_binding_stays() -> None:
    binding = obj("rbac.authorization.k8s.io/v1", "RoleBinding", roleRef={"kind": "Role", "name": "a"})
    same = {**binding, "roleRef": {**binding["roleRef"], "apiGroup": "rbac.authorization.k8s.io"}}
    other = {**binding, "roleRef": {"kind": "Role", "name": "b"}}
    assert refused(same, old=binding) == set()
    assert refused(other, old=binding) == {"roleRef Invalid"}


def test_parameters_are_compared_as_they_are() -> None:
    old = obj("storage.k8s.io/v1", "StorageClass", provisioner="a/b", parameters={"a": ""})
    assert refused({**old, "parameters": {}}, old=old) == {"parameters Invalid"}
    assert refused({**old, "allowVolumeExpansion": True}, old=old) == set()


def test_the_spec_of_a_certificate_request_is_kept_whatever_is_sent() -> None:
    old = obj("certificates.k8s.io/v1", "CertificateSigningRequest", spec={})
    assert refused({**old, "spec": {"usages": ["bogus"]}}, old=old) == set()


@pytest.mark.parametrize("namespace", ["default", "operators"])
def test_access_as_administrator_needs_a_namespace_made_for_it(namespace: str) -> None:
    exactly = {"deviceClassName": "a", "adminAccess": True}
    claim = obj("resource.k8s.io/v1", "ResourceClaim")
    claim["metadata"]["namespace"] = namespace
    claim["spec"] = {"devices": {"requests": [{"name": "a", "exactly": exactly}]}}
    expected = {"spec.devices.requests[0].adminAccess Forbidden"} if namespace == "default" else set()
    assert refused(claim) == expected


@pytest.mark.parametrize(
    ("expression", "is_taken"),
    [
        ("true", True),
        ("", False),
        ("device.driver ==", False),
        ("gpu", False),
        ("device.driver.size()", False),
        ("device.attributes['a'].b", True),
        ("has(device.driver)", True),
        # Of functions that Kubernetes adds to CEL nothing is known but the syntax.
        ("device.capacity['a'].b.compareTo(quantity('1Gi')) >= 0", True),
        ("quantity('1Gi'", False),
    ],
)
def test_expressions_about_devices(expression: str, is_taken: bool) -> None:  # noqa: FBT001  a column of the table
    spec = {"selectors": [{"cel": {"expression": expression}}]}
    found = refused(obj("resource.k8s.io/v1", "DeviceClass", spec=spec))
    assert found == (set() if is_taken else {"spec.selectors[0].cel.expression Invalid"})
