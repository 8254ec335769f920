"""Selectors of devices: expressions in CEL about one device."""

from __future__ import annotations

from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

_RULE = "device-selector"
_SELECTORS = 32
_LENGTH = 10240


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
    else:
        from linter.apiserver.resource.expressions import validate_device_expression

        validate_device_expression(expression, path, errors, rule=_RULE)
