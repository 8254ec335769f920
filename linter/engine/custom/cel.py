"""CEL as Kubernetes speaks it: https://kubernetes.io/docs/reference/using-api/cel/.

The language itself is evaluated by cel-expr-python, the reference implementation; it is an extra (`podplan[cel]`) and is
imported when the first expression is compiled. Of Kubernetes' own libraries there are: quantities, lists, regular
expressions and sets. There are not: authorizer, url, ip, cidr, semver, format.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from linter.errors import InputError
from linter.kube import quantities

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VARIABLES = ("object", "oldObject", "params", "request", "namespaceObject", "variables")
"""What an expression may name, as in a ValidatingAdmissionPolicy."""


class CelMissingError(InputError, RuntimeError):
    """The library that evaluates expressions is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Rules with CEL expressions need the package cel-expr-python: install podplan with its extra, `podplan[cel]`."
        )


class ExpressionError(ValueError):
    """An expression that is not CEL, or names what there is not."""


class EvaluationError(ValueError):
    """An expression that failed on this object: a field is not there, a value has the wrong type."""


@cache
def compiled(expression: str) -> Any:
    """Return the program of an expression.

    Raises:
        CelMissingError: The library is not installed.
        ExpressionError: The expression cannot be compiled.
    """
    environment = _environment()
    try:
        return environment.compile(expression)
    except RuntimeError as error:
        raise ExpressionError(_first_fault(str(error))) from None


def evaluate(expression: str, data: Mapping[str, Any]) -> Any:
    """Return the value of an expression as plain Python data.

    Args:
        expression: In CEL.
        data: The values of VARIABLES; what is absent is null.

    Raises:
        CelMissingError: The library is not installed.
        ExpressionError: The expression cannot be compiled.
        EvaluationError: It failed on this data.
    """
    program = compiled(expression)
    try:
        result = program.eval(data={name: data.get(name) for name in VARIABLES})
        value = result.plain_value()
        failed = result.type().name() == "ERROR"
    except (RuntimeError, TypeError, ValueError) as error:
        raise EvaluationError(str(error).partition("\n")[0]) from None
    if failed:
        raise EvaluationError(_without_code(str(value)))
    return value


def _first_fault(text: str) -> str:
    """Return the first line of a compiler's report without its file name and code: `1:14: Syntax error: …`."""
    line = text.removeprefix("INVALID_ARGUMENT: ").partition("\n")[0]
    return re.sub(r"^ERROR: <input>:|\s*\(in container ''\)|\s*\[INVALID_ARGUMENT\]$", "", line)


def _without_code(text: str) -> str:
    return re.sub(r"^[A-Z_]+: ", "", text)


@cache
def _environment() -> Any:
    try:
        from cel_expr_python import cel
        from cel_expr_python.ext import ext_bindings, ext_encoders, ext_math, ext_optional, ext_strings
    except ImportError:
        raise CelMissingError from None
    return cel.NewEnv(
        variables=dict.fromkeys(VARIABLES, cel.Type.DYN),
        extensions=[
            ext_bindings.ExtBindings(),
            ext_encoders.ExtEncoders(),
            ext_math.ExtMath(),
            ext_optional.ExtOptional(),
            ext_strings.ExtStrings(),
            cel.CelExtension("kubernetes", _kubernetes_functions(cel)),
        ],
    )


