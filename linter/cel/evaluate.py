"""Evaluates expressions, and counts what each step costs as cel-go does.

A tree is turned into nested functions once (`Program`), which then run on any number of values.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from linter.cel import cost
from linter.cel.errors import NO_OVERLOAD, CostLimitError, EvaluationError
from linter.cel.functions import FUNCTIONS, TYPES, is_conversion
from linter.cel.names import qualified_function, qualified_name
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
from linter.cel.select import has_field, index, index_optional, select
from linter.cel.syntax import parse
from linter.cel.values import NONE, Broken, Optional, contains, used

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Frame:
    """One run of an expression: the values of names, and what it has cost so far."""

    __slots__ = ("cost", "limit", "values")

    def __init__(self, values: dict[str, Any], limit: int) -> None:
        self.values = values
        self.cost = 0
        self.limit = limit

    def check(self) -> None:
        """Stop where it costs too much.

        Raises:
            CostLimitError: It does.
        """
        if self.cost > self.limit:
            raise CostLimitError


Step: TypeAlias = "Callable[[Frame], Any]"


class Outcome:
    """What came of an expression: its value, or why it failed, and what it cost."""

    __slots__ = ("cost", "error", "value")

    def __init__(self, value: Any, error: EvaluationError | None, spent: int) -> None:
        self.value = value
        self.error = error
        self.cost = spent


class Program:
    """An expression that can be run.

    Args:
        text: In CEL.

    Raises:
        SyntaxFaultError: It is not CEL.
    """

    def __init__(self, text: str) -> None:
        self._step = _compiled(parse(text))

    def run(self, values: Mapping[str, Any], limit: int = cost.PER_CALL) -> Outcome:
        """Run it.

        Args:
            values: The values of the names that it may use.
            limit: What it may cost.

        Raises:
            CostLimitError: It costs more.
        """
        frame = Frame(dict(values), limit)
        try:
            value = used(self._step(frame))
        except EvaluationError as error:
            frame.check()
            return Outcome(None, error, frame.cost)
        except RecursionError:
            return Outcome(None, EvaluationError("the expression is nested too deeply"), frame.cost)
        frame.check()
        return Outcome(value, None, frame.cost)


@lru_cache(maxsize=512)
def program(text: str) -> Program:
    """Return the program of an expression, made once."""
    return Program(text)


def _compiled(expr: Expr) -> Step:
    match expr:
        case Const(value):
            return lambda _frame: value
        case Ident():
            return _ident(expr)
        case Select():
            return _select(expr)
        case Call():
            return _call(expr)
        case ListExpr():
            return _list(expr)
        case MapExpr(entries):
            return _map(entries, cost.MAP)
        case StructExpr(_, entries):
            return _map(entries, cost.STRUCT)
        case Comprehension():
            return _comprehension(expr)
        case _:
            assert_never(expr)


def _is_constant(expr: Expr) -> bool:
    """Tell whether the server knows the value before it runs the expression, so that it costs nothing."""
    match expr:
        case Const():
            return True
        case ListExpr(elements, optional):
            return not optional and all(map(_is_constant, elements))
        case MapExpr(entries):
            return all(_is_constant(each.key) and _is_constant(each.value) for each in entries)
        case Call(None, function, (argument,)):
            return is_conversion(function) and _is_constant(argument)
        case _:
            return False


def _folded(step: Step) -> Step:
    """Run a constant once, at no cost; if it fails, it fails whenever it is used."""
    frame = Frame({}, cost.PER_CALL)
    try:
        value = step(frame)
    except EvaluationError:
        return step
    return lambda _frame: value


def _ident(expr: Ident) -> Step:
    name = expr.name

    def step(frame: Frame) -> Any:
        frame.cost += 1
        if name in frame.values:
            return used(frame.values[name])
        if name in TYPES:
            return TYPES[name]
        raise EvaluationError(f"no such attribute(s): {name}")

    return step


def _is_attribute(expr: Expr) -> bool:
    """Tell whether a value is reached by names alone, so that going on from it begins no new attribute."""
    match expr:
        case Ident():
            return True
        case Select(_, _, is_test):
            return not is_test
        case Call(_, function, _):
            return function in {"_[_]", "_?._", "_[?_]", "_?_:_"}
        case _:
            return False


def _select(expr: Select) -> Step:
    if (name := qualified_name(expr)) in TYPES:
        type_ = TYPES[str(name)]
        return lambda _frame: type_
    operand, field = _compiled(expr.operand), expr.field
    base = 1 if _is_attribute(expr.operand) else 2
    if expr.is_test:

        def test(frame: Frame) -> Any:
            value = operand(frame)
            # The name that the path begins with costs nothing in a test.
            frame.cost += base - 1
            return has_field(value, field)

        return test

    def step(frame: Frame) -> Any:
        value = operand(frame)
        frame.cost += base
        return select(value, field)

    return step


def _call(expr: Call) -> Step:
    arguments = tuple(
        _compiled(each) for each in (*((expr.target,) if expr.target is not None else ()), *expr.args)
    )
    match expr.function:
        case "_&&_":
            return _logical(arguments, decisive=False)
        case "_||_":
            return _logical(arguments, decisive=True)
        case "_?_:_":
            return _conditional(*arguments)
        case "@not_strictly_false":
            return _not_strictly_false(*arguments)
        case "_[_]" | "_[?_]" | "_?._":
            return _index(expr, arguments)
        case "@in" if _is_constant(expr.args[1]):
            return _membership(*arguments)
    name = qualified_function(expr)
    if name is not None:
        return _function(name, arguments[1:])
    step = _function(expr.function, arguments)
    return _folded(step) if _is_constant(expr) else step


def _function(name: str, arguments: tuple[Step, ...]) -> Step:
    function = FUNCTIONS.get(name)

    def step(frame: Frame) -> Any:
        values = [used(each(frame)) for each in arguments]
        if function is None:
            raise EvaluationError(NO_OVERLOAD)
        try:
            result = function(*values)
        except (TypeError, AttributeError):  # the wrong number or types of arguments
            raise EvaluationError(NO_OVERLOAD) from None
        frame.cost += cost.call_cost(name, values, result)
        if frame.cost > frame.limit:
            raise CostLimitError
        return result

    return step


def _logical(arguments: tuple[Step, ...], *, decisive: bool) -> Step:
    """Combine by `&&` or `||`: what decides, decides, even if the other side fails."""
    one, other = arguments

    def step(frame: Frame) -> Any:
        failure = None
        try:
            value = one(frame)
            if value is decisive:
                return decisive
            if not isinstance(value, bool):
                failure = EvaluationError(NO_OVERLOAD)
        except EvaluationError as error:
            failure = error
        value = other(frame)
        if value is decisive:
            return decisive
        if failure is not None:
            raise failure
        if not isinstance(value, bool):
            raise EvaluationError(NO_OVERLOAD)
        return value

    return step


def _conditional(condition: Step, one: Step, other: Step) -> Step:
    def step(frame: Frame) -> Any:
        value = condition(frame)
        if not isinstance(value, bool):
            raise EvaluationError(NO_OVERLOAD)
        return one(frame) if value else other(frame)

    return step


def _not_strictly_false(argument: Step) -> Step:
    def step(frame: Frame) -> Any:
        try:
            value = argument(frame)
        except EvaluationError:
            value = True
        frame.cost += 1
        return value is not False

    return step


def _index(expr: Call, arguments: tuple[Step, ...]) -> Step:
    operand, key = arguments
    # A key that is reached by names costs nothing for the first of them.
    base = (1 if _is_attribute(expr.args[0]) else 2) - _is_attribute(expr.args[1])
    function = index if expr.function == "_[_]" else index_optional

    def step(frame: Frame) -> Any:
        value, wanted = operand(frame), key(frame)
        frame.cost += base
        return function(value, wanted)

    return step


def _membership(one: Step, items: Step) -> Step:
    def step(frame: Frame) -> Any:
        value, known = used(one(frame)), items(frame)
        return value in known if isinstance(known, dict) else contains(known, value)

    return step


def _list(expr: ListExpr) -> Step:
    elements, optional = tuple(map(_compiled, expr.elements)), expr.optional

    def step(frame: Frame) -> Any:
        result = []
        for number, each in enumerate(elements):
            value = used(each(frame))
            if number not in optional:
                result.append(value)
            elif not isinstance(value, Optional):
                raise EvaluationError(NO_OVERLOAD)
            elif value.is_present:
                result.append(value.value)
        frame.cost += cost.LIST
        return result

    return _folded(step) if _is_constant(expr) else step


def _map(entries: tuple[Entry, ...], base: int) -> Step:
    compiled = [(_compiled(each.key), _compiled(each.value), each.is_optional) for each in entries]

    def step(frame: Frame) -> Any:
        result = {}
        for key_of, value_of, is_optional in compiled:
            key, value = key_of(frame), used(value_of(frame))
            if is_optional:
                if value == NONE:
                    continue
                value = value.value if isinstance(value, Optional) else value
            result[key] = value
        frame.cost += base
        return result

    constant = all(_is_constant(each.key) and _is_constant(each.value) for each in entries)
    return _folded(step) if constant and base == cost.MAP else step


def _comprehension(expr: Comprehension) -> Step:
    range_, init = _compiled(expr.range), _compiled(expr.init)
    condition = None if expr.condition == Const(value=True) else _compiled(expr.condition)
    result, step_of = _compiled(expr.result), _compiled(expr.step)
    first, second, accumulator = expr.variable, expr.second, expr.accumulator
    appended = _appended(expr)

    def loop(frame: Frame) -> Any:
        source = used(range_(frame))
        values = frame.values
        kept = {name: values[name] for name in (first, second, accumulator) if name in values}
        start = init(frame)
        values[accumulator] = start.copy() if isinstance(start, (list, dict)) else start
        try:
            for key, value in _items(source, in_pairs=bool(second)):
                values[first] = key
                if second:
                    values[second] = value
                if condition is not None and condition(frame) is False:
                    break
                if appended is not None:
                    appended(frame, values[accumulator])
                else:
                    values[accumulator] = step_of(frame) if condition is None else _attempted(step_of, frame)
                if frame.cost > frame.limit:
                    raise CostLimitError
            return result(frame)
        finally:
            for name in (first, second, accumulator):
                values.pop(name, None)
            values.update(kept)

    return loop


def _appended(expr: Comprehension) -> Callable[[Frame, Any], None] | None:
    """Return what adds to the list that a `map` or `filter` makes, in place; None where it is another loop."""
    accumulator = Ident(expr.accumulator)
    predicate, step = None, expr.step
    match step:
        case Call(None, "_?_:_", (condition, more, same)) if same == accumulator:
            predicate, step = _compiled(condition), more
        case _:
            pass
    match step:
        case Call(None, "_+_", (one, ListExpr((element,), optional))) if one == accumulator and not optional:
            value_of = _compiled(element)
        case _:
            return None

    def append(frame: Frame, result: Any) -> None:
        if predicate is not None:
            wanted = predicate(frame)
            if not isinstance(wanted, bool):
                raise EvaluationError(NO_OVERLOAD)
            if not wanted:
                frame.cost += 1
                return
        result.append(used(value_of(frame)))
        # The name of the list, the list of one element and the sum.
        frame.cost += 1 + cost.LIST + 1

    return append


def _attempted(step: Step, frame: Frame) -> Any:
    """Run the step of a quantifier; it goes on after an error, for a later element may decide."""
    try:
        return step(frame)
    except EvaluationError as error:
        return Broken(str(error))


def _items(source: Any, *, in_pairs: bool) -> Iterable[tuple[Any, Any]]:
    """Return what a loop goes through: the elements, or places (keys) and elements."""
    if isinstance(source, list):
        return enumerate(source) if in_pairs else ((each, None) for each in source)
    if isinstance(source, dict):
        return list(source.items()) if in_pairs else [(key, None) for key in source]
    raise EvaluationError(NO_OVERLOAD)
