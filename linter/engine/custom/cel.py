"""Expressions in CEL of rules of one's own (linter.cel): compiled before the run, and evaluated within limits of cost."""

from __future__ import annotations

from functools import cache

from linter.cel import cost
from linter.cel.check import compile as check
from linter.cel.check.scope import Scope
from linter.cel.check.types import DYN
from linter.cel.errors import CelMissingError, CostLimitError, EvaluationError, SyntaxFaultError
from linter.cel.evaluate import Program, program
from linter.cel.names import undeclared
from linter.cel.nodes import Call, walk
from linter.cel.syntax import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Final

__all__ = ["VARIABLES", "CelMissingError", "EvaluationError", "ExpressionError", "compiled", "evaluate"]

VARIABLES: Final = ("object", "oldObject", "params", "request", "namespaceObject", "variables")
"""What an expression may name, as in a ValidatingAdmissionPolicy."""
_UNTYPED: Final = Scope(dict.fromkeys(VARIABLES, DYN), binds=True)
_OPERATORS: Final = ("_", "!", "-", "@in")
LONGEST: Final = 10_000
"""So many characters an expression may have: more than any that people write, and few enough for the parser."""


class ExpressionError(ValueError):
    """An expression that is not CEL, or names what there is not."""


@cache
def compiled(expression: str) -> Program:
    """Return the program of an expression.

    Raises:
        CelMissingError: It needs a library that is not installed.
        ExpressionError: The expression cannot be compiled.
    """
    if len(expression) > LONGEST:
        raise ExpressionError(f"it has more than {LONGEST} characters")
    try:
        parsed = parse(expression)
        missing = next(undeclared(parsed, VARIABLES), None)
    except SyntaxFaultError as error:
        raise ExpressionError(str(error)) from None
    except RecursionError:
        raise ExpressionError("it is nested too deeply") from None
    if missing is not None:
        raise ExpressionError(f"undeclared reference to '{missing}'")
    # A rule of one's own may call what the server lacks. Operators between values that do not go together never work.
    for fault in check.compiled(expression, _UNTYPED).faults:
        if fault.function.startswith(_OPERATORS):
            raise ExpressionError(fault.text)
    if any(isinstance(node, Call) and node.function in {"find", "findAll"} for node in walk(parsed)):
        _need_regular_expressions()
    return program(expression)


def _need_regular_expressions() -> None:
    try:
        import re2  # noqa: F401  whether it is there
    except ImportError:
        raise CelMissingError from None


def evaluate(expression: str, data: Mapping[str, Any]) -> Any:
    """Return the value of an expression.

    Args:
        expression: In CEL.
        data: The values of VARIABLES; what is absent is null.

    Raises:
        CelMissingError: It needs a library that is not installed.
        ExpressionError: The expression cannot be compiled.
        EvaluationError: It failed on this data, or costs more than the API server allows.
    """
    try:
        outcome = compiled(expression).run({name: data.get(name) for name in VARIABLES})
    except CostLimitError:
        raise EvaluationError(
            f"it costs more than {cost.PER_CALL} steps, which is the API server's limit for an expression, or makes too large a text"
        ) from None
    if outcome.error is not None:
        raise outcome.error
    return outcome.value
