"""What a user does: one class an operation, with `parse` (from a scenario), `describe` (in plain words) and `apply`.

A new operation is a class beside the others, a member of `Operation` and a line in `OPERATIONS`. The type checker and
tests/planner/test_operations.py say where else it has to be thought of.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

from linter.planner.errors import ScenarioError
from linter.planner.operations.base import Effect, Fields
from linter.planner.operations.nodes import AddNode, Cordon, Drain, LabelNode, RemoveNode, TaintNode, Uncordon
from linter.planner.operations.objects import (
    Apply,
    Delete,
    Patch,
    Pause,
    Restart,
    Resume,
    Scale,
    SetImage,
    Undo,
)
from linter.planner.operations.pods import DeletePod, UnreadyPod

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "OPERATIONS", "AddNode", "Apply", "Cordon", "Delete", "DeletePod", "Drain", "Effect", "Instruction", "LabelNode",
    "Operation", "Patch", "Pause", "RemoveNode", "Restart", "Resume", "Scale", "SetImage", "TaintNode", "Uncordon", "Undo",
    "UnreadyPod", "is_of_nodes", "parse_instruction", "touches_pods", "verb_of",
]  # fmt: skip

Operation = (
    Apply
    | Scale
    | SetImage
    | Patch
    | Restart
    | Pause
    | Resume
    | Undo
    | Delete
    | DeletePod
    | UnreadyPod
    | AddNode
    | RemoveNode
    | LabelNode
    | TaintNode
    | Cordon
    | Uncordon
    | Drain
)

OPERATIONS: Mapping[str, type[Operation]] = MappingProxyType(
    {
        "apply": Apply,
        "scale": Scale,
        "set-image": SetImage,
        "patch": Patch,
        "restart": Restart,
        "pause": Pause,
        "resume": Resume,
        "undo": Undo,
        "delete-pod": DeletePod,
        "unready-pod": UnreadyPod,
        "delete": Delete,
        "add-node": AddNode,
        "remove-node": RemoveNode,
        "label-node": LabelNode,
        "taint-node": TaintNode,
        "cordon": Cordon,
        "uncordon": Uncordon,
        "drain": Drain,
    }
)
"""The verbs of scenario files. tests/planner/test_operations.py holds that each member of `Operation` has one."""

_VERBS = {kind: verb for verb, kind in OPERATIONS.items()}


def verb_of(operation: Operation) -> str:
    """Return what scenario files call an operation."""
    return _VERBS[type(operation)]


def touches_pods(operation: Operation) -> bool:
    """Tell whether it does something to pods by itself, before any controller does."""
    match operation:
        case Delete() | DeletePod() | UnreadyPod() | RemoveNode():
            return True
        case Apply() | Scale() | SetImage() | Patch() | Restart() | Pause() | Resume() | Undo():
            return False
        case AddNode() | LabelNode() | TaintNode() | Cordon() | Uncordon():
            return False
        case Drain():
            return False  # each workload has a step of its own for its evicted pods
        case _:
            assert_never(operation)


def is_of_nodes(operation: Operation) -> bool:
    """Tell whether it is done to a node, and so to all workloads, rather than to the one under test."""
    match operation:
        case AddNode() | RemoveNode() | LabelNode() | TaintNode() | Cordon() | Uncordon() | Drain():
            return True
        case Apply() | Scale() | SetImage() | Patch() | Restart() | Pause() | Resume() | Undo():
            return False
        case Delete() | DeletePod() | UnreadyPod():
            return False
        case _:
            assert_never(operation)


class Instruction(NamedTuple):
    """An operation of a scenario, and when it is carried out.

    Attributes:
        operation: What is done.
        after: After so many kubelet steps since the operation before it; None: once everything is at rest.
        source: It as the scenario file has it; None for one that a command makes.
    """

    operation: Operation
    after: int | None = None
    source: Mapping[str, Any] | None = None


def parse_instruction(data: Any, path: str) -> Instruction:
    """Read an operation out of decoded YAML or JSON.

    Args:
        data: Plain values.
        path: Where it stands, such as `operations[2]`.

    Raises:
        ScenarioError: Something is missing, unknown or of the wrong type.
    """
    if not isinstance(data, dict):
        raise ScenarioError(path, "an operation is a mapping with `op`")
    verb = data.get("op")
    if verb is None:
        raise ScenarioError(f"{path}.op", "is missing")
    if not isinstance(verb, str) or verb not in OPERATIONS:
        raise ScenarioError(f"{path}.op", f"{verb!r} is not one of {', '.join(OPERATIONS)}")
    fields = Fields({key: value for key, value in data.items() if key != "op"})
    try:
        after = fields.optional_integer("after")
        operation = OPERATIONS[verb].parse(fields)
        fields.check_all_read(verb)
    except ScenarioError as error:
        raise error.below(path) from None
    return Instruction(operation, after, data)
