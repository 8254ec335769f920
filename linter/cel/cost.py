"""What a call costs while it runs, as cel-go and the API server count it.

Source: interpreter/runtimecost.go of cel-go and pkg/cel/library/cost.go of k8s.io/apiserver.
"""

from __future__ import annotations

from math import ceil
from typing import Any, Final

from linter.cel.values import size_of

PER_CALL: Final = 1_000_000
"""What one expression may cost for one value."""
PER_OBJECT: Final = 10_000_000
"""What all expressions may cost for one object."""
LIST: Final = 10
MAP: Final = 30
STRUCT: Final = 40

_TRAVERSALS = frozenset({"isSorted", "sum", "max", "min", "indexOf", "lastIndexOf", "includes"})
_READS_TEXT = frozenset(
    {
        "url", "lowerAscii", "upperAscii", "substring", "trim", "jsonpatch.escapeKey", "cidr", "isIP", "isCIDR", "quantity",
        "isQuantity", "semver", "isSemver",
    }
)  # fmt: skip
_COMPARES = frozenset({"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"})


def call_cost(function: str, args: list[Any], result: Any) -> int:
    """Return the cost of a call.

    Args:
        function: Its name; operators as `_+_`.
        args: The arguments, behind what a method is called on.
        result: What it gave.
    """
    if function in _COMPARES:
        if function not in {"_==_", "_!=_"} and not isinstance(args[0], (str, bytes)):
            return 1
        return _traversal(min(size_of(args[0]), size_of(args[1])))
    match function:
        case "_+_" if isinstance(args[0], (str, bytes)):
            return _traversal(size_of(args[0]) + size_of(args[1]))
        case "@in" if isinstance(args[1], list):
            return len(args[1])
        case "startsWith" | "endsWith":
            return _traversal(size_of(args[1]))
        case "contains" if isinstance(args[0], str):
            return _traversal(size_of(args[0])) * _traversal(size_of(args[1]))
        case "matches" | "find" | "findAll":
            return ceil((1 + size_of(args[0])) * 0.1) * ceil(size_of(args[1]) * 0.25)
        case "bytes" | "string" if isinstance(args[0], (str, bytes)) and not isinstance(
            result, type(args[0])
        ):
            return _traversal(size_of(args[0]))
        case "format" | "strings.quote" if isinstance(args[0], str):
            return _traversal(size_of(args[0]))
        case name if name in _TRAVERSALS:
            return _tree(args[0])
        case name if name in _READS_TEXT:
            return _traversal(size_of(args[0]))
        case "ip" if isinstance(args[0], str):
            return _traversal(size_of(args[0]))
        case "replace" | "split" | "ip.isCanonical":
            return ceil(size_of(args[0]) * 2 * 0.1)
        case "join":
            return ceil(size_of(result) * 2 * 0.1)
        case "containsIP" | "containsCIDR":
            return _containment(function, args)
        case "validate":
            return ceil((1 + size_of(args[1])) * 0.1) * ceil(getattr(args[0], "pattern_length", 0) * 0.25)
        case _:
            return 1


def _traversal(size: int) -> int:
    return ceil(size * 0.1)


def _containment(function: str, args: list[Any]) -> int:
    cost = ceil(2 * size_of(args[0]) * 0.1)
    if function == "containsCIDR":
        cost += ceil(size_of(args[0]) * 0.1) + 1
    return cost + (ceil(size_of(args[1]) * 0.1) if isinstance(args[1], str) else 0)


def _tree(value: Any) -> int:
    """Return the cost of going through a value with all that is in it."""
    if isinstance(value, str):
        return int(len(value.encode("utf-8", "surrogatepass")) * 0.1)
    if isinstance(value, bytes):
        return int(len(value) * 0.1)
    if isinstance(value, list):
        return sum(map(_tree, value))
    if isinstance(value, dict):
        return sum(_tree(key) + _tree(each) for key, each in value.items())
    return 1
