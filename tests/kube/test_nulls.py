"""What Go makes of a null."""

from __future__ import annotations

from typing import Any

import pytest

from linter.kube.nulls import drop_nulls

RBAC = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role"}
CLAIM = {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim"}


@pytest.mark.parametrize(
    ("manifest", "clean"),
    [
        ({**RBAC, "metadata": None}, RBAC),
        ({**RBAC, "rules": [None]}, {**RBAC, "rules": [{}]}),
        ({**RBAC, "rules": [{"verbs": ["get", None]}]}, {**RBAC, "rules": [{"verbs": ["get", ""]}]}),
        ({**RBAC, "metadata": {"labels": {"a": None}}}, {**RBAC, "metadata": {"labels": {"a": ""}}}),
        # The name of a field does not say what it holds: here are structs, there are texts.
        (
            {**CLAIM, "spec": {"devices": {"requests": [None], "constraints": [{"requests": [None]}]}}},
            {**CLAIM, "spec": {"devices": {"requests": [{}], "constraints": [{"requests": [""]}]}}},
        ),
        # A custom resource's fields are known by their names alone.
        (
            {"apiVersion": "example.com/v1", "kind": "A", "spec": {"b": None, "labels": {"c": None}}},
            {"apiVersion": "example.com/v1", "kind": "A", "spec": {"labels": {"c": ""}}},
        ),
    ],
)
def test_drops_nulls(manifest: dict[str, Any], clean: dict[str, Any]) -> None:
    assert drop_nulls(manifest) == clean
