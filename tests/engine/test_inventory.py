"""The inventory: names, pod owners, selectors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.engine import filing
from linter.engine.filing import pod_labels, requirements
from linter.engine.inventory import Inventory
from linter.engine.told import told
from linter.kube.selectors import matches
from linter.loading.document import Document
from linter.loading.resource import Resource
from linter.loading.source import Source

DOCUMENT = Document(Source("a.yaml", ""), 0, 1, "", None, ())


def resource(manifest: Any) -> Resource:
    return Resource(manifest, DOCUMENT)


def workload(name: str = "web", labels: Any = None, kind: str = "Deployment", **metadata: str) -> Resource:
    template = {"metadata": {"labels": labels}, "spec": {"containers": []}}
    return resource(
        {
            "apiVersion": "apps/v1",
            "kind": kind,
            "metadata": {"name": name, **metadata},
            "spec": {"template": template},
        }
    )


def names(found: Any) -> list[str]:
    return [each.name for each in found]


def test_kinds_and_names() -> None:
    web, shop = workload(), workload(namespace="shop")
    knative = resource(
        {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "web"}}
    )
    inventory = Inventory([web, shop, knative])
    assert list(inventory.of_kind("Deployment")) == [web, shop]
    assert list(inventory.of_kind("Deployment", "shop")) == [shop]
    assert list(inventory.named("Deployment", "default", "web")) == [web]
    assert list(inventory.named("Service", "default", "web")) == []
    assert list(inventory.definitions(knative)) == [knative]


def test_definitions_are_the_same_object_whatever_its_version() -> None:
    one, two = (
        resource(
            {
                "apiVersion": f"autoscaling/{version}",
                "kind": "HorizontalPodAutoscaler",
                "metadata": {"name": "web"},
            }
        )
        for version in ("v1", "v2")
    )
    knative, builtin, nameless = (
        resource({"apiVersion": version, "kind": "Service", "metadata": {"name": "web"}})
        for version in ("serving.knative.dev/v1", "v1", "")
    )
    assert list(Inventory([knative, builtin, nameless]).definitions(builtin)) == [builtin, nameless]
    assert list(Inventory([one, two, workload()]).definitions(two)) == [one, two]


@pytest.mark.parametrize(
    ("manifest", "labels"),
    [
        ({"kind": "Pod", "apiVersion": "v1", "metadata": {"labels": {"a": "b"}}}, {"a": "b"}),
        ({"kind": "Pod", "apiVersion": "v1"}, {}),
        (
            {
                "kind": "CronJob",
                "apiVersion": "batch/v1",
                "spec": {
                    "jobTemplate": {"spec": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {}}}}
                },
            },
            {"a": "b"},
        ),
        ({"kind": "Rollout", "apiVersion": "x.y/v1", "spec": {"template": {"spec": {"containers": []}}}}, {}),
        (
            {"kind": "ExternalSecret", "apiVersion": "x.y/v1", "spec": {"template": {"data": {"a": "b"}}}},
            None,
        ),
        ({"kind": "Job", "apiVersion": "batch/v1", "spec": ["template"]}, None),
        (
            {
                "kind": "Deployment",
                "apiVersion": "apps/v1",
                "spec": {"template": {"metadata": {"labels": {"a": 1, "b": "c"}}}},
            },
            {"b": "c"},
        ),
    ],
)
def test_pod_labels(manifest: dict[str, Any], labels: dict[str, str] | None) -> None:
    assert pod_labels(resource(manifest)) == labels


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (None, None),
        ("app=web", None),
        ({}, ()),
        ({"matchLabels": {"a": "b", "c": 1, "d": None}}, (("a", "In", ("b",)), ("d", "In", ("",)))),
        ({"matchExpressions": [{"key": "a", "operator": "Exists"}, {"key": 1}, 7]}, (("a", "Exists", ()),)),
        (
            {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b", 1]}]},
            (("a", "In", ("b",)),),
        ),
        ({"matchLabels": [], "matchExpressions": {}}, ()),
    ],
)
def test_requirements(selector: object, expected: object) -> None:
    assert requirements(selector) == expected


def test_labels_that_controllers_add_are_taken_as_given() -> None:
    inventory = Inventory([workload("web", {"app": "x"}, "StatefulSet"), workload("api", {"app": "x"})])
    assert names(inventory.selected({"app": "x", "pod-template-hash": "5d5"}, "default")) == ["web", "api"]
    assert names(inventory.selected({"statefulset.kubernetes.io/pod-name": "web-0"}, "default")) == ["web"]
    assert names(inventory.selected({"statefulset.kubernetes.io/pod-name": "db-0"}, "default")) == []


def test_absent_and_empty_selectors() -> None:
    inventory = Inventory([workload(), workload("api", namespace="shop")])
    assert names(inventory.matched(None, "default")) == []
    assert names(inventory.matched({}, "default")) == ["web"]
    assert names(inventory.matched({}, None)) == ["web", "api"]
    assert names(inventory.pod_owners("shop")) == ["api"]


KEYS = st.sampled_from(["app", "tier", "zone"])
VALUES = st.sampled_from(["a", "b", ""])
LABELS = st.dictionaries(KEYS, VALUES)
SELECTORS = st.fixed_dictionaries(
    {},
    optional={
        "matchLabels": LABELS,
        "matchExpressions": st.lists(
            st.builds(
                lambda key, operator, values: {"key": key, "operator": operator, "values": values},
                KEYS,
                st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist", "Unknown"]),
                st.lists(VALUES, max_size=3),
            ),
            max_size=3,
        ),
    },
)


@given(st.lists(st.tuples(LABELS, st.sampled_from(["default", "shop"])), max_size=8), SELECTORS)
def test_the_index_finds_what_looking_at_each_finds(pods: list[tuple[Any, str]], selector: Any) -> None:
    owners = [
        workload(str(number), labels, namespace=namespace) for number, (labels, namespace) in enumerate(pods)
    ]
    inventory = Inventory(owners)
    for namespace in ("default", "shop", None):
        expected = [
            owner
            for owner, (labels, its_namespace) in zip(owners, pods, strict=True)
            if namespace in {None, its_namespace} and matches(selector, labels)
        ]
        assert list(inventory.matched(selector, namespace)) == expected


def test_carrying_a_label() -> None:
    inventory = Inventory([workload("a", {"x": "1"}), workload("b", {"y": "1"}), workload("c", {"x": "2"})])
    assert names(inventory.carrying("x", "default")) == ["a", "c"]


def test_labels_that_resources_are_filed_by_are_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def holds(*condition: Any) -> bool:
        asked.append(condition)
        return True

    monkeypatch.setattr(filing, "holds", holds)
    inventory = Inventory([workload(name, {"app": "web", "part": name}) for name in ("a", "b", "c")])
    assert names(inventory.selected({"app": "web"}, "default")) == ["a", "b", "c"]
    assert asked == []
    assert names(inventory.selected({"app": "web", "part": "b"}, "default")) == ["b"]
    assert len(asked) == 2, "one of the two pairs gives the candidates, which are asked for both"


def test_a_fact_that_one_kind_tells_is_asked_of_no_other() -> None:
    asked: list[Resource] = []

    @told(nothing=(), kind="Service")
    def name_of(each: Resource) -> list[tuple[str]]:
        asked.append(each)
        return [(each.name,)]

    service, knative = (
        resource({"apiVersion": version, "kind": "Service", "metadata": {"name": "web"}})
        for version in ("v1", "serving.knative.dev/v1")
    )
    inventory = Inventory([workload(), knative, service])
    assert list(inventory.found_by(name_of, "web")) == [service]
    assert asked == [service]
    assert not name_of(knative)
