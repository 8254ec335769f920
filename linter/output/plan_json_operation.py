"""An operation as a scenario file has it, and the API server's answer to one that it rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.planner.model import Node
from linter.planner.operations import verb_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.operations import Instruction
    from linter.planner.refusal import Refusal

Json = dict[str, Any]


def operation(instruction: Instruction) -> Json:
    """Write an operation as a scenario file has it."""
    if instruction.source is not None:
        return dict(instruction.source)
    result: Json = {"op": verb_of(instruction.operation), **_plain(instruction.operation)}
    if instruction.after is not None:
        result["after"] = instruction.after
    return result


def _plain(value: Any) -> Any:
    """Return plain values for an operation's fields; those that are None are left out."""
    if isinstance(value, Node):
        return _node(value)
    if isinstance(value, tuple):
        if hasattr(value, "_asdict"):
            fields = value._asdict()
            return {name: _plain(each) for name, each in fields.items() if each is not None}
        return [_plain(each) for each in value]
    return value


def _node(node: Node) -> Json:
    result: Json = {"name": node.name, "labels": dict(node.labels), "taints": list(node.taints)}
    if node.unschedulable:
        result["unschedulable"] = True
    if node.allocatable is not None:
        result["allocatable"] = {
            resource: f"{amount}m" if resource == "cpu" else str(amount)
            for resource, amount in node.allocatable.items()
        }
    if node.conditions:
        result["conditions"] = [{"type": name, "status": status} for name, status in node.conditions.items()]
    return result


_REASONS = {
    "Required": "FieldValueRequired",
    "Invalid": "FieldValueInvalid",
    "NotSupported": "FieldValueNotSupported",
    "Forbidden": "FieldValueForbidden",
    "Duplicate": "FieldValueDuplicate",
    "TooLong": "FieldValueTooLong",
    "TooMany": "FieldValueTooMany",
    "NotFound": "FieldValueNotFound",
    "TypeMismatch": "FieldValueTypeInvalid",
}
"""What the API server's `causes[].reason` calls an error kind."""


def rejection(refusals: Sequence[Refusal]) -> Json:
    """Write the API server's answer to an operation that it rejects."""
    return {
        "code": 400 if any(each.reason in {"UnknownField", "Malformed"} for each in refusals) else 422,
        "causes": [
            {"reason": _REASONS.get(each.reason, each.reason), "field": each.field} for each in refusals
        ],
        "message": "; ".join(
            f"{each.field}: {each.message}" if each.field else each.message for each in refusals
        ),
    }
