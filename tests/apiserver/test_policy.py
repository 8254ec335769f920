"""PodDisruptionBudgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Judge = Callable[..., set[tuple[str, str | None, str]]]


@pytest.mark.parametrize("name", ["minAvailable", "maxUnavailable"])
@pytest.mark.parametrize(
    ("amount", "good"),
    [
        (0, True), (2, True), ("0%", True), ("100%", True), ("0100%", True),
        (-1, False), ("2", False), ("101%", False), ("-5%", False), ("12.5%", False), ("", False),
        ("99999999999999999999%", False),
    ],
)  # fmt: skip
def test_amounts(judge: Judge, name: str, amount: Any, good: bool) -> None:  # noqa: FBT001  a column
    found = judge("PodDisruptionBudget", {"spec": {"maxUnavailable": None, name: amount}})
    assert found == (set() if good else {("disruption-budget", "Invalid", f"spec.{name}")})


def test_one_amount_only(judge: Judge) -> None:
    found = judge("PodDisruptionBudget", {"spec": {"minAvailable": 1, "maxUnavailable": 1}})
    assert found == {("disruption-budget", "Invalid", "spec")}


def test_a_budget_needs_no_amount(judge: Judge) -> None:
    assert judge("PodDisruptionBudget", {"spec": {"maxUnavailable": None}}) == set()
    assert judge("PodDisruptionBudget", {"spec": None}) == set()


@pytest.mark.parametrize(("policy", "good"), [("AlwaysAllow", True), ("IfHealthyBudget", True), ("", False)])
def test_eviction_policies(judge: Judge, policy: str, good: bool) -> None:  # noqa: FBT001  a column
    found = judge("PodDisruptionBudget", {"spec": {"unhealthyPodEvictionPolicy": policy}})
    expected = ("disruption-budget", "NotSupported", "spec.unhealthyPodEvictionPolicy")
    assert found == (set() if good else {expected})
