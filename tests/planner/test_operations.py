from __future__ import annotations

from typing import Any

import pytest

from linter.planner.errors import OperationError
from linter.planner.operations.edits import (
    patched,
    paused,
    replaced,
    restarted,
    with_image,
    with_template,
)
from linter.planner.revisions import template_key

Make = Any


@pytest.mark.parametrize(
    ("live", "patch", "expected"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"b": None}, {"a": 1}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        ({"s": {"type": "R", "x": 1}}, {"s": {"$patch": "replace", "type": "O"}}, {"s": {"type": "O"}}),
        ({"s": {"type": "R", "x": 1}}, {"s": {"$retainKeys": ["type"], "type": "O"}}, {"s": {"type": "O"}}),
        ({"args": ["a", "b"]}, {"args": ["c"]}, {"args": ["c"]}),
        (
            {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]},
            {"containers": [{"name": "b", "image": "z"}, {"name": "c"}]},
            {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "z"}, {"name": "c"}]},
        ),
        (
            {"env": [{"name": "a"}, {"name": "b"}]},
            {"env": [{"name": "a", "$patch": "delete"}]},
            {"env": [{"name": "b"}]},
        ),
        (
            {"env": [{"name": "a"}]},
            {"env": [{"$patch": "replace"}, {"name": "b"}]},
            {"env": [{"name": "b"}]},
        ),
        (
            {"ports": [{"port": 80, "name": "web"}]},
            {"ports": [{"port": 80, "targetPort": 8080}]},
            {"ports": [{"port": 80, "name": "web", "targetPort": 8080}]},
        ),
        ({"f": ["a", "b"]}, {"$deleteFromPrimitiveList/f": ["a"]}, {"f": ["b"]}),
    ],
)
def test_strategic_merge(live: dict[str, Any], patch: dict[str, Any], expected: dict[str, Any]) -> None:
    assert patched(live, patch) == expected


def test_a_put_keeps_annotations_and_nothing_else() -> None:
    live = {"metadata": {"name": "web", "annotations": {"a": "1", "b": "1"}, "labels": {"x": "y"}}}
    new = {"metadata": {"name": "web", "annotations": {"b": "2"}}, "spec": {}}
    assert replaced(live, new)["metadata"] == {"name": "web", "annotations": {"a": "1", "b": "2"}}


def test_images_are_set_by_container(workload: Make) -> None:
    live = workload("Deployment")
    assert with_image(live, "app:2", None)["spec"]["template"]["spec"]["containers"][0]["image"] == "app:2"
    assert live["spec"]["template"]["spec"]["containers"][0]["image"] == "app:1"
    with pytest.raises(OperationError, match="no container named 'db'; there are: app"):
        with_image(live, "db:2", "db")


def test_what_kubectl_refuses(workload: Make) -> None:
    with pytest.raises(OperationError, match="resume it first"):
        restarted(workload("Deployment", paused=True), "now")
    with pytest.raises(OperationError, match="only a Deployment"):
        paused(workload("StatefulSet"), value=True)
    with pytest.raises(OperationError, match="ReplicaSet"):
        restarted(workload("ReplicaSet"), "now")


def test_an_undo_leaves_out_the_hash(workload: Make) -> None:
    live = workload("Deployment")
    labels = {"app": "web", "pod-template-hash": "abc"}
    template = {"metadata": {"labels": labels}, "spec": {}, "$patch": "replace"}
    assert with_template(live, template)["spec"]["template"] == {
        "metadata": {"labels": {"app": "web"}},
        "spec": {},
    }


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"spec": {"a": []}}, {"spec": {}}, True),
        ({"metadata": {"labels": {"pod-template-hash": "x"}}}, {"metadata": {}}, True),
        ({"spec": {"a": [1, 2]}}, {"spec": {"a": [2, 1]}}, False),
        ({"spec": {"hostNetwork": False}}, {"spec": {}}, True),
        ({"metadata": {"annotations": {"a": ""}}}, {"metadata": {}}, False),
        (
            {"spec": {"containers": [{"resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}]}},
            {"spec": {"containers": [{"resources": {"requests": {"cpu": "1000m", "memory": "1024Mi"}}}]}},
            True,
        ),
        (
            {"spec": {"containers": [{"env": [{"name": "a", "value": ""}]}]}},
            {"spec": {"containers": [{"env": [{"name": "a"}]}]}},
            True,
        ),
    ],
)
def test_which_templates_are_equal(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:  # noqa: FBT001
    assert (template_key(one) == template_key(other)) is same
