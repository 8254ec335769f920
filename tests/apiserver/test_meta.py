"""Names, labels, annotations, owners and finalizers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from linter.version import KubeVersion

Judge = Callable[..., set[tuple[str, str | None, str]]]
KINDS = [
    "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler",
]  # fmt: skip
OWNER = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "1"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_minimal_object_is_fine(judge: Judge, kind: str) -> None:
    assert judge(kind) == set()
    assert judge(kind, severity="warning") == set()


@pytest.mark.parametrize(
    ("kinds", "name", "good"),
    [
        (KINDS, "web-1", True),
        (KINDS, "1web", True),
        (["StatefulSet", "Service"], "web.v1", False),
        (["Deployment", "ReplicaSet", "DaemonSet", "HorizontalPodAutoscaler", "PodDisruptionBudget"], "web.v1", True),
        (["Deployment", "ReplicaSet", "DaemonSet", "HorizontalPodAutoscaler", "PodDisruptionBudget"], "a" * 253, True),
        (["Deployment", "ReplicaSet", "DaemonSet", "HorizontalPodAutoscaler"], "a" * 254, False),
        (["StatefulSet", "Service"], "a" * 64, False),
        (["PodDisruptionBudget"], "Web_1:x", True),
        (["Deployment", "Service", "StatefulSet"], "Web", False),
        (KINDS, "web/1", False),
        (KINDS, "50%", False),
        (KINDS, "..", False),
    ],
)  # fmt: skip
def test_names(judge: Judge, kinds: list[str], name: str, good: bool) -> None:  # noqa: FBT001  a column
    for kind in kinds:
        found = judge(kind, {"metadata": {"name": name}})
        assert found == (set() if good else {("object-name", "Invalid", "metadata.name")}), kind


@pytest.mark.parametrize(
    "version", [KubeVersion(1, 30), KubeVersion(1, 34), KubeVersion(1, 36), KubeVersion(1, 37)]
)
def test_a_services_name_may_begin_with_a_digit_since_1_36(judge: Judge, version: KubeVersion) -> None:
    bad = bool(judge("Service", {"metadata": {"name": "1web"}}, version=version))
    assert bad is (version < KubeVersion(1, 35))


@pytest.mark.parametrize("metadata", [{"name": None}, {"name": ""}, {"name": ...}])
def test_an_object_needs_a_name(judge: Judge, metadata: dict[str, Any]) -> None:
    for kind in KINDS:
        assert judge(kind, {"metadata": metadata}) == {("object-name", "Required", "metadata.name")}


@pytest.mark.parametrize(
    ("prefix", "fields"),
    [
        ("web-", set()),
        ("a" * 58, set()),
        ("A-", {"metadata.name"}),
        ("Web-", {"metadata.name", "metadata.generateName"}),
        ("web_", {"metadata.name", "metadata.generateName"}),
    ],
)
def test_the_beginning_of_a_name(judge: Judge, prefix: str, fields: set[str]) -> None:
    found = judge("Deployment", {"metadata": {"name": None, "generateName": prefix}})
    assert found == {("object-name", "Invalid", field) for field in fields}


def test_beside_a_name_only_its_beginning_is_judged(judge: Judge) -> None:
    found = judge("Deployment", {"metadata": {"generateName": "Web-"}})
    assert found == {("object-name", "Invalid", "metadata.generateName")}


def test_a_stored_name_is_not_judged_again(judge: Judge) -> None:
    change = {"metadata": {"name": "Web"}}
    assert judge("Deployment", change, old=change) == set()


@pytest.mark.parametrize(
    ("namespace", "good"), [("team-a", True), ("", True), ("Team", False), ("team.a", False)]
)
def test_namespaces(judge: Judge, namespace: str, good: bool) -> None:  # noqa: FBT001  a column
    found = judge("Deployment", {"metadata": {"namespace": namespace}})
    assert found == (set() if good else {("namespace-name", "Invalid", "metadata.namespace")})


def test_only_some_kinds_judge_the_generation(judge: Judge) -> None:
    change = {"metadata": {"generation": -1}}
    assert {kind for kind in KINDS if judge(kind, change)} == {"Service"}
    before = {kind for kind in KINDS if judge(kind, change, version=KubeVersion(1, 36))}
    assert before == {"Service", "HorizontalPodAutoscaler"}


@pytest.mark.parametrize(
    ("labels", "count"),
    [
        ({"app.kubernetes.io/name": "web"}, 0),
        ({"a": ""}, 0),
        ({"a b": "web"}, 1),
        ({"a": "b c"}, 1),
        ({"Foo.IO/x": "y"}, 1),
        ({"a": "x" * 64}, 1),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_labels(judge: Judge, kind: str, labels: dict[str, str], count: int) -> None:
    found = judge(kind, {"metadata": {"labels": labels}})
    assert found == ({("label-syntax", "Invalid", "metadata.labels")} if count else set())


@pytest.mark.parametrize(
    ("annotations", "reason"),
    [
        ({"Foo.IO/x": "any text"}, None),
        ({"a b": ""}, "Invalid"),
        ({"a": "x" * 262143}, None),
        ({"a": "x" * 262144}, "TooLong"),
        ({"a": "é" * 131072}, "TooLong"),
    ],
)
def test_annotations(judge: Judge, annotations: dict[str, str], reason: str | None) -> None:
    found = judge("Deployment", {"metadata": {"annotations": annotations}})
    assert found == ({("annotation-syntax", reason, "metadata.annotations")} if reason else set())


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        ([OWNER], set()),
        ([{**OWNER, "apiVersion": "apps/"}], {("Invalid", "metadata.ownerReferences.apiVersion")}),
        ([{**OWNER, "apiVersion": "a/b/c"}], {("Invalid", "metadata.ownerReferences.apiVersion")}),
        ([{**OWNER, "apiVersion": "/v1"}], set()),
        ([{**OWNER, "kind": ""}], {("Invalid", "metadata.ownerReferences.kind")}),
        ([{**OWNER, "name": ""}], {("Invalid", "metadata.ownerReferences.name")}),
        ([{**OWNER, "uid": ""}], {("Invalid", "metadata.ownerReferences.uid")}),
        ([{**OWNER, "apiVersion": "v1", "kind": "Event"}], {("Invalid", "metadata.ownerReferences")}),
        ([{**OWNER, "apiVersion": "events.k8s.io/v1", "kind": "Event"}], set()),
        ([{**OWNER, "controller": True}, OWNER], set()),
        (
            [{**OWNER, "controller": True}, {**OWNER, "uid": "2", "controller": True}],
            {("Invalid", "metadata.ownerReferences")},
        ),
        # The server drops repeated entries before it looks.
        ([{**OWNER, "controller": True}, {**OWNER, "controller": True}], set()),
    ],
)
def test_owners(judge: Judge, references: list[Any], expected: set[tuple[str, str]]) -> None:
    change = {"metadata": {"ownerReferences": references}}
    found = judge("Service", change, version=KubeVersion(1, 36))  # 1.37 names the entry, too
    assert found == {("owner-references", *each) for each in expected}


@pytest.mark.parametrize(
    ("references", "warned"), [([OWNER, OWNER], True), ([OWNER, {**OWNER, "uid": "2"}], False)]
)
def test_repeated_owners(judge: Judge, references: list[Any], warned: bool) -> None:  # noqa: FBT001  a column
    found = judge("Service", {"metadata": {"ownerReferences": references}}, severity="warning")
    assert found == ({("owner-references-repeated", None, ".metadata.ownerReferences")} if warned else set())


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (["example.com/cleanup", "orphan", "kubernetes"], set()),
        (["cleanup"], {"metadata.finalizers[0]"}),
        (["orphan", "Orphan"], {"metadata.finalizers[1]"}),
        (["example.com/a b"], {"metadata.finalizers"}),
        (["a b"], {"metadata.finalizers", "metadata.finalizers[0]"}),
        (["orphan", "foregroundDeletion"], {"metadata.finalizers"}),
    ],
)
def test_finalizers(judge: Judge, entries: list[str], expected: set[str]) -> None:
    found = judge("Deployment", {"metadata": {"finalizers": entries}})
    assert found == {("finalizers", "Invalid", field) for field in expected}


def test_a_budget_takes_any_finalizer(judge: Judge) -> None:
    assert judge("PodDisruptionBudget", {"metadata": {"finalizers": ["cleanup"]}}) == set()


def test_a_new_budgets_metadata_is_judged_after_its_spec(judge: Judge) -> None:
    change = {"metadata": {"labels": {"a b": ""}}, "spec": {"maxUnavailable": -1}}
    budget = ("disruption-budget", "Invalid", "spec.maxUnavailable")
    assert judge("PodDisruptionBudget", change) == {budget}
    both = {budget, ("label-syntax", "Invalid", "metadata.labels")}
    assert judge("PodDisruptionBudget", change, old={}) == both


@pytest.mark.parametrize(
    ("kind", "name", "warned"),
    [
        ("Deployment", "web.v1", True),
        ("ReplicaSet", "a" * 64, True),
        ("Deployment", "web", False),
        ("DaemonSet", "web.v1", False),
    ],
)
def test_names_that_make_bad_host_names(judge: Judge, kind: str, name: str, warned: bool) -> None:  # noqa: FBT001  a column
    found = judge(kind, {"metadata": {"name": name}}, severity="warning")
    assert found == ({("name-no-hostname", None, "metadata.name")} if warned else set())
