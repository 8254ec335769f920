"""Expressions in CEL."""

from __future__ import annotations

from linter.cel.check.compile import compiled
from linter.cel.check.types import described

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from linter.apiserver.errors import Errors
    from linter.cel.check.scope import Scope
    from linter.cel.check.types import Type
    from linter.path import FieldPath


def validate_expression(
    expression: str,
    path: FieldPath,
    errors: Errors,
    scope: Scope,
    types: Collection[Type],
    *,
    rule: str,
    field: str | None = None,
) -> Type | None:
    """Judge an expression.

    Args:
        expression: It; not blank.
        path: Where it is.
        errors: Gets what is wrong.
        scope: What it may name.
        types: The types that its value may have; empty: any.
        rule: The id of the page.
        field: As the server spells the path, where that differs.

    Returns:
        The type of its value; None if it has none, or nobody knows.
    """
    result = compiled(expression, scope)
    if result.fault is not None:
        errors.invalid(path, f"The expression does not compile: {result.fault}.", rule=rule, field=field)
    elif types and result.type is not None and result.type not in types:
        wanted = " or ".join(map(described, sorted(types)))
        message = f"The expression gives {described(result.type)}, but must give {wanted}."
        errors.invalid(path, message, rule=rule, field=field)
    return result.type
