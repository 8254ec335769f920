"""Which values the server takes for equal."""

from __future__ import annotations

import pytest

from linter.apiserver.equality import is_same, is_same_with_zeros


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, {}, True),
        ([], None, True),
        ({"a": ""}, {}, True),
        ({"a": {"b": []}}, None, True),
        ({"a": False}, {}, False),
        ({"a": 0}, {"a": None}, False),
        ([1, 2], [2, 1], False),
        ([{"a": 1, "b": None}], [{"a": 1}], True),
    ],
)
def test_empty_is_absent(one: object, other: object, same: bool) -> None:  # noqa: FBT001  a column
    assert is_same(one, other) is same
    assert is_same(other, one) is same


CLAIMS = ("apps/v1.StatefulSetSpec", "volumeClaimTemplates")
POD = ("core/v1.Pod", "spec")


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        (POD, {"hostNetwork": False, "containers": []}, {}, True),
        (POD, {"nodeSelector": {"a": ""}}, {"nodeSelector": {}}, False),
        (POD, {"overhead": {"cpu": "1"}}, {"overhead": {"cpu": "1000m"}}, True),
        (
            POD,
            {"volumes": [{"name": "a", "emptyDir": {"sizeLimit": "1Gi"}}]},
            {"volumes": [{"name": "a", "emptyDir": {"sizeLimit": "1024Mi"}}]},
            True,
        ),
        (
            POD,
            {"volumes": [{"name": "a", "azureDisk": {"kind": "Shared"}}]},
            {"volumes": [{"name": "a", "azureDisk": {"kind": "Managed"}}]},
            False,
        ),
        (("batch/v1.JobSpec", "selector"), {}, None, False),
        (("batch/v1.JobSpec", "selector"), {"matchLabels": {}}, {}, True),
        (("batch/v1.JobSpec", "managedBy"), "", None, True),
        (CLAIMS, [{"kind": "PersistentVolumeClaim", "status": {"phase": "Pending"}}], [{}], True),
        (CLAIMS, [{"spec": {"storageClassName": ""}}], [{"spec": {}}], False),
        (
            CLAIMS,
            [{"spec": {"resources": {"requests": {"storage": "1Gi"}}}}],
            [{"spec": {"resources": {"requests": {"storage": "1024Mi"}}}}],
            True,
        ),
        (
            CLAIMS,
            [{"spec": {"dataSource": {"kind": "VolumeSnapshot", "name": "a"}}}],
            [{"spec": {"dataSource": {"kind": "PersistentVolumeClaim", "name": "a"}}}],
            False,
        ),
    ],
)
def test_zero_is_absent(field: tuple[str, str], one: object, other: object, same: bool) -> None:  # noqa: FBT001  a column
    assert is_same_with_zeros(one, other, *field) is same
    assert is_same_with_zeros(other, one, *field) is same