def _kubernetes_functions(cel: Any) -> list[Any]:
    type_ = cel.Type
    # A quantity travels as a map with one entry, since the library takes no values of types of ours.
    quantity = type_.MAP
    functions: dict[str, list[Any]] = {}

    def add(name: str, result: Any, parameters: list[Any], implementation: Callable[..., Any]) -> None:
        is_member = not name.startswith("=")
        name = name.lstrip("=")
        overloads = functions.setdefault(name, [])
        overloads.append(
            cel.Overload(
                f"kubernetes_{name.replace('.', '_')}_{len(overloads)}",
                return_type=result,
                parameters=parameters,
                is_member=is_member,
                impl=implementation,
            )
        )

    add("=quantity", quantity, [type_.STRING], _quantity)
    add("=isQuantity", type_.BOOL, [type_.STRING], quantities.is_quantity)
    add("isLessThan", type_.BOOL, [quantity, quantity], lambda a, b: _nanos(a) < _nanos(b))
    add("isGreaterThan", type_.BOOL, [quantity, quantity], lambda a, b: _nanos(a) > _nanos(b))
    add("compareTo", type_.INT, [quantity, quantity], lambda a, b: _sign(_nanos(a) - _nanos(b)))
    add("sign", type_.INT, [quantity], lambda a: _sign(_nanos(a)))
    add("isInteger", type_.BOOL, [quantity], lambda a: _nanos(a) % _BILLION == 0)
    add("asInteger", type_.INT, [quantity], _as_integer)
    add("asApproximateFloat", type_.DOUBLE, [quantity], lambda a: _nanos(a) / _BILLION)
    for name, sign in (("add", 1), ("sub", -1)):
        add(name, quantity, [quantity, quantity], lambda a, b, s=sign: _of(_nanos(a) + s * _nanos(b)))
        add(name, quantity, [quantity, type_.INT], lambda a, b, s=sign: _of(_nanos(a) + s * b * _BILLION))
    add("isSorted", type_.BOOL, [type_.LIST], lambda items: all(a <= b for a, b in _pairs(items)))
    add("sum", type_.DYN, [type_.LIST], sum)
    add("min", type_.DYN, [type_.LIST], min)
    add("max", type_.DYN, [type_.LIST], max)
    add("indexOf", type_.INT, [type_.LIST, type_.DYN], _index)
    add("lastIndexOf", type_.INT, [type_.LIST, type_.DYN], _last_index)
    add("find", type_.STRING, [type_.STRING, type_.STRING], _find)
    add("findAll", type_.List(type_.STRING), [type_.STRING, type_.STRING], _find_all)
    add("findAll", type_.List(type_.STRING), [type_.STRING, type_.STRING, type_.INT], _find_all)
    both = [type_.LIST, type_.LIST]
    add("=sets.contains", type_.BOOL, both, lambda a, b: all(each in a for each in b))
    add("=sets.intersects", type_.BOOL, both, lambda a, b: any(each in a for each in b))
    add(
        "=sets.equivalent",
        type_.BOOL,
        both,
        lambda a, b: all(each in a for each in b) and all(each in b for each in a),
    )
    return [cel.FunctionDecl(name, overloads) for name, overloads in functions.items()]


_BILLION = 10**9


def _quantity(text: str) -> dict[str, str]:
    return _of(quantities.parse(text).nanos)


def _of(nanos: int) -> dict[str, str]:
    # As text: billionths of a large amount exceed the 64 bits of a CEL integer.
    return {"quantity": str(nanos)}


def _nanos(value: Mapping[str, str]) -> int:
    return int(value["quantity"])


def _as_integer(value: Mapping[str, str]) -> int:
    whole, rest = divmod(_nanos(value), _BILLION)
    if rest:
        raise ValueError("the quantity is not a whole number")
    return whole


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _pairs(items: list[Any]) -> Any:
    from itertools import pairwise

    return pairwise(items)


def _index(items: list[Any], wanted: Any) -> int:
    return items.index(wanted) if wanted in items else -1


def _last_index(items: list[Any], wanted: Any) -> int:
    return len(items) - 1 - items[::-1].index(wanted) if wanted in items else -1


def _find(text: str, pattern: str) -> str:
    found = _expression(pattern).search(text)
    return found[0] if found else ""


def _find_all(text: str, pattern: str, limit: int = -1) -> list[str]:
    found = [match[0] for match in _expression(pattern).finditer(text)]
    return found if limit < 0 else found[:limit]


@cache
def _expression(pattern: str) -> Any:
    """Compile a regular expression as the API server does: RE2's take no more time than the text is long."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        message = error.args[0]
        raise ValueError(
            message.decode("utf-8", "replace") if isinstance(message, bytes) else message
        ) from None
