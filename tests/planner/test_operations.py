from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from click import Context

from linter.cli.commands.plan import command
from linter.output.plan_json import operation as written
from linter.planner.errors import OperationError, ScenarioError
from linter.planner.operations import OPERATIONS, Operation, parse_instruction, verb_of
from linter.planner.operations.edits import (
    patched,
    paused,
    replaced,
    restarted,
    with_image,
    with_template,
)
from linter.planner.report.plan import Command
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


WRITTEN: list[dict[str, Any]] = [
    {"op": "apply", "manifests": [{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}]},
    {"op": "scale", "replicas": 3},
    {"op": "set-image", "container": "app", "image": "app:2"},
    {"op": "patch", "patch": {"spec": {"paused": True}}},
    {"op": "restart"},
    {"op": "pause"},
    {"op": "resume"},
    {"op": "undo", "to_revision": 2},
    {"op": "delete-pod", "name": "web-0"},
    {"op": "unready-pod", "node": "a"},
    {"op": "delete"},
    {"op": "add-node", "node": {"name": "a", "labels": {"x": "1"}, "taints": []}},
    {"op": "remove-node", "name": "a"},
    {"op": "label-node", "name": "a", "labels": {"x": "1"}},
    {"op": "taint-node", "name": "a", "taints": [{"key": "k", "effect": "NoSchedule"}]},
]  # fmt: skip


def test_every_operation_has_a_verb() -> None:
    assert set(OPERATIONS.values()) == set(get_args(Operation))
    assert len(set(OPERATIONS.values())) == len(OPERATIONS)


def test_every_operation_has_a_place_in_the_tests_and_in_the_docs() -> None:
    """A new operation is written down in WRITTEN above, and in the table of the README that defines scenarios."""
    assert {each["op"] for each in WRITTEN} == set(OPERATIONS)
    page = (Path(__file__).parents[1] / "conformance" / "README.md").read_text(encoding="utf-8")
    assert [verb for verb in OPERATIONS if f"`{verb}`" not in page] == []


@pytest.mark.parametrize("data", WRITTEN, ids=[each["op"] for each in WRITTEN])
def test_an_operation_is_read_written_and_described(data: dict[str, Any]) -> None:
    instruction = parse_instruction({**data, "after": 1}, "operations[0]")
    assert verb_of(instruction.operation) == data["op"]
    assert written(instruction._replace(source=None)) == {**data, "after": 1}
    assert instruction.operation.describe()
    with pytest.raises(ScenarioError, match=r"operations\[0\]\.colour: unknown field"):
        parse_instruction({**data, "colour": "red"}, "operations[0]")


def test_every_command_can_be_asked_for() -> None:
    """A new command is a member of Command, a case of linter.plan and a subcommand."""
    assert set(command.list_commands(Context(command))) == set(get_args(Command))
