"""The cost of operators and of the functions of the language itself.

Source: functionCost in checker/cost.go of cel-go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.cel.estimate.interval import ONE, UNKNOWN, Interval, fixed
from linter.cel.estimate.library import REGEX, TRAVERSAL
from linter.cel.estimate.node import Estimate, Node

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMPARISONS = frozenset(
    {
        *(f"{name}_{type_}" for name in ("less", "less_equals", "greater", "greater_equals") for type_ in ("string", "bytes")),
        "equals",
        "not_equals",
    }
)  # fmt: skip


def estimate(overload: str, target: Node | None, args: Sequence[Node]) -> Estimate:
    """Return what a call costs beside its arguments, and the size of its result where that is known.

    Args:
        overload: The signature that it has.
        target: What a method is called on.
        args: The arguments.
    """
    match overload:
        case "string_format" if target is not None:
            return Estimate(_size(target).scaled(TRAVERSAL))
        case "string_to_bytes":
            size = _size(args[0])
            return Estimate(size.scaled(TRAVERSAL), Interval(size.least, size.times(fixed(4)).most))
        case "bytes_to_string":
            size = _size(args[0])
            return Estimate(size.scaled(TRAVERSAL), Interval(size.least // 4, size.most))
        case "strings_quote":
            size = _size(args[0])
            return Estimate(size.scaled(TRAVERSAL), size.times(Interval(1, 2)).add(fixed(2)))
        case "starts_with_string" | "ends_with_string":
            return Estimate(_size(args[0]).scaled(TRAVERSAL))
        case "in_list":
            return Estimate(_size(args[1]).scaled(1))
        case "matches" | "matches_string":
            text, pattern = (target, args[0]) if target is not None else (args[0], args[1])
            return Estimate(_size(text).add(ONE).scaled(TRAVERSAL).times(_size(pattern).scaled(REGEX)))
        case "contains_string" if target is not None:
            return Estimate(_size(target).scaled(TRAVERSAL).times(_size(args[0]).scaled(TRAVERSAL)))
        case "add_list":
            return Estimate(ONE, _size(args[0]).add(_size(args[1])))
        case "add_string" | "add_bytes":
            size = _size(args[0]).add(_size(args[1]))
            return Estimate(size.scaled(TRAVERSAL), size)
        case name if name in _COMPARISONS:
            most = min(_size(args[0]).most, _size(args[1]).most)
            return Estimate(Interval(min(most, 1), most).scaled(TRAVERSAL))
        case _:
            return Estimate(ONE)


def _size(node: Node) -> Interval:
    """Return the size of an argument, as far as cel-go knows it before it asks where the value comes from."""
    return UNKNOWN if node.size is None else node.size
