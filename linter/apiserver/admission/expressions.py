"""Expressions in CEL, and the names of objects that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.apiserver.meta import validate_meta
from linter.kube.cel import NAMES_OF_TYPES, compiled

if TYPE_CHECKING:
    from collections.abc import Collection

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request
    from linter.kube.cel import Variables
    from linter.path import FieldPath

_STATIC = ".static.k8s.io"


def validate_expression(
    expression: str,
    path: FieldPath,
    errors: Errors,
    variables: Variables,
    types: Collection[str],
    *,
    rule: str,
    field: str | None = None,
) -> None:
    """Judge an expression as far as one can be sure that the server's compiler refuses it.

    Args:
        expression: It; not blank.
        path: Where it is.
        errors: Gets what is wrong.
        variables: What it may name.
        types: The types that its value may have; empty: any.
        rule: The id of the page.
        field: As the server spells the path, where that differs.
    """
    result = compiled(expression, variables)
    if result.fault is not None:
        errors.invalid(path, f"The expression does not compile: {result.fault}.", rule=rule, field=field)
    elif types and result.type is not None and result.type not in types:
        wanted = " or ".join(NAMES_OF_TYPES[each] for each in sorted(types))
        found = NAMES_OF_TYPES.get(result.type, result.type.lower())
        message = f"The expression gives {found}, but must give {wanted}."
        errors.invalid(path, message, rule=rule, field=field)


def validate_admission_meta(request: Request, errors: Errors) -> None:
    """Judge the metadata of an object that governs admission."""
    validate_meta(request, errors, finalizers_need_domain=False)
    name = request.metadata.get("name") or ""
    if errors.version >= (1, 37) and request.old is None and name.endswith(_STATIC):
        message = (
            f"Names that end in `{_STATIC}` are kept for manifests on the API server's disk: choose another."
        )
        errors.invalid(("metadata", "name"), message, rule="object-name")
