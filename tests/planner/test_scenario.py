from __future__ import annotations

from typing import Any

import pytest

from linter.planner.errors import ScenarioError, SimulationLimitError
from linter.planner.nodes import parse_nodes
from linter.planner.scenario import list_items, parse_scenario
from linter.planner.simulate import Simulation

Make = Any
GOOD: dict[str, Any] = {"kind": "Deployment", "operations": [{"op": "restart"}]}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], ""),
        ({}, "kind"),
        ({"kind": "Job", "operations": []}, "kind"),
        ({"kind": "Deployment"}, "operations"),
        ({**GOOD, "operations": {}}, "operations"),
        ({**GOOD, "colour": "red"}, "colour"),
        ({**GOOD, "readiness": "sometimes"}, "readiness"),
        ({**GOOD, "kubernetes": "1.12"}, "kubernetes"),
        ({**GOOD, "feature_gates": {"Nonsense": True}}, "feature_gates.Nonsense"),
        ({**GOOD, "feature_gates": {"MaxUnavailableStatefulSet": "yes"}}, "feature_gates.MaxUnavailableStatefulSet"),
        ({**GOOD, "failing_images": "bad:1"}, "failing_images"),
        ({**GOOD, "failing_images": [1]}, "failing_images[0]"),
        ({**GOOD, "wait_for_deadline": 1}, "wait_for_deadline"),
        ({**GOOD, "state": "x"}, "state"),
        ({**GOOD, "operations": ["restart"]}, "operations[0]"),
        ({**GOOD, "operations": [{}]}, "operations[0].op"),
        ({**GOOD, "operations": [{"op": "restart"}, {"op": "explode"}]}, "operations[1].op"),
        ({**GOOD, "operations": [{"op": "scale"}]}, "operations[0].replicas"),
        ({**GOOD, "operations": [{"op": "scale", "replicas": "3"}]}, "operations[0].replicas"),
        ({**GOOD, "operations": [{"op": "scale", "replicas": True}]}, "operations[0].replicas"),
        ({**GOOD, "operations": [{"op": "scale", "replicas": -1}]}, "operations[0].replicas"),
        ({**GOOD, "operations": [{"op": "restart", "after": -1}]}, "operations[0].after"),
        ({**GOOD, "operations": [{"op": "restart", "replicas": 3}]}, "operations[0].replicas"),
        ({**GOOD, "operations": [{"op": "apply", "manifests": []}]}, "operations[0].manifests"),
        ({**GOOD, "operations": [{"op": "apply", "manifests": [{"kind": "x"}]}]}, "operations[0].manifests[0].apiVersion"),
        ({**GOOD, "operations": [{"op": "add-node", "node": {}}]}, "operations[0].node.name"),
        (
            {**GOOD, "operations": [{"op": "taint-node", "name": "a", "taints": [{"key": "k", "effect": "No"}]}]},
            "operations[0].taints[0].effect",
        ),
        ({**GOOD, "nodes": [{"name": "a"}, {"name": "a"}]}, "nodes[1]"),
        ({**GOOD, "nodes": [{"labels": {}}]}, "nodes[0].name"),
        ({**GOOD, "nodes": [{"name": "a", "taints": [{"effect": "NoSchedule"}]}]}, "nodes[0].taints[0].key"),
    ],
)  # fmt: skip
def test_a_wrong_scenario_says_where(data: Any, path: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(data)
    assert raised.value.path == path
    assert raised.value.message


def test_a_version_may_be_written_as_a_number() -> None:
    assert parse_scenario({**GOOD, "kubernetes": 1.35}).version[:2] == (1, 35)


@pytest.mark.parametrize("op", [{"op": "scale", "replicas": 1}, {"op": "delete-pod"}, {"op": "undo"}])
def test_there_must_be_something_to_work_on(op: dict[str, Any]) -> None:
    simulation = Simulation(parse_scenario({**GOOD, "operations": [op]}))
    with pytest.raises(ScenarioError) as raised:
        list(simulation.rounds())
    assert raised.value.path == "operations[0]"


def test_unknown_nodes_say_where(workload: Make) -> None:
    operations = [
        {"op": "apply", "manifests": [workload("DaemonSet")]},
        {"op": "label-node", "name": "b", "labels": {}},
    ]
    simulation = Simulation(
        parse_scenario({"kind": "DaemonSet", "nodes": [{"name": "a"}], "operations": operations})
    )
    with pytest.raises(ScenarioError) as raised:
        list(simulation.rounds())
    assert raised.value.path == "operations[1].name"


def test_a_state_without_the_workload_is_refused() -> None:
    with pytest.raises(ScenarioError) as raised:
        Simulation(parse_scenario({**GOOD, "state": {"kind": "List", "items": []}}))
    assert raised.value.path == "state"


def test_nothing_runs_for_ever(workload: Make) -> None:
    manifest = workload("StatefulSet", replicas=50)
    operations = [{"op": "apply", "manifests": [manifest]}]
    simulation = Simulation(parse_scenario({"kind": "StatefulSet", "operations": operations}), max_rounds=10)
    with pytest.raises(SimulationLimitError, match="after 10 rounds"):
        list(simulation.rounds())


def test_lists_are_opened() -> None:
    inner = {"kind": "PodList", "items": [{"kind": "Pod"}]}
    assert list_items({"kind": "List", "items": [inner, {"kind": "Node"}]}, "state") == [
        {"kind": "Pod"},
        {"kind": "Node"},
    ]


def test_nodes_come_as_objects_or_short() -> None:
    taint = {"key": "k", "effect": "NoSchedule"}
    short = parse_nodes([{"name": "a", "labels": {"x": "1"}, "taints": [taint]}])
    full = {"metadata": {"name": "a", "labels": {"x": "1"}}, "spec": {"taints": [taint]}}
    for given in ([full], {"kind": "List", "items": [full]}, full):
        (node,) = parse_nodes(given)
        assert (node.name, node.labels, node.taints) == ("a", {"x": "1"}, (taint,))
        assert short[0].labels == node.labels
