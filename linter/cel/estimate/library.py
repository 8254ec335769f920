"""The cost of functions that Kubernetes adds or prices itself.

Source: pkg/cel/library/cost.go of k8s.io/apiserver; for lists and sets, ext/ of cel-go.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from linter.cel.estimate.interval import MOST, NOTHING, ONE, Interval, fixed
from linter.cel.estimate.node import Estimate, Node
from linter.cel.nodes import Const

if TYPE_CHECKING:
    from collections.abc import Sequence

TRAVERSAL = 0.1
"""For each character of a text that is read."""
REGEX = 0.25
"""For each character of a regular expression."""
LIST = fixed(10)
_CHECK = 350_000
_FORMAT_REGEX = 128
_ADDRESS = Interval(4, 16)
_NOMINAL = frozenset(
    [
        "serviceAccount",
        "path",
        "group",
        "resource",
        "subresource",
        "namespace",
        "name",
        "allowed",
        "reason",
        "error",
        "errored",
        "masked",
        "prefixLength",
        "family",
        "isUnspecified",
        "isLoopback",
        "isLinkLocalMulticast",
        "isLinkLocalUnicast",
        "isGlobalUnicast",
        "format.named",
        "sign",
        "asInteger",
        "isInteger",
        "asApproximateFloat",
        "isGreaterThan",
        "isLessThan",
        "compareTo",
        "add",
        "sub",
        "major",
        "minor",
        "patch",
        "getScheme",
        "getHostname",
        "getHost",
        "getPort",
        "getEscapedPath",
        "getQuery",
    ]
)
_TRAVERSALS = frozenset({"isSorted", "sum", "max", "min", "indexOf", "lastIndexOf", "includes"})
_READS_ARGUMENT = frozenset({"cidr", "isIP", "isCIDR", "ip", "quantity", "isQuantity", "semver", "isSemver"})
_CONSTANT_EQUALITY = frozenset({"net.IP", "net.CIDR", "kubernetes.Quantity", "kubernetes.Semver"})


def estimate(function: str, overload: str, target: Node | None, args: Sequence[Node]) -> Estimate | None:
    """Return what a call costs; None if it is no function that Kubernetes prices.

    Args:
        function: Its name.
        overload: The signature that it has.
        target: What a method is called on.
        args: The arguments.
    """
    if (extended := _extended(overload, target, args)) is not None:
        return extended
    match function:
        case "check":
            return Estimate(fixed(_CHECK))
        case name if name in _NOMINAL:
            return Estimate(ONE)
        case "fieldSelector" | "labelSelector" if len(args) == 1:
            return Estimate(_selector(args[0].estimated_size()))
        case name if name in _TRAVERSALS and target is not None:
            return Estimate(_traversal(function, target))
        case "url" | "jsonpatch.escapeKey" if len(args) == 1:
            size = args[0].estimated_size()
            return Estimate(size.scaled(TRAVERSAL), size)
        case "lowerAscii" | "upperAscii" | "substring" | "trim" if target is not None:
            size = target.estimated_size()
            return Estimate(size.scaled(TRAVERSAL), size)
        case "replace" if target is not None and len(args) >= 2:
            size = target.estimated_size()
            return Estimate(size.scaled(2 * TRAVERSAL), _replaced(size, *args[:2]))
        case "split" if target is not None:
            return _split(target, args)
        case "join" if target is not None:
            size = _joined(target, args)
            return Estimate(size.scaled(TRAVERSAL), size)
        case "find" | "findAll" if target is not None and args:
            size = target.estimated_size()
            cost = size.add(ONE).scaled(TRAVERSAL).times(args[0].estimated_size().scaled(REGEX))
            return Estimate(cost, Interval(0, size.most))
        case "ip" if overload == "cidr_ip":
            return Estimate(ONE)
        case name if name in _READS_ARGUMENT and args:
            return Estimate(args[0].estimated_size().scaled(TRAVERSAL))
        case "ip.isCanonical" if args:
            return Estimate(args[0].estimated_size().scaled(2 * TRAVERSAL))
        case "containsIP" | "containsCIDR" if args:
            return Estimate(_containment(function, overload, args[0]))
        case "validate" if args:
            return Estimate(args[0].estimated_size().scaled(TRAVERSAL).scaled(_FORMAT_REGEX * REGEX))
        case "_==_" if len(args) == 2:
            return _equality(*args)
        case _:
            return None


def _selector(length: Interval) -> Interval:
    requirements = length.scaled(0.5).scaled(50)
    return LIST.add(length.scaled(TRAVERSAL)).add(requirements)


def _traversal(function: str, target: Node) -> Interval:
    element = target.element()
    if element is None:
        per_element = ONE if function == "includes" else None
        size = target.estimated_size()
        return size.scaled(TRAVERSAL) if per_element is None else size.times(per_element)
    cost = ONE
    if element.type.name in {"string", "bytes"}:
        cost = cost.add(element.estimated_size().scaled(TRAVERSAL))
    return target.estimated_size().times(cost)


def _replaced(size: Interval, old: Node, new: Node) -> Interval:
    """Return the size of a text in which one part is replaced by another."""
    before, after = old.estimated_size(), new.estimated_size()
    kept_most = count_most = kept_least = count_least = 0
    if before.least == 0:
        count_most, kept_most = min(size.most + 1, MOST), size.most
    elif after.most <= before.least:
        kept_most = size.most
    else:
        count_most = ceil(float(size.most) / float(before.least))
    if before.most == 0:
        count_least, kept_least = min(size.least + 1, MOST), size.least
    elif before.most <= after.least:
        kept_least = size.least
    else:
        count_least = ceil(float(size.least) / float(before.most))
    counts = Interval(count_least, min(count_most, MOST))
    return counts.times(after).add(Interval(kept_least, kept_most))


def _split(target: Node, args: Sequence[Node]) -> Estimate:
    size = target.estimated_size()
    most = size.most
    if len(args) > 1 and isinstance(args[1].expr, Const) and args[1].type.name == "int":
        most = int(args[1].expr.value) % (MOST + 1)
    return Estimate(size.scaled(2 * TRAVERSAL), Interval(0, most))


def _joined(target: Node, args: Sequence[Node]) -> Interval:
    count, element = target.estimated_size(), target.element()
    size = NOTHING if element is None else count.times(element.estimated_size())
    if args:
        separators = Interval(max(0, count.least - 1), max(0, count.most - 1))
        size = size.add(args[0].estimated_size().times(separators))
    return size


def _containment(function: str, overload: str, other: Node) -> Interval:
    cost = _ADDRESS.add(_ADDRESS).scaled(TRAVERSAL)
    if function == "containsCIDR":
        cost = cost.add(_ADDRESS.scaled(TRAVERSAL)).add(ONE)
    if overload in {"cidr_contains_ip_string", "cidr_contains_cidr_string"}:
        cost = cost.add(other.estimated_size().scaled(TRAVERSAL))
    return cost


def _equality(one: Node, other: Node) -> Estimate | None:
    if one.type != other.type:
        return None
    match one.type.name:
        case name if name in _CONSTANT_EQUALITY or name.startswith("kubernetes.authorization."):
            return Estimate(ONE)
        case "kubernetes.NamedFormat":
            return Estimate(Interval(1, 64).scaled(TRAVERSAL))
        case "kubernetes.URL":
            size = other.size or ONE
            return Estimate(Interval(1, size.most).scaled(TRAVERSAL))
        case _:
            return None


def _extended(overload: str, target: Node | None, args: Sequence[Node]) -> Estimate | None:
    """Return what a function of cel-go's extensions for sets and lists costs."""
    match overload:
        case "list_sets_contains_list" | "list_sets_intersects_list" | "list_sets_equivalent_list":
            product = args[0].estimated_size().times(args[1].estimated_size())
            return Estimate(product.scaled(2 if "equivalent" in overload else 1).add(ONE))
        case "lists_range":
            return _new_list(1, fixed(args[0].number(MOST)))
    if target is None:
        return None
    size = target.estimated_size()
    match overload:
        case "list_slice":
            # As cel-go reckons it, with numbers that begin anew beyond the largest.
            return _new_list(1, fixed((args[1].number(size.most) - args[0].number(0)) % (MOST + 1)))
        case "list_reverse":
            return _new_list(1, size)
        case "list_flatten" | "list_flatten_int":
            return _new_list(float(args[0].number(MOST)) if args else 1, size)
        case "list_distinct":
            return _new_list(2, size.times(size))
    if overload.endswith("_sortByAssociatedKeys"):
        size = args[0].estimated_size()
    elif not overload.endswith("_sort"):
        return None
    is_text = overload.startswith(("list_string", "list_bytes"))
    return _new_list(2 + TRAVERSAL if is_text else 2, size.times(size))


def _new_list(factor: float, size: Interval) -> Estimate:
    return Estimate(size.scaled(factor).add(ONE).add(LIST), size)
