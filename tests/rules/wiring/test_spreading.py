"""Spread constraints and affinities that miss the pods they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Check

SPREAD = "spread-misses-own-pods"
AFFINITY = "affinity-misses-own-pods"


def workload(pod: str, name: str = "frontend", kind: str = "Deployment") -> str:
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  selector: {{matchLabels: {{app: {name}}}}}\n"
        f"  template:\n    metadata: {{labels: {{app: {name}, tier: web}}}}\n    spec:\n      containers: [{{name: c, image: 'c:1'}}]\n"
        f"      {pod}\n---\n"
    )


def spread(selector: str, more: str = "") -> str:
    fields = f"maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule{more}"
    return f"topologySpreadConstraints: [{{{fields}{', labelSelector: ' + selector if selector else ''}}}]"


def affinity(selector: str, kind: str = "podAntiAffinity", more: str = "", *, preferred: bool = False) -> str:
    term = f"{{topologyKey: kubernetes.io/hostname, labelSelector: {selector}{more}}}"
    if preferred:
        return f"affinity: {{{kind}: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: 1, podAffinityTerm: {term}}}]}}}}"
    return f"affinity: {{{kind}: {{requiredDuringSchedulingIgnoredDuringExecution: [{term}]}}}}"


def test_the_message_of_a_spread_constraint(found: Check) -> None:
    (finding,) = found(SPREAD, workload(spread("{matchLabels: {app: frontendd}}")))
    assert (finding.range.line, finding.field) == (
        10,
        "spec.template.spec.topologySpreadConstraints[0].labelSelector",
    )
    assert finding.message == (
        "The constraint selects none of the pods that it is to spread: it wants `app=frontendd`, and they have `app: frontend`. "
        "All of them may land in one place."
    )


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"])
@pytest.mark.parametrize(
    "selector",
    [
        "{matchLabels: {application: frontend}}",
        "{matchLabels: {app: frontend, tier: front}}",
        "{matchExpressions: [{key: app, operator: In, values: [a, b]}]}",
        "{matchExpressions: [{key: app, operator: DoesNotExist}]}",
    ],
)
def test_spread_constraints_that_miss(selector: str, kind: str, found: Check) -> None:
    assert len(found(SPREAD, workload(spread(selector), kind=kind))) == 1


@pytest.mark.parametrize(
    "selector",
    [
        "{matchLabels: {app: frontend}}",
        "{matchLabels: {tier: web}}",
        "{}",
        "{matchExpressions: [{key: app, operator: In, values: [frontend, b]}]}",
        "{matchLabels: {app: backend}}",
        "{matchLabels: {app: frontend, pod-template-hash: abc}}",
        "",
    ],
)
def test_spread_constraints_that_are_right(selector: str, found: Check) -> None:
    assert found(SPREAD, workload(spread(selector)) + workload("", "backend")) == []


@pytest.mark.parametrize("preferred", [True, False])
@pytest.mark.parametrize("kind", ["podAffinity", "podAntiAffinity"])
def test_affinities_that_miss(kind: str, preferred: bool, found: Check) -> None:  # noqa: FBT001  a parameter of the test
    (finding,) = found(
        AFFINITY, workload(affinity("{matchLabels: {app: fronted}}", kind, preferred=preferred))
    )
    assert finding.message == (
        "No pod of the run has `app=fronted`, and those of this Deployment have `app: frontend`. "
        "Write that, if its own pods are meant."
    )


@pytest.mark.parametrize(
    ("selector", "more"),
    [
        ("{matchLabels: {app: frontend}}", ""),
        ("{matchLabels: {app: database}}", ""),
        ("{matchLabels: {application: fronted}}", ""),
        ("{matchExpressions: [{key: app, operator: In, values: [frontend]}]}", ""),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [fronted]}]}", ""),
        ("{matchLabels: {app: fronted}}", ", namespaces: [other]"),
        ("{matchLabels: {app: fronted}}", ", namespaceSelector: {}"),
        ("{}", ""),
    ],
)
def test_affinities_that_are_right(selector: str, more: str, found: Check) -> None:
    assert found(AFFINITY, workload(affinity(selector, more=more))) == []


def test_an_affinity_to_another_workload(found: Check) -> None:
    text = workload(affinity("{matchLabels: {app: fronted}}")) + workload("", "fronted")
    assert found(AFFINITY, text) == []
