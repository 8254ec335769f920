"""Label selectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Judge = Callable[..., set[tuple[str, str | None, str]]]
WORKLOADS = ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"]
FIELD = "spec.selector.matchExpressions[0]"
MISMATCH = ("selector-mismatch", "Invalid", "spec.template.metadata.labels")


def expression(**parts: Any) -> dict[str, Any]:
    return {"spec": {"selector": {"matchExpressions": [{"key": "app", **parts}]}}}


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        (expression(operator="in", values=["web"]), "Invalid", f"{FIELD}.operator"),
        (expression(values=["web"]), "Invalid", f"{FIELD}.operator"),
        (expression(operator="In"), "Required", f"{FIELD}.values"),
        (expression(operator="NotIn", values=[]), "Required", f"{FIELD}.values"),
        (expression(operator="Exists", values=["web"]), "Forbidden", f"{FIELD}.values"),
        (expression(operator="DoesNotExist", values=["web"]), "Forbidden", f"{FIELD}.values"),
        (expression(operator="Exists", key="a b"), "Invalid", f"{FIELD}.key"),
        (expression(operator="Exists", key=""), "Invalid", f"{FIELD}.key"),
        (expression(operator="NotIn", values=["x", "a b"]), "Invalid", f"{FIELD}.values[1]"),
        ({"spec": {"selector": {"matchLabels": {"a b": "c"}}}}, "Invalid", "spec.selector.matchLabels"),
        ({"spec": {"selector": {"matchLabels": {"a": "b c"}}}}, "Invalid", "spec.selector.matchLabels"),
    ],
)
def test_malformed_selectors(judge: Judge, change: dict[str, Any], reason: str, field: str) -> None:
    part = ("selector-syntax", reason, field)
    whole = ("selector-syntax", "Invalid", "spec.selector")
    assert judge("PodDisruptionBudget", change) == {part}
    assert judge("DaemonSet", change) == {part}
    for kind in ("Deployment", "ReplicaSet", "StatefulSet"):
        assert judge(kind, change) == {part, whole}, kind


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"])
def test_a_malformed_selector_hides_the_template(judge: Judge, kind: str) -> None:
    change = {
        "spec": {
            "selector": {"matchLabels": {"a b": "c"}},
            "template": {"spec": {"containers": [{"name": "A", "image": "a"}], "restartPolicy": "Never"}},
        }
    }
    rules = {rule for rule, *_ in judge(kind, change)} - {"selector-syntax"}
    if kind == "DaemonSet":
        assert len(rules) == 2
        assert "template-restart-policy" in rules
    else:
        assert rules == ({"template-restart-policy"} if kind == "StatefulSet" else set())


@pytest.mark.parametrize("kind", WORKLOADS)
@pytest.mark.parametrize("selector", [None, ...])
def test_a_workload_needs_a_selector(judge: Judge, kind: str, selector: Any) -> None:
    expected = {MISMATCH}
    if kind != "DaemonSet":
        expected.add(("selector-required", "Required", "spec.selector"))
    assert judge(kind, {"spec": {"selector": selector}}) == expected


@pytest.mark.parametrize("kind", WORKLOADS)
@pytest.mark.parametrize(
    "selector",
    [{"matchLabels": None}, {"matchLabels": {"app": None}}, {"matchLabels": None, "matchExpressions": []}],
)
def test_an_empty_selector_is_refused(judge: Judge, kind: str, selector: Any) -> None:
    assert judge(kind, {"spec": {"selector": selector}}) == {
        ("selector-required", "Invalid", "spec.selector")
    }


def test_a_budgets_selector_may_be_empty_or_absent(judge: Judge) -> None:
    assert judge("PodDisruptionBudget", {"spec": {"selector": None}}) == set()
    assert judge("PodDisruptionBudget", {"spec": {"selector": {"matchLabels": None}}}) == set()


@pytest.mark.parametrize("kind", WORKLOADS)
@pytest.mark.parametrize(
    ("change", "matches"),
    [
        ({"template": {"metadata": {"labels": {"tier": "front"}}}}, True),
        ({"template": {"metadata": {"labels": {"app": "website"}}}}, False),
        ({"template": {"metadata": {"labels": {"app": "Web"}}}}, False),
        ({"template": {"metadata": {"labels": None}}}, False),
        ({"template": {"metadata": None}}, False),
        ({"selector": {"matchLabels": {"tier": "front"}}}, False),
        ({"selector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}}, True),
        ({"selector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}}, False),
        ({"selector": {"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["x"]}]}}, True),
        ({"selector": {"matchExpressions": [{"key": "tier", "operator": "Exists"}]}}, False),
        ({"selector": {"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}}, True),
    ],
)
def test_selector_and_template(judge: Judge, kind: str, change: dict[str, Any], matches: bool) -> None:  # noqa: FBT001  a column
    assert judge(kind, {"spec": change}) == (set() if matches else {MISMATCH})


@pytest.mark.parametrize("kind", ["PodDisruptionBudget", "DaemonSet"])
def test_an_update_may_keep_malformed_values(judge: Judge, kind: str) -> None:
    bad = expression(operator="NotIn", values=["a b"])
    assert judge(kind, bad, old=bad) == set()
    assert ("selector-syntax", "Invalid", f"{FIELD}.values[0]") in judge(kind, bad, old={})


@pytest.mark.parametrize(
    ("selector", "good"),
    [({"app": ""}, True), ({"example.com/app": "web"}, True), ({"a b": "c"}, False), ({"app": "a b"}, False)],
)
def test_a_services_selector_is_a_plain_map(judge: Judge, selector: dict[str, str], good: bool) -> None:  # noqa: FBT001  a column
    found = judge("Service", {"spec": {"selector": selector}})
    assert found == (set() if good else {("service-selector", "Invalid", "spec.selector")})
