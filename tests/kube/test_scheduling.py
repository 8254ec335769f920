from __future__ import annotations

from typing import Any

import pytest

from linter.kube.scheduling import (
    Eligibility,
    daemon_eligibility,
    matches_node,
    matches_requirement,
    tolerated,
)

LABELS = {"disktype": "ssd", "cpus": "8", "zone": "a"}


def affinity(*terms: dict[str, Any]) -> dict[str, Any]:
    required = {"nodeSelectorTerms": list(terms)}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}}


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("In", ["ssd", "hdd"], True),
        ("In", ["hdd"], False),
        ("NotIn", ["hdd"], True),
        ("NotIn", ["ssd"], False),
        ("Exists", None, True),
        ("DoesNotExist", None, False),
    ],
)
def test_requirements_on_text(operator: str, values: Any, expected: bool) -> None:  # noqa: FBT001
    assert (
        matches_requirement({"key": "disktype", "operator": operator, "values": values}, LABELS) is expected
    )


@pytest.mark.parametrize(
    ("key", "operator", "value", "expected"),
    [
        ("cpus", "Gt", "4", True),
        ("cpus", "Gt", "8", False),
        ("cpus", "Lt", "9", True),
        ("cpus", "Lt", "8", False),
        ("cpus", "Gt", "x", False),
        ("zone", "Gt", "1", False),
        ("absent", "Lt", "1", False),
    ],
)
def test_requirements_on_numbers(key: str, operator: str, value: str, expected: bool) -> None:  # noqa: FBT001
    assert matches_requirement({"key": key, "operator": operator, "values": [value]}, LABELS) is expected


def test_a_missing_label_is_not_in_any_list() -> None:
    assert matches_requirement({"key": "absent", "operator": "NotIn", "values": ["x"]}, LABELS)
    assert matches_requirement({"key": "absent", "operator": "DoesNotExist"}, LABELS)


def test_terms_are_alternatives_and_their_parts_are_not() -> None:
    ssd = {"key": "disktype", "operator": "In", "values": ["ssd"]}
    hdd = {"key": "disktype", "operator": "In", "values": ["hdd"]}
    assert matches_node(affinity({"matchExpressions": [hdd]}, {"matchExpressions": [ssd]}), "n", LABELS)
    assert not matches_node(affinity({"matchExpressions": [hdd, ssd]}), "n", LABELS)
    assert not matches_node(affinity({}), "n", LABELS), "an empty term matches nothing"
    assert not matches_node(affinity(), "n", LABELS)


def test_fields_are_the_name_of_the_node() -> None:
    named = {"key": "metadata.name", "operator": "In", "values": ["node-a"]}
    assert matches_node(affinity({"matchFields": [named]}), "node-a", LABELS)
    assert not matches_node(affinity({"matchFields": [named]}), "node-b", LABELS)


def test_node_selector_and_affinity_both_have_to_match() -> None:
    ssd = {"key": "disktype", "operator": "Exists"}
    spec = {"nodeSelector": {"zone": "b"}, **affinity({"matchExpressions": [ssd]})}
    assert not matches_node(spec, "n", LABELS)
    assert matches_node({**spec, "nodeSelector": {"zone": "a"}}, "n", LABELS)


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "k", "operator": "Exists"}, True),
        ({"key": "k", "value": "v"}, True),
        ({"key": "k", "operator": "Equal", "value": "other"}, False),
        ({"key": "other", "operator": "Exists"}, False),
        ({"key": "k", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "k", "operator": "Exists", "effect": "NoSchedule"}, True),
    ],
)
def test_tolerations(toleration: dict[str, Any], expected: bool) -> None:  # noqa: FBT001
    assert tolerated({"key": "k", "value": "v", "effect": "NoSchedule"}, [toleration]) is expected


RUN, KEEP, NEITHER = Eligibility(True, True), Eligibility(False, True), Eligibility(False, False)  # noqa: FBT003


@pytest.mark.parametrize(
    ("spec", "taints", "expected"),
    [
        ({}, [], RUN),
        ({}, [{"key": "k", "effect": "NoSchedule"}], KEEP),
        ({}, [{"key": "k", "effect": "NoExecute"}], NEITHER),
        ({}, [{"key": "k", "effect": "PreferNoSchedule"}], RUN),
        ({}, [{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}], RUN),
        ({}, [{"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"}], RUN),
        ({}, [{"key": "node.kubernetes.io/network-unavailable", "effect": "NoSchedule"}], KEEP),
        (
            {"hostNetwork": True},
            [{"key": "node.kubernetes.io/network-unavailable", "effect": "NoSchedule"}],
            RUN,
        ),
        ({"nodeName": "other"}, [], NEITHER),
        ({"nodeName": "node-a"}, [], RUN),
        ({"nodeSelector": {"disktype": "hdd"}}, [], NEITHER),
        (
            {"tolerations": [{"key": "k", "operator": "Exists"}]},
            [{"key": "k", "effect": "NoExecute"}],
            RUN,
        ),
    ],
)
def test_where_daemon_pods_run(spec: dict[str, Any], taints: list[Any], expected: Eligibility) -> None:
    assert daemon_eligibility(spec, "node-a", LABELS, taints) == expected
