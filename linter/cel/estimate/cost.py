"""Estimates what an expression may cost at most.

Source: checker/cost.go of cel-go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from linter.cel.estimate import calls, library
from linter.cel.estimate.interval import MOST, NOTHING, ONE, UNKNOWN, Interval, fixed, total
from linter.cel.estimate.node import Estimate, Node
from linter.cel.estimate.path import NO_PATH, Path, path_of
from linter.cel.nodes import (
    Call,
    Comprehension,
    Const,
    Expr,
    Ident,
    ListExpr,
    MapExpr,
    Select,
    StructExpr,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.cel.check.checker import Checked
    from linter.cel.check.types import Type
    from linter.cel.estimate.node import SizeOf

_LIST = fixed(10)
_MAP = fixed(30)
_STRUCT = fixed(40)
_SCALARS = frozenset({"bool", "double", "Duration", "int", "Timestamp", "uint"})
_OPEN = _SCALARS | {"bytes", "dyn", "error", "list", "null_type", "optional_type", "string", "type"}
"""Types whose fields cost nothing to reach: they have none, or nobody knows."""
_ACCUMULATORS = frozenset({"@result", "__result__"})


class Entries(NamedTuple):
    """The sizes of what a list or map holds."""

    is_list: bool
    key: Interval
    value: Interval

    def union(self, other: Entries | None) -> Entries | None:
        """Return what holds both; None if nothing is known of one."""
        if other is None:
            return None
        return Entries(self.is_list, self.key.union(other.key), self.value.union(other.value))


class _Local(NamedTuple):
    """A variable of a loop, or a bound name."""

    path: Path
    size: Interval | None
    entries: Entries | None = None


def most_cost(checked: Checked, size_of: SizeOf) -> int:
    """Return what an expression may cost at most.

    Args:
        checked: The expression.
        size_of: Tells the sizes of values that it reaches.

    Raises:
        RecursionError: It is nested too deeply.
    """
    return _Estimator(checked, size_of).cost(checked.expr).most


class _Estimator:
    def __init__(self, checked: Checked, size_of: SizeOf) -> None:
        self._checked = checked
        self._size_of = size_of
        self._paths: dict[int, Path] = {}
        self._sizes: dict[int, Interval] = {}
        self._entries: dict[int, Entries] = {}
        self._locals: dict[str, list[_Local]] = {}

    def cost(self, expr: Expr) -> Interval:
        """Return the cost of a node with all below it."""
        if id(expr) in self._checked.names:
            return self._name(expr, self._checked.names[id(expr)])
        match expr:
            case Const():
                return NOTHING
            case Ident(name):
                return self._name(expr, name)
            case Select():
                return self._select(expr)
            case Call():
                return self._call(expr)
            case ListExpr():
                return self._list(expr)
            case MapExpr():
                return self._map(expr)
            case StructExpr(_, entries):
                return total([self.cost(each.value) for each in entries]).add(_STRUCT)
            case Comprehension():
                return self._bound(expr) if _is_binding(expr) else self._comprehension(expr)
            case _:
                assert_never(expr)

    def _name(self, expr: Expr, name: str) -> Interval:
        local = self._local(name)
        self._paths[id(expr)] = path_of(name) if local is None else local.path
        return ONE

    def _select(self, expr: Select) -> Interval:
        cost = self.cost(expr.operand)
        if expr.is_test:
            return cost
        self._paths[id(expr)] = self._path(expr.operand).append(expr.field)
        return cost if self._type(expr.operand).name in _OPEN else cost.add(ONE)

    def _call(self, expr: Call) -> Interval:
        if expr.function == "dyn" and expr.target is None:
            cost = self.cost(expr.args[0]).add(ONE)
            self._copy(expr, expr.args[0])
            return cost
        costs, args = [], []
        for each in expr.args:
            costs.append(self.cost(each))
            args.append(self._node(each))
        overloads = self._checked.overloads.get(id(expr), ())
        if not overloads:
            return NOTHING
        function = self._checked.functions.get(id(expr), expr.function)
        target, before = None, NOTHING
        if expr.target is not None and id(expr) not in self._checked.functions:
            before = self.cost(expr.target)
            target = self._node(expr.target)
        cost, size = Interval(MOST, 0), None
        for overload in overloads:
            found = self._overload(expr, function, overload, target, args, costs)
            cost = cost.union(found.cost)
            if found.size is not None:
                size = found.size if size is None else size.union(found.size)
            if overload in {"index_list", "index_map"}:
                entries = self._entries_of(expr.args[0])
                size = None if entries is None else entries.value
                step = "@items" if overload == "index_list" else "@values"
                self._paths[id(expr)] = self._path(expr.args[0]).append(step)
            if size is None:
                size = self._size(expr)
        self._set_size(expr, size)
        return before.add(cost)

    def _overload(
        self,
        expr: Call,
        function: str,
        overload: str,
        target: Node | None,
        args: Sequence[Node],
        costs: list[Interval],
    ) -> Estimate:
        """Return what a call costs with its arguments, if it has this signature."""
        if (found := library.estimate(function, overload, target, args)) is not None:
            return Estimate(found.cost.add(total(costs)), found.size)
        match overload:
            case "logical_and" | "logical_or":
                return Estimate(Interval(costs[0].least, total(costs).most))
            case "conditional":
                _, one, other = expr.args
                self._set_entries(expr, _union(self._entries_of(one), self._entries_of(other)))
                size = self._known_size(one).union(self._known_size(other))
                return Estimate(costs[0].add(costs[1].union(costs[2])), size)
            case "add_list" | "add_string" | "add_bytes":
                one, other = expr.args
                self._set_entries(expr, _union(self._entries_of(one), self._entries_of(other)))
            case _:
                pass
        found = calls.estimate(overload, target, args)
        return Estimate(found.cost.add(total(costs)), found.size)

    def _list(self, expr: ListExpr) -> Interval:
        cost, sizes = NOTHING, Interval(MOST if expr.elements else 0, 0)
        for each in expr.elements:
            cost = cost.add(self.cost(each))
            sizes = sizes.union(self._known_size(each))
        self._set_entries(expr, Entries(is_list=True, key=ONE, value=sizes))
        return cost.add(_LIST)

    def _map(self, expr: MapExpr) -> Interval:
        cost = NOTHING
        keys = values = Interval(MOST if expr.entries else 0, 0)
        for entry in expr.entries:
            cost = cost.add(self.cost(entry.key)).add(self.cost(entry.value))
            keys = keys.union(self._known_size(entry.key))
            values = values.union(self._known_size(entry.value))
        self._set_entries(expr, Entries(is_list=False, key=keys, value=values))
        return cost.add(_MAP)

    def _bound(self, expr: Comprehension) -> Interval:
        cost = self.cost(expr.range).add(self.cost(expr.init))
        self._push(expr.accumulator, self._bound_local(expr.init))
        cost = cost.add(self.cost(expr.result))
        self._pop(expr.accumulator)
        self._copy(expr, expr.result)
        return cost

    def _comprehension(self, expr: Comprehension) -> Interval:
        cost = self.cost(expr.range).add(self.cost(expr.init))
        self._push(expr.accumulator, self._bound_local(expr.init))
        if expr.second:
            self._push(expr.variable, self._iterated(expr.range, is_key=True))
            self._push(expr.second, self._iterated(expr.range, is_key=False))
        else:
            self._push(expr.variable, self._iterated(expr.range, is_key=not self._is_list(expr.range)))
        per_element = self.cost(expr.condition)
        per_element = self.cost(expr.step).add(per_element)
        self._pop(expr.variable)
        if expr.second:
            self._pop(expr.second)
        cost = cost.add(self.cost(expr.result))
        self._pop(expr.accumulator)
        count = self._known_size(expr.range)
        cost = cost.add(count.times(per_element))
        if isinstance(expr.init, Const):
            self._set_size(expr, self._size(expr.init))
        elif isinstance(expr.init, (ListExpr, MapExpr)):
            self._set_size(expr, count)
            self._set_entries(expr, self._entries_of(expr.step))
        return cost

    def _iterated(self, range_: Expr, *, is_key: bool) -> _Local:
        """Return the variable that a loop goes through a list or map with."""
        entries = self._entries_of(range_)
        if is_key:
            step, size = ("@indices" if self._is_list(range_) else "@keys"), entries and entries.key
        else:
            step, size = ("@items" if self._is_list(range_) else "@values"), entries and entries.value
        return _Local(self._path(range_).append(step), size)

    def _is_list(self, expr: Expr) -> bool:
        entries = self._entries_of(expr)
        return self._type(expr).name == "list" if entries is None else entries.is_list

    def _bound_local(self, init: Expr) -> _Local:
        path, entries = self._path(init), self._entries_of(init)
        return _Local(path, self._size(init), entries)

    def _node(self, expr: Expr) -> Node:
        steps: list[str] | None = self._path(expr).steps
        if not steps or steps[0] in _ACCUMULATORS:
            steps = None
        return Node(steps, self._type(expr), expr, self._size(expr), self._size_of)

    def _known_size(self, expr: Expr) -> Interval:
        found = self._size(expr)
        return UNKNOWN if found is None else found

    def _size(self, expr: Expr) -> Interval | None:
        if id(expr) in self._sizes:
            return self._sizes[id(expr)]
        if (found := _written_size(expr)) is not None:
            return found
        if (steps := self._path(expr).steps) and (found := self._size_of(steps)) is not None:
            self._sizes[id(expr)] = found
            return found
        if _is_scalar(self._type(expr)):
            return ONE
        local = self._local(expr.name) if isinstance(expr, Ident) else None
        return None if local is None else local.size

    def _entries_of(self, expr: Expr) -> Entries | None:
        if id(expr) in self._entries:
            return self._entries[id(expr)]
        local = self._local(expr.name) if isinstance(expr, Ident) else None
        return None if local is None else local.entries

    def _copy(self, expr: Expr, source: Expr) -> None:
        self._set_size(expr, self._size(source))
        self._set_entries(expr, self._entries_of(source))

    def _set_size(self, expr: Expr, size: Interval | None) -> None:
        if size is not None:
            self._sizes[id(expr)] = size

    def _set_entries(self, expr: Expr, entries: Entries | None) -> None:
        if entries is not None:
            self._entries[id(expr)] = entries

    def _path(self, expr: Expr) -> Path:
        local = self._local(expr.name) if isinstance(expr, Ident) else None
        return self._paths.get(id(expr), NO_PATH) if local is None else local.path

    def _type(self, expr: Expr) -> Type:
        return self._checked.types[id(expr)]

    def _local(self, name: str) -> _Local | None:
        found = self._locals.get(name)
        return found[-1] if found else None

    def _push(self, name: str, local: _Local) -> None:
        self._locals.setdefault(name, []).append(local)

    def _pop(self, name: str) -> None:
        self._locals[name].pop()


def _is_binding(expr: Comprehension) -> bool:
    return (
        isinstance(expr.range, ListExpr)
        and not expr.range.elements
        and expr.condition == Const(value=False)
        and expr.accumulator != "__result__"
    )


def _union(one: Entries | None, other: Entries | None) -> Entries | None:
    return None if one is None else one.union(other)


def _is_scalar(type_: Type) -> bool:
    return type_.name in _SCALARS or (type_.name == "optional_type" and _is_scalar(type_.params[0]))


def _written_size(expr: Expr) -> Interval | None:
    """Return the size of a value that the expression spells out."""
    match expr:
        case Const(str() | bytes() as value):
            return fixed(len(value))
        case Const():
            return ONE
        case ListExpr(elements, _):
            return fixed(len(elements))
        case MapExpr(entries):
            return fixed(len(entries))
        case _:
            return None
