"""Expressions in CEL of rules of one's own (linter.cel): compiled before the run, and evaluated within limits of cost."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from linter.cel import cost
from linter.cel.errors import CelMissingError, CostLimitError, EvaluationError, SyntaxFaultError
from linter.cel.evaluate import Program, program
from linter.cel.names import undeclared
from linter.cel.syntax import parse
from linter.kube import cel as kube_cel

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["VARIABLES", "CelMissingError", "EvaluationError", "ExpressionError", "compiled", "evaluate"]

VARIABLES: Final = ("object", "oldObject", "params", "request", "namespaceObject", "variables")
"""What an expression may name, as in a ValidatingAdmissionPolicy."""
_UNTYPED = tuple((name, "DYN") for name in VARIABLES)
LONGEST: Final = 10_000
"""So many characters an expression may have: more than any that people write, and few enough for the parser."""


class ExpressionError(ValueError):
    """An expression that is not CEL, or names what there is not."""


@cache
def compiled(expression: str) -> Program:
    """Return the program of an expression.

    Raises:
        CelMissingError: The library that parses is not installed.
        ExpressionError: The expression cannot be compiled.
    """
    if len(expression) > LONGEST:
        raise ExpressionError(f"it has more than {LONGEST} characters")
    try:
        missing = next(undeclared(parse(expression), VARIABLES), None)
    except SyntaxFaultError as error:
        raise ExpressionError(str(error)) from None
    except RecursionError:
        raise ExpressionError("it is nested too deeply") from None
    if missing is not None:
        raise ExpressionError(f"undeclared reference to '{missing}'")
    # Names are known by now: what is left are operators between values that do not go together.
    if "overload" in (fault := kube_cel.compiled(expression, _UNTYPED).fault or ""):
        raise ExpressionError(fault)
    return program(expression)


def evaluate(expression: str, data: Mapping[str, Any]) -> Any:
    """Return the value of an expression.

    Args:
        expression: In CEL.
        data: The values of VARIABLES; what is absent is null.

    Raises:
        CelMissingError: The library that parses is not installed.
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
