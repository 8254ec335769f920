"""Finds the type of an expression, and what is wrong with names and types in it.

Source: checker/checker.go of cel-go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from linter.cel.check.resolve import resolved
from linter.cel.check.types import (
    BOOL,
    DYN,
    ERROR,
    INT,
    STRING,
    Type,
    is_dyn,
    list_of,
    map_of,
    optional_of,
    spelled,
    type_of_constant,
    unwrapped,
)
from linter.cel.check.unify import assignable, most_general, substituted
from linter.cel.macros import BOUND
from linter.cel.names import qualified_name
from linter.cel.nodes import (
    Call,
    Comprehension,
    Const,
    Entry,
    Expr,
    Ident,
    ListExpr,
    MapExpr,
    Select,
    StructExpr,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.cel.check.scope import Scope
    from linter.cel.check.signatures import Overload
    from linter.cel.check.unify import Bindings


class Fault(NamedTuple):
    """What is wrong with an expression."""

    text: str
    """A phrase."""
    function: str = ""
    """The function or operator that does not take what it is given, if that is what is wrong."""


class Checked(NamedTuple):
    """An expression, and what is known of its nodes; those are told by their identity (`id`)."""

    expr: Expr
    type: Type
    faults: tuple[Fault, ...]
    types: dict[int, Type]
    overloads: dict[int, tuple[str, ...]]
    """The signatures that a call may have."""
    names: dict[int, str]
    """What a node with dots is really: the name of a variable or type."""
    functions: dict[int, str]
    """The name of a function such as `sets.contains`, which looks like a method."""


def check(expr: Expr, scope: Scope) -> Checked:
    """Check an expression.

    Args:
        expr: The expression.
        scope: What it may name.

    Raises:
        RecursionError: It is nested too deeply.
    """
    checker = _Checker(scope)
    checker.check(expr)
    types = {
        node: substituted(checker.bindings, type_, free_is_dyn=True) for node, type_ in checker.types.items()
    }
    return Checked(
        expr,
        types[id(expr)],
        tuple(checker.faults),
        types,
        checker.overloads,
        checker.names,
        checker.functions,
    )


class _Checker:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._locals: list[dict[str, Type]] = []
        self._free = 0
        self.bindings: Bindings = {}
        self.faults: list[Fault] = []
        self.types: dict[int, Type] = {}
        self.overloads: dict[int, tuple[str, ...]] = {}
        self.names: dict[int, str] = {}
        self.functions: dict[int, str] = {}

    def check(self, expr: Expr) -> Type:
        """Return the type of a node, and remember it."""
        type_ = self._type(expr)
        self.types[id(expr)] = type_
        return type_

    def _type(self, expr: Expr) -> Type:
        match expr:
            case Const():
                return type_of_constant(expr.value)
            case Ident():
                return self._ident(expr)
            case Select():
                return self._select(expr)
            case Call():
                return self._call(expr)
            case ListExpr():
                return self._list(expr)
            case MapExpr():
                return self._map(expr)
            case StructExpr():
                return self._struct(expr)
            case Comprehension():
                return self._comprehension(expr)
            case _:
                assert_never(expr)

    def _local(self, name: str) -> Type | None:
        return next((names[name] for names in reversed(self._locals) if name in names), None)

    def _ident(self, expr: Ident) -> Type:
        found = self._local(expr.name) or self._scope.ident(expr.name)
        return self._fault(f"there is no variable `{expr.name}`") if found is None else found

    def _select(self, expr: Select) -> Type:
        name = qualified_name(expr)
        if name is not None and self._local(name.partition(".")[0]) is None:
            found = self._scope.ident(name)
            if found is not None:
                self.names[id(expr)] = name
                return found
            if name.startswith("google."):
                return DYN  # messages and enums of protocol buffers, of which there are too many to be known
        type_ = self._field(expr.operand, expr.field)
        return BOOL if expr.is_test else type_

    def _field(self, operand: Expr, field: str) -> Type:
        type_, is_optional = unwrapped(self._substituted(self.check(operand)))
        result = self._field_of(type_, field)
        return optional_of(result) if is_optional else result

    def _field_of(self, type_: Type, field: str) -> Type:
        if type_.name == "map":
            return type_.params[1]
        if type_.is_variable:
            self._assign(DYN, type_)
            return DYN
        if is_dyn(type_):
            return DYN
        if type_.name in _WITHOUT_FIELDS:
            self._fault(f"type '{spelled(type_)}' does not support field selection")
            return DYN
        found = self._scope.field(type_, field)
        return self._fault(f"{self._scope.noun(type_)} has no field `{field}`") if found is None else found

    def _call(self, expr: Call) -> Type:
        if expr.function == "_?._":
            return self._optional_field(expr)
        for each in expr.args:
            self.check(each)
        target = expr.target
        if target is None:
            return self._resolve(expr, expr.function, self._scope.functions(expr.function), expr.args)
        prefix = qualified_name(target)
        if prefix is not None and (found := self._scope.functions(f"{prefix}.{expr.function}")):
            self.functions[id(expr)] = f"{prefix}.{expr.function}"
            return self._resolve(expr, f"{prefix}.{expr.function}", found, expr.args)
        self.check(target)
        return self._resolve(
            expr, expr.function, self._scope.functions(expr.function), (target, *expr.args), is_method=True
        )

    def _optional_field(self, expr: Call) -> Type:
        operand, field = expr.args
        self.types[id(field)] = STRING
        self.overloads[id(expr)] = ("select_optional_field",)
        name = field.value if isinstance(field, Const) else ""
        result = self._field(operand, str(name))
        return result if result.name == "optional_type" else optional_of(result)

    def _resolve(
        self,
        expr: Call,
        name: str,
        candidates: Sequence[Overload],
        args: Sequence[Expr],
        *,
        is_method: bool = False,
    ) -> Type:
        if not candidates:
            return self._fault(f"there is no function `{name}`")
        types = [self.types[id(each)] for each in args]
        if name in {"_&&_", "_||_"}:
            self.overloads[id(expr)] = (candidates[0].id,)
            return self._logical(name, types)
        resolution = resolved(candidates, types, self.bindings, self._variable, is_method=is_method)
        if resolution is None:
            return self._fault(self._no_overload(name, types, is_method=is_method), name)
        self.bindings = resolution.bindings
        self.overloads[id(expr)] = resolution.overloads
        return resolution.type

    def _logical(self, name: str, types: Sequence[Type]) -> Type:
        wrong = [each for each in types if not self._assign(each, BOOL)]
        for each in wrong:
            self._fault(f"expected type 'bool' but found '{self._spelled(each)}'", name)
        return ERROR if wrong else BOOL

    def _list(self, expr: ListExpr) -> Type:
        element: Type | None = None
        for number, each in enumerate(expr.elements):
            type_ = self.check(each)
            if number in expr.optional:
                type_ = self._unwrapped(type_)
            element = self._joined(element, type_)
        return list_of(self._variable() if element is None else element)

    def _map(self, expr: MapExpr) -> Type:
        key: Type | None = None
        value: Type | None = None
        for entry in expr.entries:
            key = self._joined(key, self.check(entry.key))
            type_ = self.check(entry.value)
            value = self._joined(value, self._unwrapped(type_) if entry.is_optional else type_)
        if key is None or value is None:
            return map_of(self._variable(), self._variable())
        return map_of(key, value)

    def _struct(self, expr: StructExpr) -> Type:
        type_ = self._scope.made(expr.name)
        if type_ is None:
            type_ = DYN if expr.name.startswith("google.") else self._fault(f"there is no type `{expr.name}`")
        for entry in expr.entries:
            self._struct_field(type_, entry)
        return type_

    def _struct_field(self, type_: Type, entry: Entry) -> None:
        name = str(entry.key.value) if isinstance(entry.key, Const) else ""
        self.types[id(entry.key)] = STRING
        value = self.check(entry.value)
        if entry.is_optional:
            value = self._unwrapped(value)
        wanted = DYN if is_dyn(type_) else self._field_of(type_, name)
        if not self._assign(wanted, value):
            self._fault(
                f"expected type of field '{name}' is '{self._spelled(wanted)}' but provided type is '{self._spelled(value)}'"
            )

    def _comprehension(self, expr: Comprehension) -> Type:
        if expr.variable == BOUND and not self._scope.binds:
            self._fault("there is no variable `cel`")
        range_ = self._substituted(self.check(expr.range))
        accumulated = self.check(expr.init)
        first, second = self._iterated(range_, in_pairs=bool(expr.second))
        self._locals.append({expr.accumulator: accumulated})
        self._locals.append({expr.variable: first, **({expr.second: second} if expr.second else {})})
        self._expect(self.check(expr.condition), BOOL)
        self._expect(self.check(expr.step), accumulated)
        self._locals.pop()
        result = self.check(expr.result)
        self._locals.pop()
        return self._substituted(result)

    def _iterated(self, range_: Type, *, in_pairs: bool) -> tuple[Type, Type]:
        """Return the types of the variables of a loop."""
        if range_.name == "list":
            return (INT, range_.params[0]) if in_pairs else (range_.params[0], ERROR)
        if range_.name == "map":
            return range_.params[0], range_.params[1]
        if range_.is_variable or is_dyn(range_):
            self._assign(DYN, range_)
            return DYN, DYN
        self._fault(
            f"expression of type '{self._spelled(range_)}' cannot be range of a comprehension "
            "(must be list, map, or dynamic)"
        )
        return ERROR, ERROR

    def _expect(self, found: Type, wanted: Type) -> None:
        if not self._assign(wanted, found):
            self._fault(f"expected type '{self._spelled(wanted)}' but found '{self._spelled(found)}'")

    def _unwrapped(self, type_: Type) -> Type:
        """Return the type of an optional element of a list, map or object, where it is there."""
        inner, is_optional = unwrapped(type_)
        if not is_optional and type_ != DYN:
            self._fault(
                f"expected type 'optional_type({self._spelled(inner)})' but found '{self._spelled(inner)}'"
            )
        return inner

    def _joined(self, previous: Type | None, current: Type) -> Type:
        if previous is None:
            return current
        return most_general(previous, current) if self._assign(previous, current) else DYN

    def _assign(self, one: Type, other: Type) -> bool:
        bindings = assignable(self.bindings, (one,), (other,))
        if bindings is None:
            return False
        self.bindings = bindings
        return True

    def _variable(self) -> Type:
        self._free += 1
        return Type(f"<{self._free}>")

    def _substituted(self, type_: Type) -> Type:
        return substituted(self.bindings, type_)

    def _spelled(self, type_: Type) -> str:
        return spelled(self._substituted(type_))

    def _no_overload(self, name: str, types: Sequence[Type], *, is_method: bool) -> str:
        texts = [self._spelled(each) for each in types]
        applied = f"{texts[0]}.({', '.join(texts[1:])})" if is_method else f"({', '.join(texts)})"
        return f"found no matching overload for '{name}' applied to '{applied}'"

    def _fault(self, text: str, function: str = "") -> Type:
        self.faults.append(Fault(text, function))
        return ERROR


_WITHOUT_FIELDS = frozenset(
    {"bool", "bytes", "double", "int", "string", "uint", "Duration", "Timestamp", "list", "null_type", "type", "net.IP", "net.CIDR"}
)  # fmt: skip
