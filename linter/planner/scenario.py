"""Scenario files: what a simulation starts from and what is done to it, checked before anything runs.

The fields are those of the recorded rollouts; tests/conformance/README.md describes them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.gates import GATES
from linter.kube.kinds import WORKLOADS
from linter.planner.errors import ScenarioError
from linter.planner.nodes import completed, parse_nodes
from linter.planner.operations import AddNode, Instruction, parse_instruction
from linter.version import DEFAULT, KubeVersion, parse_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.planner.model import Manifest, Node

DEFAULT_VERSION = str(DEFAULT)

READINESS = ("together", "one-by-one")

PLACEMENTS = ("kube-scheduler", "spread")

_FIELDS = {
    "name", "description", "kind", "kubernetes", "feature_gates", "readiness", "failing_images", "nodes",
    "operations", "wait_for_deadline", "state", "rounds", "workload", "placement", "objects", "not_drained",
}  # fmt: skip


class Scenario(NamedTuple):
    """What a simulation starts from and what is done to it.

    Attributes:
        kind: The workload's kind.
        operations: What is done, in order.
        name: The scenario's name, "" without one.
        version: The Kubernetes version.
        feature_gates: Gates that differ from that version's default.
        one_by_one: In each round only the first waiting pod becomes Ready.
        failing_images: Pods with such an image never become Ready.
        fail_new: Nor do pods of a template that was not there when the `baseline` operations were done.
        nodes: The nodes; None: those of the state.
        state: Live objects to start from.
        wait_for_deadline: At the end let progressDeadlineSeconds pass.
        baseline: How many operations at the start only set the scene, together with the rounds that they lead to.
        workload: Name of the workload; "" means the first of its kind.
        placement: Who binds pods to nodes: `kube-scheduler`, or `spread` (it too; rounds then show where pods are);
            "" where all pods fit anywhere.
        objects: What is there beside the workload: quotas, budgets, priority classes …
        workloads: Workloads that are there from the beginning, beside the one under test or with it; with a state, its.
        assumptions: What was taken for granted, in sentences.
        waits_for_drains: An operation that would follow on a drain that never comes to its end is not carried out.
    """

    kind: str
    operations: tuple[Instruction, ...]
    name: str = ""
    version: KubeVersion = parse_version(DEFAULT_VERSION)
    feature_gates: Mapping[str, bool] = MappingProxyType({})
    one_by_one: bool = False
    failing_images: frozenset[str] = frozenset()
    fail_new: bool = False
    nodes: tuple[Node, ...] | None = None
    state: tuple[Manifest, ...] | None = None
    wait_for_deadline: bool = False
    baseline: int = 0
    workload: str = ""
    placement: str = ""
    objects: tuple[Manifest, ...] = ()
    workloads: tuple[Manifest, ...] = ()
    waits_for_drains: bool = False
    assumptions: tuple[str, ...] = ()


def parse_scenario(data: Any) -> Scenario:
    """Read a scenario out of decoded YAML or JSON.

    Args:
        data: Plain values.

    Raises:
        ScenarioError: Something is missing, unknown or of the wrong type.
    """
    if not isinstance(data, dict):
        raise ScenarioError("", "a scenario is a mapping with `kind` and `operations`")
    for key in data:
        if key not in _FIELDS:
            raise ScenarioError(str(key), "unknown field")
    kind = _expect(data, "kind", str, "a string", required=True)
    if kind not in WORKLOADS:
        raise ScenarioError("kind", f"{kind!r} is not one of {', '.join(WORKLOADS)}")
    readiness = data.get("readiness", "together")
    if readiness not in READINESS:
        raise ScenarioError("readiness", f"{readiness!r} is neither together nor one-by-one")
    placement = data.get("placement") or ""
    if placement and placement not in PLACEMENTS:
        raise ScenarioError("placement", f"{placement!r} is neither kube-scheduler nor spread")
    images = _expect(data, "failing_images", list, "a list") or []
    for index, image in enumerate(images):
        if not isinstance(image, str):
            raise ScenarioError(f"failing_images[{index}]", "must be a string")
    state = None if data.get("state") is None else tuple(list_items(data["state"], "state"))
    operations = _expect(data, "operations", list, "a list", required=state is None) or []
    return Scenario(
        kind=kind,
        name=_expect(data, "name", str, "a string") or "",
        version=kubernetes_version(data.get("kubernetes", DEFAULT_VERSION)),
        feature_gates=_gates(_expect(data, "feature_gates", dict, "a mapping") or {}),
        one_by_one=readiness == "one-by-one",
        failing_images=frozenset(images),
        nodes=_nodes(data.get("nodes"), placement),
        operations=tuple(
            _instruction(each, f"operations[{index}]", placement) for index, each in enumerate(operations)
        ),
        wait_for_deadline=bool(_expect(data, "wait_for_deadline", bool, "true or false")),
        state=state,
        workload=_expect(data, "workload", str, "a string") or "",
        placement=placement,
        objects=tuple(list_items(data.get("objects") or [], "objects")),
    )


def _nodes(data: Any, placement: str) -> tuple[Node, ...] | None:
    """Read the nodes; where pods are placed by size each of them has one."""
    if data is None:
        return None
    nodes = parse_nodes(data, "nodes")
    return tuple(completed(each) for each in nodes) if placement else nodes


def _instruction(data: Any, path: str, placement: str) -> Instruction:
    """Read an operation; a node that joins where pods are placed by size has one, too."""
    instruction = parse_instruction(data, path)
    operation = instruction.operation
    if placement and isinstance(operation, AddNode):
        return instruction._replace(operation=AddNode(completed(operation.node)))
    return instruction


def _expect(data: Mapping[str, Any], key: str, kind: type, words: str, *, required: bool = False) -> Any:
    value = data.get(key)
    if value is None:
        if required:
            raise ScenarioError(key, "is missing")
        return None
    if not isinstance(value, kind):
        raise ScenarioError(key, f"must be {words}")
    return value


def kubernetes_version(value: Any) -> KubeVersion:
    """Read a Kubernetes version.

    Raises:
        ScenarioError: It is none, or not a known one.
    """
    # YAML reads an unquoted 1.36 as a number.
    try:
        return parse_version(str(value))
    except ValueError as error:
        raise ScenarioError("kubernetes", str(error)) from None


def _gates(gates: Mapping[str, Any]) -> dict[str, bool]:
    for name, value in gates.items():
        if name not in GATES:
            raise ScenarioError(
                f"feature_gates.{name}", f"is not a gate that plans depend on: {', '.join(sorted(GATES))}"
            )
        if not isinstance(value, bool):
            raise ScenarioError(f"feature_gates.{name}", "must be true or false")
    return dict(gates)


def list_items(data: Any, path: str) -> list[Manifest]:
    """Return the objects of a List, or of a plain list of objects (Lists in it are opened).

    Raises:
        ScenarioError: It holds something else.
    """
    if isinstance(data, dict) and isinstance(data.get("kind"), str) and data["kind"].endswith("List"):
        return list_items(data.get("items") or [], f"{path}.items")
    if isinstance(data, dict) and "kind" in data:
        data = [data]
    if not isinstance(data, list):
        raise ScenarioError(path, "must be a List of objects")
    items: list[Manifest] = []
    for index, each in enumerate(data):
        if not isinstance(each, dict):
            raise ScenarioError(f"{path}[{index}]", "must be an object")
        if isinstance(each.get("kind"), str) and each["kind"].endswith("List"):
            items += list_items(each, f"{path}[{index}]")
        else:
            items.append(each)
    return items
