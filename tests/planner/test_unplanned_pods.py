"""Objects with pods that no plan shows are named as such."""

from __future__ import annotations

from typing import Any

import pytest

from linter.output import plan_markdown, plan_text
from linter.planner import plan as plans

UNKNOWN = "podplan does not know the controller of a {} ({}): what becomes of its pods is left out."
LEFT_OUT = "podplan does not play the controller of {}s: what becomes of its pods is left out."


def custom(kind: str, version: str, image: str = "app:1") -> dict[str, Any]:
    template = {"spec": {"containers": [{"name": "app", "image": image}]}}
    spec = {"jobTemplate": {"spec": {"template": template}}} if kind == "CronJob" else {"template": template}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "shop"}, "spec": spec}


@pytest.mark.parametrize(
    ("kind", "version", "words"),
    [
        ("Rollout", "argoproj.io/v1alpha1", UNKNOWN),
        ("CloneSet", "apps.kruise.io/v1alpha1", UNKNOWN),
        # Somebody else's kind may be named like one of Kubernetes.
        ("Deployment", "example.org/v1", UNKNOWN),
        ("Job", "batch/v1", LEFT_OUT),
        ("CronJob", "batch/v1", LEFT_OUT),
    ],
)
def test_their_pods_are_left_out_and_it_is_said(kind: str, version: str, words: str) -> None:
    message = words.format(kind, version)
    old, new = custom(kind, version), custom(kind, version, "app:2")
    for plan in (plans.create([new]), plans.update([old], [new]), plans.delete([old])):
        (change,) = plan.changes
        assert [each.message for each in change.effects] == [message]
    text = plan_text.render(plans.update([old], [new]), width=200)
    assert message in text
    assert "no pod is touched" not in text
    assert "what becomes of its pods is left out" in plan_markdown.render(plans.update([old], [new]))


def test_what_does_not_change_needs_no_word() -> None:
    rollout = custom("Rollout", "argoproj.io/v1alpha1")
    assert plans.update([rollout], [rollout]).changes[0].effects == ()


def test_an_operation_that_is_done_to_none_of_them_says_so() -> None:
    (change,) = plans.restart([custom("Rollout", "argoproj.io/v1alpha1")]).changes
    assert change.change == "none"
    assert "does not know the controller" in change.effects[0].message
    (job,) = plans.restart([custom("Job", "batch/v1")]).changes
    assert job.effects == ()


def test_objects_without_pods_have_no_such_word() -> None:
    issuer = {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Issuer",
        "metadata": {"name": "x"},
        "spec": {"acme": {}},
    }
    assert plans.create([issuer]).changes[0].effects == ()
