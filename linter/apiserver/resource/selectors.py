"""Selectors of devices: expressions in CEL about one device."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from linter.kube import names

if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

_RULE = "device-selector"
_SELECTORS = 32
_LENGTH = 10240
# Functions that Kubernetes adds to CEL. The library that reads expressions does not know them, so that in an expression that
# calls one of them it can tell nothing but whether it is CEL at all.
_KUBERNETES_FUNCTION = re.compile(
    r"\b(?:quantity|isQuantity|isLessThan|isGreaterThan|compareTo|sign|isInteger|asInteger|asApproximateFloat|add|sub|isSorted"
    r"|sum|min|max|indexOf|lastIndexOf|find|findAll|url|isURL|get\w+|ip|isIP|family|is\w+|cidr|isCIDR|contains\w+|masked"
    r"|prefixLength|semver|isSemver|major|minor|patch|format|validate|sets|authorizer|slice|flatten|sort|sortBy|distinct|range"
    r"|reverse|first|last|transform\w+|includes|all|exists|existsOne)\s*[.(]"
)


def validate_selectors(
    selectors: list[Object], path: FieldPath, errors: Errors, *, in_full: bool = True, stored: bool = False
) -> None:
    """Judge selectors of devices.

    Args:
        selectors: The selectors.
        path: Where they are.
        errors: Gets what is wrong.
        in_full: Whether the server looks at more than their number.
        stored: Whether the stored object has the same ones, whose expressions the server then does not read again.
    """
    if len(selectors) > _SELECTORS:
        message = f"There are {len(selectors)} selectors; at most {_SELECTORS} are allowed."
        errors.too_many(path, message, rule=_RULE)
        return
    for index, selector in enumerate(selectors if in_full else ()):
        cel = selector.get("cel")
        if cel is None:
            message = "The selector says nothing: write cel.expression."
            errors.required((*path, index, "cel"), message, rule=_RULE)
        elif not stored:
            _validate_expression(cel.get("expression") or "", (*path, index, "cel", "expression"), errors)


def _validate_expression(expression: str, path: FieldPath, errors: Errors) -> None:
    if names.byte_length(expression) > _LENGTH:
        message = f"The expression is longer than {_LENGTH} bytes."
        errors.too_long(path, message, rule=_RULE)
    elif not expression.strip():
        errors.invalid(path, "The expression is empty: write CEL that is true or false.", rule=_RULE)
    elif fault := _expression_fault(expression):
        errors.invalid(path, f"The expression is not CEL about a device: {fault}.", rule=_RULE)


def _expression_fault(expression: str) -> str | None:
    """Return why an expression does not compile; None also where the library that could tell is not installed."""
    environment = _environment()
    if environment is None:
        return None
    calls_kubernetes = _KUBERNETES_FUNCTION.search(expression) is not None
    try:
        result = environment.compile(expression).return_type().name()
    except RuntimeError as error:
        line = str(error).removeprefix("INVALID_ARGUMENT: ").partition("\n")[0]
        noise = r"^ERROR: <input>:|\s*\(in container ''\)|\s*\[INVALID_ARGUMENT\]$| expecting .*"
        fault = re.sub(noise, "", line)
        return None if calls_kubernetes and "Syntax error" not in fault else fault
    if calls_kubernetes or result in {"BOOL", "DYN", "UNKNOWN"}:
        return None
    return f"it must be true or false, but is of type {result.lower()}"


@cache
def _environment() -> Any:
    try:
        from cel_expr_python import cel
        from cel_expr_python.ext import ext_bindings, ext_optional, ext_strings
    except ImportError:
        return None
    return cel.NewEnv(
        variables={"device": cel.Type.DYN},
        extensions=[ext_bindings.ExtBindings(), ext_optional.ExtOptional(), ext_strings.ExtStrings()],
    )
