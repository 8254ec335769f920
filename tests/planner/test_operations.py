from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from click import Context

from linter.cli.commands.plan import command
from linter.output.plan_json_operation import operation as written
from linter.planner.errors import OperationError, ScenarioError
from linter.planner.operations import OPERATIONS, Operation, nodes, objects, parse_instruction, pods, verb_of
from linter.planner.operations.edits import patched, paused, replaced, restarted, with_image, with_template
from linter.planner.report.plan import Command
from linter.planner.revisions import template_key

from ..operations import EXAMPLES

Make = Any
ROOT = Path(__file__).parents[2]
CONFORMANCE = ROOT / "tests/conformance"


@pytest.mark.parametrize(
    ("struct", "live", "patch", "expected"),
    [
        (None, {"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        (None, {"a": 1, "b": 2}, {"b": None}, {"a": 1}),
        (None, {"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        (None, {"s": {"type": "R", "x": 1}}, {"s": {"$patch": "replace", "type": "O"}}, {"s": {"type": "O"}}),
        (
            None,
            {"s": {"type": "R", "x": 1}},
            {"s": {"$retainKeys": ["type"], "type": "O"}},
            {"s": {"type": "O"}},
        ),
        (None, {"args": ["a", "b"]}, {"args": ["c"]}, {"args": ["c"]}),
        (
            "core/v1.PodSpec",
            {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]},
            {"containers": [{"name": "b", "image": "z"}, {"name": "c"}]},
            {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "z"}, {"name": "c"}]},
        ),
        (
            "core/v1.Container",
            {"env": [{"name": "a"}, {"name": "b"}]},
            {"env": [{"name": "a", "$patch": "delete"}]},
            {"env": [{"name": "b"}]},
        ),
        (
            "core/v1.Container",
            {"env": [{"name": "a"}]},
            {"env": [{"$patch": "replace"}, {"name": "b"}]},
            {"env": [{"name": "b"}]},
        ),
        (
            "core/v1.ServiceSpec",
            {"ports": [{"port": 80, "name": "web"}]},
            {"ports": [{"port": 80, "targetPort": 8080}]},
            {"ports": [{"port": 80, "name": "web", "targetPort": 8080}]},
        ),
        (None, {"f": ["a", "b"]}, {"$deleteFromPrimitiveList/f": ["a"]}, {"f": ["b"]}),
        (
            "core/v1.Container",
            {"ports": [{"containerPort": 80, "name": "web"}]},
            {"ports": [{"containerPort": 80, "protocol": "UDP"}]},
            {"ports": [{"containerPort": 80, "name": "web", "protocol": "UDP"}]},
        ),
        (
            "core/v1.PodSpec",
            {"tolerations": [{"key": "a"}]},
            {"tolerations": [{"key": "b"}]},
            {"tolerations": [{"key": "b"}]},
        ),
        ("meta/v1.ObjectMeta", {"finalizers": ["a"]}, {"finalizers": ["b", "a"]}, {"finalizers": ["a", "b"]}),
        (
            "apps/v1.Deployment",
            {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "x"}]}}}},
            {"spec": {"template": {"spec": {"containers": [{"name": "a", "env": [{"name": "e"}]}]}}}},
            {
                "spec": {
                    "template": {
                        "spec": {"containers": [{"name": "a", "image": "x", "env": [{"name": "e"}]}]}
                    }
                }
            },
        ),
        (
            None,
            {"containers": [{"name": "a"}]},
            {"containers": [{"name": "b"}]},
            {"containers": [{"name": "b"}]},
        ),
    ],
)
def test_strategic_merge(
    struct: str | None, live: dict[str, Any], patch: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert patched(live, patch, struct) == expected


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
            {"spec": {"volumes": [{"name": "a", "emptyDir": {"sizeLimit": "1Gi"}}]}},
            {"spec": {"volumes": [{"name": "a", "emptyDir": {"sizeLimit": "1024Mi"}}]}},
            True,
        ),
        (
            {"spec": {"volumes": [{"name": "a", "csi": {"driver": "d", "readOnly": False}}]}},
            {"spec": {"volumes": [{"name": "a", "csi": {"driver": "d"}}]}},
            False,
        ),
        (
            {"spec": {"volumes": [{"name": "a", "csi": {"driver": "d", "volumeAttributes": {"k": ""}}}]}},
            {"spec": {"volumes": [{"name": "a", "csi": {"driver": "d"}}]}},
            False,
        ),
        (
            {"spec": {"containers": [{"volumeMounts": [{"mountPath": "/a", "readOnly": False}]}]}},
            {"spec": {"containers": [{"volumeMounts": [{"mountPath": "/a"}]}]}},
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


def test_each_class_of_an_operation_is_one() -> None:
    written = {
        each
        for module in (nodes, objects, pods)
        for each in vars(module).values()
        if isinstance(each, type) and hasattr(each, "apply") and each.__module__ == module.__name__
    }
    unknown = _names(written - set(get_args(Operation)))
    assert not unknown, f"{unknown}: make it a member of Operation in linter/planner/operations/__init__.py"


def test_each_operation_has_one_verb() -> None:
    mute = _names(set(get_args(Operation)) - set(OPERATIONS.values()))
    assert not mute, f"{mute}: give it a verb in OPERATIONS in linter/planner/operations/__init__.py"
    assert len(set(OPERATIONS.values())) == len(OPERATIONS)


@pytest.mark.parametrize("verb", OPERATIONS)
def test_an_operation_has_an_example_and_is_documented(verb: str) -> None:
    assert verb in {each["op"] for each in EXAMPLES}, f"write an example of {verb} in tests/operations.py"
    page = (CONFORMANCE / "README.md").read_text("utf-8")
    assert f"`{verb}`" in page, (
        f"tests/conformance/README.md, which defines scenarios, lacks `{verb}` among the verbs"
    )


def test_each_operation_is_recorded() -> None:
    files = [
        *CONFORMANCE.glob("rollouts*.jsonl"),
        *CONFORMANCE.glob("states*.jsonl"),
        *CONFORMANCE.glob("cluster*.jsonl"),
    ]
    cases = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    known = {each["op"] for case in cases for each in case.get("operations", ())}
    missing = sorted(OPERATIONS.keys() - known)
    assert not missing, (
        f"tests/conformance holds no scenario with {missing}: carry it out in conformance/operations.py and record some"
    )


@pytest.mark.parametrize("data", EXAMPLES, ids=[each["op"] for each in EXAMPLES])
def test_an_operation_is_read_written_and_described(data: dict[str, Any]) -> None:
    instruction = parse_instruction({**data, "after": 1}, "operations[0]")
    assert verb_of(instruction.operation) == data["op"]
    assert written(instruction._replace(source=None)) == {**data, "after": 1}
    assert instruction.operation.describe()
    with pytest.raises(ScenarioError, match=r"operations\[0\]\.colour: unknown field"):
        parse_instruction({**data, "colour": "red"}, "operations[0]")


@pytest.mark.parametrize("name", get_args(Command))
def test_a_command_can_be_asked_for_and_is_documented(name: str) -> None:
    """A case of linter.plan is missed by the type checker."""
    assert name in command.list_commands(Context(command)), (
        f"podplan plan {name}: write linter/cli/commands/plan/{name.replace('-', '_')}.py and list it in __init__.py there"
    )
    page = (ROOT / "docs/planner.md").read_text("utf-8")
    assert f"`plan {name} " in page, f"docs/planner.md lacks `plan {name} …` in the table of operations"


def test_each_subcommand_is_a_command() -> None:
    # What `diff` shows in short is an update.
    unknown = set(command.list_commands(Context(command))) - {*get_args(Command), "diff"}
    assert not unknown, f"{sorted(unknown)}: add it to Command in linter/planner/report/plan.py"


def _names(classes: set[type]) -> list[str]:
    return sorted(each.__name__ for each in classes)
